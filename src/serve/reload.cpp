#include "harvester/serve/reload.hpp"

#include <algorithm>

#include "harvester/core/log.hpp"
#include "harvester/core/text.hpp"
#include "harvester/serve/site_setup.hpp"

namespace harvester::serve {

StoreChanges store_changes(const config::SiteConfig& before, const config::SiteConfig& after) {
  StoreChanges changes;
  for (const auto& store : before.stores) {
    const auto* next = config::find_store(after, store.name);
    if (next == nullptr || *next != store) changes.close.push_back(store.name);
    if (next != nullptr && *next != store) changes.open.push_back(store.name);
  }
  for (const auto& store : after.stores)
    if (store.autostart && config::find_store(before, store.name) == nullptr) changes.open.push_back(store.name);
  return changes;
}

std::vector<std::string> waits_for_start(const config::Configuration& before, const config::Configuration& after) {
  std::vector<std::string> keys;
  const auto compare = [&](const char* key, bool same) {
    if (!same) keys.emplace_back(key);
  };
  const auto &was = before.site, &is = after.site;
  compare("data_directory", was.data_directory == is.data_directory);
  compare("watch", was.watch == is.watch);
  compare("keep", was.keep == is.keep && keep_words(before.profiles) == keep_words(after.profiles));
  compare("patient_identity", was.patient_identity == is.patient_identity);
  compare("not_patient", was.not_patient == is.not_patient);
  compare("disk", was.disk == is.disk);
  compare("retention", was.retention == is.retention);
  compare("log", was.log == is.log);
  compare("http", was.http == is.http);
  compare("network", was.network == is.network);
  compare("standard_names", was.standard_names == is.standard_names);
  compare("reference_levels", was.reference_levels == is.reference_levels);
  return keys;
}

void reload(Engine& engine, Profiles& profiles, config::Configuration next) {
  const auto log = room_log("serve");
  const auto changes = store_changes(engine.site(), next.site);
  if (const auto keys = waits_for_start({{}, engine.site(), profiles.get()}, next); !keys.empty())
    log->warn("reload: changes of these wait for the next start: {}", join(keys, ", "));
  engine.set_stores(next.site.stores);
  engine.set_audit(next.site.audit);
  profiles.replace(std::move(next.profiles));
  for (const auto& name : changes.close) engine.close_store(name);
  for (const auto& name : changes.open)
    if (const auto opened = engine.open_store(name); !opened) log->error("reload: {}", opened.error().message);
  log->info("reload: the new configuration is in force: {} profiles, {} stores open", profiles.get().size(),
            engine.stores().size());
}

}  // namespace harvester::serve
