#include "harvester/serve/store_words.hpp"

#include <nlohmann/json.hpp>

#include "channel.hpp"

namespace harvester::serve {
namespace {

using nlohmann::ordered_json;
using receive::StoreStatus;

ordered_json words_of(const std::optional<receive::TlsStatus>& tls) {
  if (!tls) return {};
  return {{"certificate_until", utc_text(tls->certificate_until)},
          {"certificate_until_unix_ms", tls->certificate_until.time_since_epoch().count()},
          {"refused", tls->refused},
          {"fault", tls->fault}};
}

std::optional<receive::TlsStatus> tls_of(const ordered_json& words) {
  if (words.is_null()) return std::nullopt;
  receive::TlsStatus tls;
  tls.certificate_until = Instant(std::chrono::milliseconds(words.at("certificate_until_unix_ms").get<std::int64_t>()));
  words.at("refused").get_to(tls.refused);
  words.at("fault").get_to(tls.fault);
  return tls;
}

ordered_json words_of(const StoreStatus& store) {
  return {{"name", store.name},
          {"ae_title", store.ae_title},
          {"port", store.port},
          {"role", store.role == receive::StoreRole::native ? "native" : "harvest"},
          {"open", store.open},
          {"since", store.open ? ordered_json(utc_text(store.since)) : ordered_json()},
          {"since_unix_ms", store.since.time_since_epoch().count()},
          {"open_associations", store.open_associations},
          {"associations", store.associations},
          {"associations_refused", store.associations_refused},
          {"echoes", store.echoes},
          {"objects", store.objects},
          {"bytes", store.bytes},
          {"objects_refused", store.objects_refused},
          {"tls", words_of(store.tls)},
          {"last_error", store.last_error}};
}

StoreStatus status_of(const ordered_json& words) {
  StoreStatus store;
  words.at("name").get_to(store.name);
  words.at("ae_title").get_to(store.ae_title);
  words.at("port").get_to(store.port);
  store.role = words.at("role") == "native" ? receive::StoreRole::native : receive::StoreRole::harvest;
  words.at("open").get_to(store.open);
  store.since = Instant(std::chrono::milliseconds(words.at("since_unix_ms").get<std::int64_t>()));
  words.at("open_associations").get_to(store.open_associations);
  words.at("associations").get_to(store.associations);
  words.at("associations_refused").get_to(store.associations_refused);
  words.at("echoes").get_to(store.echoes);
  words.at("objects").get_to(store.objects);
  words.at("bytes").get_to(store.bytes);
  words.at("objects_refused").get_to(store.objects_refused);
  store.tls = tls_of(words.at("tls"));
  words.at("last_error").get_to(store.last_error);
  return store;
}

}  // namespace

std::string to_json(const std::vector<StoreStatus>& stores) {
  auto list = ordered_json::array();
  for (const auto& store : stores) list.push_back(words_of(store));
  return ordered_json{{"schema", 1}, {"stores", std::move(list)}}.dump(-1, ' ', false,
                                                                       ordered_json::error_handler_t::replace);
}

Result<std::vector<StoreStatus>> stores_from_json(const std::string& json) {
  try {
    const auto words = ordered_json::parse(json);
    if (!words.contains("stores")) return error_from_json(json);
    std::vector<StoreStatus> stores;
    for (const auto& each : words["stores"]) stores.push_back(status_of(each));
    return stores;
  } catch (const nlohmann::json::exception&) {
    return Error{ErrorKind::transient, "the process that holds the data directory gave an answer that is none"};
  }
}

}  // namespace harvester::serve
