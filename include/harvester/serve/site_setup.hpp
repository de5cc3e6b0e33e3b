#pragma once

#include <string>
#include <vector>

#include "harvester/config/profile.hpp"
#include "harvester/config/site.hpp"
#include "harvester/core/identity_policy.hpp"
#include "harvester/core/result.hpp"
#include "harvester/database/connection.hpp"
#include "harvester/intake/prepare.hpp"
#include "harvester/receive/store.hpp"

/// From the site file to what the rooms work with. Pure but for the secret, which is read where it lies.
namespace harvester::serve {

/// Reads the hash key. Fails with `config`: the key is missing where it is needed.
[[nodiscard]] Result<IdentityPolicy> identity_policy(const config::PatientIdentity& identity);

/// How objects are imported, and which spool copies are not kept. `of_nodes`: keep_words() of the profiles. Fails as
/// identity_policy(), and with `config` for a word of another kind.
[[nodiscard]] Result<intake::Settings> intake_settings(const config::SiteConfig& site,
                                                       const std::vector<std::string>& of_nodes = {});

/// The `keep` rules of profiles, each as NODE=KIND:keep or NODE=KIND:delete: what an intake worker is told of them.
[[nodiscard]] std::vector<std::string> keep_words(const std::vector<config::Profile>& profiles);

/// Brings into the database what of the site file its views need: standard names. What an earlier version of the
/// program did not work out yet is worked out. Inside the caller's transaction; throws on database errors.
void apply_site(database::Connection& connection, const config::SiteConfig& site);

[[nodiscard]] dicom::TlsProfile tls_profile(config::Tls::Profile profile);

/// The TLS of a store that has it enabled. The key is not read yet. Fails with `config` where a file is not named.
[[nodiscard]] Result<receive::StoreTls> store_tls(const config::Store& store);

/// Fails as store_tls().
[[nodiscard]] Result<receive::StoreOptions> store_options(const config::Store& store);

/// What the ledger may keep of an accession number that a node tells: as it is, hashed, or nothing.
[[nodiscard]] std::string kept_accession(const IdentityPolicy& policy, const std::string& accession_number);

}  // namespace harvester::serve
