#include "harvester/receive/store.hpp"

#include <fmt/format.h>

#include "certificates.hpp"
#include "harvester/core/log.hpp"
#include "harvester/core/text.hpp"
#include "harvester/dicom/listener.hpp"
#include "harvester/dicom/toolkit.hpp"
#include "store_session.hpp"

namespace harvester::receive {

struct Store::State {
  State(const StoreOptions& how, spool::Spool& into, database::Writer& writer, const Clock& clock, Doorkeeper who)
      : options(how), context{options, into, writer, clock, counters}, keeper(std::move(who)), since(clock.now()) {}

  [[nodiscard]] dicom::Negotiation decide(const dicom::AssociationRequest& request) {
    auto negotiation = dicom::negotiate({.storage = true, .query_retrieve = false}, request);
    if (const auto objection = keeper.objection(request)) negotiation.rejected = objection;
    if (negotiation.rejected) {
      constexpr const char* kWhy = "an association was refused: AE title or address not accepted";
      counters.fault(kWhy);
      room_log("receive")->warn("store {}: refused {} at {} calling {}", options.name,
                                escaped_controls(repaired_utf8(request.calling_ae)), request.peer_address,
                                escaped_controls(repaired_utf8(request.called_ae)));
      tell_refusal({escaped_controls(repaired_utf8(request.calling_ae)), request.peer_address, kWhy});
    }
    return negotiation;
  }

  /// Certificates for those who come, and an ear for what is wrong with theirs.
  Status add_tls(dicom::ListenerOptions& listening) {
    if (!options.tls) return ok();
    auto loaded = Certificates::load(options.name, *options.tls, context.clock, counters);
    if (!loaded) return loaded.error();
    certificates = *std::move(loaded);
    listening.tls = [this] { return certificates->current(); };
    listening.on_tls_refusal = [this](const std::string& peer, const std::string& why) { refuse_by_tls(peer, why); };
    return ok();
  }

  void refuse_by_tls(const std::string& peer, const std::string& why) {
    counters.fault(fmt::format("no TLS with {}: {}", peer, why));
    room_log("receive")->warn("store {}: no TLS with {}: {}", options.name, peer, why);
    tell_refusal({"", peer, fmt::format("no TLS: {}", why)});
  }

  void tell_refusal(const TurnedAway& who) const {
    if (options.on_refusal) options.on_refusal(who);
  }

  const StoreOptions options;
  StoreCounters counters;
  std::unique_ptr<Certificates> certificates;  // null: plain TCP
  const StoreContext context;
  const Doorkeeper keeper;
  const Instant since;
  std::unique_ptr<dicom::Listener> listener;  // last: its threads use the rest
};

namespace {

dicom::ListenerOptions listener_options(const StoreOptions& options) {
  dicom::ListenerOptions listener;
  listener.bind = options.bind;
  listener.port = options.port;
  listener.max_associations = options.max_associations;
  listener.max_per_peer = options.max_per_peer;
  listener.request_timeout = options.request_timeout;
  listener.transport.pdu_timeout = options.message_timeout;
  listener.transport.write_timeout = options.message_timeout;
  listener.transport.slowest.window = options.progress_window;
  return listener;
}

}  // namespace

Result<std::unique_ptr<Store>> Store::open(const StoreOptions& options, spool::Spool& spool, database::Writer& writer,
                                           const Clock& clock) {
  if (auto started = dicom::start_toolkit(); !started) return started.error();
  auto keeper = Doorkeeper::make(options.accept, options.ae_title);
  if (!keeper) return keeper.error().with("store " + options.name);
  auto state = std::make_unique<State>(options, spool, writer, clock, std::move(*keeper));
  auto* shared = state.get();
  auto listening = listener_options(options);
  if (auto added = state->add_tls(listening); !added) return added.error();
  auto listener = dicom::Listener::open(
      listening, [shared](const dicom::AssociationRequest& request) { return shared->decide(request); },
      [shared](dicom::ScpAssociation& association, std::stop_token stop) {
        serve(shared->context, association, stop);
      });
  if (!listener) return listener.error().with("store " + options.name);
  state->listener = std::move(*listener);
  return std::unique_ptr<Store>(new Store(std::move(state)));
}

Store::Store(std::unique_ptr<State> state) : state_(std::move(state)) {}
Store::~Store() { stop(); }

int Store::port() const { return state_->listener->port(); }

StoreStatus Store::status() const {
  const auto counts = state_->listener->counts();
  StoreStatus status;
  status.name = state_->options.name;
  status.ae_title = state_->options.ae_title;
  status.port = port();
  status.role = state_->options.role;
  status.since = state_->since;
  status.open_associations = counts.open;
  status.associations = counts.associations;
  status.associations_refused = counts.refused + counts.refused_full;
  if (state_->certificates) {
    status.tls = state_->certificates->status();
    status.tls->refused = counts.refused_by_tls;
  }
  state_->counters.add_to(status);
  return status;
}

void Store::stop() { state_->listener->stop(state_->options.drain_timeout); }

}  // namespace harvester::receive
