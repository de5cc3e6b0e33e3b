#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "harvester/core/text.hpp"
#include "harvester/database/ledger.hpp"
#include "harvester/harvest/request.hpp"
#include "harvester/schedule/civil_clock.hpp"
#include "harvester/serve/harvesting.hpp"
#include "harvester/serve/node_setup.hpp"
#include "parameters.hpp"
#include "router.hpp"
#include "rows.hpp"

/// Harvests and queries as somebody asks for them on the page; what the command line takes, as JSON.
namespace harvester::web {
namespace {

using std::chrono::hours;
constexpr std::size_t kMostNames = 1000, kMostFilters = 100;
constexpr int kMostDays = 3660;

/// What a body asks for, of each of its nodes.
struct Asked {
  std::vector<std::string> nodes{};
  std::string from{}, until{}, date{}, last{}, time_from{}, time_until{};
  bool yesterday = false;
  std::vector<std::string> modalities{}, accession_numbers{}, studies{};
  bool sr_only = false;
  std::string max_duration{};
  harvest::Request rest{};  ///< what needs no node
  bool day_by_day = false;

  [[nodiscard]] bool by_name() const { return !accession_numbers.empty() || !studies.empty(); }
  [[nodiscard]] bool by_days() const { return yesterday || !(from + until + date + last).empty(); }
};

Asked read(Body& body) {
  Asked asked;
  asked.nodes = body.texts("nodes", 100);
  if (const auto node = body.text("node"); !node.empty()) asked.nodes.push_back(node);
  asked.from = body.text("from");
  asked.until = body.text("until");
  asked.date = body.text("date");
  asked.last = body.text("last");
  asked.yesterday = body.flag("yesterday");
  asked.time_from = body.text("time_from");
  asked.time_until = body.text("time_until");
  asked.accession_numbers = body.texts("accession_numbers", kMostNames);
  asked.studies = body.texts("studies", kMostNames);
  asked.modalities = body.texts("modalities", 20);
  asked.sr_only = body.flag("sr_only");
  asked.max_duration = body.text("max_duration");
  asked.day_by_day = body.flag("day_by_day");
  auto& selection = asked.rest.selection;
  selection.include_description = body.texts("include_description", kMostFilters);
  selection.exclude_description = body.texts("exclude_description", kMostFilters);
  selection.include_station = body.texts("include_station", kMostFilters);
  selection.exclude_station = body.texts("exclude_station", kMostFilters);
  const auto level = body.text("station_level");
  if (!level.empty() && level != "study" && level != "series")
    body.complain("station_level", "is neither study nor series");
  if (!level.empty()) selection.station_at_study_level = level == "study";
  selection.empty_sr_is_rdsr = body.flag("empty_sr_is_rdsr");
  selection.toshiba = body.flag("toshiba");
  asked.rest.refetch = body.flag("refetch");
  asked.rest.newest_first = body.flag("newest_first");
  asked.rest.max_studies = static_cast<int>(body.number("max_studies", 0, 0, 1'000'000));
  return asked;
}

Error wrong(const char* name, const char* right) { return {ErrorKind::config, fmt::format("{}: {}", name, right)}; }

/// "7d": a number and one of these units, as seconds.
std::optional<std::chrono::seconds> span(const std::string& text, const std::string& units) {
  static const std::vector<std::pair<char, int>> kSeconds{
      {'s', 1}, {'m', 60}, {'h', 3600}, {'d', 86400}, {'w', 604800}};
  int number = 0;
  const auto* end = text.data() + text.size();
  const auto [rest, failure] = std::from_chars(text.data(), end, number);
  if (failure != std::errc{} || rest + 1 != end || units.find(*rest) == std::string::npos) return std::nullopt;
  if (number <= 0 || number > 100000) return std::nullopt;
  for (const auto& [unit, seconds] : kSeconds)
    if (unit == *rest) return std::chrono::seconds(std::int64_t{number} * seconds);
  return std::nullopt;
}

struct Days {
  CivilDate from{}, until{};
};

Result<Days> days_of(const Asked& asked, const schedule::CivilNow& now) {
  const auto yesterday = plus_days(now.date, -1);
  if (asked.yesterday) return Days{yesterday, yesterday};
  if (!asked.last.empty()) {
    const auto back = span(asked.last, "hdw");
    if (!back) return wrong("last", "give a number of hours, days or weeks, such as 36h or 7d");
    const auto begin = std::chrono::sys_days(now.date) + now.time - *back;
    return Days{CivilDate(std::chrono::floor<std::chrono::days>(begin)), now.date};
  }
  const auto from_text = !asked.date.empty() ? asked.date : asked.from.empty() ? asked.until : asked.from;
  const auto until_text = !asked.date.empty() ? asked.date : asked.until;
  const auto from = parse_date(from_text);
  const auto until = until_text.empty() ? std::optional(now.date) : parse_date(until_text);
  if (!from || !until) return wrong("from, until, date", "write days as 2026-11-22");
  return *from <= *until ? Days{*from, *until} : Days{*until, *from};
}

Status put_times(harvest::Request& request, const Asked& asked) {
  if (asked.time_from.empty() && asked.time_until.empty()) return ok();
  if (request.from != request.until) return wrong("time_from, time_until", "go with one day only");
  const auto read_time = [](const std::string& text) {
    return text.size() >= 4 ? parse_time(text) : std::optional<CivilTime>();
  };
  request.time_from = read_time(asked.time_from);
  request.time_until = read_time(asked.time_until);
  if (!asked.time_from.empty() && !request.time_from) return wrong("time_from", "write a time of day such as 0830");
  if (!asked.time_until.empty() && !request.time_until) return wrong("time_until", "write a time of day such as 0830");
  if (request.time_until) {  // all of that minute, or second
    const auto digits =
        std::count_if(asked.time_until.begin(), asked.time_until.end(), [](char c) { return c >= '0' && c <= '9'; });
    const CivilTime unit = digits <= 4 ? CivilTime(std::chrono::minutes(1)) : CivilTime(std::chrono::seconds(1));
    *request.time_until = std::min(*request.time_until + unit, CivilTime(hours(24))) - CivilTime(1);
  }
  if (request.time_from && request.time_until && *request.time_from > *request.time_until)
    return wrong("time_from", "is later than time_until");
  return ok();
}

Status put_names(harvest::Request& request, const Asked& asked, CivilDate today) {
  if (asked.by_days()) return wrong("accession_numbers, studies", "what is asked for by name needs no days");
  request.accession_numbers = asked.accession_numbers;
  for (const auto& uid : asked.studies) request.studies.emplace_back(std::string(trimmed(uid)));
  request.listed = static_cast<int>(request.accession_numbers.size() + request.studies.size());
  request.from = request.until = today;
  return ok();
}

Status put_days(harvest::Request& request, const Asked& asked, const schedule::CivilNow& now) {
  if (asked.by_name()) return put_names(request, asked, now.date);
  if (!asked.by_days()) return wrong("from", "which days? give from and until, date, last or yesterday");
  const auto days = days_of(asked, now);
  if (!days) return days.error();
  if (days_between(days->from, days->until) > kMostDays) return wrong("from", "at most ten years at once");
  request.from = days->from;
  request.until = days->until;
  return put_times(request, asked);
}

Result<harvest::Request> request_for(const App& app, const std::string& node, const Asked& asked) {
  const auto* profile = app.profile(node);
  if (profile == nullptr)
    return Error{ErrorKind::not_found, fmt::format("there is no node \"{}\"", escaped_controls(node))};
  const auto now = schedule::civil_at(app.now(), profile->query.timezone);
  if (!now) return now.error();
  auto modalities = serve::modalities_for(*profile, asked.sr_only ? std::vector<std::string>{"SR"} : asked.modalities);
  if (!modalities) return modalities.error();
  auto request = asked.rest;
  request.node = node;
  request.modalities = *std::move(modalities);
  if (const auto put = put_days(request, asked, *now); !put) return put.error();
  if (!asked.max_duration.empty()) {
    const auto longest = span(asked.max_duration, "smhd");
    if (!longest) return wrong("max_duration", "give a time such as 6h, 90m or 45s");
    request.max_duration = *longest;
  }
  return request;
}

Reply begin(App& app, const Call& call, const char* kind, const std::string& subject, serve::HarvestJob job) {
  const auto run = app.runs.begin({kind, subject, call.caller.name},
                                  [&app, job = std::move(job)](const auto& tell, const auto& stops) {
                                    return serve::run_job(app.engine, app.profiles.get(), job, tell, stops);
                                  });
  return run ? answer(ordered_json{{"run", *run}}, 202) : refusal(run.error());
}

Reply ask(App& app, const Call& call, bool query) {
  Body body(call.body);
  const auto asked = read(body);
  if (asked.nodes.empty()) body.complain("node", "is missing: which node?");
  if (auto fault = body.fault()) return *fault;
  serve::HarvestJob job;
  job.day_by_day = asked.day_by_day && !query && !asked.by_name();
  for (const auto& node : asked.nodes) {
    auto request = request_for(app, node, asked);
    if (!request) return refusal(request.error());
    request->dry_run = query;
    job.requests.push_back(*std::move(request));
  }
  return begin(app, call, query ? "query" : "harvest", join(asked.nodes, ", "), std::move(job));
}

Reply query(App& app, const Call& call) { return ask(app, call, true); }
Reply harvest(App& app, const Call& call) { return ask(app, call, false); }

struct Reviewed {
  database::ledger::HarvestRow row;
  std::vector<StudyUid> uids;
};

/// What a harvest asked for, once more and in earnest; of some of its studies by their names.
Result<harvest::Request> request_to_retrieve(const App& app, const Reviewed& reviewed, bool some, bool refetch) {
  auto request = harvest::request_from_json(reviewed.row.request);
  if (!request) return request;
  request->dry_run = false;
  request->refetch = refetch;
  if (!some && request->listed > 0)
    return Error{ErrorKind::config, "this query asked for studies by name: say which of them (studies)"};
  if (!some) return request;
  const auto* profile = app.profile(request->node);
  const auto now = schedule::civil_at(app.now(), profile ? profile->query.timezone : std::nullopt);
  if (!now) return now.error();
  request->studies = reviewed.uids;
  request->accession_numbers.clear();
  request->listed = static_cast<int>(reviewed.uids.size());
  request->from = request->until = now->date;
  request->time_from.reset();
  request->time_until.reset();
  request->max_studies = 0;
  return request;
}

Reply retrieve(App& app, const Call& call) {
  Body body(call.body);
  std::vector<CandidateStudyId> studies;
  for (const auto id : body.numbers("studies", kMostNames)) studies.push_back({id});
  const bool refetch = body.flag("refetch");
  if (call.body.contains("studies") && studies.empty()) body.complain("studies", "names none");
  if (auto fault = body.fault()) return *fault;
  const auto id = call.number("id");
  if (!id) return not_found("such harvest");
  const auto row = app.reads.run([&](database::Connection& c) -> std::optional<Reviewed> {
    const auto found = database::ledger::find_harvest(c, HarvestId{*id});
    if (!found) return std::nullopt;
    return Reviewed{*found, database::lists::study_uids(c, HarvestId{*id}, studies)};
  });
  if (!row) return refusal(row.error());
  if (!*row) return not_found("such harvest");
  if ((*row)->uids.size() != studies.size()) return not_found("such study in this harvest");
  auto request = request_to_retrieve(app, **row, !studies.empty(), refetch);
  if (!request) return refusal(request.error());
  const auto node = request->node;
  serve::HarvestJob job;
  job.requests.push_back(*std::move(request));
  return begin(app, call, "retrieve", node, std::move(job));
}

}  // namespace

void add_queries(std::vector<Route>& routes) {
  routes.push_back({"POST", "/queries", Needs::operate, query});
  routes.push_back({"POST", "/harvests", Needs::operate, harvest});
  routes.push_back({"POST", "/harvests/{id}/retrieve", Needs::operate, retrieve});
}

}  // namespace harvester::web
