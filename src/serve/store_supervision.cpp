#include "harvester/serve/store_supervision.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "harvester/core/log.hpp"
#include "harvester/serve/site_setup.hpp"

namespace harvester::serve {
namespace {

constexpr std::chrono::seconds kBetweenRounds{30}, kSoon{2};
constexpr std::chrono::milliseconds kPatience{10000};
constexpr int kMostUnanswered = 2;

std::vector<config::Store> stores_to_keep(const Engine& engine) {
  std::vector<config::Store> stores;
  for (const auto& open : engine.stores())
    if (const auto* store = config::find_store(engine.site(), open.name); store != nullptr && store->keep_alive)
      stores.push_back(*store);
  return stores;
}

Result<std::shared_ptr<dicom::TlsClient>> self_client(const config::Store& store) {
  const auto tls = store_tls(store);
  if (!tls) return tls.error();
  dicom::TlsServerOptions options{tls->cert_file, "", tls->ca_file, tls->profile};
  if (tls->ca_file) {
    auto key = tls->key();
    if (!key) return key.error().with(fmt::format("store {}: tls.key", store.name));
    options.key = *std::move(key);
  }
  auto client = dicom::make_tls_self_client(options);
  if (!client) return client.error().with(fmt::format("store {}: tls", store.name));
  return client;
}

Status call(const config::Store& store) {
  const auto how = call_of(store);
  return how ? echo(*how) : Status(how.error());
}

/// Whether an error is an answer: of one that is there, and does not want to, or that cannot be asked.
bool is_answer(const Error& error) { return error.kind == ErrorKind::refused || error.kind == ErrorKind::config; }

}  // namespace

Result<StoreCall> call_of(const config::Store& store) {
  const auto& callers = store.accept.calling_ae_titles;
  const auto host = store.bind == "0.0.0.0" ? std::string("127.0.0.1") : store.bind;
  StoreCall call{{host, store.port, store.ae_title, callers.empty() ? store.ae_title : callers.front()}, {}};
  call.options.acse_timeout = kPatience;
  call.options.dimse_timeout = kPatience;
  if (!store.tls.enabled) return call;
  auto client = self_client(store);
  if (!client) return client.error();
  call.options.tls = *std::move(client);
  return call;
}

Status echo(const StoreCall& call) {
  auto association = dicom::ScuAssociation::open(call.peer, call.options, {dicom::verification()});
  if (!association) return association.error();
  const auto status = association->echo();
  if (!status) return status.error();
  association->release();
  if (status->success()) return ok();
  return Error{ErrorKind::refused, "status " + dicom::to_string(*status)};
}

std::chrono::seconds StoreSupervision::round() {
  for (const auto& store : actions_.open_stores()) look_after(store);
  const bool doubt =
      std::any_of(unanswered_.begin(), unanswered_.end(), [](const auto& each) { return each.second > 0; });
  return doubt ? kSoon : kBetweenRounds;
}

void StoreSupervision::look_after(const config::Store& store) {
  auto& unanswered = unanswered_[store.name];
  const auto answered = actions_.call(store);
  if (answered || is_answer(answered.error())) {
    unanswered = 0;
    return;
  }
  room_log("serve")->warn("store {} does not answer C-ECHO: {}", store.name, answered.error().message);
  if (++unanswered < kMostUnanswered) return;
  unanswered = 0;
  const auto opened = actions_.reopen(store.name);
  if (opened)
    room_log("serve")->warn("store {} was opened anew", store.name);
  else
    room_log("serve")->error("store {} could not be opened anew: {}", store.name, opened.error().message);
}

void keep_stores_alive(Engine& engine, std::stop_token stop, const Beat& beat) {
  const auto alive = [&beat] {
    if (beat) beat();
  };
  StoreSupervision supervision({[&] { return alive(), stores_to_keep(engine); },
                                [&](const config::Store& store) { return alive(), call(store); },
                                [&](const std::string& name) { return alive(), engine.reopen_store(name); }});
  Signal never;
  for (auto pause = kBetweenRounds; !stop.stop_requested();) {
    never.wait_beyond(0, std::chrono::steady_clock::now() + pause, stop);
    if (!stop.stop_requested()) pause = supervision.round();
    alive();
  }
}

}  // namespace harvester::serve
