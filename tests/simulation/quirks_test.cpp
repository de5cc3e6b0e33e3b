#include "harvester/simulation/quirks.hpp"

#include <algorithm>
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

TEST_CASE("each switch that is a number, a time or a word is kept as it was set, and each choice is one of its own") {
  Quirks quirks;
  for (const auto& one : {"modalities=nothing",
                          "modality_at_study=refused",
                          "patient_id=free",
                          "relational=always",
                          "unknown_keys=slow",
                          "slow_by=7",
                          "dates=dashed",
                          "charset_term=A\\B",
                          "study_station=X",
                          "move_uid_list=first",
                          "originator=wrong",
                          "offline_every=3",
                          "offline_move=endless",
                          "verification=alone",
                          "idle_limit=9",
                          "abort_after_cancel=8",
                          "bandwidth=64",
                          "max_pdu=4096",
                          "latency=5",
                          "drop_every=4",
                          "other_study_every=2",
                          "other_series_every=5"}) {
    INFO(one);
    CHECK(set_quirk(quirks, one));
  }
  CHECK(quirks.modalities == ModalitiesKey::nothing);
  CHECK(quirks.modality_at_study == StudyModality::refused);
  CHECK(quirks.patient_id == PatientKey::free);
  CHECK(quirks.relational == Relational::always);
  CHECK(quirks.unknown_keys == UnknownKeys::slow);
  CHECK(quirks.slow_by == std::chrono::milliseconds(7));
  CHECK(quirks.dates == Dates::dashed);
  CHECK(quirks.charset_term == "A\\B");
  CHECK(quirks.study_station == "X");
  CHECK(quirks.move_uid_list == UidList::first);
  CHECK(quirks.originator == Originator::wrong);
  CHECK(quirks.offline_every == 3);
  CHECK(quirks.offline_move == OfflineMove::endless);
  CHECK(quirks.verification == Verification::alone);
  CHECK(quirks.idle_limit == std::chrono::milliseconds(9));
  CHECK(quirks.abort_after_cancel == std::chrono::milliseconds(8));
  CHECK(quirks.bandwidth == 64);
  CHECK(quirks.max_pdu == 4096);
  CHECK(quirks.latency == std::chrono::milliseconds(5));
  CHECK(quirks.drop_every == 4);
  CHECK(quirks.other_study_every == 2);
  CHECK(quirks.other_series_every == 5);
}

TEST_CASE("each name of a switch takes some value") {
  const std::vector<std::string> values = {"true",  "3",    "ignored",    "matched",    "absent", "accepted",
                                           "right", "kept", "negotiated", "declared",   "plain",  "served",
                                           "a702",  "A700", "kept",       "every_level"};
  for (const auto& name : quirk_names()) {
    Quirks quirks;
    INFO(name);
    CHECK(std::any_of(values.begin(), values.end(),
                      [&](const auto& value) { return set_quirk(quirks, name + "=" + value).has_value(); }));
    CHECK_FALSE(set_quirk(quirks, name));
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
