#include "harvester/serve/tidying.hpp"

#include "harvester/database/inbox.hpp"

namespace harvester::serve {
namespace {

constexpr int kBatch = 500;

}  // namespace

Result<std::int64_t> delete_old_associations(database::Writer& writer, Instant now, std::stop_token stop) {
  std::int64_t all = 0;
  for (int deleted = kBatch; deleted == kBatch && !stop.stop_requested();) {
    const auto done = writer.run_unflushed([&](database::Connection& connection) {
      return database::inbox::delete_associations_without_objects(connection, now - kKeepAssociations, kBatch);
    });
    if (!done) return done.error();
    deleted = *done;
    all += deleted;
  }
  return all;
}

}  // namespace harvester::serve
