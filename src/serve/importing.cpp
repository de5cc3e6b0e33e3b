#include "harvester/serve/importing.hpp"

#include <algorithm>

#include "harvester/database/inbox.hpp"

namespace harvester::serve {

Result<Taken> take(Engine& engine, std::istream& bytes) {
  spool::Arrival arrival;
  arrival.way_in = "import";
  const auto inserted = engine.spool().take(bytes, arrival);
  if (!inserted) return inserted.error();
  return Taken{inserted->id, inserted->state, inserted->reason};
}

Result<std::vector<ImportEnd>> await_imports(Engine& engine, const std::vector<ObjectId>& ids, std::stop_token stop) {
  for (;;) {
    const auto seen = engine.activity().count();
    auto rows = engine.writer().run([&](database::Connection& c) { return database::inbox::states_of(c, ids); });
    if (!rows) return rows.error();
    std::vector<ImportEnd> ends;
    for (auto& row : *rows)
      ends.push_back({row.id, row.state != "received" && row.state != "claimed", row.state, row.reason, row.message});
    const bool all = std::all_of(ends.begin(), ends.end(), [](const ImportEnd& end) { return end.ended; });
    if (all || stop.stop_requested()) return ends;
    if (engine.pool().stuck())
      return Error{ErrorKind::storage,
                   "the objects are safe, but no worker process can import them: see the log; they are imported as "
                   "soon as one can"};
    engine.activity().wait_beyond(seen, std::chrono::steady_clock::now() + std::chrono::seconds(1), stop);
  }
}

}  // namespace harvester::serve
