#include "harvester/simulation/quirks.hpp"

#include <catch2/catch.hpp>
#include <fstream>
#include <iterator>

#include "harvester/simulation/pacs_log.hpp"
#include "support/temp_dir.hpp"

namespace harvester::simulation {

TEST_CASE("quirks are set by name and value, and wrong ones are told") {
  Quirks quirks;
  for (const auto& one : {"cap=100", "cap_is_silent=false", "modalities=unmatched", "too_broad_status=C001",
                          "move_callers=A, B", "late_by=500", "store_calling_ae=OTHER"}) {
    INFO(one);
    CHECK(set_quirk(quirks, one));
  }
  CHECK(quirks.cap == 100);
  CHECK_FALSE(quirks.cap_is_silent);
  CHECK(quirks.modalities == ModalitiesKey::unmatched);
  CHECK(quirks.too_broad_status == 0xC001);
  CHECK(quirks.move_callers == std::set<std::string>{"A", "B"});
  CHECK(quirks.late_by == std::chrono::milliseconds(500));
  for (const auto& wrong : {"cap", "cap=many", "no_such=1", "modalities=maybe", "cap_is_silent=1"}) {
    INFO(wrong);
    const auto set = set_quirk(quirks, wrong);
    REQUIRE_FALSE(set);
    CHECK(set.error().kind == ErrorKind::config);
  }
}

TEST_CASE("a PACS of a name is had, another is not") {
  CHECK(named_quirks("awkward")->answer_twice);
  CHECK(named_quirks("strict")->cap > 0);
  CHECK(named_quirks("typical")->cap == 0);
  CHECK_FALSE(named_quirks("perfect"));
}

TEST_CASE("the log tells which objects were acknowledged and appends a line for each event to its file") {
  tests::TempDir folder;
  PacsLog log(folder / "pacs.log");
  PacsEvent sent;
  sent.kind = PacsEvent::Kind::sent;
  sent.instance = "2.999.1";
  log.add(sent);
  sent.instance = "2.999.2";
  sent.status = 0xA700;
  log.add(sent);
  sent.instance = "2.999.3";
  sent.status = 0xB000;
  log.add(sent);
  CHECK(log.acknowledged() == std::set<std::string>{"2.999.1", "2.999.3"});
  std::ifstream file(folder / "pacs.log");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  CHECK(text == "sent\t-\t0000\t0\t-\t2.999.1\t-\nsent\t-\tA700\t0\t-\t2.999.2\t-\nsent\t-\tB000\t0\t-\t2.999.3\t-\n");
}

}  // namespace harvester::simulation
