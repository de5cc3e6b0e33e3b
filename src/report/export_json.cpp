#include "harvester/report/export_json.hpp"

#include <nlohmann/json.hpp>

#include "harvester/core/dose_fields.hpp"
#include "harvester/core/text.hpp"

namespace harvester::report {
namespace {

using database::dose::StoredReport;
using database::dose::StoredStudy;
using nlohmann::ordered_json;

template <class T>
void put(ordered_json& json, const char* name, const std::optional<T>& value) {
  if (value) json[name] = *value;
}

void put(ordered_json& json, const std::string& name, const std::string& value) {
  if (!value.empty()) json[name] = value;
}

void put(ordered_json& json, const char* name, const MaybeCode& code) {
  if (!code) return;
  put(json, std::string(name), code->meaning);
  put(json, std::string(name) + "_code", code->value);
  put(json, std::string(name) + "_scheme", code->scheme);
}

template <class Record>
void put_fields(ordered_json& json, const Record& record) {
  fields(record, [&](const char* name, const auto& member, const char*) { put(json, name, member); });
}

template <class Record>
ordered_json object_of(const Record& record) {
  auto json = ordered_json::object();
  put_fields(json, record);
  return json;
}

template <class Record>
ordered_json list_of(const std::vector<Record>& records) {
  auto json = ordered_json::array();
  for (const auto& record : records) json.push_back(object_of(record));
  return json;
}

ordered_json study_of(const StoredStudy& study) {
  auto json = ordered_json::object();
  json["study_instance_uid"] = study.study_instance_uid;
  put(json, "series_instance_uid", study.latest.series_instance_uid);
  json["sop_instance_uid"] = study.latest.sop_instance_uid;
  json["modality_type"] = study.modality_type;
  put_fields(json, study.patient_study);
  put_fields(json, study.equipment);
  put_fields(json, study.latest);
  json["observer_context"] = list_of(study.observer_context);
  json["person_participants"] = list_of(study.person_participants);
  json["device_participants"] = list_of(study.device_participants);
  return json;
}

ordered_json event_of(const CtEvent& event) {
  auto json = object_of(event);
  json["xray_sources"] = list_of(event.xray_sources);
  if (event.dose_check) json["dose_check"] = object_of(*event.dose_check);
  if (!event.size_specific_doses.empty()) json["size_specific_doses"] = list_of(event.size_specific_doses);
  json["device_participants"] = list_of(event.device_participants);
  json["person_participants"] = list_of(event.person_participants);
  return json;
}

/// The values of one quantity over the pulses of an event, where there are several.
void put_pulses(ordered_json& json, const char* name, const XrayEvent& event, MaybeNumber XrayPulse::*quantity) {
  auto list = ordered_json::array();
  for (const auto& pulse : event.pulses)
    if (pulse.*quantity) list.push_back(*(pulse.*quantity));
  if (!list.empty()) json[name] = std::move(list);
}

void put_grids(ordered_json& json, const XrayEvent& event) {
  if (event.grids.empty()) return;
  for (const auto& grid : event.grids) {
    json["xray_grids"].push_back(grid.xray_grid ? grid.xray_grid->meaning : "");
    json["xray_grid_codes"].push_back(grid.xray_grid ? grid.xray_grid->value : "");
  }
}

ordered_json event_of(const XrayEvent& event) {
  auto json = object_of(event);
  if (!event.filters.empty()) json["filter_count"] = event.filters.size();
  json["filters"] = list_of(event.filters);
  put_grids(json, event);
  put_pulses(json, "kvp_per_pulse", event, &XrayPulse::kvp);
  put_pulses(json, "xray_tube_current_per_pulse", event, &XrayPulse::xray_tube_current);
  put_pulses(json, "pulse_width_per_pulse", event, &XrayPulse::pulse_width);
  put_pulses(json, "exposure_uas_per_pulse", event, &XrayPulse::exposure_uas);
  if (!event.images.empty()) json["images"] = list_of(event.images);
  json["device_participants"] = list_of(event.device_participants);
  json["person_participants"] = list_of(event.person_participants);
  return json;
}

ordered_json event_of(const NmEvent& event) {
  auto json = object_of(event);
  json["organ_doses"] = list_of(event.organ_doses);
  json["device_participants"] = list_of(event.device_participants);
  json["person_participants"] = list_of(event.person_participants);
  return json;
}

ordered_json accumulated_of(const XrayAccumulated& row) {
  auto json = object_of(row);
  if (row.acquisition_plane) json["plane"] = row.acquisition_plane->meaning;
  if (!row.calibrations.empty()) json["calibrations"] = list_of(row.calibrations);
  return json;
}

/// Values that stand joined with backslashes.
ordered_json values_of(const MaybeText& joined) {
  auto json = ordered_json::array();
  if (!joined) return json;
  std::size_t index = 0;
  for (const auto& value : split(*joined, '\\')) json.push_back({{"index", index++}, {"value", value}});
  return json;
}

ordered_json series_of(const PetSeries& series) {
  auto json = object_of(series);
  json["series_type"] = values_of(series.series_type);
  json["corrected_image"] = values_of(series.corrected_image);
  return json;
}

ordered_json warnings_of(const std::vector<ReportWarning>& warnings) {
  auto json = ordered_json::array();
  for (const auto& warning : warnings) {
    ordered_json row{{"kind", to_string(warning.kind)}};
    put(row, "place", warning.place);
    put(row, "raw_value", warning.raw_value);
    put(row, "raw_unit", warning.raw_unit);
    json.push_back(std::move(row));
  }
  return json;
}

ordered_json report_of(const StoredReport& stored) {
  auto json = ordered_json::object();
  json["sop_instance_uid"] = stored.report.sop_instance_uid;
  json["sop_class_uid"] = stored.report.sop_class_uid;
  put(json, "series_instance_uid", stored.report.series_instance_uid);
  json["object_kind"] = to_string(stored.report.object_kind);
  json["modality_type"] = stored.report.modality_type;
  put(json, "superseded_by", stored.superseded_by);
  put_fields(json, stored.report);
  json["summary"] = object_of(stored.summary);
  json["warnings"] = warnings_of(stored.warnings);
  return json;
}

ordered_json document_of(const StoredStudy& study) {
  ordered_json json;
  json["study"] = study_of(study);
  json["accumulated"] = list_of(study.ct_accumulated);
  for (std::size_t n = 0; n < study.xray_accumulated.size(); ++n) {
    json["accumulated"].push_back(accumulated_of(study.xray_accumulated[n]));
    json["accumulated"].back()["order"] = n;
  }
  json["events"] = ordered_json::array();
  for (const auto& event : study.ct_events) json["events"].push_back(event_of(event));
  for (const auto& event : study.xray_events) json["events"].push_back(event_of(event));
  for (const auto& event : study.nm_events) json["events"].push_back(event_of(event));
  json["pet_series"] = ordered_json::array();
  for (const auto& series : study.pet_series) json["pet_series"].push_back(series_of(series));
  json["patient_characteristics"] = ordered_json::object();
  if (study.patient_characteristics) put_fields(json["patient_characteristics"], *study.patient_characteristics);
  json["summary"] = object_of(study.summary);
  json["reports"] = ordered_json::array();
  for (const auto& report : study.reports) json["reports"].push_back(report_of(report));
  return json;
}

/// Calls `write` with each study as one line of JSON.
template <class Write>
Status stream_studies(database::Connection& connection, const database::flat::Filter& filter, std::ostream& out,
                      Write&& write) {
  const auto written = database::reading(connection, [&](database::Connection& reader) {
    database::flat::for_each_row(reader, {database::flat::View::studies, {"study_id"}, filter}, [&](auto row) {
      const auto study = database::dose::read_study(reader, std::get<std::int64_t>(row.front()));
      if (study) write(document_of(*study).dump(-1, ' ', false, ordered_json::error_handler_t::replace));
      return out.good();
    });
    return Done{};
  });
  return written ? ok() : Status(written.error());
}

Status good(const std::ostream& out) {
  if (out.good()) return ok();
  return Error{ErrorKind::storage, "the export could not be written"};
}

}  // namespace

std::string study_json(const database::dose::StoredStudy& study, bool with_patient) {
  auto document = document_of(study);
  if (!with_patient)
    for (const auto* name : {"patient_name", "patient_id", "patient_birth_date"}) document["study"].erase(name);
  return document.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

Status export_json(database::Connection& connection, const database::flat::Filter& filter, std::ostream& out) {
  out << "{\"studies\": [";
  const char* between = "\n";
  const auto written = stream_studies(connection, filter, out, [&](const std::string& document) {
    out << between << document;
    between = ",\n";
  });
  if (!written) return written;
  out << "\n]}\n";
  return good(out);
}

Status export_study_lines(database::Connection& connection, const database::flat::Filter& filter, std::ostream& out) {
  const auto written =
      stream_studies(connection, filter, out, [&](const std::string& document) { out << document << '\n'; });
  return written ? good(out) : written;
}

}  // namespace harvester::report
