#include "harvester/report/charts.hpp"

#include <malloc.h>

#include "filters.hpp"
#include "router.hpp"

namespace harvester::web {
namespace {

namespace figures = database::figures;
using report::By;
using report::Measure;

report::ChartQuestion question_of(Parameters& parameters, int limit) {
  report::ChartQuestion question;
  question.measure = parameters.one_of<Measure>("measure", {{"dlp", Measure::dlp},
                                                            {"ctdivol", Measure::ctdivol},
                                                            {"dap", Measure::dap},
                                                            {"rp_dose", Measure::rp_dose},
                                                            {"agd", Measure::agd},
                                                            {"activity", Measure::activity}});
  question.by = parameters.one_of<By>("by", {{"protocol", By::protocol},
                                             {"standard_name", By::standard_name},
                                             {"study_description", By::study_description},
                                             {"requested_procedure", By::requested_procedure},
                                             {"none", By::none}});
  const bool of_events = parameters.one_of<bool>(
      "of", {{"", question.by == By::protocol || question.by == By::standard_name}, {"event", true}, {"study", false}});
  question.of_events = of_events || question.by == By::standard_name;  // names are given to protocols
  question.split =
      parameters.one_of<report::Split>("split", {{"scanner", report::Split::scanner}, {"none", report::Split::none}});
  question.filter = filter_of(parameters);
  question.groups = parameters.texts("group");
  question.limit = static_cast<int>(parameters.number("limit", limit, 1, 100));
  return question;
}

/// Values by the million were freed, each thread in a heap of its own: what is not used goes back to the system.
void give_memory_back() {
#ifdef __GLIBC__
  ::malloc_trim(0);
#endif
}

/// The chart as JSON, or as a file of CSV.
template <class Chart>
Reply shown(const Result<Chart>& chart, bool csv, const char* name) {
  if (!chart) return refusal(chart.error());
  give_memory_back();
  if (!csv) return answer_text(report::json_of(*chart));
  Reply reply = answer_text(report::csv_of(*chart));
  reply.type = "text/csv; charset=utf-8";
  reply.headers.emplace_back("Content-Disposition", std::string("attachment; filename=\"") + name + ".csv\"");
  return reply;
}

bool wants_csv(Parameters& parameters) { return parameters.one_of<bool>("format", {{"json", false}, {"csv", true}}); }

Reply summary(App& app, const Call& call) {
  Parameters parameters(call);
  const auto question = question_of(parameters, 30);
  const bool csv = wants_csv(parameters);
  if (auto fault = parameters.fault()) return *fault;
  return shown(app.reads.with([&](database::Connection& c) { return report::summary_chart(c, question); }), csv,
               "summary");
}

Reply time(App& app, const Call& call) {
  using report::Interval;
  Parameters parameters(call);
  const auto question = question_of(parameters, 8);
  const auto interval = parameters.one_of<Interval>(
      "interval",
      {{"month", Interval::month}, {"week", Interval::week}, {"quarter", Interval::quarter}, {"year", Interval::year}});
  const bool csv = wants_csv(parameters);
  if (auto fault = parameters.fault()) return *fault;
  return shown(app.reads.with([&](database::Connection& c) { return report::time_chart(c, question, interval); }), csv,
               "time");
}

Reply histogram(App& app, const Call& call) {
  Parameters parameters(call);
  const auto question = question_of(parameters, 8);
  const auto bins = static_cast<int>(parameters.number("bins", 20, 2, 40));
  const bool csv = wants_csv(parameters);
  if (auto fault = parameters.fault()) return *fault;
  return shown(app.reads.with([&](database::Connection& c) { return report::histogram_chart(c, question, bins); }), csv,
               "histogram");
}

Reply thickness(App& app, const Call& call) {
  using Y = figures::ThicknessValue;
  Parameters parameters(call);
  (void)parameters.one_of<int>("x", {{"thickness", 0}});
  const auto y = parameters.one_of<Y>("y", {{"agd", Y::agd}, {"kvp", Y::kvp}, {"mas", Y::mas}});
  const auto filter = filter_of(parameters);
  const bool csv = wants_csv(parameters);
  if (auto fault = parameters.fault()) return *fault;
  return shown(app.reads.with([&](database::Connection& c) { return report::thickness_chart(c, y, filter); }), csv,
               "thickness");
}

Reply levels(App& app, const Call& call) {
  Parameters parameters(call);
  (void)parameters.one_of<int>("split", {{"scanner", 0}, {"none", 1}});
  const auto filter = filter_of(parameters);
  const bool csv = wants_csv(parameters);
  if (auto fault = parameters.fault()) return *fault;
  const auto& table = app.engine.site().reference_levels;
  return shown(app.reads.with([&](database::Connection& c) { return report::reference_chart(c, table, filter); }), csv,
               "reference-levels");
}

Reply workload(App& app, const Call& call) {
  Parameters parameters(call);
  const auto filter = filter_of(parameters);
  const bool csv = wants_csv(parameters);
  if (auto fault = parameters.fault()) return *fault;
  return shown(app.reads.with([&](database::Connection& c) { return report::workload_chart(c, filter); }), csv,
               "workload");
}

}  // namespace

void add_charts(std::vector<Route>& routes) {
  routes.push_back({"GET", "/charts/summary", Needs::view, summary});
  routes.push_back({"GET", "/charts/time", Needs::view, time});
  routes.push_back({"GET", "/charts/histogram", Needs::view, histogram});
  routes.push_back({"GET", "/charts/thickness", Needs::view, thickness});
  routes.push_back({"GET", "/charts/drl", Needs::view, levels});
  routes.push_back({"GET", "/charts/workload", Needs::view, workload});
}

}  // namespace harvester::web
