#include "harvester/serve/site_setup.hpp"

#include <fmt/format.h>

#include "harvester/database/dose_repository.hpp"
#include "harvester/database/standard_names.hpp"
#include "harvester/intake/identity.hpp"

namespace harvester::serve {
namespace {

IdentityRule rule(config::PatientIdentity::Policy policy) {
  switch (policy) {
    case config::PatientIdentity::Policy::keep:
      return IdentityRule::keep;
    case config::PatientIdentity::Policy::hash:
      return IdentityRule::hash;
    case config::PatientIdentity::Policy::drop:
      break;
  }
  return IdentityRule::drop;
}

bool hashes(const IdentityPolicy& policy) {
  return policy.name == IdentityRule::hash || policy.id == IdentityRule::hash ||
         policy.accession_number == IdentityRule::hash;
}

constexpr std::string_view kKeepWord = "keep", kDeleteWord = "delete";

/// NODE=KIND:RULE; a node's name may hold either sign.
Status add_rule(const std::string& word, intake::KeepPolicy& policy) {
  const auto colon = word.rfind(':');
  const auto equals = word.rfind('=', colon);
  if (colon == std::string::npos || equals == std::string::npos)
    return Error{ErrorKind::config, "a rule on what to keep is NODE=KIND:keep or NODE=KIND:delete"};
  const auto kind = object_kind_of(word.substr(equals + 1, colon - equals - 1));
  if (!kind) return Error{ErrorKind::config, "a rule on what to keep names no object kind"};
  policy.of_nodes[word.substr(0, equals)][*kind] = word.substr(colon + 1) == kDeleteWord;
  return ok();
}

}  // namespace

Result<IdentityPolicy> identity_policy(const config::PatientIdentity& identity) {
  IdentityPolicy policy;
  policy.name = rule(identity.name);
  policy.id = rule(identity.id);
  policy.accession_number = rule(identity.accession_number);
  policy.birth_date =
      identity.birth_date == config::PatientIdentity::BirthDatePolicy::keep ? IdentityRule::keep : IdentityRule::drop;
  policy.hash = identity.hash == config::PatientIdentity::Hash::sha256 ? HashMethod::sha256 : HashMethod::hmac_sha256;
  if (hashes(policy) && policy.hash == HashMethod::hmac_sha256 && identity.hash_key) {
    auto key = identity.hash_key->read(config::process_environment());
    if (!key) return key.error().with("patient_identity.hash_key");
    policy.hash_key = *std::move(key);
  }
  if (const auto checked = intake::check(policy); !checked) return checked.error().with("patient_identity");
  return policy;
}

std::vector<std::string> keep_words(const std::vector<config::Profile>& profiles) {
  std::vector<std::string> words;
  for (const auto& profile : profiles)
    for (const auto& [kind, keep] : profile.keep)
      words.push_back(
          fmt::format("{}={}:{}", profile.name, kind, keep == config::Keep::remove ? kDeleteWord : kKeepWord));
  return words;
}

Result<intake::Settings> intake_settings(const config::SiteConfig& site, const std::vector<std::string>& of_nodes) {
  auto identity = identity_policy(site.patient_identity);
  if (!identity) return identity.error();
  intake::Settings settings;
  settings.policy.identity = *std::move(identity);
  settings.policy.not_patient = {site.not_patient.id, site.not_patient.name};
  for (const auto& [name, keep] : site.keep)
    if (const auto kind = object_kind_of(name); kind && keep == config::Keep::remove)
      settings.keep.deleted_kinds.insert(*kind);
  for (const auto& word : of_nodes)
    if (auto added = add_rule(word, settings.keep); !added) return added.error();
  return settings;
}

void apply_site(database::Connection& connection, const config::SiteConfig& site) {
  std::vector<database::standard_names::Entry> names;
  for (const auto& each : site.standard_names) names.push_back({each.modality, each.acquisition_protocol, each.name});
  database::standard_names::replace(connection, names);
  database::dose::resolve_equipment(connection);
}

dicom::TlsProfile tls_profile(config::Tls::Profile profile) {
  switch (profile) {
    case config::Tls::Profile::bcp195:
      return dicom::TlsProfile::bcp195;
    case config::Tls::Profile::bcp195_extended:
      return dicom::TlsProfile::bcp195_extended;
    case config::Tls::Profile::bcp195_nd:
      break;
  }
  return dicom::TlsProfile::bcp195_nd;
}

Result<receive::StoreTls> store_tls(const config::Store& store) {
  const auto& from = store.tls;
  if (!from.cert_file || !from.key)
    return Error{ErrorKind::config, fmt::format("store {}: tls: cert_file and key have to be given", store.name)};
  receive::StoreTls tls;
  tls.cert_file = *from.cert_file;
  tls.key = [key = *from.key] { return key.read(config::process_environment()); };
  if (from.key->from == config::SecretRef::From::file) tls.key_file = from.key->name;
  tls.ca_file = from.ca_file;
  tls.profile = tls_profile(from.profile);
  return tls;
}

Result<receive::StoreOptions> store_options(const config::Store& store) {
  receive::StoreOptions options;
  options.name = store.name;
  options.ae_title = store.ae_title.str();
  options.port = store.port;
  options.bind = store.bind;
  options.role = store.role == config::Store::Role::native ? receive::StoreRole::native : receive::StoreRole::harvest;
  options.max_associations = store.max_associations;
  for (const auto& title : store.accept.calling_ae_titles) options.accept.calling_ae_titles.push_back(title.str());
  for (const auto& block : store.accept.addresses) options.accept.addresses.push_back(block.str());
  options.accept.called_ae_strict = store.accept.called_ae_title == config::Accept::CalledAeTitle::strict;
  if (!store.tls.enabled) return options;
  auto tls = store_tls(store);
  if (!tls) return tls.error();
  options.tls = *std::move(tls);
  return options;
}

std::string kept_accession(const IdentityPolicy& policy, const std::string& accession_number) {
  if (policy.accession_number == IdentityRule::keep) return accession_number;
  if (policy.accession_number == IdentityRule::drop || accession_number.empty()) return "";
  return intake::hashed(policy, {accession_number}).value_or("");
}

}  // namespace harvester::serve
