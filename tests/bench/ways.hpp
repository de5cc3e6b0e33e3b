#pragma once

#include <functional>
#include <string>
#include <vector>

#include "nodes.hpp"

/// The ways in which the dose reports of CT studies are fetched. Each gives the seconds it took, and throws if not one
/// report of each study came.
namespace harvester::bench {

/// How our harvest asks.
struct Ours {
  int associations = 4;
  int outstanding_moves = 4;
  int requests_per_minute = 0;
  bool sop_classes_in_study = false;
  bool relational = false;
};

/// Where the takers listen, known before the PACS is started.
struct Ports {
  int ours;
  int storescp;
  int orthanc;
  int client;
  Ports();
  [[nodiscard]] Takers takers() const;
};

/// The harvester with store, ledger and import.
double harvest_ours(const Node& node, const Ports& ports, const Filling& filling, const Ours& how);

/// A loop over findscu and movescu, with storescp.
double harvest_by_hand(const Node& node, const Ports& ports, const Filling& filling, const Environment& environment);

/// Another Orthanc, whose REST interface is driven.
double harvest_by_rest(const Node& node, const Ports& ports, const Filling& filling, const Environment& environment);

/// Our queries and moves over so many associations, each for both: no ledger, no import, what comes is thrown away.
double harvest_bare(const Node& node, const Ports& ports, const Filling& filling, int associations);

/// One query for all days, then each study after the other: one association for the queries, one for the moves.
double harvest_serially(const Node& node, const Ports& ports, const Filling& filling);

}  // namespace harvester::bench
