#include <algorithm>

#include "harvester/config/profile.hpp"
#include "harvester/config/site.hpp"
#include "names.hpp"

namespace harvester::config {
namespace {

template <class E>
const char* name_of(E value) {
  static constexpr auto kNames = enum_names(E{});
  for (const auto& [word, meant] : kNames)
    if (meant == value) return word.data();
  return "";
}

}  // namespace

const char* to_string(Store::Role role) { return name_of(role); }

const char* to_string(Log::Level level) { return name_of(level); }

const char* to_string(HttpRole role) { return name_of(role); }

const char* to_string(ReferenceLevel::By by) { return name_of(by); }

const char* to_string(ReferenceLevel::Measure measure) { return name_of(measure); }

bool is_loopback(std::string_view bind) { return bind.starts_with("127.") || bind == "::1"; }

std::optional<HttpRole> anonymous_role(const Http& http) {
  switch (http.anonymous) {
    case Http::Anonymous::automatic:
      if (is_loopback(http.bind) && http.tokens.empty()) return HttpRole::operate;
      return std::nullopt;
    case Http::Anonymous::none:
      return std::nullopt;
    case Http::Anonymous::view:
      return HttpRole::view;
    case Http::Anonymous::operate:
      return HttpRole::operate;
    case Http::Anonymous::patient:
      return HttpRole::patient;
  }
  return std::nullopt;
}

const Store* find_store(const SiteConfig& site, std::string_view name) {
  const auto same = [&](const Store& store) { return store.name == name; };
  const auto found = std::find_if(site.stores.begin(), site.stores.end(), same);
  return found == site.stores.end() ? nullptr : &*found;
}

AeTitle calling_ae_for_find(const Profile& profile, const Store& store) {
  return profile.local.find_calling_ae.value_or(profile.local.calling_ae.value_or(store.ae_title));
}

AeTitle calling_ae_for_move(const Profile& profile, const Store& store) {
  return profile.local.move_calling_ae.value_or(profile.local.calling_ae.value_or(store.ae_title));
}

AeTitle move_destination(const Profile& profile, const Store& store) {
  return profile.local.move_destination.value_or(store.ae_title);
}

Keep keep_rule(const SiteConfig& site, const Profile* profile, const std::string& object_kind) {
  for (const auto* rules : {profile ? &profile->keep : nullptr, &site.keep}) {
    if (!rules) continue;
    if (const auto found = rules->find(object_kind); found != rules->end()) return found->second;
  }
  return Keep::keep;
}

}  // namespace harvester::config
