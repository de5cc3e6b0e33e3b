#include "node_words.hpp"

#include <catch2/catch.hpp>
#include <cerrno>
#include <fstream>

#include "harvester/config/load.hpp"
#include "harvester/serve/node_habits.hpp"
#include "harvester/serve/node_probe.hpp"
#include "support/temp_dir.hpp"

namespace harvester::serve {
namespace {

bool holds(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

Opening opening(std::optional<Error> error = {}) {
  Opening opening{"find_association", "C-FIND", {"pacs", 104, AeTitle::of("MAINPACS"), AeTitle::of("US")}};
  opening.error = std::move(error);
  opening.took = std::chrono::milliseconds(20);
  opening.limit = std::chrono::seconds(30);
  return opening;
}

RoundTrip trip(std::uint16_t status) {
  RoundTrip trip;
  trip.destination = "HARVESTER";
  trip.store_port = 11112;
  trip.status = dicom::DimseStatus{status};
  trip.waited = std::chrono::seconds(10);
  return trip;
}

config::Profile base() {
  config::Profile profile;
  profile.name = "new";
  profile.remote.host = "pacs.example.org";
  profile.remote.port = 4242;
  profile.remote.ae_title = AeTitle::of("MAIN \"PACS\"");
  profile.local.calling_ae = AeTitle::of("US");
  return profile;
}

config::Profile loaded(const std::string& text) {
  const tests::TempDir folder;
  std::ofstream(folder / "new.yaml") << text;
  auto profile = config::load_profile(folder / "new.yaml", folder.path());
  INFO(text << config::render(profile.faults));
  REQUIRE(profile.ok());
  CHECK(profile.warnings.empty());
  return profile.value;
}

constexpr CivilDate kToday{std::chrono::year(2026), std::chrono::month(3), std::chrono::day(5)};

}  // namespace

TEST_CASE("a test of a node ends with 4 where the node refuses, with 3 where something else failed", "[serve]") {
  CHECK(exit_code({}) == 0);
  CHECK(exit_code({{"echo", StepState::note, ""}, {"arrival", StepState::skipped, ""}}) == 0);
  CHECK(exit_code({{"arrival", StepState::failed, ""}}) == 3);
  CHECK(exit_code({{"arrival", StepState::failed, ""}, {"retrieve", StepState::failed, "", "", true}}) == 4);
}

TEST_CASE("a port that is closed, silent or unreachable is told apart", "[serve]") {
  using dicom::Reach;
  const auto told = [](Reach reach) { return told_connection(104, {{"10.0.0.1", reach}}, std::chrono::seconds(10)); };
  CHECK(told(Reach::open).state == StepState::ok);
  CHECK(holds(told(Reach::closed).advice, "nothing listens on port 104"));
  CHECK(holds(told(Reach::silent).advice, "firewall"));
  CHECK(holds(told(Reach::silent).text, "within 10 s"));
  CHECK(holds(told(Reach::unreachable).advice, "route"));
  CHECK(told(Reach::silent).node_refuses);
  CHECK(told_connection(104, {{"::1", Reach::closed}, {"127.0.0.1", Reach::open}}, {}).state == StepState::ok);
}

TEST_CASE("each way in which an association does not come about has its own advice", "[serve]") {
  auto silent = opening(Error{ErrorKind::transient, "", ETIMEDOUT});
  silent.took = silent.limit;
  CHECK(holds(told_opening(silent).text, "nothing answered the association request within 30 s"));
  CHECK(holds(told_opening(opening(Error{ErrorKind::transient, "", ETIMEDOUT})).text, "closed without an answer"));
  CHECK(holds(told_opening(opening(Error{ErrorKind::refused, "", 0x0107})).text, "does not call itself \"MAINPACS\""));
  CHECK(holds(told_opening(opening(Error{ErrorKind::refused, "", 0x0103})).advice, "add \"US\""));
  CHECK(holds(told_opening(opening(Error{ErrorKind::transient, "", 0x0302})).text, "too many associations"));
  auto other = opening();
  other.other_model_accepted = true;
  CHECK(holds(told_opening(other).text, "no presentation context"));
  CHECK(holds(told_opening(other).advice, "query.model to patient_root"));
  CHECK(told_opening(other).node_refuses);
}

TEST_CASE("a retrieval that brings nothing is explained by what our own store saw", "[serve]") {
  const auto last = [](const RoundTrip& trip) { return told_round_trip(trip).back(); };
  const auto first = [](const RoundTrip& trip) { return told_round_trip(trip).front(); };
  CHECK(holds(first(trip(0xA801)).advice, "AE title \"HARVESTER\", this machine's address, port 11112"));
  CHECK(first(trip(0xA801)).node_refuses);
  CHECK(last(trip(0xA801)).state == StepState::skipped);
  CHECK(holds(first(trip(0xA702)).advice, "reach this one on port 11112"));
  CHECK_FALSE(first(trip(0xA702)).node_refuses);
  auto turned_away = trip(0xA702);
  turned_away.refused_associations = 1;
  turned_away.store_error = "AE title or address not accepted";
  CHECK(holds(first(turned_away).advice, "our own store turned the node away"));
  auto lost = trip(0x0000);
  lost.counts.completed = 1;
  CHECK(first(lost).state == StepState::ok);
  CHECK(holds(last(lost).text, "nobody called our store on port 11112"));
  lost.associations = 1;
  CHECK(holds(last(lost).text, "sent nothing"));
  lost.refused_objects = 1;
  lost.store_error = "the disk of the spool is full";
  CHECK(holds(last(lost).text, "disk"));
  auto nothing = trip(0x0000);
  CHECK(first(nothing).state == StepState::ok);  // counts that are not told are not zero (quirk Q34)
  nothing.counts.completed = 0;
  CHECK(holds(first(nothing).text, "success and sent nothing"));
}

TEST_CASE("an object that came counts, whatever the node said of it", "[serve]") {
  auto came = trip(0x0000);
  came.arrived = 1;
  came.reason = IntakeReason::node_test;
  CHECK(exit_code(told_round_trip(came)) == 0);
  CHECK(holds(told_round_trip(came).back().text, "ignored(node_test)"));
  came.status = dicom::DimseStatus{0xC000};
  CHECK(told_round_trip(came).front().state == StepState::note);
  CHECK(exit_code(told_round_trip(came)) == 0);
  came.reason = IntakeReason::none;
  CHECK(holds(told_round_trip(came).back().text, "a harvest was waiting for it"));
}

TEST_CASE("what harvests learnt of a node is told in words", "[serve]") {
  CHECK(in_words(harvest::Habits{}).empty());
  harvest::Habits habits;
  habits.modality_matching = harvest::Habits::Matching::unmatched;
  habits.answer_limit = 200;
  const auto words = in_words(habits);
  REQUIRE(words.size() == 2);
  CHECK(holds(words[1], "at most 200 answers"));
}

TEST_CASE("findings that prove nothing give a profile of safe defaults", "[serve]") {
  Findings nothing;
  nothing.find_study_root = nothing.move_study_root = true;
  nothing.associations = 4;
  CHECK(profile_from(nothing, base()) == base());
  CHECK(loaded(profile_text(nothing, base(), kToday)) == base());
  CHECK(loaded(renewed_text(nothing, base(), kToday)) == base());
}

TEST_CASE("what is proved of a node stands in its profile, and says why", "[serve]") {
  Findings found;
  found.find_study_root = found.find_patient_root = true;
  found.get_patient_root = true;
  found.modalities_matched = Seen::no;
  found.modality_at_study = Seen::yes;
  found.sop_classes_in_study = found.relational = Seen::yes;
  found.image_level = Seen::no;
  found.associations = 1;
  found.association_limit = true;
  const auto text = profile_text(found, base(), kToday);
  const auto profile = loaded(text);
  CHECK(profile.query.model == config::Query::Model::patient_root);
  CHECK(profile.retrieve.method == config::Retrieve::Method::c_get);
  CHECK(profile.query.modality_key == config::Query::ModalityKey::modality_at_study);
  CHECK(profile.query.sop_classes_in_study);
  CHECK(profile.query.relational);
  CHECK(profile.query.levels.size() == 2);
  CHECK(profile.pacing.associations == 1);
  CHECK(profile.remote == base().remote);
  CHECK(holds(text, "# ModalitiesInStudy is not matched"));
  CHECK(profile == loaded(renewed_text(found, base(), kToday)));
  found.modality_at_study = Seen::unknown;
  CHECK(profile_from(found, base()).query.modality_key == config::Query::ModalityKey::none);
}

}  // namespace harvester::serve
