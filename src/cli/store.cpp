#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>

#include "commands.hpp"
#include "context.hpp"
#include "draft.hpp"
#include "harvester/config/store_entry.hpp"
#include "harvester/core/clock.hpp"
#include "harvester/core/text.hpp"
#include "harvester/report/table.hpp"
#include "harvester/serve/control.hpp"
#include "harvester/serve/store_words.hpp"

namespace harvester::cli {
namespace {

using receive::StoreStatus;

/// What the site file has, for when nobody holds the data directory.
std::vector<StoreStatus> closed_stores(const config::SiteConfig& site) {
  std::vector<StoreStatus> stores;
  for (const auto& store : site.stores) {
    StoreStatus status;
    status.name = store.name;
    status.ae_title = store.ae_title.str();
    status.port = store.port;
    status.role = store.role == config::Store::Role::native ? receive::StoreRole::native : receive::StoreRole::harvest;
    status.open = false;
    status.last_error = "no daemon has it open (harvester serve)";
    stores.push_back(std::move(status));
  }
  return stores;
}

/// Those that the daemon has opened, and those of the site file that it has not.
std::vector<StoreStatus> all_stores(std::vector<StoreStatus> known, const config::SiteConfig& site) {
  for (auto& store : closed_stores(site)) {
    const bool told =
        std::any_of(known.begin(), known.end(), [&](const auto& each) { return each.name == store.name; });
    if (!told) known.push_back(std::move(store));
  }
  return known;
}

std::string refused_cell(const StoreStatus& store) {
  std::vector<std::string> parts;
  if (store.associations_refused > 0) parts.push_back(fmt::format("{} associations", store.associations_refused));
  if (store.tls && store.tls->refused > 0) parts.push_back(fmt::format("{} by TLS", store.tls->refused));
  for (const auto& [status, count] : store.objects_refused) parts.push_back(fmt::format("{} {}", status, count));
  return join(parts, ", ");
}

void print(const std::vector<StoreStatus>& stores) {
  report::Table table;
  using report::Align;
  table.columns = {{"Store"},
                   {"AE title"},
                   {"Port", Align::right},
                   {"Role"},
                   {"Open since (UTC)"},
                   {"Now", Align::right},
                   {"Associations", Align::right},
                   {"Objects", Align::right},
                   {"MB", Align::right},
                   {"Refused"},
                   {"Last error", Align::left, 60}};
  for (const auto& store : stores)
    table.rows.push_back({store.name, store.ae_title, std::to_string(store.port),
                          store.role == receive::StoreRole::native ? "native" : "harvest",
                          store.open ? utc_text(store.since).substr(0, 19) : "closed",
                          std::to_string(store.open_associations), std::to_string(store.associations),
                          std::to_string(store.objects), fmt::format("{:.1f}", static_cast<double>(store.bytes) / 1e6),
                          refused_cell(store), store.last_error});
  fmt::print("{}", report::render(table));
}

/// What is to be done about certificates, below the table.
void print_warnings(const std::vector<StoreStatus>& stores) {
  const auto now = SystemClock().now();
  for (const auto& store : stores) {
    if (!store.tls) continue;
    const auto until = store.tls->certificate_until;
    if (until - now <= receive::kCertificateEndsSoon)
      fmt::print("store {}: its TLS certificate {} on {}: renew tls.cert_file\n", store.name,
                 until > now ? "expires" : "has expired", utc_text(until).substr(0, 10));
    if (!store.tls->fault.empty())
      fmt::print("store {}: the changed TLS files are not used: {}\n", store.name, store.tls->fault);
  }
}

int status(const Global& global, const config::Configuration& configuration) {
  auto client = serve::ControlClient::connect(data_paths(configuration));
  if (!client && client.error().kind != ErrorKind::not_found) return fail(client.error());
  auto told = client ? client->stores() : Result<std::vector<StoreStatus>>(std::vector<StoreStatus>{});
  if (!told) return fail(told.error());
  const auto stores = all_stores(*std::move(told), configuration.site);
  if (global.json) {
    fmt::print("{}\n", serve::to_json(stores));
    return kDone;
  }
  print(stores);
  print_warnings(stores);
  return kDone;
}

Result<std::string> text_of(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::stringstream text;
  if (in) text << in.rdbuf();
  if (!in) return Error{ErrorKind::config, fmt::format("{} cannot be read: {}", file.string(), std::strerror(errno))};
  return text.str();
}

/// Writes beside the site file and lets the configuration be judged from there before it takes the file's place.
int replace_checked(const std::filesystem::path& file, const std::string& text) {
  std::error_code ignored;
  const auto draft = write_draft(file, text);
  if (!draft) return fail(draft.error());
  const auto loaded = config::load_site(*draft, {});
  for (const auto& warning : loaded.warnings) fmt::print(stderr, "warning: {}\n", config::render(warning));
  if (!loaded.ok()) {
    fmt::print(stderr, "{}error: nothing was written\n", config::render(loaded.faults));
    std::filesystem::remove(*draft, ignored);
    return kUsage;
  }
  const auto placed = put_in_place(*draft, file);
  return placed ? kDone : fail(placed.error());
}

/// A key that is no reference to a variable is one to a file, as it lies from here.
config::SecretRef new_key(const std::string& text) {
  constexpr std::string_view kEnv = "env:", kFile = "file:";
  using From = config::SecretRef::From;
  if (text.starts_with(kEnv)) return {From::env, text.substr(kEnv.size())};
  return {From::file, std::filesystem::absolute(text.substr(text.starts_with(kFile) ? kFile.size() : 0)).string()};
}

config::Tls new_tls(const StoreOptions& options) {
  config::Tls tls;
  tls.enabled = !options.tls_cert.empty();
  if (!tls.enabled) return tls;
  tls.cert_file = std::filesystem::absolute(options.tls_cert);
  tls.key = new_key(options.tls_key);
  if (!options.tls_ca.empty()) tls.ca_file = std::filesystem::absolute(options.tls_ca);
  return tls;
}

Result<config::Store> new_store(const StoreOptions& options, const config::SiteConfig& site) {
  const auto title = AeTitle::make(options.ae);
  if (!title) return Error{ErrorKind::config, fmt::format("--ae: {}", title.error().message)};
  config::Store store;
  store.name = options.name;
  store.ae_title = *title;
  store.port = static_cast<std::uint16_t>(options.port);
  store.role = options.role == "harvest" ? config::Store::Role::harvest : config::Store::Role::native;
  store.tls = new_tls(options);
  if (config::find_store(site, store.name) != nullptr)
    return Error{ErrorKind::config, fmt::format("there is a store \"{}\" already", store.name)};
  return store;
}

int add(const Global& global, const StoreOptions& options, const config::Configuration& configuration) {
  if (configuration.site_file.empty())
    return fail({ErrorKind::config, "there is no site file to write the store into: harvester init makes one"});
  const auto store = new_store(options, configuration.site);
  if (!store) return fail(store.error());
  const auto before = text_of(configuration.site_file);
  if (!before) return fail(before.error());
  const auto after = config::with_store(*before, *store);
  if (!after) return fail(after.error().with(configuration.site_file.string()));
  if (const int failed = replace_checked(configuration.site_file, *after); failed != kDone) return failed;
  fmt::print("{}: store {} added: {} on port {}\n", configuration.site_file.string(), store->name,
             store->ae_title.str(), store->port);
  note(global, "a daemon that runs opens it when it reads its configuration again (SIGHUP)");
  return kDone;
}

}  // namespace

int run(const Global& global, const StoreOptions& options) {
  const auto configuration = load(global);
  if (!configuration) return kUsage;
  return options.action == StoreOptions::Action::status ? status(global, *configuration)
                                                        : add(global, options, *configuration);
}

}  // namespace harvester::cli
