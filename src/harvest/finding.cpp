#include "asking.hpp"

namespace harvester::harvest {

namespace ledger = database::ledger;

void find_until_done(const Run& run, Work& work, std::stop_token stop) {
  Asking asking(run, work, stop);
  for (auto task = work.next_find(stop); task.index() != 0; task = work.next_find(stop)) {
    if (const auto* window = std::get_if<ledger::StoredWindow>(&task)) ask_window(asking, *window);
    if (const auto* study = std::get_if<ledger::StoredStudy>(&task)) decide_study(asking, *study);
  }
  work.finder_ended();
}

}  // namespace harvester::harvest
