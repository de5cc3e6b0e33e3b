#include "scu_state.hpp"

namespace harvester::dicom {

void AbortingDeleter::operator()(T_ASC_Association* association) const {
  auto* open = DUL_getTransportConnection(association->DULassociation);  // none if the peer has ended it
  if (auto* connection = dynamic_cast<Connection*>(open)) connection->last_words(abort_pdu(0, 0), {});
  ASC_destroyAssociation(&association);
}

/// A condition inside an operation: the association is gone or useless.
Error broken(const OFCondition& condition, const char* doing) {
  const char* why = "the connection broke";
  if (condition == DIMSE_NODATAAVAILABLE)
    why = "the node fell silent for too long";
  else if (condition == DUL_PEERABORTEDASSOCIATION)
    why = "the node aborted the association";
  else if (condition == DUL_PEERREQUESTEDRELEASE)
    why = "the node released the association in the middle";
  else if (condition == DUL_NETWORKCLOSED)
    why = "the node closed the connection";
  const int code = condition == DIMSE_NODATAAVAILABLE ? kFellSilent : condition.code();
  return {ErrorKind::transient, fmt::format("{}: {}", doing, why), code};
}

namespace {

std::string comment_of(DcmDataset* detail) {
  OFString comment;
  if (detail != nullptr) detail->findAndGetOFString(DCM_ErrorComment, comment);
  return comment.c_str();
}

}  // namespace

Result<T_ASC_PresentationContextID> ScuAssociation::State::context_for(const char* abstract_syntax) const {
  const auto id = ASC_findAcceptedPresentationContextID(association.get(), abstract_syntax);
  if (id != 0) return id;
  return Error{ErrorKind::refused,
               fmt::format("{} does not offer {}", peer_name(peer), dcmFindNameOfUID(abstract_syntax, "this service")),
               kNotOffered};
}

Status ScuAssociation::State::send(T_ASC_PresentationContextID context, T_DIMSE_Message& message, DcmDataset* dataset,
                                   const char* doing) {
  const auto sent =
      DIMSE_sendMessageUsingMemoryData(association.get(), context, &message, nullptr, dataset, nullptr, nullptr);
  if (sent.bad()) return broken(sent, doing);
  return ok();
}

Result<std::optional<ScuAssociation::State::Response>> ScuAssociation::State::poll_response(const char* doing) {
  std::optional<Response> response(std::in_place);
  DcmDataset* detail = nullptr;
  const auto received =
      DIMSE_receiveCommand(association.get(), DIMSE_NONBLOCKING, 1, &response->context, &response->message, &detail);
  const DatasetPtr owner(detail);
  if (received.bad() && received != DIMSE_NODATAAVAILABLE) return broken(received, doing);
  if (received.bad())
    response.reset();
  else
    response->comment = comment_of(detail);
  return response;
}

Result<ScuAssociation::State::Response> ScuAssociation::State::await_response(const char* doing) {
  const auto deadline = std::chrono::steady_clock::now() + options.dimse_timeout;
  for (;;) {
    auto response = poll_response(doing);
    if (!response) return response.error();
    if (*response) return std::move(**response);
    if (std::chrono::steady_clock::now() >= deadline) return broken(DIMSE_NODATAAVAILABLE, doing);
  }
}

}  // namespace harvester::dicom
