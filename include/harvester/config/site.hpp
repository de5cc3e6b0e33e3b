#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "harvester/config/values.hpp"
#include "harvester/core/ids.hpp"

namespace harvester::config {

/// TLS of a store or towards a node (PS3.15 B). Paths are absolute once loaded.
struct Tls {
  enum class Profile { bcp195_nd, bcp195, bcp195_extended };
  bool enabled = false;
  std::optional<std::filesystem::path> ca_file;    ///< whom we trust; PEM
  std::optional<std::filesystem::path> cert_file;  ///< our own certificate; PEM
  std::optional<SecretRef> key;                    ///< its private key; PEM
  Profile profile = Profile::bcp195_nd;
  bool operator==(const Tls&) const = default;
};

/// Whose associations a store takes.
struct Accept {
  enum class CalledAeTitle { strict, any };
  std::vector<AeTitle> calling_ae_titles;  ///< empty: anyone
  std::vector<AddressBlock> addresses;     ///< empty: from anywhere
  CalledAeTitle called_ae_title = CalledAeTitle::strict;
  bool operator==(const Accept&) const = default;
};

/// One of our own Store SCPs.
struct Store {
  enum class Role {
    harvest,  ///< destination of C-MOVE
    native    ///< takes what modalities and archives push
  };
  std::string name = "harvest";
  AeTitle ae_title = AeTitle::of("HARVESTER");
  std::uint16_t port = 11112;
  Role role = Role::harvest;
  bool autostart = true;   ///< opened by `serve`
  bool keep_alive = true;  ///< probed with C-ECHO and reopened when it does not answer
  std::string bind = "0.0.0.0";
  int max_associations = 32;
  Accept accept;
  Tls tls;
  bool operator==(const Store&) const = default;
};

/// A folder that other programs drop files into.
struct Watch {
  enum class Mode { automatic, inotify, poll };
  enum class AfterImport { keep, remove, move };
  std::filesystem::path folder;
  Mode mode = Mode::automatic;
  Duration settle = std::chrono::seconds(5);  ///< a file is taken when it has not changed for so long
  AfterImport after_import = AfterImport::keep;
  std::optional<std::filesystem::path> move_to;  ///< needed by `after_import: move`
  bool operator==(const Watch&) const = default;
};

/// What of a patient's identity reaches the database (G9).
struct PatientIdentity {
  enum class Policy { keep, hash, drop };
  enum class BirthDatePolicy { keep, drop };
  enum class Hash { hmac_sha256, sha256 };
  Policy name = Policy::drop;
  Policy id = Policy::drop;
  BirthDatePolicy birth_date = BirthDatePolicy::drop;
  Policy accession_number = Policy::keep;
  Hash hash = Hash::hmac_sha256;
  std::optional<SecretRef> hash_key;  ///< needed where something is hashed with hmac-sha256
  bool operator==(const PatientIdentity&) const = default;
};

/// Shell patterns that tell phantoms and tests from patients; case-insensitive, judged before dropping or hashing.
struct NotPatient {
  std::vector<std::string> name{"physics*"};
  std::vector<std::string> id{"phy*"};
  bool operator==(const NotPatient&) const = default;
};

struct Disk {
  ByteSize minimum_free{2ull << 30};  ///< below it harvests pause and stores refuse with A700H
  bool operator==(const Disk&) const = default;
};

/// What a daemon throws away by itself, and when. Doses, coverage, and what tells that an object is held already stay
/// whatever these are.
struct Retention {
  KeepTime ledger{std::chrono::days(3 * 365)};  ///< what a harvest found and asked for, study by study; its counts stay
  KeepTime jobs{std::chrono::days(365)};        ///< jobs and starts of the program
  KeepTime audit{std::chrono::days(5 * 365)};   ///< audit events
  KeepTime associations{std::chrono::days(30)};  ///< associations that brought nothing
  KeepTime duplicates{std::chrono::days(90)};    ///< rows of objects that came again, and of tests of nodes
  KeepTime spool{};                              ///< files of objects that are imported or ignored
  bool operator==(const Retention&) const = default;
};

struct Log {
  enum class Level { error, warn, info, debug, trace };
  enum class Format { text, json };
  Level level = Level::info;
  Format format = Format::text;
  std::optional<std::filesystem::path> file;  ///< nothing: standard error
  bool operator==(const Log&) const = default;
};

/// What a caller of the page and its API may do; each may what those before it may.
enum class HttpRole { view, operate, patient };

/// A secret that a caller of the API shows (Authorization: Bearer …).
struct HttpToken {
  std::string name;  ///< whose it is, for the audit
  HttpRole role = HttpRole::view;
  SecretRef secret;
  bool operator==(const HttpToken&) const = default;
};

/// The status page, its API and metrics.
struct Http {
  enum class Anonymous {
    automatic,  ///< operate on a loopback address without tokens, else none
    none,
    view,
    operate,
    patient
  };
  bool enabled = true;
  std::string bind = "127.0.0.1";
  std::uint16_t port = 8080;
  std::vector<std::string> names;  ///< host names by which it is called, beside localhost
  Anonymous anonymous = Anonymous::automatic;
  std::vector<HttpToken> tokens;
  bool operator==(const Http&) const = default;
};

/// What callers without a token may do; nothing: not a thing.
[[nodiscard]] std::optional<HttpRole> anonymous_role(const Http& http);

/// Whether an address to listen on is this machine's own.
[[nodiscard]] bool is_loopback(std::string_view bind);

struct Network {
  Duration connect_timeout = std::chrono::seconds(10);  ///< one for the whole process
  bool operator==(const Network&) const = default;
};

/// Audit messages of DICOM (PS3.15 A.5), sent as they happen; rows in the database there are in any case.
struct Audit {
  std::optional<Endpoint> syslog;                 ///< who collects them, over UDP; nothing: they are not sent
  std::optional<std::string> source_id;           ///< AuditSourceID; nothing: the name of this machine
  std::optional<std::string> enterprise_site_id;  ///< AuditEnterpriseSiteID
  bool operator==(const Audit&) const = default;
};

/// A name that several acquisition protocols share, applied as a view.
struct StandardName {
  std::string modality;
  std::string acquisition_protocol;  ///< shell pattern, case-insensitive
  std::string name;
  bool operator==(const StandardName&) const = default;
};

/// A diagnostic reference level: what the median of the site is held against.
struct ReferenceLevel {
  enum class By { standard_name, protocol, study_description, requested_procedure };
  enum class Measure { dlp, ctdivol, dap, rp_dose, agd, activity };
  std::string name;  ///< shell pattern on what `by` says, case-insensitive
  By by = By::standard_name;
  Measure measure = Measure::dlp;
  double value = 0;                                 ///< in the measure's unit: mGy.cm, mGy, Gy.m2, Gy, mGy, MBq
  std::optional<double> age_from, age_until;        ///< years; until: below it
  std::optional<double> weight_from, weight_until;  ///< kg
  std::string source;                               ///< who says so
  bool operator==(const ReferenceLevel&) const = default;
};

/// The site file `harvester.yaml`. A default-constructed one is valid, except that its paths are not yet absolute.
struct SiteConfig {
  int schema = 1;
  std::filesystem::path data_directory = "/var/lib/harvester";  ///< database, spool, lock
  std::filesystem::path profiles = "profiles";                  ///< one YAML file per remote node
  std::vector<Store> stores{Store{}};
  std::vector<Watch> watch;
  KeepRules keep;  ///< object kinds that are not named are kept
  PatientIdentity patient_identity;
  NotPatient not_patient;
  Disk disk;
  Retention retention;
  Log log;
  Http http;
  Network network;
  Audit audit;
  bool strict_ae_titles = true;  ///< our own titles: 1-16 letters or digits
  std::vector<StandardName> standard_names;
  std::vector<ReferenceLevel> reference_levels;
  bool operator==(const SiteConfig&) const = default;
};

[[nodiscard]] const char* to_string(Store::Role role);
[[nodiscard]] const char* to_string(Log::Level level);
[[nodiscard]] const char* to_string(HttpRole role);
[[nodiscard]] const char* to_string(ReferenceLevel::By by);
[[nodiscard]] const char* to_string(ReferenceLevel::Measure measure);

/// The store of that name, or null. Valid as long as `site` is unchanged.
[[nodiscard]] const Store* find_store(const SiteConfig& site, std::string_view name);

}  // namespace harvester::config
