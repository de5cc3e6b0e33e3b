#include <fmt/format.h>

#include <cerrno>

#include "items.hpp"
#include "scu_state.hpp"

namespace harvester::dicom {
namespace {

constexpr long kMaxPdu = 131072;

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

Error connection_failure(const Peer& peer, const TlsTrouble& trouble) {
  if (!trouble.words.empty())
    return {trouble.for_good ? ErrorKind::refused : ErrorKind::transient,
            fmt::format("no association with {}: {}", peer_name(peer), trouble.words), EPROTO};
  return {ErrorKind::transient,
          fmt::format("no association with {}: it does not answer there (address, port, firewall, or it is down)",
                      peer_name(peer)),
          ETIMEDOUT};
}

Status add_proposals(T_ASC_Parameters* parameters, const std::vector<Proposal>& proposals) {
  static const std::vector<std::string> kDefaults{UID_LittleEndianExplicitTransferSyntax,
                                                  UID_LittleEndianImplicitTransferSyntax};
  T_ASC_PresentationContextID id = 1;
  std::map<std::string, std::vector<std::uint8_t>> extended;
  for (const auto& proposal : proposals) {
    const auto& syntaxes = proposal.transfer_syntaxes.empty() ? kDefaults : proposal.transfer_syntaxes;
    std::vector<const char*> names;
    for (const auto& syntax : syntaxes) names.push_back(syntax.c_str());
    const auto added = ASC_addPresentationContext(parameters, id, proposal.abstract_syntax.c_str(), names.data(),
                                                  static_cast<int>(names.size()), role_of(proposal.role));
    if (added.bad()) return Error{ErrorKind::config, "more presentation contexts than an association can hold"};
    id = static_cast<T_ASC_PresentationContextID>(id + 2);
    if (!proposal.extended.empty()) extended[proposal.abstract_syntax] = proposal.extended;
  }
  if (!extended.empty()) ASC_setRequestedExtNegList(parameters, make_extended(extended));
  return ok();
}

}  // namespace

Proposal verification() { return {UID_VerificationSOPClass, {}}; }

Proposal with_relational(Proposal proposal) {
  proposal.extended = {1};
  return proposal;
}

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

void ScuAssociation::State::tell_end(const char* outcome) {
  if (std::exchange(told, true) || !options.on_end) return;
  const auto lasted = std::chrono::steady_clock::now() - begun;
  options.on_end({outcome, peer.host, peer.calling.str(), peer.called.str(),
                  std::chrono::duration_cast<std::chrono::milliseconds>(lasted), queries, retrievals});
}

Result<ScuAssociation> ScuAssociation::open(const Peer& peer, const ScuOptions& options,
                                            const std::vector<Proposal>& proposals) {
  auto state = std::make_unique<State>(peer, options);
  auto failed = state->request(proposals);
  if (!failed) return ScuAssociation(std::move(state));
  state->tell_end(failed->kind == ErrorKind::refused || failed->code != ETIMEDOUT ? "refused" : "unreachable");
  return *std::move(failed);
}

std::optional<Error> ScuAssociation::State::request(const std::vector<Proposal>& proposals) {
  T_ASC_Network* raw_network = nullptr;
  if (ASC_initializeNetwork(NET_REQUESTOR, 0, whole_seconds(options.acse_timeout), &raw_network).bad())
    return Error{ErrorKind::transient, "cannot set up the network"};
  network.reset(raw_network);
  layer = options.tls ? make_tls_layer({}, options.tls, options.acse_timeout, trouble) : make_transport_layer({});
  ASC_setTransportLayer(raw_network, layer.get(), 0);
  auto parameters = make_parameters(peer, proposals);
  if (!parameters) return parameters.error();
  ASC_setTransportLayerType(parameters->get(), options.tls != nullptr);
  T_ASC_Association* raw = nullptr;
  const auto opened = ASC_requestAssociation(raw_network, parameters->get(), &raw, nullptr, nullptr, DUL_NOBLOCK,
                                             whole_seconds(options.acse_timeout));
  auto* raw_parameters = parameters->get();
  if (raw != nullptr) (void)parameters->release();  // the association owns them, also after a failure
  association.reset(raw);
  if (opened == DUL_ASSOCIATIONREJECTED) return rejection(peer, raw_parameters);
  if (opened.bad()) return connection_failure(peer, *trouble);
  if (ASC_countAcceptedPresentationContexts(raw_parameters) == 0)
    return Error{ErrorKind::refused,
                 fmt::format("{} accepts none of the services we need: ask its administrator to allow them"
                             " for our AE title",
                             peer_name(peer)),
                 kNotOffered};
  return std::nullopt;
}

bool ScuAssociation::accepted(const std::string& abstract_syntax) const {
  return ASC_findAcceptedPresentationContextID(state_->association.get(), abstract_syntax.c_str()) != 0;
}

bool ScuAssociation::relational(const std::string& abstract_syntax) const {
  SOPClassExtendedNegotiationSubItemList* agreed = nullptr;
  ASC_getAcceptedExtNegList(state_->association->params, &agreed);
  if (agreed == nullptr) return false;
  return std::any_of(agreed->begin(), agreed->end(), [&](const SOPClassExtendedNegotiationSubItem* item) {
    return abstract_syntax == item->sopClassUID.c_str() && item->serviceClassAppInfoLength > 0 &&
           item->serviceClassAppInfo[0] == 1;
  });
}

Result<DimseStatus> ScuAssociation::echo() {
  constexpr const char* kDoing = "asking for an echo";
  auto context = state_->context_for(UID_VerificationSOPClass);
  if (!context) return context.error();
  T_DIMSE_Message message{};
  message.CommandField = DIMSE_C_ECHO_RQ;
  auto& request = message.msg.CEchoRQ;
  request.MessageID = state_->association->nextMsgID++;
  copy_text(request.AffectedSOPClassUID, UID_VerificationSOPClass);
  request.DataSetType = DIMSE_DATASET_NULL;
  if (auto sent = state_->send(*context, message, nullptr, kDoing); !sent) return sent.error();
  auto response = state_->await_response(kDoing);
  if (!response) return response.error();
  if (response->message.CommandField != DIMSE_C_ECHO_RSP)
    return Error{ErrorKind::transient, "the node answered an echo with another message"};
  return DimseStatus{response->message.msg.CEchoRSP.DimseStatus};
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
  copy_text(request.AffectedSOPClassUID, wanted.sop_class.str());
  copy_text(request.AffectedSOPInstanceUID, wanted.instance.str().c_str());
  request.DataSetType = DIMSE_DATASET_PRESENT;
  request.Priority = DIMSE_PRIORITY_MEDIUM;
  if (!wanted.move_originator_ae.empty()) {
    request.opts = O_STORE_MOVEORIGINATORAETITLE | O_STORE_MOVEORIGINATORID;
    copy_text(request.MoveOriginatorApplicationEntityTitle, wanted.move_originator_ae.c_str());
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
    return state_->tell_end("aborted");
  }
  state_->tell_end("released");
  (void)state_->association.release();
  ASC_dropAssociation(association);
  ASC_destroyAssociation(&association);
}

}  // namespace harvester::dicom
