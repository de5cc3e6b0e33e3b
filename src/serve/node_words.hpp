#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "harvester/core/intake_reason.hpp"
#include "harvester/core/ledger.hpp"
#include "harvester/core/result.hpp"
#include "harvester/dicom/reach.hpp"
#include "harvester/dicom/scu.hpp"
#include "harvester/serve/node_test.hpp"

/// What happened on the way to a node, in plain words: what it means, and what to do. Pure; no patient data.
namespace harvester::serve {

struct NameAnswer {
  std::string host;
  Result<std::vector<std::string>> addresses;
};
[[nodiscard]] StepReport told_name(const NameAnswer& answer);

/// Each address with what came of connecting to it.
using Reached = std::vector<std::pair<std::string, dicom::Reach>>;
[[nodiscard]] StepReport told_connection(int port, const Reached& reached, std::chrono::milliseconds limit);

/// An association that was asked for. `purpose`: "C-FIND" …, also the step's beginning.
struct Opening {
  std::string step;
  std::string service;  ///< "C-FIND"
  dicom::Peer peer;
  dicom::Model model = dicom::Model::study_root;
  std::optional<Error> error{};
  std::chrono::milliseconds took{};
  std::chrono::milliseconds limit{};
  bool service_accepted = false;
  bool other_model_accepted = false;
};
[[nodiscard]] StepReport told_opening(const Opening& opening);

[[nodiscard]] StepReport told_echo(const Result<dicom::DimseStatus>& answer);

/// A query that failed: the association, or its final status.
[[nodiscard]] StepReport told_failed_query(const std::string& step, const Error& error);
[[nodiscard]] StepReport told_failed_query(const std::string& step, dicom::DimseStatus status);

/// A retrieval of one object, and what our own store saw of it meanwhile.
struct RoundTrip {
  bool by_get = false;
  std::string destination;  ///< of a C-MOVE
  int store_port = 0;
  std::optional<Error> error{};
  std::optional<dicom::DimseStatus> status{};
  MoveCounts counts{};
  std::size_t arrived = 0;
  IntakeReason reason = IntakeReason::none;  ///< of the first object that arrived; none: it is imported
  std::uint64_t associations = 0;            ///< that the store accepted
  std::uint64_t refused_associations = 0;
  std::uint64_t refused_objects = 0;
  std::string store_error{};  ///< the store's own words for the latest refusal
  std::chrono::milliseconds waited{};
};

/// Two steps: what the node said of it, and whether the object is here.
[[nodiscard]] std::vector<StepReport> told_round_trip(const RoundTrip& trip);

}  // namespace harvester::serve
