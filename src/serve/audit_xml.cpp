#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "harvester/core/text.hpp"
#include "harvester/serve/audit_trail.hpp"

namespace harvester::serve::trail {
namespace {

constexpr std::size_t kLongest = 512;

/// The bytes of the UTF-8 character that begins here.
std::size_t length_of(char first) {
  const auto byte = static_cast<unsigned char>(first);
  return byte < 0x80 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4;
}

/// Characters that XML 1.0 does not have, or that the framing reserves.
bool is_dropped(std::string_view character) {
  const auto byte = static_cast<unsigned char>(character.front());
  const bool c1 = byte == 0xC2 && static_cast<unsigned char>(character[1]) < 0xA0;
  return byte < 0x20 || byte == 0x7F || c1 || character == "\xEF\xBF\xBE" || character == "\xEF\xBF\xBF";
}

std::string_view escaped(std::string_view character) {
  if (character == "&") return "&amp;";
  if (character == "<") return "&lt;";
  if (character == ">") return "&gt;";
  if (character == "\"") return "&quot;";
  return character;
}

/// The characters of any bytes that can stand in a message, as many as are let through.
template <class Take>
void each_character(std::string_view bytes, Take take) {
  const auto text = repaired_utf8(bytes);
  std::size_t taken = 0;
  for (std::size_t at = 0; at < text.size();) {
    const auto character = std::string_view(text).substr(at, length_of(text[at]));
    at += character.size();
    if (is_dropped(character)) continue;
    taken += character.size();
    if (taken > kLongest) return;
    take(character);
  }
}

std::string escaped_text(std::string_view bytes) {
  std::string out;
  each_character(bytes, [&](std::string_view character) { out += escaped(character); });
  return out;
}

std::string base64(std::string_view bytes) {
  constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    const auto count = std::min<std::size_t>(3, bytes.size() - at);
    unsigned long bits = 0;
    for (std::size_t n = 0; n < 3; ++n) bits = bits << 8 | (n < count ? static_cast<unsigned char>(bytes[at + n]) : 0u);
    for (std::size_t n = 0; n < 4; ++n) out += n <= count ? kDigits[bits >> (18 - 6 * n) & 63] : '=';
  }
  return out;
}

std::string attribute(std::string_view name, std::string_view value) {
  return fmt::format(" {}=\"{}\"", name, escaped_text(value));
}

/// Nothing where there is no value.
std::string optional_attribute(std::string_view name, std::string_view value) {
  return value.empty() ? std::string() : attribute(name, value);
}

std::string coded(std::string_view element, const Code& code) {
  return fmt::format("<{}{}{}{}/>", element, attribute("csd-code", code.value),
                     attribute("codeSystemName", code.system), attribute("originalText", code.meaning));
}

std::string event_of(const Message& message) {
  auto out = fmt::format("<EventIdentification{}{}{}>", attribute("EventActionCode", std::string(1, message.action)),
                         attribute("EventDateTime", utc_text(message.at)),
                         attribute("EventOutcomeIndicator", std::to_string(static_cast<int>(message.outcome))));
  out += coded("EventID", message.event);
  if (message.type) out += coded("EventTypeCode", *message.type);
  if (!message.outcome_text.empty())
    out += fmt::format("<EventOutcomeDescription>{}</EventOutcomeDescription>", escaped_text(message.outcome_text));
  return out + "</EventIdentification>";
}

bool is_ip_address(const std::string& text) {
  std::array<unsigned char, 16> bytes{};
  return ::inet_pton(AF_INET, text.c_str(), bytes.data()) == 1 ||
         ::inet_pton(AF_INET6, text.c_str(), bytes.data()) == 1;
}

std::string access_point(const std::string& address) {
  if (address.empty()) return "";
  return attribute("NetworkAccessPointID", address) +
         attribute("NetworkAccessPointTypeCode", is_ip_address(address) ? "2" : "1");
}

std::string participant_of(const Participant& who) {
  auto out =
      fmt::format("<ActiveParticipant{}{}{}{}{}>", attribute("UserID", who.user_id),
                  optional_attribute("AlternativeUserID", who.alternative_id), optional_attribute("UserName", who.name),
                  attribute("UserIsRequestor", who.is_requestor ? "true" : "false"), access_point(who.address));
  for (const auto& role : who.roles) out += coded("RoleIDCode", role);
  if (who.media) out += fmt::format("<MediaIdentifier>{}</MediaIdentifier>", coded("MediaType", *who.media));
  return out + "</ActiveParticipant>";
}

std::string source_of(const Source& source) {
  constexpr const char* kApplicationServer = "4";
  return fmt::format("<AuditSourceIdentification{}{}><AuditSourceTypeCode{}/></AuditSourceIdentification>",
                     optional_attribute("AuditEnterpriseSiteID", source.site), attribute("AuditSourceID", source.id),
                     attribute("csd-code", kApplicationServer));
}

std::string classes_of(const std::vector<SopClass>& classes) {
  if (classes.empty()) return "";
  std::string out = "<ParticipantObjectDescription>";
  for (const auto& each : classes)
    out += fmt::format("<SOPClass{}{}/>", optional_attribute("UID", each.uid),
                       attribute("NumberOfInstances", std::to_string(each.instances)));
  return out + "</ParticipantObjectDescription>";
}

std::string object_of(const Object& object) {
  auto out = fmt::format("<ParticipantObjectIdentification{}{}{}>", attribute("ParticipantObjectID", object.id),
                         attribute("ParticipantObjectTypeCode", std::to_string(object.type)),
                         attribute("ParticipantObjectTypeCodeRole", std::to_string(object.role)));
  out += coded("ParticipantObjectIDTypeCode", object.id_type);
  if (object.query)
    out += fmt::format("<ParticipantObjectQuery>{}</ParticipantObjectQuery>", base64(*object.query));
  else
    out += fmt::format("<ParticipantObjectName>{}</ParticipantObjectName>", escaped_text(object.name));
  for (const auto& [type, value] : object.details)
    out += fmt::format("<ParticipantObjectDetail{}{}/>", attribute("type", type),
                       attribute("value", base64(std::string_view(value).substr(0, kLongest / 2))));
  return out + classes_of(object.classes) + "</ParticipantObjectIdentification>";
}

/// A field of the header (RFC 5424 6.2): visible ASCII, "-" where there is none.
std::string field(std::string_view text, std::size_t longest) {
  std::string out;
  for (const char c : text.substr(0, longest))
    if (c > 0x20 && c < 0x7F) out += c;
  return out.empty() ? "-" : out;
}

}  // namespace

std::string xml(const Message& message, const Source& source) {
  std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><AuditMessage>";
  out += event_of(message);
  for (const auto& who : message.participants) out += participant_of(who);
  out += source_of(source);
  for (const auto& object : message.objects) out += object_of(object);
  return out + "</AuditMessage>";
}

std::string syslog(const Message& message, const Source& source, const Self& self) {
  constexpr int kSecurity = 10, kNotice = 5, kWarning = 4;
  const int severity = message.outcome == Outcome::success ? kNotice : kWarning;
  return fmt::format("<{}>1 {} {} pacs-harvester {} DICOM+RFC3881 - \xEF\xBB\xBF{}", kSecurity * 8 + severity,
                     utc_text(message.at), field(self.host, 255), field(self.process, 128), xml(message, source));
}

}  // namespace harvester::serve::trail
