#include "harvester/retrieve/retrieve.hpp"

#include <catch2/catch.hpp>

using namespace harvester;
using namespace harvester::retrieve;
using dicom::MoveNext;

namespace {

Situation after(MoveNext next, std::int64_t open) {
  Situation situation;
  situation.next = next;
  situation.open = open;
  return situation;
}

}  // namespace

TEST_CASE("a series is moved by its own UIDs, instances one by one", "[retrieve]") {
  Ask ask{StudyUid("1"), SeriesUid("1.2"), MoveLevel::series, {}};
  REQUIRE(move_identifiers(ask, dicom::Model::study_root).size() == 1);
  CHECK(move_identifiers(ask, dicom::Model::study_root)[0].text(dicom::tag::kQueryRetrieveLevel) == "SERIES");
  CHECK_FALSE(move_identifiers(ask, dicom::Model::study_root)[0].has(dicom::tag::kSopInstanceUid));
  ask.level = MoveLevel::image;
  ask.instances = {SopInstanceUid("1.2.3"), SopInstanceUid("1.2.4")};
  REQUIRE(move_identifiers(ask, dicom::Model::study_root).size() == 2);
  CHECK(move_identifiers(ask, dicom::Model::study_root)[1].text(dicom::tag::kSopInstanceUid) == "1.2.4");
}

TEST_CASE("a study is moved whole by its own UID alone", "[retrieve]") {
  const Ask ask{StudyUid("1"), SeriesUid("1.2"), MoveLevel::study, {SopInstanceUid("1.2.3")}, "007"};
  for (const auto model : {dicom::Model::study_root, dicom::Model::patient_root}) {
    const auto requests = move_identifiers(ask, model);
    REQUIRE(requests.size() == 1);
    CHECK(requests[0].text(dicom::tag::kQueryRetrieveLevel) == "STUDY");
    CHECK(requests[0].text(dicom::tag::kStudyInstanceUid) == "1");
    CHECK_FALSE(requests[0].has(dicom::tag::kSeriesInstanceUid));
    CHECK_FALSE(requests[0].has(dicom::tag::kSopInstanceUid));
    CHECK(requests[0].has(dicom::tag::kPatientId) == (model == dicom::Model::patient_root));
  }
}

TEST_CASE("in the Patient Root model each request tells the patient id as it was sent", "[retrieve]") {
  Ask ask{StudyUid("1"), SeriesUid("1.2"), MoveLevel::series, {}, " 007"};
  CHECK(move_identifiers(ask, dicom::Model::patient_root)[0].raw(dicom::tag::kPatientId) == " 007");
  CHECK_FALSE(move_identifiers(ask, dicom::Model::study_root)[0].has(dicom::tag::kPatientId));
  ask.level = MoveLevel::image;
  ask.instances = {SopInstanceUid("1.2.3")};
  CHECK(move_identifiers(ask, dicom::Model::patient_root)[0].raw(dicom::tag::kPatientId) == " 007");
}

TEST_CASE("instances are asked for in lists as long as the profile says", "[retrieve]") {
  const Ask ask{StudyUid("1"),
                SeriesUid("1.2"),
                MoveLevel::image,
                {SopInstanceUid("1.2.3"), SopInstanceUid("1.2.4"), SopInstanceUid("1.2.5")}};
  const auto lists = move_identifiers(ask, dicom::Model::study_root, 2);
  REQUIRE(lists.size() == 2);
  CHECK(lists[0].text(dicom::tag::kSopInstanceUid) == "1.2.3\\1.2.4");
  CHECK(lists[0].text(dicom::tag::kQueryRetrieveLevel) == "IMAGE");
  CHECK(lists[1].text(dicom::tag::kSopInstanceUid) == "1.2.5");
  CHECK(move_identifiers(ask, dicom::Model::study_root, 3).size() == 1);
  CHECK(move_identifiers(ask, dicom::Model::study_root, 0).size() == 3);
}

TEST_CASE("a node that refuses a list or sends only a part of it is asked one by one", "[retrieve]") {
  MoveCounts first_only;
  first_only.completed = 1;
  CHECK(list_answer({0xA900}, {}, 3) == ListAnswer::refused);
  CHECK(list_answer({0x0000}, first_only, 3) == ListAnswer::in_part_only);
  CHECK(list_answer({0xB000}, first_only, 3) == ListAnswer::in_part_only);
}

TEST_CASE("what says nothing of lists is no reason to ask one by one", "[retrieve]") {
  MoveCounts counts;
  CHECK(list_answer({0x0000}, counts, 3) == ListAnswer::understood);
  counts.completed = 0;
  CHECK(list_answer({0x0000}, counts, 3) == ListAnswer::understood);
  counts.completed = 1;
  counts.failed = 2;
  CHECK(list_answer({0xB000}, counts, 3) == ListAnswer::understood);
  counts.failed = 0;
  CHECK(list_answer({0xFE00}, counts, 3) == ListAnswer::understood);
  CHECK(list_answer({0xC001}, counts, 3) == ListAnswer::understood);
  CHECK(list_answer({0xA900}, {}, 1) == ListAnswer::understood);
  CHECK(list_answer({0x0000}, counts, 1) == ListAnswer::understood);
}

TEST_CASE("what arrived decides, not what the node says", "[retrieve]") {
  for (const auto next : {MoveNext::settle, MoveNext::partial, MoveNext::retry, MoveNext::failed})
    CHECK(judge(after(next, 0)) == After::finished);
  CHECK(judge(after(MoveNext::settle, 1)) == After::ask_missing);
  CHECK(judge(after(MoveNext::partial, 1)) == After::ask_missing);
  CHECK(judge(after(MoveNext::smaller_level, 1)) == After::ask_missing);
  CHECK(judge(after(MoveNext::retry, 1)) == After::try_later);
}

TEST_CASE("what is missing is asked for once in a pass, then in the next", "[retrieve]") {
  auto situation = after(MoveNext::partial, 1);
  situation.asked_for_missing = true;
  CHECK(judge(situation) == After::try_later);
}

TEST_CASE("a node that refuses is told of, one that broke is tried again, a stop stops", "[retrieve]") {
  auto situation = after(MoveNext::settle, 2);
  situation.error = ErrorKind::refused;
  CHECK(judge(situation) == After::stop_node);
  situation.error = ErrorKind::transient;
  CHECK(judge(situation) == After::try_later);
  situation.error = ErrorKind::cancelled;
  CHECK(judge(situation) == After::stopped);
  CHECK(judge(after(MoveNext::stop_and_tell, 2)) == After::stop_node);
}

TEST_CASE("a connection that broke after everything had arrived leaves nothing to do", "[retrieve]") {
  auto situation = after(MoveNext::settle, 0);
  situation.error = ErrorKind::transient;
  CHECK(judge(situation) == After::finished);
}

TEST_CASE("a series that the node does not list is finished when something came", "[retrieve]") {
  auto situation = after(MoveNext::settle, 0);
  situation.contents_known = false;
  CHECK(judge(situation) == After::try_later);
  situation.said_nothing_there = true;
  CHECK(judge(situation) == After::try_later);
  situation.earlier_attempts = 1;
  CHECK(judge(situation) == After::finished);
  situation.arrived = 1;
  CHECK(judge(situation) == After::finished);
  situation.next = MoveNext::partial;
  CHECK(judge(situation) == After::try_later);
}

TEST_CASE("a series that the node does not list is not finished while fewer came than it announced", "[retrieve]") {
  auto situation = after(MoveNext::settle, 0);
  situation.contents_known = false;
  situation.announced = 3;
  situation.arrived = 2;
  CHECK(judge(situation) == After::try_later);
  situation.arrived = 3;
  CHECK(judge(situation) == After::finished);
  situation.arrived = 0;
  situation.said_nothing_there = true;
  situation.earlier_attempts = 3;
  CHECK(judge(situation) == After::try_later);
}

TEST_CASE("why something is missing comes from a closed list", "[retrieve]") {
  Answer answer;
  CHECK(missing_reason(answer) == "not_delivered");
  answer.next = MoveNext::stop_and_tell;
  answer.status = dicom::DimseStatus{0xA801};
  CHECK(missing_reason(answer) == "move_destination_unknown");
  answer.error = Error{ErrorKind::transient, ""};
  CHECK(missing_reason(answer) == "node_unreachable");
}

TEST_CASE("what the node is silent about goes to the end of the row, and from there it is given up", "[retrieve]") {
  auto silent = after(MoveNext::settle, 1);
  silent.error = ErrorKind::transient;
  silent.silent = true;
  CHECK(judge(silent) == After::park);
  silent.parked = true;
  CHECK(judge(silent) == After::give_up);
  silent.open = 0;
  CHECK(judge(silent) == After::finished);
  auto broken_off = after(MoveNext::settle, 1);
  broken_off.error = ErrorKind::transient;
  CHECK(judge(broken_off) == After::try_later);
}

TEST_CASE("an object that did not come from a series elsewhere is offline, one without an answer stalled",
          "[retrieve]") {
  Answer answer;
  answer.error = Error{ErrorKind::transient, "moving: the node fell silent for too long", dicom::kFellSilent};
  CHECK(missing_reason(answer) == "stalled");
  CHECK(missing_reason(answer, "OFFLINE") == "offline");
  CHECK(missing_reason(answer, "ONLINE") == "stalled");
  CHECK(missing_reason(answer, "") == "stalled");
}

TEST_CASE("only a C-MOVE that is refused as such is a reason to fetch in another way", "[retrieve]") {
  const auto refused = [](std::uint16_t code) {
    Answer answer;
    answer.status = dicom::DimseStatus{code};
    return refuses_moves(answer);
  };
  for (const auto code : {0xA801, 0x0122}) CHECK(refused(static_cast<std::uint16_t>(code)));
  for (const auto code : {0x0000, 0xA701, 0xA702, 0xA900, 0xB000, 0xC000, 0xFE00, 0x0120, 0x0124, 0x0210})
    CHECK_FALSE(refused(static_cast<std::uint16_t>(code)));
  Answer answer;
  CHECK_FALSE(refuses_moves(answer));
  answer.error = Error{ErrorKind::refused, "", dicom::kNotOffered};
  CHECK(refuses_moves(answer));
  answer.error = Error{ErrorKind::refused, "", 0x0107};  // the association was rejected
  CHECK_FALSE(refuses_moves(answer));
  answer.error = Error{ErrorKind::transient, "", dicom::kFellSilent};
  CHECK_FALSE(refuses_moves(answer));
}
