#include <fmt/format.h>

#include <chrono>
#include <nlohmann/json.hpp>

#include "commands.hpp"
#include "context.hpp"
#include "harvester/core/text.hpp"
#include "harvester/dicom/scu.hpp"
#include "harvester/dicom/toolkit.hpp"
#include "harvester/report/table.hpp"
#include "harvester/serve/node_setup.hpp"
#include "harvester/serve/store_supervision.hpp"

namespace harvester::cli {
namespace {

/// Somebody to call, and how it went.
struct Call {
  std::string name;
  dicom::Peer peer;
  dicom::ScuOptions options;
  bool good = false;
  std::string answer{};
  std::int64_t milliseconds = 0;
};

void ring(Call& call) {
  const auto began = std::chrono::steady_clock::now();
  auto association = dicom::ScuAssociation::open(call.peer, call.options, {dicom::verification()});
  if (!association) {
    call.answer = association.error().message;
  } else {
    const auto status = association->echo();
    call.good = status && status->success();
    call.answer = !status ? status.error().message : call.good ? "answers" : "status " + dicom::to_string(*status);
    if (status) association->release();
  }
  call.milliseconds =
      std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - began).count();
}

Result<std::vector<Call>> calls_to_nodes(const config::Configuration& configuration, const EchoOptions& options) {
  const auto profiles = choose_profiles(configuration, options.nodes, options.all);
  if (!profiles) return profiles.error();
  std::vector<Call> calls;
  for (const auto* profile : *profiles) {
    const auto setup = serve::node_setup(configuration.site, *profile);
    if (!setup) return setup.error();
    calls.push_back({profile->name, setup->find_peer, setup->options});
  }
  return calls;
}

Result<std::vector<Call>> calls_to_stores(const config::SiteConfig& site) {
  std::vector<Call> calls;
  for (const auto& store : site.stores) {
    auto how = serve::call_of(store);
    if (!how) return how.error();
    calls.push_back({store.name, how->peer, how->options});
  }
  return calls;
}

void print(const std::vector<Call>& calls) {
  report::Table table;
  table.columns = {{"Name"}, {"AE title"}, {"Address"}, {"ms", report::Align::right}, {"Answer"}};
  for (const auto& call : calls)
    table.rows.push_back({call.name, call.peer.called.str(), fmt::format("{}:{}", call.peer.host, call.peer.port),
                          std::to_string(call.milliseconds), call.answer});
  fmt::print("{}", report::render(table));
}

void print_json(const std::vector<Call>& calls) {
  auto list = nlohmann::ordered_json::array();
  for (const auto& call : calls)
    list.push_back({{"name", call.name},
                    {"ae_title", call.peer.called.str()},
                    {"host", call.peer.host},
                    {"port", call.peer.port},
                    {"good", call.good},
                    {"answer", repaired_utf8(call.answer)},
                    {"milliseconds", call.milliseconds}});
  fmt::print("{}\n", nlohmann::ordered_json{{"schema", 1}, {"calls", std::move(list)}}.dump(2));
}

}  // namespace

int run(const Global& global, const EchoOptions& options) {
  const auto configuration = load(global);
  if (!configuration) return kUsage;
  if (options.stores && (options.all || !options.nodes.empty()))
    return fail({ErrorKind::config, "give names of nodes, --all or --stores"});
  if (const auto ready = dicom::start_toolkit(serve::toolkit_options(configuration->site)); !ready)
    return fail(ready.error());
  auto calls = options.stores ? calls_to_stores(configuration->site) : calls_to_nodes(*configuration, options);
  if (!calls) return fail(calls.error());
  bool good = true;
  for (auto& call : *calls) {
    ring(call);
    good = good && call.good;
  }
  global.json ? print_json(*calls) : print(*calls);
  return good ? kDone : kUnreachable;
}

}  // namespace harvester::cli
