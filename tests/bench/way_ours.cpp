#include <fmt/format.h>

#include <thread>

#include "harvester/database/ledger.hpp"
#include "harvester/harvest/harvest.hpp"
#include "harvester/intake/prepare.hpp"
#include "ways.hpp"

namespace harvester::bench {
namespace {

/// Imports in this process what arrives, as a worker process does.
class Importer {
 public:
  Importer(const database::DataPaths& paths, std::int64_t owner, Signal& activity, const Clock& clock)
      : thread_([=, &activity, &clock](std::stop_token stop) {
          auto connection = database::open_database(paths.database());
          const auto prepare = intake::make_prepare({}, clock);
          while (connection && !stop.stop_requested()) {
            const auto seen = activity.count();
            const auto done = intake::import_batch(*connection, {paths, {owner, 1}}, prepare, clock);
            if (done && *done > 0)
              activity.notify();
            else
              activity.wait_beyond(seen, std::chrono::steady_clock::now() + std::chrono::seconds(1), stop);
          }
        }) {}

 private:
  std::jthread thread_;
};

harvest::NodeSetup setup_for(const Node& node, const Ours& how) {
  const dicom::Peer peer{"127.0.0.1", node.port(), AeTitle::of(node.ae_title()), AeTitle::of("HARVESTER")};
  harvest::NodeSetup setup{.find_peer = peer,
                           .move_peer = peer,
                           .destination = AeTitle::of("HARVESTER"),
                           .options = {},
                           .limits = {},
                           .style = {},
                           .rules = {},
                           .move_timers = {}};
  setup.limits.requests_per_minute = how.requests_per_minute;
  setup.associations = how.associations;
  setup.outstanding_moves = how.outstanding_moves;
  setup.style.sop_classes_in_study = how.sop_classes_in_study;
  setup.style.relational = how.relational;
  setup.backoff = std::chrono::milliseconds(100);
  return setup;
}

}  // namespace

double harvest_ours(const Node& node, const Ports& ports, const Filling& filling, const Ours& how) {
  Signal activity;
  OurStore store(Durability::full, &activity, ports.ours);
  const auto owner = store.writer().run([&](database::Connection& connection) {
    return database::ledger::take_ownership(connection, 1, "bench", store.clock().now());
  });
  if (!owner) throw std::runtime_error(owner.error().message);
  const Importer importer(store.paths(), *owner, activity, store.clock());
  harvest::Tools tools{store.writer(), store.paths(), activity, store.clock(), *owner, {}, {}};
  const auto begin = std::chrono::steady_clock::now();
  const auto begun = begin_or_continue(tools, {node.name(), {"CT"}, filling.first(), filling.last(), false, 0});
  if (!begun) throw std::runtime_error(begun.error().message);
  const auto outcome = run(tools, setup_for(node, how), begun->id, {});
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  if (outcome.state != HarvestState::complete || outcome.summary.fetched != filling.studies)
    throw std::runtime_error(
        fmt::format("the harvest fetched {} of {} objects", outcome.summary.fetched, filling.studies));
  return took.count();
}

}  // namespace harvester::bench
