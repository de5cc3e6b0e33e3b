#include "doctor_calls.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "context.hpp"
#include "doctor_facts.hpp"
#include "harvester/serve/control.hpp"
#include "harvester/serve/node_setup.hpp"
#include "harvester/serve/site_setup.hpp"
#include "harvester/serve/store_supervision.hpp"
#include "job.hpp"

namespace harvester::cli {
namespace {

using serve::CheckResult;
using serve::Health;
using serve::PortFacts;

const receive::StoreStatus* find(const Daemon& daemon, const std::string& name) {
  const auto found = std::find_if(daemon.stores.begin(), daemon.stores.end(),
                                  [&](const receive::StoreStatus& store) { return store.name == name; });
  return found != daemon.stores.end() ? &*found : nullptr;
}

PortFacts port_of(const config::Store& store, const std::optional<Daemon>& daemon, bool daemon_is_root) {
  PortFacts facts{.name = store.name, .port = store.port, .daemon_is_root = daemon_is_root};
  const auto* status = daemon ? find(*daemon, store.name) : nullptr;
  if (status != nullptr && status->open && status->port == store.port)
    facts.state = PortFacts::State::ours;
  else if (daemon && store.autostart) {
    facts.state = PortFacts::State::closed;
    facts.reason = status != nullptr && !status->open ? status->last_error : "it runs with an earlier configuration";
  } else {
    facts.state = try_port(store.bind, store.port);
  }
  return facts;
}

/// The page's. That it is the daemon who answers is taken for granted: it does not begin without its port.
PortFacts port_of(const config::Http& http, const std::optional<Daemon>& daemon, bool daemon_is_root) {
  PortFacts facts{.name = "http", .port = http.port, .daemon_is_root = daemon_is_root};
  if (!daemon) {
    facts.state = try_port(http.bind, http.port);
    return facts;
  }
  facts.state = takes_connections(http.bind, http.port) ? PortFacts::State::ours : PortFacts::State::closed;
  facts.reason = "it runs with an earlier configuration";
  return facts;
}

CheckResult call(const config::Store& store) {
  const auto how = serve::call_of(store);
  auto finding = serve::judge("stores", store.name, how ? serve::echo(*how) : Status(how.error()), "answers C-ECHO",
                              "see the daemon's log; harvester store status tells why it refuses");
  if (how && finding.health == Health::fault) finding.text = fmt::format("does not answer C-ECHO: {}", finding.text);
  return finding;
}

std::optional<CheckResult> certificate_of(const std::string& subject, const Result<dicom::TlsServerOptions>& files) {
  auto server = files ? dicom::make_tls_server(*files) : Result<std::shared_ptr<dicom::TlsServer>>(files.error());
  if (!server)
    return CheckResult{"certificates", subject, Health::fault, server.error().message, "correct the files of tls"};
  return serve::judge_certificate(subject, dicom::valid_until(**server), SystemClock().now());
}

std::optional<CheckResult> certificate_of(const config::Store& store) {
  if (!store.tls.enabled) return std::nullopt;
  const auto tls = serve::store_tls(store);
  return certificate_of("store " + store.name,
                        tls ? receive::tls_server_options(*tls) : Result<dicom::TlsServerOptions>(tls.error()));
}

/// That which we show to a node.
std::optional<CheckResult> certificate_of(const config::Profile& profile) {
  const auto& tls = profile.remote.tls;
  if (!tls.enabled || !tls.cert_file || !tls.key) return std::nullopt;
  auto key = tls.key->read(config::process_environment());
  if (!key) return certificate_of(profile.name, key.error());
  return certificate_of(profile.name,
                        dicom::TlsServerOptions{*tls.cert_file, *std::move(key), {}, serve::tls_profile(tls.profile)});
}

std::optional<serve::StepReport> step_of(const std::string& event) {
  const auto json = nlohmann::json::parse(event, nullptr, false);
  if (!json.is_object() || json.value("event", "") != "step") return std::nullopt;
  using State = serve::StepState;
  for (const auto state : {State::ok, State::note, State::failed, State::skipped})
    if (json.value("state", "") == serve::to_string(state))
      return serve::StepReport{json.value("step", ""), state, json.value("text", ""), json.value("advice", "")};
  return std::nullopt;
}

/// What ended a test before its first step.
std::optional<std::string> failure_of(const std::string& event) {
  const auto json = nlohmann::json::parse(event, nullptr, false);
  if (!json.is_object() || json.value("event", "") != "failed") return std::nullopt;
  return json.value("error", "");
}

std::vector<CheckResult> test_one(const config::Configuration& configuration, const std::string& node,
                                  std::stop_token stop) {
  std::vector<serve::StepReport> steps;
  std::optional<std::string> failure;
  const auto listen = [&](const std::string& event) {
    if (auto step = step_of(event)) steps.push_back(*std::move(step));
    if (auto why = failure_of(event)) failure = std::move(why);
  };
  auto worker = find_worker(configuration, "doctor");
  if (!worker)
    return {{"nodes", node, Health::warning, fmt::format("not tested: {}", worker.error().message),
             "try again when that has ended"}};
  const auto code = test_node(configuration, *worker, node, listen, std::move(stop));
  if (!code) failure = code.error().message;
  if (failure) return {{"nodes", node, Health::fault, *failure, fmt::format("harvester node test {}", node)}};
  auto findings = serve::judge_node(node, steps);
  if (*code != kDone && serve::worst(findings) != Health::fault)
    findings.push_back({"nodes", node, Health::fault, fmt::format("the test ended with exit code {}", *code),
                        fmt::format("harvester node test {}", node)});
  return findings;
}

/// As far as somebody comes to whom the data directory does not belong.
std::vector<CheckResult> call_one(const config::Configuration& configuration, const config::Profile& profile) {
  const auto setup = serve::node_setup(configuration.site, profile);
  if (!setup) return {{"nodes", profile.name, Health::fault, setup.error().message, "harvester config check"}};
  return {serve::judge("nodes", profile.name, serve::echo({setup->find_peer, setup->options}),
                       "answers C-ECHO (node test: only by the daemon, or by the owner of the data directory)",
                       fmt::format("harvester node test {}", profile.name))};
}

}  // namespace

std::optional<Daemon> find_daemon(const config::Configuration& configuration) {
  auto client = serve::ControlClient::connect(data_paths(configuration));
  if (!client) return std::nullopt;
  auto stores = client->stores();
  if (!stores) return std::nullopt;
  return Daemon{*std::move(stores)};
}

std::vector<CheckResult> judge_stores(const config::Configuration& configuration, const std::optional<Daemon>& daemon,
                                      bool daemon_is_root) {
  std::vector<CheckResult> findings;
  for (const auto& store : configuration.site.stores) {
    const auto port = port_of(store, daemon, daemon_is_root);
    findings.push_back(serve::judge_port(port));
    if (port.state == PortFacts::State::ours) findings.push_back(call(store));
    if (auto certificate = certificate_of(store)) findings.push_back(*std::move(certificate));
  }
  if (const auto& http = configuration.site.http; http.enabled)
    findings.push_back(serve::judge_port(port_of(http, daemon, daemon_is_root)));
  return findings;
}

std::vector<CheckResult> judge_nodes(const config::Configuration& configuration, bool with_daemon, bool owns_directory,
                                     std::stop_token stop) {
  std::vector<CheckResult> findings;
  for (const auto& profile : configuration.profiles) {
    if (!profile.enabled || stop.stop_requested()) continue;
    auto found =
        with_daemon || owns_directory ? test_one(configuration, profile.name, stop) : call_one(configuration, profile);
    findings.insert(findings.end(), found.begin(), found.end());
    if (auto certificate = certificate_of(profile)) findings.push_back(*std::move(certificate));
  }
  return findings;
}

}  // namespace harvester::cli
