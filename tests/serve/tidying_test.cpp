#include "harvester/serve/tidying.hpp"

#include <catch2/catch.hpp>

#include "harvester/database/inbox.hpp"
#include "support/fake_clock.hpp"
#include "support/temp_dir.hpp"

using namespace harvester;
namespace inbox = harvester::database::inbox;

TEST_CASE("tidying: associations without objects are deleted after thirty days, any number, and a stop ends it",
          "[serve]") {
  const tests::TempDir folder;
  tests::FakeClock clock;
  auto connection = database::open_database(folder / "harvester.db");
  REQUIRE(connection);
  database::Writer writer(*std::move(connection));
  const auto add = [&](int count) {
    REQUIRE(writer.run([&](database::Connection& c) {
      for (int n = 0; n < count; ++n) {
        const auto id = inbox::begin_association(c, {"harvest", "A", "B", "10.0.0.1", clock.now()});
        inbox::end_association(c, id, "released", 0, clock.now());
      }
      return count;
    }));
  };
  add(1234);
  clock.advance(serve::kKeepAssociations);
  add(5);
  CHECK(*serve::delete_old_associations(writer, clock.now(), {}) == 0);
  clock.advance(std::chrono::milliseconds(1));
  std::stop_source stopped;
  stopped.request_stop();
  CHECK(*serve::delete_old_associations(writer, clock.now(), stopped.get_token()) == 0);
  CHECK(*serve::delete_old_associations(writer, clock.now(), {}) == 1234);
  CHECK(*serve::delete_old_associations(writer, clock.now(), {}) == 0);
}
