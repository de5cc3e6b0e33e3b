#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harvester/core/clock.hpp"

/// Audit messages of DICOM (PS3.15 A.5): what happened, as structs, and their text. Pure.
///
/// What is withheld (G9): of patients nothing is told but Study Instance UIDs, which the messages cannot do without.
/// Where the standard asks for a Patient ID, for the name of a study, or for the data set of a query, they say so:
/// kWithheld, or nothing at all as the data set.
namespace harvester::serve::trail {

inline constexpr const char* kWithheld = "<withheld>";
inline constexpr const char* kUnknown = "<unknown>";

/// A coded value (PS3.15 A.5.1, CodedValueType).
struct Code {
  std::string_view value{};
  std::string_view system{};
  std::string_view meaning{};
};

/// EventOutcomeIndicator (PS3.15 A.5.2).
enum class Outcome {
  success = 0,
  minor = 4,    ///< what was done is done again, or was kept off
  serious = 8,  ///< what was done ended without its purpose
  major = 12    ///< it cannot be done any more
};

/// Who took part.
struct Participant {
  std::string user_id{};
  std::string alternative_id{};
  std::string name{};
  bool is_requestor = false;
  std::vector<Code> roles{};
  std::optional<Code> media{};
  std::string address{};  ///< IP address or host name; empty: not told
};

struct SopClass {
  std::string uid{};  ///< empty: not told
  std::int64_t instances = 0;
};

/// What it was about.
struct Object {
  int type = 0;  ///< 1 person, 2 system object
  int role = 0;  ///< PS3.15 A.5.1.2.2
  Code id_type{};
  std::string id{};
  std::string name{};                                          ///< told where there is no query
  std::optional<std::string> query{};                          ///< bytes
  std::vector<std::pair<std::string, std::string>> details{};  ///< type and bytes
  std::vector<SopClass> classes{};
};

struct Message {
  Code event{};
  std::optional<Code> type{};
  char action = 'E';  ///< Create, Read, Update, Delete, Execute
  Outcome outcome = Outcome::success;
  std::string outcome_text{};
  Instant at{};
  std::vector<Participant> participants{};
  std::vector<Object> objects{};
};

/// Who tells it.
struct Source {
  std::string id{};    ///< AuditSourceID
  std::string site{};  ///< AuditEnterpriseSiteID; empty: not told
};

/// The XML text (PS3.15 A.5.1), one line. Values may be any bytes: what is no UTF-8 is replaced, control characters are
/// left out, no value is longer than 512 bytes.
[[nodiscard]] std::string xml(const Message& message, const Source& source);

/// This process.
struct Self {
  std::string host{};
  std::string process{};  ///< its number, as in the journal
};

/// The syslog message (RFC 5424) that holds the XML text, as PS3.15 A.6 and A.7 want it: facility 10, severity 5, or 4
/// where the outcome is no success, MSGID DICOM+RFC3881; UTF-8 with its mark; no line end.
[[nodiscard]] std::string syslog(const Message& message, const Source& source, const Self& self);

/// One side of an association.
struct Side {
  std::string title{};
  std::string address{};
};

/// The daemon began or ended. `titles`: of its stores.
struct Activity {
  bool starts = true;
  std::vector<std::string> titles{};
};

/// We asked a node over an association that has ended.
struct Query {
  std::string own_title{};
  Side node{};
  std::string sop_class{};  ///< of the query model
  std::string by{};         ///< as asked_by() says it
  int queries = 0;
  bool cut_off = false;  ///< the association did not end in order
};

/// Patient data was written into a file.
struct Export {
  std::string by{};
  std::string format{};
  std::string what{};
};

/// Somebody was shown patient data of a study.
struct Access {
  std::string by{};
  std::string study{};
};

/// Somebody was not let in, or did not let us in.
struct Refusal {
  Side peer{};
  std::string why{};
};

[[nodiscard]] Message message(const Activity& activity, const Self& self, Instant at);
[[nodiscard]] Message message(const Query& query, const Self& self, Instant at);
[[nodiscard]] Message message(const Export& written, const Self& self, Instant at);
[[nodiscard]] Message message(const Access& access, const Self& self, Instant at);
[[nodiscard]] Message message(const Refusal& refusal, const Self& self, Instant at);

/// Objects came over an association that has ended.
struct Transfer {
  Side from{};
  std::string own_title{};
  bool asked_for = false;    ///< by us, by C-MOVE or C-GET
  std::string outcome{};     ///< how the association ended; `released`: in order
  std::int64_t refused = 0;  ///< objects that were not kept
};

/// Objects of one class of one study.
struct Part {
  std::string study{};
  bool held = false;  ///< they had come before
  SopClass sop_class{};
};

/// Makes messages of the parts of one transfer, which come in the order of study and `held`. A message may speak of one
/// patient only (PS3.15 A.5.3.7), and a study has one: each study has a message of its own, and one that had come
/// before another; a further one where it has so many classes that the message would grow beyond 32 kB.
class TransferMessages {
 public:
  TransferMessages(Transfer transfer, Self self, Instant at, std::function<void(const Message&)> tell);

  void add(const Part& part);

  /// To be called after the last one.
  void finish();

 private:
  void tell_present();
  [[nodiscard]] Message transferred(const std::string& uid, bool held, std::vector<SopClass> classes, Outcome outcome,
                                    const std::string& text) const;

  const Transfer transfer_;
  const Self self_;
  const Instant at_;
  const std::function<void(const Message&)> tell_;
  Part present_{};
  std::vector<SopClass> classes_{};
};

}  // namespace harvester::serve::trail
