#pragma once

#include <concepts>
#include <limits>

#include "scalar.hpp"

/// The schema of both files, written once: reading, overriding by the environment, showing and listing keys are
/// visitors of it. A visitor v takes v(key, member), v(key, member, rule) and v.required(key, member, rule, what).
namespace harvester::config {

template <class T, class U>
concept Is = std::same_as<std::remove_const_t<T>, U>;

inline constexpr auto kMostInt = std::numeric_limits<int>::max();
inline constexpr Range<Duration> kAnyDuration{Duration(0), std::chrono::hours(24 * 366)};
inline constexpr Range<Duration> kTimeout{Duration(1), std::chrono::hours(24 * 366)};  // 0 would wait for ever
inline constexpr Range<int> kSchema{1, 1};

template <class V>
void describe(V& v, Is<Tls> auto& tls) {
  v("enabled", tls.enabled);
  v("ca_file", tls.ca_file);
  v("cert_file", tls.cert_file);
  v("key", tls.key);
  v("profile", tls.profile);
}

template <class V>
void describe(V& v, Is<Accept> auto& accept) {
  v("calling_ae_titles", accept.calling_ae_titles);
  v("addresses", accept.addresses);
  v("called_ae_title", accept.called_ae_title);
}

template <class V>
void describe(V& v, Is<Store> auto& store) {
  v.required("name", store.name, check_name, "any name of your choice, used in profiles and commands");
  v("ae_title", store.ae_title);
  v("port", store.port);
  v("role", store.role);
  v("autostart", store.autostart);
  v("keep_alive", store.keep_alive);
  v("bind", store.bind, check_bind);
  v("max_associations", store.max_associations, Range{1, 1024});
  v("accept", store.accept);
  v("tls", store.tls);
}

template <class V>
void describe(V& v, Is<Watch> auto& watch) {
  v.required("folder", watch.folder, nullptr, "the folder to watch");
  v("mode", watch.mode);
  v("settle", watch.settle, kAnyDuration);
  v("after_import", watch.after_import);
  v("move_to", watch.move_to);
}

template <class V>
void describe(V& v, Is<PatientIdentity> auto& identity) {
  v("name", identity.name);
  v("id", identity.id);
  v("birth_date", identity.birth_date);
  v("accession_number", identity.accession_number);
  v("hash", identity.hash);
  v("hash_key", identity.hash_key);
}

template <class V>
void describe(V& v, Is<NotPatient> auto& patterns) {
  v("name", patterns.name, check_word);
  v("id", patterns.id, check_word);
}

template <class V>
void describe(V& v, Is<Disk> auto& disk) {
  v("minimum_free", disk.minimum_free);
}

template <class V>
void describe(V& v, Is<Retention> auto& retention) {
  v("ledger", retention.ledger);
  v("jobs", retention.jobs);
  v("audit", retention.audit);
  v("associations", retention.associations);
  v("duplicates", retention.duplicates);
  v("spool", retention.spool);
}

template <class V>
void describe(V& v, Is<Log> auto& log) {
  v("level", log.level);
  v("format", log.format);
  v("file", log.file);
}

template <class V>
void describe(V& v, Is<HttpToken> auto& token) {
  v.required("name", token.name, check_name, "whose token it is");
  v("role", token.role);
  v.required("secret", token.secret, nullptr, "where it lies: file:/etc/harvester/page.token or env:VARIABLE");
}

template <class V>
void describe(V& v, Is<Http> auto& http) {
  v("enabled", http.enabled);
  v("bind", http.bind, check_bind);
  v("port", http.port);
  v("names", http.names, check_host);
  v("anonymous", http.anonymous);
  v("tokens", http.tokens);
}

template <class V>
void describe(V& v, Is<Network> auto& network) {
  v("connect_timeout", network.connect_timeout, Range<Duration>{std::chrono::seconds(1), std::chrono::minutes(10)});
}

template <class V>
void describe(V& v, Is<Audit> auto& audit) {
  v("syslog", audit.syslog);
  v("source_id", audit.source_id, check_word);
  v("enterprise_site_id", audit.enterprise_site_id, check_word);
}

template <class V>
void describe(V& v, Is<StandardName> auto& standard) {
  v.required("modality", standard.modality, check_modality, "the modality it is for, e.g. CT");
  v.required("acquisition_protocol", standard.acquisition_protocol, check_word, "a pattern with * and ?");
  v.required("name", standard.name, check_word, "the standard name");
}

template <class V>
void describe(V& v, Is<ReferenceLevel> auto& level) {
  constexpr Range<double> years{0.0, 150.0}, kilograms{0.0, 1000.0}, dose{0.0, 1e9};
  v.required("name", level.name, check_word, "a pattern with * and ?");
  v("by", level.by);
  v.required("measure", level.measure, nullptr, "dlp, ctdivol, dap, rp_dose, agd or activity");
  v.required("value", level.value, dose, "the level, in the unit of the measure");
  v("age_from", level.age_from, years);
  v("age_until", level.age_until, years);
  v("weight_from", level.weight_from, kilograms);
  v("weight_until", level.weight_until, kilograms);
  v("source", level.source);
}

template <class V>
void describe(V& v, Is<SiteConfig> auto& site) {
  v("schema", site.schema, kSchema);
  v("data_directory", site.data_directory);
  v("profiles", site.profiles);
  v("stores", site.stores);
  v("watch", site.watch);
  v("keep", site.keep);
  v("patient_identity", site.patient_identity);
  v("not_patient", site.not_patient);
  v("disk", site.disk);
  v("retention", site.retention);
  v("log", site.log);
  v("http", site.http);
  v("network", site.network);
  v("audit", site.audit);
  v("strict_ae_titles", site.strict_ae_titles);
  v("standard_names", site.standard_names);
  v("reference_levels", site.reference_levels);
}

template <class V>
void describe(V& v, Is<Remote> auto& remote) {
  v.required("host", remote.host, check_host, "the archive's host name");
  v("port", remote.port);
  v.required("ae_title", remote.ae_title, nullptr, "the archive's AE title");
  v("tls", remote.tls);
}

template <class V>
void describe(V& v, Is<Local> auto& local) {
  v("calling_ae", local.calling_ae);
  v("find_calling_ae", local.find_calling_ae);
  v("move_calling_ae", local.move_calling_ae);
  v("store", local.store, check_name);
  v("move_destination", local.move_destination);
}

template <class V>
void describe(V& v, Is<Split> auto& split) {
  v("max_window", split.max_window, Range<Duration>{std::chrono::minutes(1), std::chrono::hours(24 * 366)});
  v("min_window", split.min_window, Range<Duration>{std::chrono::seconds(1), std::chrono::hours(24)});
  v("result_cap", split.result_cap);
}

template <class V>
void describe(V& v, Is<Query> auto& query) {
  v("model", query.model);
  v("modalities", query.modalities, check_modality);
  v("modality_key", query.modality_key);
  v("modality_per_query", query.modality_per_query);
  v("split", query.split);
  v("levels", query.levels);
  v("empty_sr", query.empty_sr);
  v("timezone", query.timezone, check_timezone);
  v("sop_classes_in_study", query.sop_classes_in_study);
  v("relational", query.relational);
}

template <class V>
void describe(V& v, Is<TextFilter> auto& filter) {
  v("include", filter.include, check_word);
  v("exclude", filter.exclude, check_word);
}

template <class V>
void describe(V& v, Is<StationFilter> auto& filter) {
  v("include", filter.include, check_word);
  v("exclude", filter.exclude, check_word);
  v("level", filter.level);
}

template <class V>
void describe(V& v, Is<ExcludeFilter> auto& filter) {
  v("exclude", filter.exclude, check_word);
}

template <class V>
void describe(V& v, Is<Filters> auto& filters) {
  v("study_description", filters.study_description);
  v("station_name", filters.station_name);
  v("institution_name", filters.institution_name);
  v("skip_known", filters.skip_known);
}

template <class V>
void describe(V& v, Is<Images> auto& images) {
  v("MG", images.mg);
  v("DX", images.dx);
  v("CR", images.cr);
  v("PX", images.px);
  v("CT", images.ct);
  v("NM", images.nm);
  v("PT", images.pt);
}

template <class V>
void describe(V& v, Is<Retrieve> auto& retrieve) {
  v("method", retrieve.method);
  v("level", retrieve.level);
  v("prefer", retrieve.prefer);
  v("images", retrieve.images);
  v("max_objects_per_series", retrieve.max_objects_per_series, Range{1, kMostInt});
  v("uids_per_request", retrieve.uids_per_request, Range{1, 500});
}

template <class V>
void describe(V& v, Is<Pacing> auto& pacing) {
  v("associations", pacing.associations, Range{1, 64});
  v("outstanding_moves", pacing.outstanding_moves, Range{1, 64});
  v("requests_per_minute", pacing.requests_per_minute, Range{0, 1'000'000});
  v("pause_ratio", pacing.pause_ratio, Range{0.0, 1000.0});
  v("operations_per_association", pacing.operations_per_association, Range{0, kMostInt});
  v("idle_release", pacing.idle_release, kAnyDuration);
}

template <class V>
void describe(V& v, Is<AllowedHours> auto& hours) {
  v("days", hours.days);
  v("from", hours.from);
  v("to", hours.to);
}

template <class V>
void describe(V& v, Is<Timeouts> auto& timeouts) {
  v("acse", timeouts.acse, kTimeout);
  v("dimse", timeouts.dimse, kTimeout);
  v("stall", timeouts.stall, kTimeout);
  v("total", timeouts.total, kTimeout);
  v("settle", timeouts.settle, kAnyDuration);
}

template <class V>
void describe(V& v, Is<Retry> auto& retry) {
  v("attempts", retry.attempts, Range{1, 100});
  v("backoff", retry.backoff, kAnyDuration);
  v("backoff_max", retry.backoff_max, kAnyDuration);
}

template <class V>
void describe(V& v, Is<Schedule> auto& schedule) {
  v.required("name", schedule.name, check_name, "any name of your choice");
  v("cron", schedule.cron, check_cron);
  v("jitter", schedule.jitter, kAnyDuration);
  v("date", schedule.date, check_date_range);
  v("overlap", schedule.overlap);
  v("catch_up", schedule.catch_up, kAnyDuration);
  v("sweep", schedule.sweep, kAnyDuration);
}

template <class V>
void describe(V& v, Is<Import> auto& import) {
  v("default_charset", import.default_charset, check_word);
  v("on_error", import.on_error);
}

template <class V>
void describe(V& v, Is<Notify> auto& notify) {
  v("on", notify.on, check_notify_event);
  v("command", notify.command);
  v("ping_url", notify.ping_url, check_url);
  v("include_phi", notify.include_phi, check_no_phi);
}

template <class V>
void describe(V& v, Is<Profile> auto& profile) {
  v("schema", profile.schema, kSchema);
  v("description", profile.description);
  v("enabled", profile.enabled);
  v("remote", profile.remote);
  v("local", profile.local);
  v("query", profile.query);
  v("filters", profile.filters);
  v("retrieve", profile.retrieve);
  v("pacing", profile.pacing);
  v("windows", profile.windows);
  v("timeouts", profile.timeouts);
  v("retry", profile.retry);
  v("schedule", profile.schedule);
  v("import", profile.import);
  v("keep", profile.keep);
  v("notify", profile.notify);
}

struct NoVisitor {
  template <class... T>
  void operator()(T&&...) {}
  template <class... T>
  void required(T&&...) {}
};

/// A part of the schema with keys of its own.
template <class T>
concept Section = requires(NoVisitor& v, T& t) {
  describe(v, t);
};

}  // namespace harvester::config
