#pragma once

#include <memory>
#include <stop_token>

#include "cap_watch.hpp"
#include "fetching.hpp"
#include "habit_book.hpp"
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
  std::shared_ptr<HabitBook> habits;
  std::shared_ptr<Fetching> fetching;
};

/// One window for each accession number and study that a request names.
[[nodiscard]] std::vector<QueryWindow> named_windows(const Request& request);

/// The windows of a request by date, as the node is best asked.
[[nodiscard]] std::vector<QueryWindow> planned_windows(const Request& request, const NodeSetup& setup,
                                                       const Habits& habits);

/// Plans the windows once; a resumed harvest has them.
Status plan(const Run& run);

/// Passes over everything that is open, with a growing pause between, until nothing is left, the node fails for good
/// or nothing more may be tried. A node that was never reached is given up sooner: somebody may be waiting.
std::optional<Error> run_passes(const Run& run, std::stop_token stop);

/// Waits for the import of what came, ends what is open if the harvest ends for good, and writes how it ended.
Outcome conclude(const Run& run, std::optional<Error> error, std::stop_token stop);

/// Takes in what a window that was answered in full shows of the node, and plans other windows where that asks for it;
/// inside the transaction that ends the window. True if pending windows are other ones now.
bool learn_from_window(const Run& run, database::Connection& connection, const QueryWindow& window,
                       const query::WindowAnswer& answer);

/// Looks at a harvest whose windows are all asked for what is hard to believe, and opens windows to make sure. True if
/// there are any.
bool look_again(const Run& run, database::Connection& connection);

/// Asks windows and studies until there is nothing more in this pass; one thread, one session.
void find_until_done(const Run& run, Work& work, std::stop_token stop);

/// Sends requests, settles and compares until there is nothing more in this pass; one thread, one session.
void move_until_done(const Run& run, Work& work, std::stop_token stop);

}  // namespace harvester::harvest
