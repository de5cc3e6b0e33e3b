#include "conversation.hpp"

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
  fill_request(message.msg.CFindRQ, association, find_class(model));
  return message;
}

T_DIMSE_Message move_request(T_ASC_Association* association, Model model, const AeTitle& destination) {
  T_DIMSE_Message message{};
  message.CommandField = DIMSE_C_MOVE_RQ;
  fill_request(message.msg.CMoveRQ, association, move_class(model));
  copy_text(message.msg.CMoveRQ.MoveDestination, destination.str());
  return message;
}

}  // namespace

Result<FindOutcome> ScuAssociation::find(Model model, const Attributes& keys, const OnMatch& on_match,
                                         std::stop_token stop) {
  constexpr auto kNoTotal = std::chrono::hours(24 * 365);
  ++state_->queries;
  Conversation talk(*state_, {state_->options.dimse_timeout, kNoTotal}, "querying", std::move(stop));
  const auto request = find_request(state_->association.get(), model);
  if (auto asked = talk.ask(find_class(model), request, request.msg.CFindRQ.MessageID, keys); !asked)
    return asked.error();
  FindOutcome outcome;
  do {
    auto heard = talk.hear(command_field::kFindResponse);
    if (!heard) return heard.error();
    outcome.status = status_of(heard->set);
    outcome.comment = comment_of(heard->set);
    outcome.stopped = talk.cancelled();
    if (!heard->set.has_dataset()) continue;
    auto match = talk.identifier(*heard);
    if (!match) return match.error();
    if (!outcome.status.pending() || outcome.stopped) continue;
    ++outcome.answers;
    if (!*match)
      ++outcome.unreadable;
    else if (!on_match(**match))
      talk.cancel();
  } while (outcome.status.pending());
  return outcome;
}

Result<MoveOutcome> ScuAssociation::move(Model model, const Attributes& keys, const AeTitle& destination,
                                         const MoveTimers& timers, const LastSign& last_sign, std::stop_token stop) {
  ++state_->retrievals;
  Conversation talk(*state_, {timers.stall, timers.total, last_sign}, "moving", std::move(stop));
  const auto request = move_request(state_->association.get(), model, destination);
  if (auto asked = talk.ask(move_class(model), request, request.msg.CMoveRQ.MessageID, keys); !asked)
    return asked.error();
  MoveOutcome outcome;
  do {
    auto heard = talk.hear(command_field::kMoveResponse);
    if (!heard) return heard.error();
    if (auto noted = note_response(talk, *heard, outcome); !noted) return noted.error();
  } while (outcome.status.pending());
  return outcome;
}

}  // namespace harvester::dicom
