#include <fmt/format.h>

#include <charconv>

#include "filters.hpp"
#include "harvester/core/text.hpp"
#include "harvester/database/dose_repository.hpp"
#include "harvester/database/story.hpp"
#include "harvester/report/explain.hpp"
#include "harvester/report/export_json.hpp"
#include "harvester/report/flat_export.hpp"
#include "harvester/serve/audit.hpp"
#include "router.hpp"
#include "rows.hpp"

namespace harvester::web {

namespace figures = database::figures;
namespace flat = database::flat;

flat::Family family_of(Parameters& parameters, const char* name) {
  return parameters.one_of<flat::Family>(name, {{"", flat::Family::all},
                                                {"ct", flat::Family::ct},
                                                {"xray", flat::Family::xray},
                                                {"mg", flat::Family::mg},
                                                {"nm", flat::Family::nm},
                                                {"all", flat::Family::all}});
}

namespace {

std::string day(Parameters& parameters, const char* name) {
  const auto date = parameters.date(name);
  return date ? iso_date(*date) : std::string();
}

}  // namespace

figures::Filter filter_of(Parameters& parameters) {
  figures::Filter filter;
  filter.date_from = day(parameters, "from");
  filter.date_until = day(parameters, "until");
  filter.family = family_of(parameters, "family");
  filter.modality = parameters.text("modality");
  filter.institution = parameters.text("institution");
  filter.station = parameters.text("station");
  filter.equipment = parameters.text("equipment");
  filter.protocol = parameters.text("protocol");
  filter.description = parameters.text("description");
  filter.procedure = parameters.text("procedure");
  filter.scanner = parameters.maybe_number("scanner");
  filter.sex = parameters.text("sex");
  filter.age_from = parameters.decimal("age_from");
  filter.age_until = parameters.decimal("age_until");
  filter.weight_from = parameters.decimal("weight_from");
  filter.weight_until = parameters.decimal("weight_until");
  filter.dose_from = parameters.decimal("dose_from");
  filter.dose_until = parameters.decimal("dose_until");
  filter.without_tests = parameters.flag("without_tests");
  return filter;
}

flat::Filter flat_filter_of(Parameters& parameters) {
  flat::Filter filter;
  if (const auto from = day(parameters, "from"); !from.empty()) filter.study.date_from = from;
  if (const auto until = day(parameters, "until"); !until.empty()) filter.study.date_until = until;
  filter.institution = parameters.text("institution");
  filter.station = parameters.text("station");
  filter.equipment = parameters.text("equipment");
  filter.protocol = parameters.text("protocol");
  filter.description = parameters.text("description");
  filter.without_tests = parameters.flag("without_tests");
  return filter;
}

namespace {

bool shows_patient(const Caller& caller) { return caller.may(config::HttpRole::patient); }

/// A study as a row of v_studies, with its number.
ordered_json row_of(database::Connection& c, const std::vector<std::string_view>& columns, std::int64_t study) {
  const auto values = flat::study_values(c, columns, study);
  if (values.empty()) return nullptr;
  ordered_json json{{"study", study}};
  for (std::size_t n = 0; n < columns.size(); ++n) json[std::string(columns[n])] = json_of(values[n]);
  return json;
}

ordered_json rows_of(database::Connection& c, const std::vector<std::int64_t>& studies, bool with_patient) {
  const auto columns = report::exported_columns(flat::View::studies, with_patient);
  auto list = ordered_json::array();
  for (const auto study : studies)
    if (auto row = row_of(c, columns, study); !row.is_null()) list.push_back(std::move(row));
  return list;
}

/// Who saw whose data is a row of the audit before it is shown; without that it is not shown. Nothing to record for
/// those who see none.
Status record_look(App& app, const Caller& caller, const char* event, const std::vector<std::int64_t>& studies) {
  if (!shows_patient(caller) || studies.empty()) return ok();
  const ordered_json detail{{"event", event}, {"studies", studies}, {"by", caller.name}};
  return serve::record_act(app.engine, "page", "", text_of(detail));
}

std::vector<std::int64_t> studies_in(const ordered_json& json) {
  std::vector<std::int64_t> studies;
  for (const auto& row : json["studies"]) studies.push_back(row["study"].get<std::int64_t>());
  return studies;
}

/// A list of studies as the answer.
Reply listed(App& app, const Caller& caller, const Result<ordered_json>& json) {
  if (json)
    if (const auto recorded = record_look(app, caller, "patients_listed", studies_in(*json)); !recorded)
      return refusal(recorded.error());
  return answer(json);
}

Reply list(App& app, const Call& call) {
  Parameters parameters(call);
  const auto filter = filter_of(parameters);
  const auto limit = static_cast<int>(parameters.number("limit", 50, 1, 500));
  const auto offset = parameters.number("cursor", 0, 0, 100'000'000);
  const auto order = parameters.one_of<figures::Order>("sort", {{"study_date", figures::Order::date},
                                                                {"dose", figures::Order::dose},
                                                                {"events", figures::Order::events},
                                                                {"equipment", figures::Order::equipment},
                                                                {"protocol", figures::Order::protocol}});
  const bool descending = parameters.one_of<bool>("descending", {{"true", true}, {"false", false}});
  if (auto fault = parameters.fault()) return *fault;
  return listed(app, call.caller, app.reads.run([&](database::Connection& c) {
    const auto page = figures::study_page(c, filter, order, descending, offset, limit);
    const auto next = offset + static_cast<std::int64_t>(page.studies.size());
    return ordered_json{{"studies", rows_of(c, page.studies, shows_patient(call.caller))},
                        {"total", page.total},
                        {"next", next < page.total ? ordered_json(std::to_string(next)) : ordered_json()}};
  }));
}

Reply find(App& app, const Call& call) {
  constexpr int kMost = 500;
  Body body(call.body);
  const auto accession = body.text("accession_number"), uid = body.text("study_instance_uid");
  if (accession.empty() == uid.empty()) body.complain("accession_number", "or study_instance_uid: give one of both");
  if (auto fault = body.fault()) return *fault;
  return listed(app, call.caller, app.reads.run([&](database::Connection& c) {
    const auto studies = uid.empty() ? figures::studies_of_accession(c, std::string(trimmed(accession)), kMost)
                                     : figures::studies_of_uid(c, std::string(trimmed(uid)));
    auto rows = rows_of(c, studies, shows_patient(call.caller));
    const auto total = rows.size();
    return ordered_json{{"studies", std::move(rows)}, {"total", total}, {"next", nullptr}};
  }));
}

ordered_json patient_of(const ordered_json& study) {
  ordered_json patient;
  for (const auto* name : {"patient_name", "patient_id", "patient_birth_date"})
    patient[name] = study.contains(name) ? study[name] : ordered_json();
  return patient;
}

Reply show(App& app, const Call& call) {
  constexpr int kMostHarvests = 50;
  const auto id = call.number("study");
  if (!id) return not_found("such study");
  const bool with_patient = shows_patient(call.caller);
  const auto json = app.reads.run([&](database::Connection& c) -> ordered_json {
    const auto study = database::dose::read_study(c, *id);
    if (!study) return nullptr;
    ordered_json made{{"study", row_of(c, report::exported_columns(flat::View::studies, with_patient), *id)}};
    auto document = ordered_json::parse(report::study_json(*study, with_patient));
    if (with_patient) made["patient"] = patient_of(document["study"]);
    made["document"] = std::move(document);
    made["harvests"] = figures::harvests_of_study(c, *id, kMostHarvests);
    return made;
  });
  if (!json) return refusal(json.error());
  if (json->is_null()) return not_found("such study");
  if (const auto recorded = record_look(app, call.caller, "patient_shown", {*id}); !recorded)
    return refusal(recorded.error());
  return answer(*json);
}

Reply explain(App& app, const Call& call) {
  constexpr int kMost = 100;
  Body body(call.body);
  const auto what = std::string(trimmed(body.text("what")));
  if (what.empty()) body.complain("what", "is missing: a UID or an accession number");
  if (auto fault = body.fault()) return *fault;
  const auto story = app.reads.run([&](database::Connection& c) { return database::story::tell(c, what, kMost); });
  return story ? answer_text(report::story_json(*story)) : refusal(story.error());
}

ordered_json texts_json(const std::vector<figures::TextCount>& counts, const char* of) {
  auto list = ordered_json::array();
  for (const auto& each : counts) list.push_back({{"text", each.text}, {of, each.count}});
  return list;
}

ordered_json standard_names_json(database::Connection& c, const std::vector<figures::TextCount>& protocols,
                                 const std::string& modality) {
  std::map<std::string, std::int64_t> names;
  for (const auto& each : protocols)
    if (const auto name = figures::standard_name(c, each.label, modality); !name.empty()) names[name] += each.count;
  auto list = ordered_json::array();
  for (const auto& [name, events] : names) list.push_back({{"text", name}, {"events", events}});
  return list;
}

/// Of a family the modality that most of it is: what standard names are given for.
std::string modality_of(flat::Family family) {
  switch (family) {
    case flat::Family::ct:
      return "CT";
    case flat::Family::mg:
      return "MG";
    case flat::Family::nm:
      return "NM";
    case flat::Family::xray:
      return "DX";
    case flat::Family::all:
      break;
  }
  return "";
}

ordered_json scanners_json(database::Connection& c, const figures::Filter& filter, ordered_json& dates) {
  std::map<std::int64_t, figures::Machine> machines;
  for (auto& machine : figures::machines(c)) machines[machine.machine] = machine;
  auto list = ordered_json::array();
  std::string first, last;
  for (const auto& row : figures::studies_by_machine(c, filter, "", "")) {
    const auto& machine = machines[row.machine];
    list.push_back({{"scanner", row.machine},
                    {"equipment", machine.equipment},
                    {"institution", machine.institution},
                    {"station", machine.station},
                    {"manufacturer", machine.manufacturer},
                    {"model", machine.model},
                    {"modalities", row.modalities},
                    {"studies", row.studies}});
    if (first.empty() || (!row.first_date.empty() && row.first_date < first)) first = row.first_date;
    last = std::max(last, row.last_date);
  }
  dates = {{"first_date", text_or_null(first)}, {"last_date", text_or_null(last)}};
  return list;
}

Reply filters(App& app, const Call& call) {
  constexpr int kMost = 300;
  Parameters parameters(call);
  const auto family = family_of(parameters, "family");
  if (auto fault = parameters.fault()) return *fault;
  return answer(app.reads.run([&](database::Connection& c) {
    figures::Filter filter;
    filter.family = family;
    ordered_json dates;
    auto scanners = scanners_json(c, filter, dates);
    const auto protocols = figures::text_counts(c, figures::TextOf::protocols, family, kMost);
    ordered_json json{
        {"scanners", std::move(scanners)},
        {"protocols", texts_json(protocols, "events")},
        {"descriptions", texts_json(figures::text_counts(c, figures::TextOf::descriptions, family, kMost), "studies")},
        {"procedures", texts_json(figures::text_counts(c, figures::TextOf::procedures, family, kMost), "studies")},
        {"standard_names", standard_names_json(c, protocols, modality_of(family))}};
    json.update(dates);
    return json;
  }));
}

Reply columns(App&, const Call& call) {
  Parameters parameters(call);
  const auto view = parameters.one_of<flat::View>("view", {{"studies", flat::View::studies},
                                                           {"ct_events", flat::View::ct_events},
                                                           {"xray_events", flat::View::xray_events},
                                                           {"mg_events", flat::View::mg_events},
                                                           {"nm_events", flat::View::nm_events}});
  if (auto fault = parameters.fault()) return *fault;
  return answer_text(report::columns_json({view, {}, shows_patient(call.caller)}));
}

}  // namespace

void add_studies(std::vector<Route>& routes) {
  routes.push_back({"GET", "/studies", Needs::view, list});
  routes.push_back({"POST", "/studies/find", Needs::view, find});
  routes.push_back({"GET", "/studies/{study}", Needs::view, show});
  routes.push_back({"POST", "/explain", Needs::view, explain});
  routes.push_back({"GET", "/filters", Needs::view, filters});
  routes.push_back({"GET", "/columns", Needs::view, columns});
}

}  // namespace harvester::web
