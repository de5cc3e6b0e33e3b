#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "harvester/config/site.hpp"
#include "harvester/config/values.hpp"
#include "harvester/core/ids.hpp"

namespace harvester::config {

/// The archive's side of the connection.
struct Remote {
  std::string host;  ///< a host name is preferred over an IP address: it survives a move of the archive
  std::uint16_t port = 104;
  AeTitle ae_title = AeTitle::of("ANY-SCP");
  Tls tls;
  bool operator==(const Remote&) const = default;
};

/// Our side. What is not given follows from the store: see calling_ae_for_find() and its neighbours.
struct Local {
  std::optional<AeTitle> calling_ae;
  std::optional<AeTitle> find_calling_ae;
  std::optional<AeTitle> move_calling_ae;
  std::string store = "harvest";
  std::optional<AeTitle> move_destination;
  bool operator==(const Local&) const = default;
};

/// How date ranges are cut where the node refuses or caps.
struct Split {
  Duration max_window = std::chrono::hours(24);
  Duration min_window = std::chrono::minutes(15);
  ResultCap result_cap;
  bool operator==(const Split&) const = default;
};

struct Query {
  enum class Model { study_root, patient_root };
  enum class ModalityKey { modalities_in_study, modality_at_study, both, none };
  enum class Level { study, series, image };
  enum class EmptySr { retrieve, skip };
  Model model = Model::study_root;
  std::vector<std::string> modalities{"CT", "MG", "DX", "CR", "RF", "XA", "PX", "NM", "PT"};
  ModalityKey modality_key = ModalityKey::modalities_in_study;
  bool modality_per_query = true;
  Split split;
  std::vector<Level> levels{Level::study, Level::series, Level::image};
  EmptySr empty_sr = EmptySr::retrieve;  ///< SR series that show nothing at image level
  std::optional<std::string> timezone;   ///< IANA name; nothing: this machine's
  bool sop_classes_in_study = false;     ///< the node tells the SOP classes of a study
  bool relational = false;               ///< the node answers image level for a whole study
  bool operator==(const Query&) const = default;
};

/// Case-insensitive substrings with * and ?; exclude wins; an absent value passes.
struct TextFilter {
  std::vector<std::string> include;
  std::vector<std::string> exclude;
  bool operator==(const TextFilter&) const = default;
};

struct StationFilter {
  enum class Level { study, series };
  std::vector<std::string> include;
  std::vector<std::string> exclude;
  Level level = Level::series;
  bool operator==(const StationFilter&) const = default;
};

struct ExcludeFilter {
  std::vector<std::string> exclude;
  bool operator==(const ExcludeFilter&) const = default;
};

struct Filters {
  enum class SkipKnown { sop_instance, study, never };
  TextFilter study_description;
  StationFilter station_name;
  ExcludeFilter institution_name;
  SkipKnown skip_known = SkipKnown::sop_instance;
  bool operator==(const Filters&) const = default;
};

/// What is fetched of a study that has no usable dose report, per modality.
enum class ImageRule { all, one_per_series, dose_info_only, none };

struct Images {
  ImageRule mg = ImageRule::all;
  ImageRule dx = ImageRule::all;
  ImageRule cr = ImageRule::all;
  ImageRule px = ImageRule::all;
  ImageRule ct = ImageRule::dose_info_only;
  ImageRule nm = ImageRule::one_per_series;
  ImageRule pt = ImageRule::one_per_series;
  bool operator==(const Images&) const = default;
};

struct Retrieve {
  enum class Method { c_move, c_get, automatic };  ///< automatic: C-GET once C-MOVE was refused as such
  enum class Level { study, series, image, automatic };
  enum class Prefer { rdsr, enhanced_sr, philips_dose_info, toshiba_dose_screen, images };
  Method method = Method::c_move;
  Level level = Level::automatic;
  std::vector<Prefer> prefer{Prefer::rdsr, Prefer::enhanced_sr, Prefer::philips_dose_info, Prefer::toshiba_dose_screen,
                             Prefer::images};
  Images images;
  int max_objects_per_series = 500;
  int uids_per_request = 1;  ///< on image level; nodes that do no lists are found out
  bool operator==(const Retrieve&) const = default;
};

/// How gently the node is treated (G7).
struct Pacing {
  int associations = 2;
  int outstanding_moves = 1;
  int requests_per_minute = 120;       ///< 0: no limit
  double pause_ratio = 0;              ///< pause after a request, as a multiple of how long it took
  int operations_per_association = 0;  ///< then the association is renewed; 0: never
  Duration idle_release = std::chrono::seconds(30);
  bool operator==(const Pacing&) const = default;
};

/// Hours in which the node may be worked on; `to` before `from` runs past midnight.
struct AllowedHours {
  WeekDays days{{true, true, true, true, true, true, true}};
  ClockMinute from;
  ClockMinute to{std::chrono::hours(24)};
  bool operator==(const AllowedHours&) const = default;
};

struct Timeouts {
  Duration acse = std::chrono::seconds(30);
  Duration dimse = std::chrono::seconds(120);
  Duration stall = std::chrono::minutes(10);  ///< a move without any sign of life
  Duration total = std::chrono::hours(6);     ///< one harvest
  Duration settle = std::chrono::seconds(5);  ///< late objects after the final C-MOVE response
  bool operator==(const Timeouts&) const = default;
};

/// What is retried stands in the table of statuses.
struct Retry {
  int attempts = 5;
  Duration backoff = std::chrono::minutes(1);
  Duration backoff_max = std::chrono::minutes(30);
  bool operator==(const Retry&) const = default;
};

struct Schedule {
  enum class Overlap { skip, queue };
  std::string name;
  std::string cron = "30 22 * * *";  ///< five fields or @hourly, @daily, @nightly, @weekly, @monthly
  Duration jitter = std::chrono::minutes(10);
  std::string date = "yesterday..today";
  Overlap overlap = Overlap::skip;
  Duration catch_up = std::chrono::hours(72);    ///< how late a run may still begin
  Duration sweep = std::chrono::hours(24 * 14);  ///< once a week the days of so long ago are asked for again; 0: never
  bool operator==(const Schedule&) const = default;
};

struct Import {
  enum class OnError { quarantine };
  std::string default_charset = "ISO_IR 100";  ///< of objects that declare none and hold other bytes than ASCII
  OnError on_error = OnError::quarantine;
  bool operator==(const Import&) const = default;
};

struct Notify {
  std::vector<std::string> on{"failure", "partial"};  ///< failure, partial, success, no_data_2d (any number of days)
  std::optional<std::filesystem::path> command;
  std::optional<std::string> ping_url;
  bool include_phi = false;
  bool operator==(const Notify&) const = default;
};

/// One remote node: the file `profiles/NAME.yaml`.
struct Profile {
  std::string name;  ///< the file's stem
  int schema = 1;
  std::string description;
  bool enabled = true;
  Remote remote;
  Local local;
  Query query;
  Filters filters;
  Retrieve retrieve;
  Pacing pacing;
  std::vector<AllowedHours> windows;  ///< empty: at any time
  Timeouts timeouts;
  Retry retry;
  std::vector<Schedule> schedule;
  Import import;
  KeepRules keep;  ///< over the site's
  Notify notify;
  bool operator==(const Profile&) const = default;
};

/// The titles that go over the wire: what the profile says, else `local.calling_ae`, else the store's own title.
[[nodiscard]] AeTitle calling_ae_for_find(const Profile& profile, const Store& store);
[[nodiscard]] AeTitle calling_ae_for_move(const Profile& profile, const Store& store);
[[nodiscard]] AeTitle move_destination(const Profile& profile, const Store& store);

/// What becomes of the spool copy of an imported object: the profile's rule (may be null), the site's, or keep.
[[nodiscard]] Keep keep_rule(const SiteConfig& site, const Profile* profile, const std::string& object_kind);

}  // namespace harvester::config
