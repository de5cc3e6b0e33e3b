#include "harvester/serve/audit_trail.hpp"

#include <catch2/catch.hpp>

#include "support/audit_collector.hpp"

using namespace harvester;
using namespace harvester::serve;

namespace {

const trail::Source kSource{"harvester-1", "North"};
const trail::Self kSelf{"dose.example.org", "4711"};
const Instant kAt = *parse_utc("2026-11-30T10:25:03.123Z");
const trail::Side kNode{"MAINPACS", "10.1.2.3"};

bool holds(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

int count_of(const std::string& text, const std::string& part) {
  int count = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

std::string xml(const trail::Message& message) { return trail::xml(message, kSource); }

template <class Event>
std::string text_of(const Event& event) {
  return xml(trail::message(event, kSelf, kAt));
}

std::string code(const std::string& element, const std::string& value, const std::string& system,
                 const std::string& meaning) {
  return "<" + element + " csd-code=\"" + value + "\" codeSystemName=\"" + system + "\" originalText=\"" + meaning +
         "\"/>";
}

std::string dcm(const std::string& element, const std::string& value, const std::string& meaning) {
  return code(element, value, "DCM", meaning);
}

const std::string kPatient =
    "<ParticipantObjectIdentification ParticipantObjectID=\"&lt;withheld&gt;\" ParticipantObjectTypeCode=\"1\""
    " ParticipantObjectTypeCodeRole=\"1\">" +
    code("ParticipantObjectIDTypeCode", "2", "RFC-3881", "Patient Number") +
    "<ParticipantObjectName>&lt;withheld&gt;</ParticipantObjectName></ParticipantObjectIdentification>";

std::vector<std::string> texts_of(const trail::Transfer& transfer, const std::vector<trail::Part>& parts) {
  std::vector<std::string> texts;
  trail::TransferMessages messages(transfer, kSelf, kAt,
                                   [&](const trail::Message& message) { texts.push_back(xml(message)); });
  for (const auto& part : parts) messages.add(part);
  messages.finish();
  return texts;
}

const trail::Transfer kPushed{kNode, "HARVESTERNATIVE", false, "released", 0};

trail::Query asked() { return {"HARVESTER", kNode, "1.2.840.10008.5.1.4.1.2.2.1", "user anna", 12, false}; }

}  // namespace

TEST_CASE("audit trail: the start of the daemon, word by word", "[serve]") {
  CHECK(text_of(trail::Activity{true, {"HARVESTER", "HARVESTERNATIVE"}}) ==
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><AuditMessage>"
        "<EventIdentification EventActionCode=\"E\" EventDateTime=\"2026-11-30T10:25:03.123Z\""
        " EventOutcomeIndicator=\"0\">" +
            dcm("EventID", "110100", "Application Activity") + dcm("EventTypeCode", "110120", "Application Start") +
            "</EventIdentification>"
            "<ActiveParticipant UserID=\"4711\" AlternativeUserID=\"AETITLES=HARVESTER;HARVESTERNATIVE\""
            " UserName=\"pacs-harvester\" UserIsRequestor=\"false\" NetworkAccessPointID=\"dose.example.org\""
            " NetworkAccessPointTypeCode=\"1\">" +
            dcm("RoleIDCode", "110150", "Application") +
            "</ActiveParticipant>"
            "<AuditSourceIdentification AuditEnterpriseSiteID=\"North\" AuditSourceID=\"harvester-1\">"
            "<AuditSourceTypeCode csd-code=\"4\"/></AuditSourceIdentification></AuditMessage>");
  CHECK(holds(text_of(trail::Activity{false, {}}), dcm("EventTypeCode", "110121", "Application Stop")));
}

TEST_CASE("audit trail: a query names both sides and who wanted it, and nothing of what was asked", "[serve]") {
  const auto text = text_of(asked());
  CHECK(holds(text, dcm("EventID", "110112", "Query")));
  CHECK(holds(text, "EventOutcomeIndicator=\"0\""));
  CHECK(holds(text,
              "<ActiveParticipant UserID=\"4711\" AlternativeUserID=\"AETITLES=HARVESTER\""
              " UserName=\"pacs-harvester\" UserIsRequestor=\"false\" NetworkAccessPointID=\"dose.example.org\""
              " NetworkAccessPointTypeCode=\"1\">" +
                  dcm("RoleIDCode", "110153", "Source Role ID")));
  CHECK(holds(text,
              "<ActiveParticipant UserID=\"MAINPACS\" AlternativeUserID=\"AETITLES=MAINPACS\""
              " UserIsRequestor=\"false\" NetworkAccessPointID=\"10.1.2.3\" NetworkAccessPointTypeCode=\"2\">" +
                  dcm("RoleIDCode", "110152", "Destination Role ID")));
  CHECK(holds(text,
              "<ActiveParticipant UserID=\"anna@dose.example.org\" UserName=\"user anna\""
              " UserIsRequestor=\"true\">"));
  CHECK(holds(text,
              "ParticipantObjectID=\"1.2.840.10008.5.1.4.1.2.2.1\" ParticipantObjectTypeCode=\"2\""
              " ParticipantObjectTypeCodeRole=\"3\">" +
                  dcm("ParticipantObjectIDTypeCode", "110181", "SOP Class UID") +
                  "<ParticipantObjectQuery></ParticipantObjectQuery>"
                  "<ParticipantObjectDetail type=\"TransferSyntax\" value=\"MS4yLjg0MC4xMDAwOC4xLjI=\"/>"
                  "<ParticipantObjectDetail type=\"Queries\" value=\"MTI=\"/>"));
}

TEST_CASE("audit trail: a query whose association broke is a minor failure", "[serve]") {
  auto query = asked();
  query.cut_off = true;
  const auto text = text_of(query);
  CHECK(holds(text, "EventOutcomeIndicator=\"4\""));
  CHECK(holds(text, "<EventOutcomeDescription>the association was aborted</EventOutcomeDescription>"));
}

TEST_CASE("audit trail: exactly one participant is the requestor: a person, a schedule, a name on the page, or we",
          "[serve]") {
  const auto of = [](const std::string& by) {
    auto query = asked();
    query.by = by;
    const auto text = text_of(query);
    CHECK(count_of(text, "UserIsRequestor=\"true\"") == 1);
    return text;
  };
  CHECK(holds(of("schedule main/nightly"), "UserID=\"schedule main/nightly\""));
  CHECK(holds(of("page physics"), "UserID=\"page physics\""));
  CHECK(holds(of("page "), "UserID=\"page\""));
  CHECK(count_of(of("daemon"), "<ActiveParticipant") == 2);
}

TEST_CASE("audit trail: a study that came, with its classes, and a patient who is withheld", "[serve]") {
  const auto texts = texts_of(kPushed, {{"1.2.3", false, {"1.2.840.10008.5.1.4.1.1.88.67", 2}},
                                        {"1.2.3", false, {"1.2.840.10008.5.1.4.1.1.2", 40}}});
  REQUIRE(texts.size() == 1);
  const auto& text = texts.front();
  CHECK(holds(text, "EventActionCode=\"C\""));
  CHECK(holds(text, "EventOutcomeIndicator=\"0\""));
  CHECK(holds(text, dcm("EventID", "110104", "DICOM Instances Transferred")));
  CHECK(holds(text,
              "<ActiveParticipant UserID=\"MAINPACS\" AlternativeUserID=\"AETITLES=MAINPACS\""
              " UserIsRequestor=\"true\" NetworkAccessPointID=\"10.1.2.3\" NetworkAccessPointTypeCode=\"2\">" +
                  dcm("RoleIDCode", "110153", "Source Role ID")));
  CHECK(holds(text,
              "AlternativeUserID=\"AETITLES=HARVESTERNATIVE\" UserName=\"pacs-harvester\""
              " UserIsRequestor=\"false\""));
  CHECK(holds(text,
              "<ParticipantObjectIdentification ParticipantObjectID=\"1.2.3\" ParticipantObjectTypeCode=\"2\""
              " ParticipantObjectTypeCodeRole=\"3\">" +
                  dcm("ParticipantObjectIDTypeCode", "110180", "Study Instance UID") +
                  "<ParticipantObjectName>&lt;withheld&gt;</ParticipantObjectName><ParticipantObjectDescription>"
                  "<SOPClass UID=\"1.2.840.10008.5.1.4.1.1.88.67\" NumberOfInstances=\"2\"/>"
                  "<SOPClass UID=\"1.2.840.10008.5.1.4.1.1.2\" NumberOfInstances=\"40\"/>"
                  "</ParticipantObjectDescription></ParticipantObjectIdentification>" +
                  kPatient));
}

TEST_CASE("audit trail: each study has a message of its own, what was held already another, what was refused a third",
          "[serve]") {
  auto transfer = kPushed;
  transfer.refused = 3;
  const auto texts =
      texts_of(transfer, {{"1.2.3", false, {"1.2", 1}}, {"1.2.3", true, {"1.2", 5}}, {"1.2.4", false, {"1.2", 1}}});
  REQUIRE(texts.size() == 4);
  CHECK(holds(texts[1], "EventActionCode=\"R\""));
  CHECK(holds(texts[1], "NumberOfInstances=\"5\""));
  CHECK(holds(texts[2], "ParticipantObjectID=\"1.2.4\""));
  CHECK(holds(texts[3], "EventOutcomeIndicator=\"8\""));
  CHECK(holds(texts[3], "ParticipantObjectID=\"&lt;unknown&gt;\""));
  CHECK(holds(texts[3], "<SOPClass NumberOfInstances=\"3\"/>"));
  CHECK(texts_of(kPushed, {}).empty());
}

TEST_CASE("audit trail: what we asked for has us as the requestor, an association cut off is a minor failure",
          "[serve]") {
  auto transfer = kPushed;
  transfer.asked_for = true;
  transfer.outcome = "aborted";
  const auto text = texts_of(transfer, {{"1.2.3", false, {"1.2", 1}}}).front();
  CHECK(holds(text, "UserName=\"pacs-harvester\" UserIsRequestor=\"true\""));
  CHECK(count_of(text, "UserIsRequestor=\"true\"") == 1);
  CHECK(holds(text, "EventOutcomeIndicator=\"4\""));
  CHECK(holds(text, "the association ended as: aborted"));
}

TEST_CASE("audit trail: one study keeps to 2048 bytes, and no number of classes grows beyond 32 kB", "[serve]") {
  std::vector<trail::Part> parts{{std::string(64, '1'), false, {std::string(64, '1'), 1000000}}};
  trail::Message one;
  trail::TransferMessages single(kPushed, kSelf, kAt, [&](const trail::Message& message) { one = message; });
  single.add(parts.front());
  single.finish();
  CHECK(trail::syslog(one, kSource, kSelf).size() <= 2048);
  for (int n = 0; n < 1000; ++n) parts.push_back(parts.front());
  const auto texts = texts_of(kPushed, parts);
  CHECK(texts.size() == 6);
  int classes = 0;
  for (const auto& text : texts) {
    CHECK(text.size() < 32000);
    classes += count_of(text, "<SOPClass ");
  }
  CHECK(classes == 1001);
}

TEST_CASE("audit trail: an export tells who wrote what, and of no patient", "[serve]") {
  const auto text = text_of(trail::Export{"user anna", "csv", "ct"});
  CHECK(holds(text, "EventActionCode=\"R\""));
  CHECK(holds(text, dcm("EventID", "110106", "Export")));
  CHECK(holds(text,
              "<ActiveParticipant UserID=\"anna@dose.example.org\" UserName=\"user anna\""
              " UserIsRequestor=\"true\">" +
                  dcm("RoleIDCode", "110153", "Source Role ID")));
  CHECK(holds(text, "<ActiveParticipant UserID=\"urn:x-pacs-harvester:export:csv:ct\" UserIsRequestor=\"false\">" +
                        dcm("RoleIDCode", "110154", "Destination Media") + "<MediaIdentifier>" +
                        dcm("MediaType", "110037", "URI") + "</MediaIdentifier>"));
  CHECK(holds(text, kPatient));
  CHECK(count_of(text, "UserIsRequestor=\"true\"") == 1);
}

TEST_CASE("audit trail: who looked at a study on the page", "[serve]") {
  const auto text = text_of(trail::Access{"page physics", "1.2.3"});
  CHECK(holds(text, dcm("EventID", "110103", "DICOM Instances Accessed")));
  CHECK(holds(text, "UserID=\"page physics\" UserName=\"page physics\" UserIsRequestor=\"true\""));
  CHECK(holds(text, "ParticipantObjectID=\"1.2.3\""));
  CHECK(holds(text, kPatient));
}

TEST_CASE("audit trail: who is not let in is a security alert that did no harm", "[serve]") {
  const auto text = text_of(trail::Refusal{{"INTRUDER", "10.9.9.9"}, "not accepted"});
  CHECK(holds(text, "EventOutcomeIndicator=\"4\""));
  CHECK(
      holds(text, dcm("EventID", "110113", "Security Alert") + dcm("EventTypeCode", "110126", "Node Authentication")));
  CHECK(holds(text,
              "UserID=\"INTRUDER\" AlternativeUserID=\"AETITLES=INTRUDER\" UserIsRequestor=\"false\""
              " NetworkAccessPointID=\"10.9.9.9\""));
  CHECK(holds(text,
              "ParticipantObjectID=\"10.9.9.9\" ParticipantObjectTypeCode=\"2\""
              " ParticipantObjectTypeCodeRole=\"13\">" +
                  dcm("ParticipantObjectIDTypeCode", "110182", "Node ID") +
                  "<ParticipantObjectName>INTRUDER</ParticipantObjectName>"
                  "<ParticipantObjectDetail type=\"Alert Description\" value=\"bm90IGFjY2VwdGVk\"/>"));
  CHECK(holds(text_of(trail::Refusal{{"", "10.9.9.9"}, "no TLS"}),
              "<ActiveParticipant UserID=\"10.9.9.9\""
              " UserIsRequestor=\"false\""));
}

TEST_CASE("audit trail: every kind of message is valid by the schema of PS3.15 A.5.1", "[serve]") {
  auto cut = asked();
  cut.cut_off = true;
  auto transfer = kPushed;
  transfer.refused = 3;
  auto texts = texts_of(transfer, {{"1.2.3", false, {"1.2", 1}}, {"", true, {"1.2", 5}}});
  for (const auto& text : {text_of(trail::Activity{true, {"A"}}), text_of(trail::Activity{false, {}}), text_of(asked()),
                           text_of(cut), text_of(trail::Export{"", "", ""}), text_of(trail::Access{"page", "1.2"}),
                           text_of(trail::Refusal{kNode, "why"}), text_of(trail::Refusal{{"", "10.1.1.1"}, ""}),
                           trail::xml(trail::message(trail::Activity{}, kSelf, kAt), {"a", ""})})
    texts.push_back(text);
  CHECK(tests::faults_of(texts) == "");
  CHECK(tests::faults_of({"<AuditMessage/>"}) != "");
}

TEST_CASE("audit trail: no bytes of a peer break the XML", "[serve]") {
  const std::string awkward = "A\"<&>'\xFF\x01\n\t\xC2\x85\xEF\xBF\xBF\xEF\xBB\xBF" + std::string(1, '\0') + "Z";
  const auto text = text_of(trail::Refusal{{awkward, awkward}, awkward});
  CHECK(holds(text, "<ParticipantObjectName>A&quot;&lt;&amp;&gt;'\xEF\xBF\xBD\xEF\xBB\xBFZ</ParticipantObjectName>"));
  CHECK(text.find_first_of(std::string("\x01\n\t\0", 4)) == std::string::npos);
  std::string all_bytes;
  for (int n = 0; n < 256; ++n) all_bytes.push_back(static_cast<char>(n));
  CHECK(tests::faults_of({text, text_of(trail::Refusal{{all_bytes, all_bytes}, all_bytes}),
                          text_of(trail::Export{all_bytes, all_bytes, all_bytes})}) == "");
}

TEST_CASE("audit trail: a long value is cut between characters", "[serve]") {
  std::string umlauts;
  for (int n = 0; n < 1000; ++n) umlauts += "x\xC3\xBC";
  const auto text = text_of(trail::Refusal{{umlauts, "10.1.1.1"}, umlauts});
  CHECK(text.size() < 4096);
  CHECK(tests::faults_of({text}) == "");
}

TEST_CASE("audit trail: the frame is RFC 5424's, one line, with the mark of UTF-8", "[serve]") {
  const auto told = trail::message(trail::Activity{true, {}}, kSelf, kAt);
  CHECK(trail::syslog(told, kSource, kSelf) ==
        "<85>1 2026-11-30T10:25:03.123Z dose.example.org pacs-harvester 4711 DICOM+RFC3881 - \xEF\xBB\xBF" + xml(told));
  const auto alert = trail::message(trail::Refusal{kNode, "line\nend"}, kSelf, kAt);
  const auto framed = trail::syslog(alert, kSource, {"no host\n", ""});
  CHECK(holds(framed, "<84>1 2026-11-30T10:25:03.123Z nohost pacs-harvester - DICOM+RFC3881 - \xEF\xBB\xBF<?xml"));
  CHECK(framed.find('\n') == std::string::npos);
}
