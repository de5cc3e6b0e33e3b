#include "harvester/serve/node_setup.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "harvester/core/text.hpp"
#include "harvester/serve/site_setup.hpp"

namespace harvester::serve {
namespace {

query::ModalityKey modality_key(config::Query::ModalityKey key) {
  switch (key) {
    case config::Query::ModalityKey::modality_at_study:
      return query::ModalityKey::modality_at_study;
    case config::Query::ModalityKey::both:
      return query::ModalityKey::both;
    case config::Query::ModalityKey::none:
      return query::ModalityKey::none;
    case config::Query::ModalityKey::modalities_in_study:
      break;
  }
  return query::ModalityKey::modalities_in_study;
}

std::optional<MoveLevel> move_level(config::Retrieve::Level level) {
  if (level == config::Retrieve::Level::study) return MoveLevel::study;
  if (level == config::Retrieve::Level::series) return MoveLevel::series;
  if (level == config::Retrieve::Level::image) return MoveLevel::image;
  return std::nullopt;
}

dicom::Peer peer(const config::Profile& profile, const AeTitle& calling) {
  return {profile.remote.host, profile.remote.port, profile.remote.ae_title, calling};
}

select::ImageRule image_rule(config::ImageRule rule) {
  switch (rule) {
    case config::ImageRule::all:
      return select::ImageRule::all;
    case config::ImageRule::one_per_series:
      return select::ImageRule::one_per_series;
    case config::ImageRule::dose_info_only:
      return select::ImageRule::dose_info_only;
    case config::ImageRule::none:
      break;
  }
  return select::ImageRule::none;
}

std::map<std::string, select::ImageRule> image_rules(const config::Images& images) {
  return {{"CT", image_rule(images.ct)}, {"MG", image_rule(images.mg)}, {"DX", image_rule(images.dx)},
          {"CR", image_rule(images.cr)}, {"PX", image_rule(images.px)}, {"NM", image_rule(images.nm)},
          {"PT", image_rule(images.pt)}};
}

select::Preference preference(config::Retrieve::Prefer prefer) {
  using Prefer = config::Retrieve::Prefer;
  switch (prefer) {
    case Prefer::rdsr:
      return select::Preference::rdsr;
    case Prefer::enhanced_sr:
      return select::Preference::enhanced_sr;
    case Prefer::philips_dose_info:
      return select::Preference::philips_dose_info;
    case Prefer::toshiba_dose_screen:
      return select::Preference::toshiba_dose_screen;
    case Prefer::images:
      break;
  }
  return select::Preference::images;
}

select::SkipKnown skip_known(config::Filters::SkipKnown skip) {
  switch (skip) {
    case config::Filters::SkipKnown::study:
      return select::SkipKnown::study;
    case config::Filters::SkipKnown::never:
      return select::SkipKnown::never;
    case config::Filters::SkipKnown::sop_instance:
      break;
  }
  return select::SkipKnown::sop_instance;
}

select::Rules rules(const config::Profile& profile) {
  using Level = config::Query::Level;
  const auto& levels = profile.query.levels;
  select::Rules rules;
  rules.study_description = {profile.filters.study_description.include, profile.filters.study_description.exclude};
  rules.station_name = {profile.filters.station_name.include, profile.filters.station_name.exclude};
  rules.station_at_study_level = profile.filters.station_name.level == config::StationFilter::Level::study;
  rules.institution_name = {{}, profile.filters.institution_name.exclude};
  rules.image_level = std::find(levels.begin(), levels.end(), Level::image) != levels.end();
  rules.empty_sr_is_report = profile.query.empty_sr == config::Query::EmptySr::retrieve;
  rules.skip_known = skip_known(profile.filters.skip_known);
  rules.prefer.clear();
  for (const auto prefer : profile.retrieve.prefer) rules.prefer.push_back(preference(prefer));
  rules.images = image_rules(profile.retrieve.images);
  rules.max_objects_per_series = profile.retrieve.max_objects_per_series;
  return rules;
}

int whole_days(config::Duration duration) {
  return std::max(1, static_cast<int>(std::chrono::duration_cast<std::chrono::days>(duration).count()));
}

/// Null where the profile has no TLS.
Result<std::shared_ptr<dicom::TlsClient>> tls_client(const config::Profile& profile) {
  const auto& tls = profile.remote.tls;
  if (!tls.enabled) return std::shared_ptr<dicom::TlsClient>();
  if (!tls.ca_file) return Error{ErrorKind::config, "ca_file has to be given"};
  dicom::TlsOptions options{*tls.ca_file, tls.cert_file};
  options.profile = tls_profile(tls.profile);
  if (tls.key) {
    auto key = tls.key->read(config::process_environment());
    if (!key) return key.error().with("key");
    options.key = *std::move(key);
  }
  return dicom::make_tls_client(options);
}

Status can_do(const config::Profile& profile, const config::Store* store) {
  if (store == nullptr)
    return Error{ErrorKind::config,
                 fmt::format("profiles/{}.yaml: local.store: there is no store \"{}\" in the site file", profile.name,
                             profile.local.store)};
  return ok();
}

}  // namespace

Result<harvest::NodeSetup> node_setup(const config::SiteConfig& site, const config::Profile& profile) {
  const auto* store = config::find_store(site, profile.local.store);
  if (const auto possible = can_do(profile, store); !possible) return possible.error();
  harvest::NodeSetup setup{.find_peer = peer(profile, config::calling_ae_for_find(profile, *store)),
                           .move_peer = peer(profile, config::calling_ae_for_move(profile, *store)),
                           .destination = config::move_destination(profile, *store)};
  setup.options.acse_timeout = profile.timeouts.acse;
  setup.options.dimse_timeout = profile.timeouts.dimse;
  auto tls = tls_client(profile);
  if (!tls) return tls.error().with(fmt::format("profiles/{}.yaml: remote.tls", profile.name));
  setup.options.tls = *std::move(tls);
  setup.options.default_charset = profile.import.default_charset;
  setup.limits = {profile.pacing.requests_per_minute, profile.pacing.pause_ratio,
                  profile.pacing.operations_per_association, profile.pacing.idle_release};
  setup.associations = profile.pacing.associations;
  setup.outstanding_moves = profile.pacing.outstanding_moves;
  if (profile.query.model == config::Query::Model::patient_root) setup.style.model = dicom::Model::patient_root;
  if (profile.retrieve.method == config::Retrieve::Method::c_get) setup.method = retrieve::Method::c_get;
  setup.get_as_fallback = profile.retrieve.method == config::Retrieve::Method::automatic;
  setup.uids_per_request = profile.retrieve.uids_per_request;
  setup.style.modality_key = modality_key(profile.query.modality_key);
  setup.style.sop_classes_in_study = profile.query.sop_classes_in_study;
  setup.style.relational = profile.query.relational;
  setup.style.institution_at_study = !profile.filters.institution_name.exclude.empty();
  setup.modality_lists = !profile.query.modality_per_query;
  setup.answer_limit = profile.query.split.result_cap.fixed.value_or(0);
  setup.level = move_level(profile.retrieve.level);
  setup.window_days = whole_days(profile.query.split.max_window);
  setup.window_floor = std::chrono::duration_cast<std::chrono::minutes>(profile.query.split.min_window);
  setup.rules = rules(profile);
  setup.move_timers = {profile.timeouts.stall, profile.timeouts.total};
  setup.settle = profile.timeouts.settle;
  setup.attempts = profile.retry.attempts;
  setup.backoff = profile.retry.backoff;
  setup.backoff_max = profile.retry.backoff_max;
  return harvest::overridden(std::move(setup), {});
}

Result<std::vector<std::string>> modalities_for(const config::Profile& profile, const std::vector<std::string>& asked) {
  const auto& known = select::known_modalities();
  std::vector<std::string> wanted;
  for (const auto& each : asked.empty() ? profile.query.modalities : asked) {
    const auto same = [&](const std::string& one) { return lower(one) == lower(trimmed(each)); };
    const auto found = std::find_if(known.begin(), known.end(), same);
    if (found == known.end())
      return Error{ErrorKind::config, fmt::format("\"{}\" is no modality that is harvested; there are {}",
                                                  escaped_controls(each), join(known, ", "))};
    if (std::find(wanted.begin(), wanted.end(), *found) == wanted.end()) wanted.push_back(*found);
  }
  if (wanted.empty())
    return Error{ErrorKind::config, fmt::format("profiles/{}.yaml: query.modalities: is empty; there are {}",
                                                profile.name, join(known, ", "))};
  return wanted;
}

dicom::ToolkitOptions toolkit_options(const config::SiteConfig& site) {
  dicom::ToolkitOptions options;
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(site.network.connect_timeout);
  options.connect_timeout = std::max(std::chrono::seconds(1), seconds);
  return options;
}

}  // namespace harvester::serve
