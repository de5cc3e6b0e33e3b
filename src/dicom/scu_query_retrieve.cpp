#include "patience.hpp"
#include "scu_state.hpp"

namespace harvester::dicom {
namespace {

const char* find_class(Model model) {
  return model == Model::study_root ? UID_FINDStudyRootQueryRetrieveInformationModel
                                    : UID_FINDPatientRootQueryRetrieveInformationModel;
}

const char* move_class(Model model) {
  return model == Model::study_root ? UID_MOVEStudyRootQueryRetrieveInformationModel
                                    : UID_MOVEPatientRootQueryRetrieveInformationModel;
}

}  // namespace

Proposal find_service(Model model) { return {find_class(model), {}}; }
Proposal move_service(Model model) { return {move_class(model), {}}; }

namespace {

T_DIMSE_Message find_request(T_ASC_Association* association, Model model) {
  T_DIMSE_Message message{};
  message.CommandField = DIMSE_C_FIND_RQ;
  auto& request = message.msg.CFindRQ;
  request.MessageID = association->nextMsgID++;
  copy_text(request.AffectedSOPClassUID, find_class(model));
  request.Priority = DIMSE_PRIORITY_MEDIUM;
  request.DataSetType = DIMSE_DATASET_PRESENT;
  return message;
}

T_DIMSE_Message move_request(T_ASC_Association* association, Model model, const AeTitle& destination) {
  T_DIMSE_Message message{};
  message.CommandField = DIMSE_C_MOVE_RQ;
  auto& request = message.msg.CMoveRQ;
  request.MessageID = association->nextMsgID++;
  copy_text(request.AffectedSOPClassUID, move_class(model));
  request.Priority = DIMSE_PRIORITY_MEDIUM;
  request.DataSetType = DIMSE_DATASET_PRESENT;
  copy_text(request.MoveDestination, destination.str());
  return message;
}

MoveCounts counts_of(const T_DIMSE_C_MoveRSP& response) {
  const auto count = [&](unsigned flag, DIC_US value) {
    return (response.opts & flag) != 0 ? std::optional<int>(value) : std::nullopt;
  };
  return {count(O_MOVE_NUMBEROFREMAININGSUBOPERATIONS, response.NumberOfRemainingSubOperations),
          count(O_MOVE_NUMBEROFCOMPLETEDSUBOPERATIONS, response.NumberOfCompletedSubOperations),
          count(O_MOVE_NUMBEROFFAILEDSUBOPERATIONS, response.NumberOfFailedSubOperations),
          count(O_MOVE_NUMBEROFWARNINGSUBOPERATIONS, response.NumberOfWarningSubOperations)};
}

}  // namespace

/// One operation with pending responses: what is heard, when it is cancelled, when it is given up.
class Conversation {
 public:
  struct Limits {
    std::chrono::milliseconds silence;
    std::chrono::milliseconds total;
    ScuAssociation::LastSign last_sign;  ///< may be empty
  };

  Conversation(ScuAssociation::State& state, Limits limits, const char* doing, std::stop_token stop)
      : state_(state),
        limits_(std::move(limits)),
        doing_(doing),
        stop_(std::move(stop)),
        patience_(limits_.silence, state.options.cancel_wait),
        latest_(std::chrono::steady_clock::now() + limits_.total) {}

  /// Sends the request with its identifier over the context of its service.
  Status ask(const char* abstract_syntax, T_DIMSE_Message message, std::uint16_t message_id,
             const Attributes& identifier) {
    auto context = state_.context_for(abstract_syntax);
    if (!context) return context.error();
    context_ = *context;
    message_id_ = message_id;
    return state_.send(context_, message, to_dataset(identifier).get(), doing_);
  }

  /// The next response of the expected kind, waiting as long as patience lasts.
  Result<ScuAssociation::State::Response> hear(T_DIMSE_Command expected) {
    for (;;) {
      if (stop_.stop_requested() || std::chrono::steady_clock::now() > latest_) cancel();
      if (patience_.over()) return gave_up();
      auto polled = state_.poll_response(doing_);
      if (!polled) return polled.error();
      if (*polled && (*polled)->message.CommandField != expected)
        return Error{ErrorKind::transient, fmt::format("{}: the node answered with a message of another kind", doing_)};
      if (*polled) patience_.heard_at(std::chrono::steady_clock::now());
      if (*polled) return std::move(**polled);
      if (limits_.last_sign) patience_.heard_at(limits_.last_sign());
    }
  }

  /// The identifier that comes with a response.
  Result<Attributes> identifier() { return state_.receive_attributes(doing_); }

  void cancel() {
    if (patience_.cancelled()) return;
    patience_.cancel();
    (void)DIMSE_sendCancelRequest(state_.association.get(), context_, message_id_);
  }
  [[nodiscard]] bool cancelled() const { return patience_.cancelled(); }

 private:
  [[nodiscard]] Error gave_up() const {
    if (!patience_.cancelled()) return broken(DIMSE_NODATAAVAILABLE, doing_);
    const auto kind = stop_.stop_requested() ? ErrorKind::cancelled : ErrorKind::transient;
    return {kind, fmt::format("{}: cancelled, and the node did not answer that", doing_)};
  }

  ScuAssociation::State& state_;
  Limits limits_;
  const char* doing_;
  std::stop_token stop_;
  Patience patience_;
  SteadyTime latest_;
  T_ASC_PresentationContextID context_ = 0;
  std::uint16_t message_id_ = 0;
};

Result<FindOutcome> ScuAssociation::find(Model model, const Attributes& keys, const OnMatch& on_match,
                                         std::stop_token stop) {
  constexpr auto kNoTotal = std::chrono::hours(24 * 365);
  Conversation talk(*state_, {state_->options.dimse_timeout, kNoTotal, {}}, "querying", std::move(stop));
  const auto message = find_request(state_->association.get(), model);
  if (auto asked = talk.ask(find_class(model), message, message.msg.CFindRQ.MessageID, keys); !asked)
    return asked.error();
  FindOutcome outcome;
  for (;;) {
    auto heard = talk.hear(DIMSE_C_FIND_RSP);
    if (!heard) return heard.error();
    const auto& response = heard->message.msg.CFindRSP;
    outcome.status = {response.DimseStatus};
    outcome.comment = heard->comment;
    outcome.stopped = talk.cancelled();
    if (response.DataSetType != DIMSE_DATASET_NULL) {
      auto match = talk.identifier();
      if (!match) return match.error();
      if (outcome.status.pending() && !outcome.stopped) ++outcome.answers;
      if (outcome.status.pending() && !outcome.stopped && !on_match(*match)) talk.cancel();
    }
    if (!outcome.status.pending()) return outcome;
  }
}

Result<MoveOutcome> ScuAssociation::move(Model model, const Attributes& keys, const AeTitle& destination,
                                         const MoveTimers& timers, const LastSign& last_sign, std::stop_token stop) {
  Conversation talk(*state_, {timers.stall, timers.total, last_sign}, "moving", std::move(stop));
  const auto message = move_request(state_->association.get(), model, destination);
  if (auto asked = talk.ask(move_class(model), message, message.msg.CMoveRQ.MessageID, keys); !asked)
    return asked.error();
  MoveOutcome outcome;
  for (;;) {
    auto heard = talk.hear(DIMSE_C_MOVE_RSP);
    if (!heard) return heard.error();
    const auto& response = heard->message.msg.CMoveRSP;
    outcome.status = {response.DimseStatus};
    outcome.counts = counts_of(response);
    outcome.comment = heard->comment;
    outcome.stopped = talk.cancelled();
    if (response.DataSetType != DIMSE_DATASET_NULL) {
      auto identifier = talk.identifier();
      if (!identifier) return identifier.error();
      outcome.failed.clear();
      for (const auto& uid : identifier->values(tag::kFailedSopInstanceUidList)) outcome.failed.emplace_back(uid);
    }
    if (!outcome.status.pending()) return outcome;
  }
}

}  // namespace harvester::dicom
