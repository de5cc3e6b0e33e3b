#include "harvester/serve/audit_trail.hpp"

#include <fmt/format.h>

#include "harvester/core/text.hpp"

namespace harvester::serve::trail {
namespace {

constexpr std::string_view kDicom = "DCM", kRfc = "RFC-3881";

// PS3.16 CID 400 to 405; the numbers of RFC 3881 as PS3.15 A.5.1.2.4 has them.
constexpr Code kApplicationActivity{"110100", kDicom, "Application Activity"};
constexpr Code kInstancesAccessed{"110103", kDicom, "DICOM Instances Accessed"};
constexpr Code kInstancesTransferred{"110104", kDicom, "DICOM Instances Transferred"};
constexpr Code kExport{"110106", kDicom, "Export"};
constexpr Code kQuery{"110112", kDicom, "Query"};
constexpr Code kSecurityAlert{"110113", kDicom, "Security Alert"};
constexpr Code kStart{"110120", kDicom, "Application Start"};
constexpr Code kStop{"110121", kDicom, "Application Stop"};
constexpr Code kNodeAuthentication{"110126", kDicom, "Node Authentication"};
constexpr Code kApplication{"110150", kDicom, "Application"};
constexpr Code kDestination{"110152", kDicom, "Destination Role ID"};
constexpr Code kSource{"110153", kDicom, "Source Role ID"};
constexpr Code kDestinationMedia{"110154", kDicom, "Destination Media"};
constexpr Code kUri{"110037", kDicom, "URI"};
constexpr Code kStudyUid{"110180", kDicom, "Study Instance UID"};
constexpr Code kClassUid{"110181", kDicom, "SOP Class UID"};
constexpr Code kNodeId{"110182", kDicom, "Node ID"};
constexpr Code kPatientNumber{"2", kRfc, "Patient Number"};

constexpr int kPerson = 1, kSystemObject = 2;
constexpr int kPatientRole = 1, kReportRole = 3, kSecurityResource = 13;

constexpr const char* kImplicitLittleEndian = "1.2.840.10008.1.2";
constexpr const char* kDaemon = "daemon";

/// AE titles of a participant (PS3.15 A.5.2.2).
std::string titles_text(const std::vector<std::string>& titles) {
  return titles.empty() ? std::string() : fmt::format("AETITLES={}", join(titles, ";"));
}

Participant ourselves(const Self& self, const std::vector<std::string>& titles, const std::vector<Code>& roles) {
  return {self.process, titles_text(titles), "pacs-harvester", false, roles, {}, self.host};
}

Participant node(const Side& side, const std::vector<Code>& roles) {
  const auto& name = side.title.empty() ? side.address : side.title;
  const auto titles = side.title.empty() ? std::vector<std::string>() : std::vector<std::string>{side.title};
  return {name, titles_text(titles), "", false, roles, {}, side.address};
}

/// Who asked for it: a user of this machine as login@host (PS3.15 A.5.2.1), or a schedule, or a name on the page.
Participant person(const std::string& by, const Self& self, const std::vector<Code>& roles) {
  constexpr std::string_view kUser = "user ";
  const auto words = std::string(trimmed(by));
  const auto id = words.starts_with(kUser) ? fmt::format("{}@{}", words.substr(kUser.size()), self.host) : words;
  return {id.empty() ? kUnknown : id, "", words, true, roles, {}, ""};
}

Object patient() { return {kPerson, kPatientRole, kPatientNumber, kWithheld, kWithheld, {}, {}, {}}; }

Object study(const std::string& uid, std::vector<SopClass> classes) {
  return {kSystemObject, kReportRole, kStudyUid, uid.empty() ? kUnknown : uid, kWithheld, {}, {}, std::move(classes)};
}

/// What was asked of the node; the data sets are withheld.
Object asked(const Query& query) {
  return {kSystemObject,
          kReportRole,
          kClassUid,
          query.sop_class,
          "",
          "",
          {{"TransferSyntax", kImplicitLittleEndian}, {"Queries", std::to_string(query.queries)}},
          {}};
}

}  // namespace

Message message(const Activity& activity, const Self& self, Instant at) {
  return {kApplicationActivity,
          activity.starts ? kStart : kStop,
          'E',
          Outcome::success,
          "",
          at,
          {ourselves(self, activity.titles, {kApplication})},
          {}};
}

Message message(const Query& query, const Self& self, Instant at) {
  Message told{kQuery, {}, 'E', Outcome::success, "", at, {}, {asked(query)}};
  told.participants = {ourselves(self, {query.own_title}, {kSource}), node(query.node, {kDestination})};
  if (query.by == kDaemon)
    told.participants.front().is_requestor = true;
  else
    told.participants.push_back(person(query.by, self, {}));
  if (query.cut_off) {
    told.outcome = Outcome::minor;
    told.outcome_text = "the association was aborted";
  }
  return told;
}

Message message(const Export& written, const Self& self, Instant at) {
  Message told{kExport, {}, 'R', Outcome::success, "", at, {}, {patient()}};
  const auto what = written.what.empty() ? "studies" : written.what;
  const auto media = fmt::format("urn:x-pacs-harvester:export:{}:{}", written.format, what);
  told.participants = {person(written.by, self, {kSource}),
                       ourselves(self, {}, {kSource}),
                       {media, "", "", false, {kDestinationMedia}, kUri, ""}};
  return told;
}

Message message(const Access& access, const Self& self, Instant at) {
  return {kInstancesAccessed,
          {},
          'R',
          Outcome::success,
          "",
          at,
          {person(access.by, self, {})},
          {study(access.study, {}), patient()}};
}

Message message(const Refusal& refusal, const Self& self, Instant at) {
  Message told{kSecurityAlert, kNodeAuthentication, 'E', Outcome::minor, refusal.why, at, {}, {}};
  told.participants = {ourselves(self, {}, {}), node(refusal.peer, {})};
  const auto& name = refusal.peer.title.empty() ? refusal.peer.address : refusal.peer.title;
  told.objects = {{kSystemObject,
                   kSecurityResource,
                   kNodeId,
                   refusal.peer.address,
                   name,
                   {},
                   {{"Alert Description", refusal.why}},
                   {}}};
  return told;
}

TransferMessages::TransferMessages(Transfer transfer, Self self, Instant at, std::function<void(const Message&)> tell)
    : transfer_(std::move(transfer)), self_(std::move(self)), at_(at), tell_(std::move(tell)) {}

void TransferMessages::add(const Part& part) {
  constexpr std::size_t kMostClasses = 200;  // each takes some 110 bytes
  if (part.study != present_.study || part.held != present_.held || classes_.size() >= kMostClasses) tell_present();
  present_ = part;
  classes_.push_back(part.sop_class);
}

void TransferMessages::finish() {
  tell_present();
  if (transfer_.refused > 0)
    tell_(transferred("", false, {{"", transfer_.refused}}, Outcome::serious, "objects were refused"));
}

void TransferMessages::tell_present() {
  if (classes_.empty()) return;
  const bool whole = transfer_.outcome == "released";
  tell_(transferred(present_.study, present_.held, std::exchange(classes_, {}),
                    whole ? Outcome::success : Outcome::minor,
                    whole ? "" : fmt::format("the association ended as: {}", transfer_.outcome)));
}

Message TransferMessages::transferred(const std::string& uid, bool held, std::vector<SopClass> classes, Outcome outcome,
                                      const std::string& text) const {
  Message told{kInstancesTransferred, {}, held ? 'R' : 'C', outcome, text, at_, {}, {}};
  told.participants = {node(transfer_.from, {kSource}), ourselves(self_, {transfer_.own_title}, {kDestination})};
  told.participants[transfer_.asked_for ? 1 : 0].is_requestor = true;
  told.objects = {study(uid, std::move(classes)), patient()};
  return told;
}

}  // namespace harvester::serve::trail
