#include "session.hpp"

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>

#include <algorithm>
#include <condition_variable>

#include "harvester/core/sop_classes.hpp"

namespace harvester::simulation {
namespace {

namespace tag = dicom::tag;
using dicom::DimseStatus;
using Kind = PacsEvent::Kind;

constexpr DimseStatus kSuccess{0x0000};
constexpr DimseStatus kPending{0xFF00};
constexpr std::uint16_t kCancelled = 0xFE00;
constexpr std::uint16_t kUnableToProcess = 0xC000;
constexpr std::uint16_t kNoAnswer = 0xFFFF;
constexpr auto kRound = std::chrono::seconds(60);  ///< of waiting for a request

bool is_patient_root(const std::string& sop_class) { return sop_class.starts_with("1.2.840.10008.5.1.4.1.2.1."); }
bool is_study_root(const std::string& sop_class) { return sop_class.starts_with("1.2.840.10008.5.1.4.1.2.2."); }

/// An arriving object, in memory.
class MemorySink final : public dicom::DatasetSink {
 public:
  Status write(std::span<const std::byte> bytes) override {
    data.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    return ok();
  }
  std::string data;
};

/// A query/retrieve class of this kind: ".2" C-MOVE, ".3" C-GET.
bool is_retrieve(const std::string& sop_class, const char* kind) {
  return (is_patient_root(sop_class) || is_study_root(sop_class)) && sop_class.ends_with(kind);
}

bool accepts(const Quirks& quirks, const std::string& sop_class) {
  if (is_retrieve(sop_class, ".2") && quirks.move_service == MoveService::not_accepted) return false;
  if (is_retrieve(sop_class, ".3") && !quirks.get_service) return false;
  if (sop_class == sop_class::kVerification) return quirks.verification != Verification::not_accepted;
  if (is_study_root(sop_class)) return quirks.study_root;
  return quirks.patient_root || !is_patient_root(sop_class);
}

/// Extended negotiation of a query/retrieve class (PS3.4 C.5.1.1.1): of what was asked for only relational queries.
std::vector<std::uint8_t> extended_answer(const Quirks& quirks, std::vector<std::uint8_t> asked) {
  for (std::size_t n = 0; n < asked.size(); ++n) {
    const bool relational = n == 0 && asked[n] != 0 && quirks.relational != Relational::refused;
    asked[n] = relational ? 1 : 0;
  }
  return asked;
}

}  // namespace

dicom::Negotiation negotiated(const Quirks& quirks, const dicom::AssociationRequest& request) {
  auto answer = dicom::negotiate({.storage = true, .query_retrieve = true}, request);
  if (quirks.reject_async && request.asynchronous_operations) answer.rejected = dicom::kNoReason;
  answer.implementation_class_uid = quirks.implementation_uid;
  for (std::size_t n = 0; n < answer.contexts.size(); ++n) {
    if (!accepts(quirks, request.contexts[n].abstract_syntax)) answer.contexts[n] = {};
    if (!quirks.role_selection) answer.contexts[n].role = dicom::Role::standard;
  }
  for (const auto& [sop_class, asked] : request.extended) {
    const bool query_retrieve = is_study_root(sop_class) || is_patient_root(sop_class);
    if (query_retrieve && accepts(quirks, sop_class)) answer.extended[sop_class] = extended_answer(quirks, asked);
  }
  return answer;
}

Session::Session(PacsState& pacs, dicom::ScpAssociation& association, std::stop_token stop)
    : pacs_(pacs), association_(association), stop_(std::move(stop)), quirks_(pacs.quirks()) {}

PacsEvent Session::event(Kind kind, const dicom::Attributes& keys) const {
  PacsEvent made;
  made.kind = kind;
  made.level = keys.text(tag::kQueryRetrieveLevel);
  made.calling_ae = association_.request().calling_ae;
  made.keys = keys;
  return made;
}

QueryModel Session::model_of(const dicom::CommandHead& command) const {
  const auto& extended = association_.request().extended;
  const auto asked = extended.find(command.sop_class);
  const bool agreed = asked != extended.end() && !asked->second.empty() && asked->second.front() != 0;
  const bool relational =
      quirks_.relational == Relational::always || (quirks_.relational == Relational::negotiated && agreed);
  return {is_patient_root(command.sop_class), relational};
}

void Session::run() {
  pacs_.log().add(event(Kind::association));
  while (!ended_ && !stop_.stop_requested()) {
    const auto idle_limit = pacs_.quirks().idle_limit;
    const auto command = association_.next_command(idle_limit.count() > 0 ? idle_limit : kRound, stop_);
    quirks_ = pacs_.quirks();
    cancel_came_.reset();
    std::visit([this](const auto& request) { serve(request); }, command);
    if (!ended_ && quirks_.operations_per_association > 0 && operations_ >= quirks_.operations_per_association) cut();
  }
}

bool Session::pause(std::chrono::milliseconds time) const {
  if (time.count() <= 0) return !stop_.stop_requested();
  std::mutex mutex;
  std::condition_variable_any waiting;
  std::unique_lock lock(mutex);
  waiting.wait_for(lock, stop_, time, [] { return false; });
  return !stop_.stop_requested();
}

void Session::abort() {
  pacs_.log().add(event(Kind::abort));
  association_.abort();
  ended_ = true;
}

void Session::hang(PacsEvent request) {
  request.status = kNoAnswer;
  pacs_.log().add(std::move(request));
  (void)pause(std::chrono::hours(24));
  ended_ = true;
}

void Session::cut() {
  pacs_.log().add(event(Kind::abort));
  association_.cut();
  ended_ = true;
}

bool Session::cancelled(const dicom::CommandHead& command) {
  const auto asked = association_.cancel_requested(command);
  if (!asked) return (ended_ = true), false;
  if (!*asked) return false;
  const auto now = std::chrono::steady_clock::now();
  if (!cancel_came_) pacs_.log().add(event(Kind::cancel));
  cancel_came_ = cancel_came_.value_or(now);
  if (!quirks_.ignore_cancel) return true;
  const auto patience = quirks_.abort_after_cancel;
  if (patience.count() > 0 && now - *cancel_came_ >= patience) abort();
  return false;
}

void Session::serve(const dicom::Idle&) {
  if (quirks_.idle_limit.count() > 0 && !stop_.stop_requested()) cut();
}

void Session::serve(const dicom::EchoCommand& command) {
  if (repeated(command, {}, Kind::echo)) return;
  pacs_.log().add(event(Kind::echo));
  const bool others = association_.request().contexts.size() > 1;
  if (quirks_.verification == Verification::alone && others) return abort();
  tell(command, kSuccess);
}

void Session::serve(const dicom::CancelCommand&) { pacs_.log().add(event(Kind::cancel)); }

void Session::serve(const dicom::StoreCommand& command) {
  MemorySink sink;
  const auto reception = association_.receive_dataset(command, sink);
  if (!reception) return void(ended_ = true);
  const auto stored = pacs_.inbox().store({SopClassUid(command.sop_class), SopInstanceUid(command.instance),
                                           TransferSyntaxUid(command.transfer_syntax), std::move(sink.data)});
  auto done = event(Kind::received);
  done.instance = command.instance;
  done.status = stored ? 0x0000 : kUnableToProcess;
  pacs_.log().add(done);
  tell(command, DimseStatus{done.status});
}

bool Session::send_answer(const dicom::FindCommand& command, const Answer& answer, int& answers,
                          std::uint16_t& status) {
  if (cancelled(command)) return (status = kCancelled), false;
  if (ended_ || !pause(quirks_.answer_delay + quirks_.latency)) return !(ended_ = true);
  const bool asked = command.identifier.has(tag::kSpecificCharacterSet);
  const auto data_set = answer_data_set(answer, quirks_, asked);
  if (!association_.respond_raw(command, kPending, *data_set)) return !(ended_ = true);
  ++answers;
  const bool enough = quirks_.abort_after_answers > 0 && answers >= quirks_.abort_after_answers;
  if (enough && pacs_.take_first(Habit::abort, quirks_.aborts)) abort();
  return !ended_;
}

std::uint16_t Session::find(const dicom::FindCommand& command, PacsEvent& done) {
  if (pacs_.take_every(Habit::find_failure, quirks_.find_fails_every)) return kUnableToProcess;
  if (has_unknown_keys(command.identifier)) {
    if (quirks_.unknown_keys == UnknownKeys::abort) return abort(), kNoAnswer;
    if (quirks_.unknown_keys == UnknownKeys::slow) quirks_.answer_delay += quirks_.slow_by;
  }
  std::uint16_t cancelled = 0;
  Finder finder(pacs_.archives(), quirks_, command.identifier, model_of(command));
  const auto status =
      finder.run([&](const Answer& answer) { return send_answer(command, answer, done.answers, cancelled); });
  return cancelled != 0 ? cancelled : status;
}

void Session::serve(const dicom::FindCommand& command) {
  ++operations_;
  if (repeated(command, command.identifier, Kind::find)) return;
  auto done = event(Kind::find, command.identifier);
  if (pacs_.take_first(Habit::hung_find, quirks_.hung_finds)) return hang(done);
  const auto status = find(command, done);
  done.status = ended_ ? kNoAnswer : status;
  pacs_.log().add(done);
  if (!ended_) tell(command, DimseStatus{done.status});
}

}  // namespace harvester::simulation
