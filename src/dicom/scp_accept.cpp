#include <dcmtk/dcmnet/dcuserid.h>
#include <dcmtk/dcmnet/dul.h>

#include <mutex>

#include "harvester/dicom/part10.hpp"
#include "items.hpp"
#include "scp_state.hpp"
#include "tls_connection.hpp"

namespace harvester::dicom {
namespace {

constexpr auto kLinger = std::chrono::milliseconds(1000);

/// DCMTK takes a socket that somebody else accepted through one global variable.
std::mutex& socket_handle_mutex() {
  static std::mutex mutex;
  return mutex;
}

/// The connection that a request came over, plain or with TLS. Takes its stream, and with its end the socket.
std::unique_ptr<Connection> make_connection(DcmNativeSocketType socket, const TransportOptions& options,
                                            WholeRequest& whole, std::vector<std::uint8_t> received) {
  if (!whole.tls) return std::make_unique<Connection>(socket, options, std::move(received));
  whole.tls->lift_limit();
  return std::make_unique<TlsConnection>(socket, options, std::move(whole.tls), std::move(received));
}

/// Makes one connection out of the socket in DCMTK's global variable, and gives the variable free at once: DCMTK calls
/// this as soon as it has read the variable and before it reads a byte (receiveTransportConnectionTCP in dul.cc).
class AcceptorLayer final : public DcmTransportLayer {
 public:
  AcceptorLayer(const TransportOptions& options, WholeRequest& whole)
      : options_(options), whole_(whole), lock_(socket_handle_mutex()) {}

  DcmTransportConnection* createConnection(DcmNativeSocketType socket, OFBool) override {
    connection_ = make_connection(socket, options_, whole_, std::move(whole_.pdu)).release();
    release_handle();
    return connection_;
  }

  void release_handle() {
    if (!lock_.owns_lock()) return;
    dcmExternalSocketHandle.set(-1);
    lock_.unlock();
  }

  [[nodiscard]] Connection* connection() const { return connection_; }

 private:
  TransportOptions options_;
  WholeRequest& whole_;  // used at once or never
  std::unique_lock<std::mutex> lock_;
  Connection* connection_ = nullptr;
};

/// Lets DCMTK read the request that lies in the connection's buffer.
bool receive_request(ScpAssociation::State& state, WholeRequest& whole, const TransportOptions& transport,
                     long max_pdu) {
  const int socket = whole.socket.release();
  const auto layer = std::make_shared<AcceptorLayer>(transport, whole);
  state.layer = layer;
  dcmExternalSocketHandle.set(socket);
  T_ASC_Network* network = nullptr;
  T_ASC_Association* association = nullptr;
  auto received = ASC_initializeNetwork(NET_ACCEPTOR, 0, 10, &network);
  state.network.reset(network);
  if (received.good()) received = ASC_setTransportLayer(network, layer.get(), 0);
  if (received.good())
    received = ASC_receiveAssociation(network, &association, max_pdu, nullptr, nullptr, OFFalse, DUL_NOBLOCK, 10);
  state.association.reset(association);
  layer->release_handle();
  state.connection = layer->connection();
  if (state.connection == nullptr) ::close(socket);
  return received.good() && state.connection != nullptr;
}

void apply(ScpAssociation::State& state, const ProposedContext& proposed, const ContextAnswer& answer) {
  auto* parameters = state.association->params;
  if (answer.result == ContextResult::accepted &&
      ASC_acceptPresentationContext(parameters, proposed.id, answer.transfer_syntax.c_str(), role_of(answer.role))
          .good()) {
    state.contexts[proposed.id] = {proposed.abstract_syntax, answer.transfer_syntax};
    return;
  }
  const auto result = answer.result == ContextResult::accepted ? ContextResult::no_reason : answer.result;
  ASC_refusePresentationContext(parameters, proposed.id, static_cast<T_ASC_P_ResultReason>(result));
}

void introduce_ourselves(T_ASC_Parameters* parameters, const std::string& other_uid) {
  const auto uid = other_uid.empty() ? std::string(kImplementationClassUid) : other_uid;
  OFStandard::strlcpy(parameters->ourImplementationClassUID, uid.c_str(),
                      sizeof(parameters->ourImplementationClassUID));
  OFStandard::strlcpy(parameters->ourImplementationVersionName, std::string(kImplementationVersion).c_str(),
                      sizeof(parameters->ourImplementationVersionName));
}

/// An element of one of DCMTK's lists, which keep their links in the element itself.
DUL_PRESENTATIONCONTEXT* as_context(void* node) { return static_cast<DUL_PRESENTATIONCONTEXT*>(node); }

/// Whether DCMTK sends over a context of this transfer syntax.
bool is_spoken(const DcmXfer& syntax) {
  return syntax.getXfer() != EXS_Unknown && syntax.getXfer() != EXS_PrivateGE_LEI_WithBigEndianPixelData &&
         !syntax.isReferenced();
}

void make_answerable(LST_HEAD** list) {
  auto* context = as_context(LST_Head(list));
  if (context == nullptr) return;
  (void)LST_Position(list, static_cast<LST_NODE*>(static_cast<void*>(context)));
  for (; context != nullptr; context = as_context(LST_Next(list)))
    if (!is_spoken(DcmXfer(context->acceptedTransferSyntax)))
      OFStandard::strlcpy(context->acceptedTransferSyntax, UID_LittleEndianImplicitTransferSyntax,
                          sizeof(context->acceptedTransferSyntax));
}

/// DCMTK sends nothing over a context whose transfer syntax it cannot write, not even a response, which holds a
/// command set alone. Once the peer has been told what was accepted, such a context passes for Implicit VR Little
/// Endian there; what it really is stands in State::contexts.
void make_answerable(T_ASC_Parameters* parameters) {
  make_answerable(&parameters->DULparams.requestedPresentationContext);
  make_answerable(&parameters->DULparams.acceptedPresentationContext);
}

bool acknowledge(ScpAssociation::State& state, const Negotiation& negotiation) {
  const auto& proposed = state.request.contexts;
  for (std::size_t n = 0; n < proposed.size(); ++n)
    apply(state, proposed[n], n < negotiation.contexts.size() ? negotiation.contexts[n] : ContextAnswer{});
  if (!negotiation.extended.empty())
    ASC_setAcceptedExtNegList(state.association->params, make_extended(negotiation.extended));
  if (negotiation.accepts_user)  // the parameters own it; ASC_setIdentAC is declared in 3.6.7 and not there
    state.association->params->DULparams.ackUserIdentNeg = new UserIdentityNegotiationSubItemAC();
  introduce_ourselves(state.association->params, negotiation.implementation_class_uid);
  if (ASC_acknowledgeAssociation(state.association.get()).bad()) return false;
  make_answerable(state.association->params);
  return true;
}

Negotiation decide(const AssociationRequest& request, const NegotiationPolicy& policy) {
  if (!request.calling_ae.empty() && !request.called_ae.empty()) return policy(request);
  Negotiation blank;
  blank.rejected = request.calling_ae.empty() ? kCallingNotRecognized : kCalledNotRecognized;
  return blank;
}

}  // namespace

std::vector<std::uint8_t> rejection_pdu(const Rejection& rejection) {
  return {3, 0, 0, 0, 0, 4, 0, rejection.result, rejection.source, rejection.reason};
}

Acceptance accept_association(WholeRequest whole, const TransportOptions& transport, long max_pdu,
                              const NegotiationPolicy& policy) {
  const auto negotiation = decide(whole.request, policy);
  if (negotiation.rejected) {
    const auto connection = make_connection(whole.socket.release(), transport, whole, {});
    connection->last_words(rejection_pdu(*negotiation.rejected), kLinger);
    return {std::nullopt, true};
  }
  auto state = std::make_unique<ScpAssociation::State>();
  state->request = std::move(whole.request);
  state->progress = Progress(transport.slowest);
  if (!receive_request(*state, whole, transport, max_pdu)) return {};
  if (!acknowledge(*state, negotiation)) return {};
  return {ScpAssociation(std::move(state)), false};
}

}  // namespace harvester::dicom
