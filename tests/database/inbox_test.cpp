#include "harvester/database/inbox.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <fmt/format.h>

#include <catch2/catch.hpp>

#include "harvester/database/transfers.hpp"
#include "support/fake_clock.hpp"
#include "support/temp_dir.hpp"

using namespace harvester;
using namespace harvester::database;
using namespace std::chrono_literals;

namespace {

struct Inbox {
  inbox::AssociationId associate() {
    return inbox::begin_association(connection, {"harvest", "A", "B", "10.0.0.1", clock.now()});
  }
  void end(inbox::AssociationId id, std::int64_t objects = 0) {
    inbox::end_association(connection, id, "released", objects, clock.now());
  }
  void receive(inbox::AssociationId from) {
    inbox::NewObject object;
    object.association = from;
    object.way_in = "native";
    object.instance = SopInstanceUid("2.999.1");
    object.sha256 = "a";
    object.now = clock.now();
    inbox::insert(connection, object);
  }
  int remove(int most = 1000) { return inbox::delete_associations_without_objects(connection, clock.now(), most); }
  int associations() { return connection.raw().execAndGet("SELECT count(*) FROM association").getInt(); }

  tests::TempDir dir;
  Connection connection = *open_database(dir / "harvester.db");
  tests::FakeClock clock;
};

}  // namespace

TEST_CASE("inbox: what came over an association is told by study and class, what had come before apart", "[database]") {
  Inbox box;
  const auto first = box.associate(), second = box.associate();
  const auto add = [&](inbox::AssociationId from, const char* study, const char* sop_class, const char* instance,
                       const char* bytes) {
    inbox::NewObject object;
    object.association = from;
    object.way_in = "native";
    object.study = StudyUid(study);
    object.sop_class = SopClassUid(sop_class);
    object.instance = SopInstanceUid(instance);
    object.sha256 = bytes;
    object.now = box.clock.now();
    return inbox::insert(box.connection, object).id;
  };
  add(first, "1.1", "9.1", "7.1", "a");
  const std::vector ids{add(second, "1.2", "9.2", "7.2", "a"), add(second, "1.1", "9.1", "7.1", "a"),
                        add(second, "1.1", "9.1", "7.1", "other"), add(second, "1.1", "9.2", "7.3", "a"),
                        add(second, "1.1", "9.2", "7.4", "a")};
  std::string told;
  const transfers::Visit note = [&](const transfers::Group& group) {
    told +=
        fmt::format("{}{} {} {}, ", group.study.str(), group.held ? " held" : "", group.sop_class.str(), group.objects);
  };
  const std::string expected = "1.1 9.2 2, 1.1 held 9.1 2, 1.2 9.2 1, ";
  transfers::for_each(box.connection, second, note);
  CHECK(told == expected);
  told.clear();
  transfers::for_each(box.connection, ids, note);
  CHECK(told == expected);
}

TEST_CASE("inbox: associations without objects go when they are old, those with objects and open ones stay",
          "[database]") {
  Inbox box;
  const auto with = box.associate();
  box.receive(with);
  box.end(with, 1);
  const auto cut = box.associate();  // its object came, but its end was never noted
  box.receive(cut);
  box.end(cut, 0);
  box.end(box.associate());
  const auto open = box.associate();
  box.clock.advance(1h);
  box.end(box.associate());
  CHECK(box.remove() == 1);
  CHECK(box.associations() == 4);
  box.end(open);
  box.clock.advance(1h);
  CHECK(box.remove() == 2);
  CHECK(box.remove() == 0);
  CHECK(box.associations() == 2);
}

TEST_CASE("inbox: old associations go in batches, and each is found by an index", "[database]") {
  Inbox box;
  for (int n = 0; n < 25; ++n) box.end(box.associate());
  box.clock.advance(1h);
  CHECK(box.remove(10) == 10);
  CHECK(box.remove(10) == 10);
  CHECK(box.remove(10) == 5);
  SQLite::Statement plan(box.connection.raw(),
                         "EXPLAIN QUERY PLAN SELECT id FROM association AS old WHERE objects = 0 AND ended_at < 'x'"
                         " AND NOT EXISTS (SELECT 1 FROM received_object WHERE association_id = old.id)"
                         " ORDER BY ended_at LIMIT 5");
  while (plan.executeStep()) {
    const auto step = plan.getColumn(3).getString();
    INFO(step);
    CHECK(step.find("SCAN") == std::string::npos);
  }
}
