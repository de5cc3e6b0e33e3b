#include "checks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "harvester/core/text.hpp"
#include "scalar.hpp"

namespace harvester::config {
namespace {

constexpr std::uint16_t kFirstFreePort = 1024;

std::string store_key(std::size_t n, std::string_view key) { return fmt::format("stores[{}].{}", n, key); }

bool binds_overlap(const std::string& a, const std::string& b) { return a == b || a == "0.0.0.0" || b == "0.0.0.0"; }

Problem not_plain(const AeTitle& title) {
  return {fmt::format("{} is not 1-16 letters or digits", in_quotes(title.str())),
          "use letters and digits alone, or set strict_ae_titles: false in the site file"};
}

void check_own_title(const std::optional<AeTitle>& title, bool strict, const std::string& key, const Source& source,
                     Findings findings) {
  if (!title || !strict || is_plain_ae_title(title->str())) return;
  auto problem = not_plain(*title);
  findings.faults.push_back(source.fault(key, problem.message, problem.hint));
}

void check_store_tls(const Store& store, std::size_t n, const Source& source, Findings findings) {
  if (!store.tls.enabled) return;
  if (!store.tls.cert_file)
    findings.faults.push_back(source.fault(store_key(n, "tls.cert_file"), "has to be given where TLS is enabled",
                                           "the store's certificate as PEM file"));
  if (!store.tls.key)
    findings.faults.push_back(source.fault(store_key(n, "tls.key"), "has to be given where TLS is enabled",
                                           "file:/path/of/the/private/key.pem"));
}

void check_store_pair(const SiteConfig& site, std::size_t first, std::size_t second, const Source& source,
                      Findings findings) {
  const auto& a = site.stores[first];
  const auto& b = site.stores[second];
  const auto clash = [&](std::string_view key, const std::string& what, const char* hint) {
    findings.faults.push_back(
        source.fault(store_key(second, key), fmt::format("{} is already taken by the store {}", what, a.name), hint));
  };
  if (a.name == b.name) clash("name", in_quotes(b.name), "each store needs a name of its own");
  if (a.ae_title == b.ae_title)
    clash("ae_title", in_quotes(b.ae_title.str()), "an archive finds a store by its AE title: give each its own");
  if (a.port == b.port && binds_overlap(a.bind, b.bind))
    clash("port", fmt::format("port {}", b.port), "give each store a port of its own");
}

void check_store(const SiteConfig& site, std::size_t n, const Source& source, Findings findings) {
  const auto& store = site.stores[n];
  check_own_title(store.ae_title, site.strict_ae_titles, store_key(n, "ae_title"), source, findings);
  check_store_tls(store, n, source, findings);
  for (std::size_t other = 0; other < n; ++other) check_store_pair(site, other, n, source, findings);
  if (site.http.enabled && store.port == site.http.port && binds_overlap(store.bind, site.http.bind))
    findings.faults.push_back(source.fault(store_key(n, "port"),
                                           fmt::format("port {} is already taken by http.port", store.port),
                                           "give the store or the page another port"));
  if (store.port < kFirstFreePort)
    findings.warnings.push_back(source.fault(
        store_key(n, "port"), fmt::format("port {} is below 1024 and needs privileges to open", store.port),
        "port 8104 needs none; else give the program CAP_NET_BIND_SERVICE"));
}

/// Whoever is not on this machine has to show who he is.
void check_http(const Http& http, const Source& source, Findings findings) {
  if (!http.enabled) return;
  const bool from_outside = !is_loopback(http.bind);
  if (from_outside && http.tokens.empty())
    findings.faults.push_back(source.fault("http.bind", "the page is open to other machines, and there are no tokens",
                                           "give http.tokens, or bind: 127.0.0.1"));
  if (from_outside && anonymous_role(http))
    findings.faults.push_back(source.fault("http.anonymous", "callers from other machines need a token",
                                           "leave the key out, or bind: 127.0.0.1"));
  std::set<std::string> names;
  for (std::size_t n = 0; n < http.tokens.size(); ++n)
    if (!names.insert(http.tokens[n].name).second)
      findings.faults.push_back(source.fault(fmt::format("http.tokens[{}].name", n),
                                             fmt::format("{} is given twice", in_quotes(http.tokens[n].name)),
                                             "each token needs a name of its own"));
}

void check_identity(const PatientIdentity& identity, const Source& source, Findings findings) {
  using Policy = PatientIdentity::Policy;
  const bool hashes =
      identity.name == Policy::hash || identity.id == Policy::hash || identity.accession_number == Policy::hash;
  if (hashes && identity.hash == PatientIdentity::Hash::hmac_sha256 && !identity.hash_key)
    findings.faults.push_back(
        source.fault("patient_identity.hash_key", "has to be given where something is hashed with hmac-sha256",
                     "hash_key: file:/etc/harvester/hash.key (`openssl rand -hex 32` makes one)"));
  if (hashes && identity.hash == PatientIdentity::Hash::sha256)
    findings.warnings.push_back(source.fault("patient_identity.hash",
                                             "bare SHA-256 of patient identifiers can be found by trying them all",
                                             "use hmac-sha256 with a hash_key"));
}

bool is_inside(const std::filesystem::path& path, const std::filesystem::path& folder) {
  const auto relative = path.lexically_relative(folder);
  return !relative.empty() && *relative.begin() != "..";
}

void check_watch(const SiteConfig& site, std::size_t n, const Source& source, Findings findings) {
  const auto& watch = site.watch[n];
  const auto key = fmt::format("watch[{}].", n);
  if (watch.after_import == Watch::AfterImport::move && !watch.move_to)
    findings.faults.push_back(source.fault(key + "move_to", "has to be given with after_import: move",
                                           "the folder that imported files are moved to"));
  if (watch.move_to && is_inside(*watch.move_to, watch.folder))
    findings.faults.push_back(source.fault(key + "move_to", "lies inside the watched folder",
                                           "files moved there would be imported again: choose another folder"));
  if (is_inside(watch.folder, site.data_directory))
    findings.faults.push_back(source.fault(key + "folder", "lies inside data_directory",
                                           "watch a folder outside of the harvester's own files"));
  for (std::size_t other = 0; other < n; ++other) {
    const auto& before = site.watch[other].folder;
    if (is_inside(watch.folder, before) || is_inside(before, watch.folder))
      findings.faults.push_back(
          source.fault(key + "folder", "is watched twice", "folders are watched with all that is in them: keep one"));
  }
}

template <class T>
void check_order(const T& less, const T& more, const std::string& key, const std::string& other, const Source& source,
                 Findings findings) {
  if (less <= more) return;
  findings.faults.push_back(source.fault(
      key, fmt::format("{} is more than {}, which is {}", show_scalar(less), other, show_scalar(more)), ""));
}

void check_level(const ReferenceLevel& level, const std::string& key, const Source& source, Findings findings) {
  if (!(level.value > 0)) findings.faults.push_back(source.fault(key + "value", "has to be more than 0", ""));
  if (level.age_from && level.age_until)
    check_order(*level.age_from, *level.age_until, key + "age_from", "age_until", source, findings);
  if (level.weight_from && level.weight_until)
    check_order(*level.weight_from, *level.weight_until, key + "weight_from", "weight_until", source, findings);
}

bool holds(const std::vector<Query::Level>& levels, Query::Level level) {
  return std::find(levels.begin(), levels.end(), level) != levels.end();
}

void check_query(const Query& query, const Source& source, Findings findings) {
  check_order(query.split.min_window, query.split.max_window, "query.split.min_window", "max_window", source, findings);
  if (query.modalities.empty())
    findings.faults.push_back(source.fault("query.modalities", "names no modality", "leave the key out for all"));
  if (!holds(query.levels, Query::Level::study) || !holds(query.levels, Query::Level::series))
    findings.faults.push_back(source.fault("query.levels", "study and series are needed",
                                           "levels: [study, series] or [study, series, image]"));
}

void check_remote_tls(const Tls& tls, const Source& source, Findings findings) {
  if (tls.enabled && !tls.ca_file)
    findings.faults.push_back(source.fault("remote.tls.ca_file", "has to be given where TLS is enabled",
                                           "the certificates that the archive's own is checked against, as PEM file"));
  if (tls.cert_file.has_value() == tls.key.has_value()) return;
  if (tls.cert_file || tls.enabled)
    findings.faults.push_back(source.fault("remote.tls.cert_file", "cert_file and key belong together",
                                           "give both, or neither if the archive does not ask for them"));
}

void check_windows(const Profile& profile, const Source& source, Findings findings) {
  for (std::size_t n = 0; n < profile.windows.size(); ++n) {
    const auto& hours = profile.windows[n];
    if (hours.days == WeekDays{})
      findings.faults.push_back(
          source.fault(fmt::format("windows[{}].days", n), "names no day", "leave the key out for every day"));
    if (hours.from == hours.to)
      findings.faults.push_back(source.fault(fmt::format("windows[{}].to", n), "is the same time as from",
                                             "a whole day is from: \"00:00\", to: \"24:00\""));
  }
}

void check_schedules(const Profile& profile, const Source& source, Findings findings) {
  std::set<std::string> names;
  for (std::size_t n = 0; n < profile.schedule.size(); ++n)
    if (!names.insert(profile.schedule[n].name).second)
      findings.faults.push_back(source.fault(fmt::format("schedule[{}].name", n),
                                             fmt::format("{} is given twice", in_quotes(profile.schedule[n].name)),
                                             "each schedule needs a name of its own"));
}

void check_destination(const Profile& profile, const Store& store, const Source& source, Findings findings) {
  if (store.role != Store::Role::harvest)
    findings.faults.push_back(source.fault("local.store",
                                           fmt::format("the store {} has the role native", in_quotes(store.name)),
                                           "C-MOVE needs a store with role: harvest"));
  const auto destination = move_destination(profile, store);
  if (destination != store.ae_title && store.accept.called_ae_title == Accept::CalledAeTitle::strict)
    findings.warnings.push_back(
        source.fault("local.move_destination",
                     fmt::format("the store {} calls itself {} and refuses other titles", store.name,
                                 in_quotes(store.ae_title.str())),
                     "leave move_destination out, or set accept: {called_ae_title: any} on the store"));
}

void check_retention(const Retention& retention, const Source& source, Findings findings) {
  constexpr std::chrono::days kLeast{60};
  if (!retention.ledger.days || *retention.ledger.days >= kLeast) return;
  findings.faults.push_back(source.fault("retention.ledger", "is less than 60d",
                                         "what a harvest had to give up is tried again for thirty days: 60d or more"));
}

}  // namespace

void check_site(const SiteConfig& site, const Source& source, Findings findings) {
  for (std::size_t n = 0; n < site.stores.size(); ++n) check_store(site, n, source, findings);
  for (std::size_t n = 0; n < site.watch.size(); ++n) check_watch(site, n, source, findings);
  check_http(site.http, source, findings);
  check_identity(site.patient_identity, source, findings);
  check_retention(site.retention, source, findings);
  for (std::size_t n = 0; n < site.reference_levels.size(); ++n)
    check_level(site.reference_levels[n], fmt::format("reference_levels[{}].", n), source, findings);
}

void check_profile(const Profile& profile, const Source& source, Findings findings) {
  check_query(profile.query, source, findings);
  check_remote_tls(profile.remote.tls, source, findings);
  check_windows(profile, source, findings);
  check_schedules(profile, source, findings);
  check_order(profile.retry.backoff, profile.retry.backoff_max, "retry.backoff", "backoff_max", source, findings);
}

void check_profile_with_site(const Profile& profile, const SiteConfig& site, const Source& source, Findings findings) {
  const bool strict = site.strict_ae_titles;
  check_own_title(profile.local.calling_ae, strict, "local.calling_ae", source, findings);
  check_own_title(profile.local.find_calling_ae, strict, "local.find_calling_ae", source, findings);
  check_own_title(profile.local.move_calling_ae, strict, "local.move_calling_ae", source, findings);
  check_own_title(profile.local.move_destination, strict, "local.move_destination", source, findings);
  if (const auto* store = find_store(site, profile.local.store))
    return check_destination(profile, *store, source, findings);
  std::vector<std::string> names;
  for (const auto& store : site.stores) names.push_back(store.name);
  const auto meant = nearest(profile.local.store, names);
  findings.faults.push_back(
      source.fault("local.store", fmt::format("there is no store {} in the site file", in_quotes(profile.local.store)),
                   meant.empty() ? "the stores are " + join(names, ", ") : fmt::format("did you mean {}?", meant)));
}

}  // namespace harvester::config
