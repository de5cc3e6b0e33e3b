#pragma once

#include <memory>
#include <stop_token>

#include "cap_watch.hpp"
#include "harvester/harvest/harvest.hpp"
#include "work.hpp"

namespace harvester::harvest {

/// What every stage of a running harvest knows.
struct Run {
  Tools& tools;
  const NodeSetup& setup;
  const Request& request;
  HarvestId id;
  select::Rules rules;
  std::shared_ptr<dicom::Pacer> pacer;
  std::shared_ptr<CapWatch> caps;
};

/// Asks windows and studies until there is nothing more in this pass; one thread, one session.
void find_until_done(const Run& run, Work& work, std::stop_token stop);

/// Sends requests, settles and compares until there is nothing more in this pass; one thread, one session.
void move_until_done(const Run& run, Work& work, std::stop_token stop);

}  // namespace harvester::harvest
