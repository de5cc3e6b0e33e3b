#include "harvester/dicom/scu.hpp"

#include <fmt/format.h>

#include <cstring>
#include <mutex>

#include "handles.hpp"

namespace harvester::dicom {
namespace {

using SteadyTime = std::chrono::steady_clock::time_point;

constexpr long kMaxPdu = 131072;

int whole_seconds(std::chrono::milliseconds duration) {
  return std::max(1, static_cast<int>(std::chrono::ceil<std::chrono::seconds>(duration).count()));
}

std::string peer_name(const Peer& peer) { return fmt::format("{} at {}:{}", peer.called.str(), peer.host, peer.port); }

/// A rejection by its own words (PS3.8 9.3.4): permanent ones are not to be repeated.
Error rejection(const Peer& peer, T_ASC_Parameters* parameters) {
  T_ASC_RejectParameters rejected{};
  ASC_getRejectParameters(parameters, &rejected);
  const bool permanent = rejected.result == ASC_RESULT_REJECTEDPERMANENT;
  std::string why = "it gave no reason";
  switch (rejected.reason) {
    case ASC_REASON_SU_CALLEDAETITLENOTRECOGNIZED:
      why = "it does not know the called AE title: check remote.ae_title";
      break;
    case ASC_REASON_SU_CALLINGAETITLENOTRECOGNIZED:
      why = fmt::format("it does not know our AE title \"{}\": ask its administrator to add it", peer.calling.str());
      break;
    case ASC_REASON_SP_PRES_LOCALLIMITEXCEEDED:
    case ASC_REASON_SP_PRES_TEMPORARYCONGESTION:
      why = "it is busy: too many associations at once";
      break;
    default:
      break;
  }
  return {permanent ? ErrorKind::refused : ErrorKind::transient,
          fmt::format("{} refused the association: {}", peer_name(peer), why), rejected.reason};
}

Error connection_failure(const Peer& peer, const OFCondition& condition) {
  return {ErrorKind::transient,
          fmt::format("no association with {}: it does not answer there (address, port, firewall, or it is down)",
                      peer_name(peer)),
          condition.code()};
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
  return {ErrorKind::transient, fmt::format("{}: {}", doing, why), condition.code()};
}

const char* find_class(Model model) {
  return model == Model::study_root ? UID_FINDStudyRootQueryRetrieveInformationModel
                                    : UID_FINDPatientRootQueryRetrieveInformationModel;
}

const char* move_class(Model model) {
  return model == Model::study_root ? UID_MOVEStudyRootQueryRetrieveInformationModel
                                    : UID_MOVEPatientRootQueryRetrieveInformationModel;
}

std::string comment_of(DcmDataset* detail) {
  OFString comment;
  if (detail != nullptr) detail->findAndGetOFString(DCM_ErrorComment, comment);
  return comment.c_str();
}

Status add_proposals(T_ASC_Parameters* parameters, const std::vector<Proposal>& proposals) {
  static const std::vector<std::string> kDefaults{UID_LittleEndianExplicitTransferSyntax,
                                                  UID_LittleEndianImplicitTransferSyntax};
  T_ASC_PresentationContextID id = 1;
  for (const auto& proposal : proposals) {
    const auto& syntaxes = proposal.transfer_syntaxes.empty() ? kDefaults : proposal.transfer_syntaxes;
    std::vector<const char*> names;
    for (const auto& syntax : syntaxes) names.push_back(syntax.c_str());
    const auto added = ASC_addPresentationContext(parameters, id, proposal.abstract_syntax.c_str(), names.data(),
                                                  static_cast<int>(names.size()));
    if (added.bad()) return Error{ErrorKind::config, "more presentation contexts than an association can hold"};
    id = static_cast<T_ASC_PresentationContextID>(id + 2);
  }
  return ok();
}

}  // namespace

Proposal verification() { return {UID_VerificationSOPClass, {}}; }
Proposal find_service(Model model) { return {find_class(model), {}}; }
Proposal move_service(Model model) { return {move_class(model), {}}; }

struct ScuAssociation::State {
  State(Peer to, ScuOptions how) : peer(std::move(to)), options(std::move(how)) {}

  Peer peer;
  ScuOptions options;
  NetworkPtr network;
  AssociationPtr association;

  /// The next response; nothing while the peer is silent for one second.
  struct Response {
    T_DIMSE_Message message{};
    T_ASC_PresentationContextID context = 0;
    std::string comment;
  };
  Result<std::optional<Response>> poll_response(const char* doing);
  Result<Response> await_response(const char* doing);
  Result<Attributes> receive_attributes(const char* doing);
  Result<T_ASC_PresentationContextID> context_for(const char* abstract_syntax) const;
  Status send(T_ASC_PresentationContextID context, T_DIMSE_Message& message, DcmDataset* dataset, const char* doing);
};

ScuAssociation::ScuAssociation(std::unique_ptr<State> state) : state_(std::move(state)) {}
ScuAssociation::ScuAssociation(ScuAssociation&&) noexcept = default;
ScuAssociation& ScuAssociation::operator=(ScuAssociation&&) noexcept = default;
ScuAssociation::~ScuAssociation() = default;

namespace {

Result<ParametersPtr> make_parameters(const Peer& peer, const std::vector<Proposal>& proposals) {
  T_ASC_Parameters* raw = nullptr;
  if (ASC_createAssociationParameters(&raw, kMaxPdu).bad()) return Error{ErrorKind::transient, "out of memory"};
  ParametersPtr parameters(raw);
  const auto address = fmt::format("{}:{}", peer.host, peer.port);
  ASC_setAPTitles(raw, peer.calling.str().c_str(), peer.called.str().c_str(), nullptr);
  ASC_setPresentationAddresses(raw, "localhost", address.c_str());
  if (auto added = add_proposals(raw, proposals); !added) return added.error();
  return parameters;
}

}  // namespace

Result<ScuAssociation> ScuAssociation::open(const Peer& peer, const ScuOptions& options,
                                            const std::vector<Proposal>& proposals) {
  auto state = std::make_unique<State>(peer, options);
  T_ASC_Network* network = nullptr;
  if (ASC_initializeNetwork(NET_REQUESTOR, 0, whole_seconds(options.acse_timeout), &network).bad())
    return Error{ErrorKind::transient, "cannot set up the network"};
  state->network.reset(network);
  auto parameters = make_parameters(peer, proposals);
  if (!parameters) return parameters.error();
  T_ASC_Association* association = nullptr;
  const auto opened = ASC_requestAssociation(network, parameters->get(), &association, nullptr, nullptr, DUL_NOBLOCK,
                                             whole_seconds(options.acse_timeout));
  auto* raw_parameters = parameters->get();
  if (association != nullptr) (void)parameters->release();  // the association owns them, also after a failure
  state->association.reset(association);
  if (opened == DUL_ASSOCIATIONREJECTED) return rejection(peer, raw_parameters);
  if (opened.bad()) return connection_failure(peer, opened);
  if (ASC_countAcceptedPresentationContexts(raw_parameters) == 0)
    return Error{ErrorKind::refused,
                 fmt::format("{} accepts none of the services we need: ask its administrator to allow them"
                             " for our AE title",
                             peer_name(peer))};
  return ScuAssociation(std::move(state));
}

bool ScuAssociation::accepted(const std::string& abstract_syntax) const {
  return ASC_findAcceptedPresentationContextID(state_->association.get(), abstract_syntax.c_str()) != 0;
}

Result<T_ASC_PresentationContextID> ScuAssociation::State::context_for(const char* abstract_syntax) const {
  const auto id = ASC_findAcceptedPresentationContextID(association.get(), abstract_syntax);
  if (id != 0) return id;
  return Error{ErrorKind::refused,
               fmt::format("{} does not offer {}", peer_name(peer), dcmFindNameOfUID(abstract_syntax, "this service"))};
}

Status ScuAssociation::State::send(T_ASC_PresentationContextID context, T_DIMSE_Message& message, DcmDataset* dataset,
                                   const char* doing) {
  const auto sent =
      DIMSE_sendMessageUsingMemoryData(association.get(), context, &message, nullptr, dataset, nullptr, nullptr);
  if (sent.bad()) return broken(sent, doing);
  return ok();
}

Result<std::optional<ScuAssociation::State::Response>> ScuAssociation::State::poll_response(const char* doing) {
  Response response;
  DcmDataset* detail = nullptr;
  const auto received =
      DIMSE_receiveCommand(association.get(), DIMSE_NONBLOCKING, 1, &response.context, &response.message, &detail);
  const DatasetPtr owner(detail);
  if (received == DIMSE_NODATAAVAILABLE) return std::optional<Response>{};
  if (received.bad()) return broken(received, doing);
  response.comment = comment_of(detail);
  return std::optional(std::move(response));
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

Result<Attributes> ScuAssociation::State::receive_attributes(const char* doing) {
  T_ASC_PresentationContextID context = 0;
  DcmDataset* raw = nullptr;
  const auto received = DIMSE_receiveDataSetInMemory(
      association.get(), DIMSE_NONBLOCKING, whole_seconds(options.dimse_timeout), &context, &raw, nullptr, nullptr);
  const DatasetPtr dataset(raw);
  if (received.bad() || !dataset) return broken(received, doing);
  return from_dataset(*dataset, options.default_charset);
}

Result<DimseStatus> ScuAssociation::echo() {
  constexpr const char* kDoing = "asking for an echo";
  auto context = state_->context_for(UID_VerificationSOPClass);
  if (!context) return context.error();
  T_DIMSE_Message message{};
  message.CommandField = DIMSE_C_ECHO_RQ;
  auto& request = message.msg.CEchoRQ;
  request.MessageID = state_->association->nextMsgID++;
  std::strncpy(request.AffectedSOPClassUID, UID_VerificationSOPClass, sizeof(request.AffectedSOPClassUID) - 1);
  request.DataSetType = DIMSE_DATASET_NULL;
  if (auto sent = state_->send(*context, message, nullptr, kDoing); !sent) return sent.error();
  auto response = state_->await_response(kDoing);
  if (!response) return response.error();
  if (response->message.CommandField != DIMSE_C_ECHO_RSP)
    return Error{ErrorKind::transient, "the node answered an echo with another message"};
  return DimseStatus{response->message.msg.CEchoRSP.DimseStatus};
}

namespace {

/// The clock of one operation: how long the peer may be silent, and what happens once a stop is asked for.
class Patience {
 public:
  Patience(std::chrono::milliseconds silence, std::chrono::milliseconds after_cancel)
      : silence_(silence), after_cancel_(after_cancel), last_(std::chrono::steady_clock::now()) {}

  void heard() { last_ = std::chrono::steady_clock::now(); }
  void heard_at(SteadyTime when) { last_ = std::max(last_, when); }
  void cancelled() {
    is_cancelled_ = true;
    last_ = std::chrono::steady_clock::now();
  }
  [[nodiscard]] bool is_cancelled() const { return is_cancelled_; }
  [[nodiscard]] bool over() const {
    return std::chrono::steady_clock::now() - last_ > (is_cancelled_ ? after_cancel_ : silence_);
  }

 private:
  std::chrono::milliseconds silence_, after_cancel_;
  SteadyTime last_;
  bool is_cancelled_ = false;
};

Error gave_up(const Patience& patience, const char* doing) {
  if (patience.is_cancelled())
    return {ErrorKind::cancelled, fmt::format("{}: stopped; the node did not answer the cancellation", doing)};
  return broken(DIMSE_NODATAAVAILABLE, doing);
}

T_DIMSE_Message find_request(T_ASC_Association* association, Model model) {
  T_DIMSE_Message message{};
  message.CommandField = DIMSE_C_FIND_RQ;
  auto& request = message.msg.CFindRQ;
  request.MessageID = association->nextMsgID++;
  std::strncpy(request.AffectedSOPClassUID, find_class(model), sizeof(request.AffectedSOPClassUID) - 1);
  request.Priority = DIMSE_PRIORITY_MEDIUM;
  request.DataSetType = DIMSE_DATASET_PRESENT;
  return message;
}

T_DIMSE_Message move_request(T_ASC_Association* association, Model model, const AeTitle& destination) {
  T_DIMSE_Message message{};
  message.CommandField = DIMSE_C_MOVE_RQ;
  auto& request = message.msg.CMoveRQ;
  request.MessageID = association->nextMsgID++;
  std::strncpy(request.AffectedSOPClassUID, move_class(model), sizeof(request.AffectedSOPClassUID) - 1);
  request.Priority = DIMSE_PRIORITY_MEDIUM;
  request.DataSetType = DIMSE_DATASET_PRESENT;
  std::strncpy(request.MoveDestination, destination.str().c_str(), sizeof(request.MoveDestination) - 1);
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

Result<FindOutcome> ScuAssociation::find(Model model, const Attributes& keys, const OnMatch& on_match,
                                         std::stop_token stop) {
  constexpr const char* kDoing = "querying";
  auto context = state_->context_for(find_class(model));
  if (!context) return context.error();
  auto message = find_request(state_->association.get(), model);
  const auto message_id = message.msg.CFindRQ.MessageID;
  const auto dataset = to_dataset(keys);
  if (auto sent = state_->send(*context, message, dataset.get(), kDoing); !sent) return sent.error();
  FindOutcome outcome;
  Patience patience(state_->options.dimse_timeout, state_->options.cancel_wait);
  const auto cancel = [&] {
    if (patience.is_cancelled()) return;
    outcome.stopped = true;
    patience.cancelled();
    (void)DIMSE_sendCancelRequest(state_->association.get(), *context, message_id);
  };
  for (;;) {
    if (stop.stop_requested()) cancel();
    auto polled = state_->poll_response(kDoing);
    if (!polled) return polled.error();
    if (!*polled) {
      if (patience.over()) return gave_up(patience, kDoing);
      continue;
    }
    if ((*polled)->message.CommandField != DIMSE_C_FIND_RSP)
      return Error{ErrorKind::transient, "the node answered a query with another message"};
    const auto& response = (*polled)->message.msg.CFindRSP;
    if (!patience.is_cancelled()) patience.heard();
    outcome.status = {response.DimseStatus};
    outcome.comment = (*polled)->comment;
    if (response.DataSetType != DIMSE_DATASET_NULL) {
      auto match = state_->receive_attributes(kDoing);
      if (!match) return match.error();
      if (outcome.status.pending() && !outcome.stopped) {
        ++outcome.answers;
        if (!on_match(*match)) cancel();
      }
    }
    if (!outcome.status.pending()) return outcome;
    if (patience.over()) return gave_up(patience, kDoing);
  }
}

Result<MoveOutcome> ScuAssociation::move(Model model, const Attributes& keys, const AeTitle& destination,
                                         const MoveTimers& timers, const LastSign& last_sign, std::stop_token stop) {
  constexpr const char* kDoing = "moving";
  auto context = state_->context_for(move_class(model));
  if (!context) return context.error();
  auto message = move_request(state_->association.get(), model, destination);
  const auto message_id = message.msg.CMoveRQ.MessageID;
  const auto dataset = to_dataset(keys);
  if (auto sent = state_->send(*context, message, dataset.get(), kDoing); !sent) return sent.error();
  MoveOutcome outcome;
  Patience patience(timers.stall, state_->options.cancel_wait);
  const auto latest = std::chrono::steady_clock::now() + timers.total;
  for (;;) {
    const bool late = std::chrono::steady_clock::now() > latest;
    if ((stop.stop_requested() || late) && !patience.is_cancelled()) {
      outcome.stopped = true;
      patience.cancelled();
      (void)DIMSE_sendCancelRequest(state_->association.get(), *context, message_id);
    }
    auto polled = state_->poll_response(kDoing);
    if (!polled) return polled.error();
    if (!*polled) {
      if (last_sign && !patience.is_cancelled()) patience.heard_at(last_sign());
      if (patience.over()) return gave_up(patience, kDoing);
      continue;
    }
    if ((*polled)->message.CommandField != DIMSE_C_MOVE_RSP)
      return Error{ErrorKind::transient, "the node answered a move with another message"};
    const auto& response = (*polled)->message.msg.CMoveRSP;
    if (!patience.is_cancelled()) patience.heard();
    outcome.status = {response.DimseStatus};
    outcome.counts = counts_of(response);
    outcome.comment = (*polled)->comment;
    if (response.DataSetType != DIMSE_DATASET_NULL) {
      auto identifier = state_->receive_attributes(kDoing);
      if (!identifier) return identifier.error();
      outcome.failed.clear();
      for (const auto& uid : identifier->values(tag::kFailedSopInstanceUidList)) outcome.failed.emplace_back(uid);
    }
    if (!outcome.status.pending()) return outcome;
    if (patience.over()) return gave_up(patience, kDoing);
  }
}

Result<DimseStatus> ScuAssociation::store(const StoreRequest& wanted, DcmDataset& dataset) {
  constexpr const char* kDoing = "sending an object";
  const DcmXfer syntax(dataset.getOriginalXfer());
  const auto context = ASC_findAcceptedPresentationContextID(state_->association.get(), wanted.sop_class.str().c_str(),
                                                             syntax.getXferID());
  if (context == 0)
    return Error{ErrorKind::refused, fmt::format("{} does not accept this kind of object in {}",
                                                 peer_name(state_->peer), syntax.getXferName())};
  T_DIMSE_C_StoreRQ request{};
  T_DIMSE_C_StoreRSP response{};
  request.MessageID = state_->association->nextMsgID++;
  std::strncpy(request.AffectedSOPClassUID, wanted.sop_class.str().c_str(), sizeof(request.AffectedSOPClassUID) - 1);
  std::strncpy(request.AffectedSOPInstanceUID, wanted.instance.str().c_str(),
               sizeof(request.AffectedSOPInstanceUID) - 1);
  request.DataSetType = DIMSE_DATASET_PRESENT;
  request.Priority = DIMSE_PRIORITY_MEDIUM;
  if (!wanted.move_originator_ae.empty()) {
    request.opts = O_STORE_MOVEORIGINATORAETITLE | O_STORE_MOVEORIGINATORID;
    std::strncpy(request.MoveOriginatorApplicationEntityTitle, wanted.move_originator_ae.c_str(),
                 sizeof(request.MoveOriginatorApplicationEntityTitle) - 1);
    request.MoveOriginatorID = wanted.move_originator_id;
  }
  DcmDataset* detail = nullptr;
  const auto stored =
      DIMSE_storeUser(state_->association.get(), context, &request, nullptr, &dataset, nullptr, nullptr,
                      DIMSE_NONBLOCKING, whole_seconds(state_->options.dimse_timeout), &response, &detail);
  const DatasetPtr owner(detail);
  if (stored.bad()) return broken(stored, kDoing);
  return DimseStatus{response.DimseStatus};
}

void ScuAssociation::release() {
  if (!state_ || !state_->association) return;
  auto* association = state_->association.get();
  if (ASC_releaseAssociation(association).bad()) {
    state_->association.reset();  // aborts
    return;
  }
  (void)state_->association.release();
  ASC_dropAssociation(association);
  ASC_destroyAssociation(&association);
}

}  // namespace harvester::dicom
