#include <algorithm>

#include "harvester/core/log.hpp"
#include "stages.hpp"

namespace harvester::harvest {

namespace ledger = database::ledger;

namespace {

constexpr std::size_t kStudiesAtOnce = 100;

/// One thread's way through windows and studies.
class Finder {
 public:
  Finder(const Run& run, Work& work, std::stop_token stop)
      : run_(run),
        work_(work),
        stop_(std::move(stop)),
        session_(run.setup.find_peer, run.setup.options, {query::service(run.setup.style)}, run.setup.limits,
                 run.pacer) {}

  void work_on(const ledger::StoredWindow& window);
  void work_on(const ledger::StoredStudy& study);

 private:
  Status keep_found();
  void end_window(const ledger::StoredWindow& window, WindowState state, const query::WindowAnswer& answer);
  void split(const ledger::StoredWindow& window, const query::WindowAnswer& answer);
  void end_at_floor(const ledger::StoredWindow& window, const query::WindowAnswer& answer);
  void ask_again(ledger::StoredWindow window, const query::WindowAnswer& answer);
  void believe_or_split(const ledger::StoredWindow& window, const query::WindowAnswer& answer);
  void judge(const ledger::StoredWindow& window, const query::WindowAnswer& answer);
  Status look_into(CandidateStudy& study);
  Result<HeldInstances> held(const CandidateStudy& study);
  Status decide(const ledger::StoredStudy& stored);
  void report(const Error& error);

  const Run& run_;
  Work& work_;
  std::stop_token stop_;
  dicom::Session session_;
  std::vector<CandidateStudy> found_;
  std::int64_t fresh_ = 0;  ///< studies that the window being asked brought first
  std::optional<database::Connection> reader_;
};

/// Storage failures, what the profile has wrong and a node that refuses us end the pass at once: every further question
/// would fare the same. The rest counts for the circuit breaker.
void Finder::report(const Error& error) {
  if (error.kind == ErrorKind::cancelled) return;
  work_.failed(error, error.kind != ErrorKind::transient && error.kind != ErrorKind::bad_data);
}

Status Finder::keep_found() {
  auto studies = std::exchange(found_, {});
  if (studies.empty()) return ok();
  for (auto& study : studies)
    if (run_.tools.keep_accession) study.accession_number = run_.tools.keep_accession(study.accession_number);
  auto added = run_.tools.writer.run([&](database::Connection& c) {
    std::int64_t fresh = 0;
    for (const auto& study : studies) fresh += ledger::add_study(c, run_.id, study) ? 1 : 0;
    return fresh;
  });
  if (!added) return added.error();
  fresh_ += *added;
  work_.tell_found(*added);
  return ok();
}

void Finder::end_window(const ledger::StoredWindow& window, WindowState state, const query::WindowAnswer& answer) {
  const auto message = answer.status.success() ? std::string() : dicom::explain_find(answer.status);
  auto ended = run_.tools.writer.run(
      [&](database::Connection& c) { ledger::end_window(c, window.id, state, answer.answers, message); });
  if (!ended) report(ended.error());
}

/// The smallest window that still fails: a limit is a fact, a failure may pass.
void Finder::end_at_floor(const ledger::StoredWindow& window, const query::WindowAnswer& answer) {
  if (answer.next != dicom::FindNext::retry_then_split) return end_window(window, WindowState::capped, answer);
  const bool last = window.attempts + 1 >= run_.setup.attempts;
  end_window(window, last ? WindowState::failed : WindowState::pending, answer);
  work_.failed({ErrorKind::refused, dicom::explain_find(answer.status), answer.status.code}, false);
}

/// Studies without a time are in no slice of a day (quirk Q9): where the node has such, the day is not verified by
/// its slices.
void Finder::split(const ledger::StoredWindow& window, const query::WindowAnswer& answer) {
  const auto halves = query::bisect(window.window, run_.setup.window_floor);
  if (halves.empty()) return end_at_floor(window, answer);
  const bool hides_some = halves.front().time_from && answer.without_time > 0;
  const auto state = hides_some ? WindowState::capped : WindowState::split;
  auto added = run_.tools.writer.run([&](database::Connection& c) {
    std::vector<ledger::StoredWindow> stored;
    for (const auto& half : halves) stored.push_back({ledger::add_window(c, run_.id, half), half, 0});
    ledger::end_window(c, window.id, state, answer.answers, dicom::explain_find(answer.status));
    return stored;
  });
  if (!added) return report(added.error());
  if (hides_some && answer.status.success()) run_.caps->doubt(window);
  work_.add_windows(*added);
}

void Finder::ask_again(ledger::StoredWindow window, const query::WindowAnswer& answer) {
  end_window(window, WindowState::pending, answer);
  ++window.attempts;
  work_.add_windows({window});
}

/// A success is believed unless it looks like a limit on answers (quirk Q6) or like a range that was too long for the
/// node (quirk Q7). A node that answers with other times than were asked for would not answer less to smaller pieces.
void Finder::believe_or_split(const ledger::StoredWindow& window, const query::WindowAnswer& answer) {
  const bool several_days = window.window.from < window.window.until;
  if (answer.sent == 0 && several_days) return split(window, answer);
  const auto suspects = run_.caps->note(window, answer.sent);
  const bool suspect = std::any_of(suspects.begin(), suspects.end(), [&](const auto& s) { return s.id == window.id; });
  for (const auto& earlier : suspects)
    if (earlier.id != window.id) split(earlier, answer);
  if (!suspect) return end_window(window, WindowState::verified, answer);
  const bool times_ignored = window.window.time_from && answer.answers < answer.sent;
  times_ignored ? end_window(window, WindowState::capped, answer) : split(window, answer);
}

void Finder::judge(const ledger::StoredWindow& window, const query::WindowAnswer& answer) {
  using dicom::FindNext;
  switch (answer.next) {
    case FindNext::done:
      return believe_or_split(window, answer);
    case FindNext::split:
      return split(window, answer);
    case FindNext::retry_then_split:
      return window.attempts > 0 ? split(window, answer) : ask_again(window, answer);
    case FindNext::retry:
    case FindNext::cancelled:
      return end_window(window, WindowState::pending, answer);
    case FindNext::stop_and_tell:
    case FindNext::failed:
      break;
  }
  end_window(window, WindowState::failed, answer);
  work_.failed({ErrorKind::refused, dicom::explain_find(answer.status), answer.status.code},
               answer.next == FindNext::stop_and_tell);
}

void Finder::work_on(const ledger::StoredWindow& window) {
  const auto keep = [&](CandidateStudy study) {
    found_.push_back(std::move(study));
    if (found_.size() < kStudiesAtOnce) return;
    if (auto kept = keep_found(); !kept) report(kept.error());
  };
  fresh_ = 0;
  auto answer = query::ask_window(session_, run_.setup.style, window.window, keep, stop_);
  if (auto kept = keep_found(); !kept) {
    report(kept.error());
  } else if (!answer) {
    report(answer.error());
  } else {
    if (answer->status.success()) work_.succeeded();
    if (window.window.time_from && fresh_ > 0) run_.caps->brought_more(window);
    judge(window, *answer);
  }
  work_.window_done();
}

/// Asks series, then image level where the decision needs it.
Status Finder::look_into(CandidateStudy& study) {
  auto series = query::ask_series(session_, run_.setup.style, study, stop_);
  if (!series) return series.error();
  study.series = *std::move(series);
  for (auto wanted = select::series_to_look_into(study, run_.rules); !wanted.empty();
       wanted = select::series_to_look_into(study, run_.rules))
    for (auto& each : study.series) {
      if (std::find(wanted.begin(), wanted.end(), each.uid) == wanted.end()) continue;
      auto instances = query::ask_instances(session_, run_.setup.style, study, each.uid, stop_);
      if (!instances) return instances.error();
      each.instances = *std::move(instances);
      each.asked_at_image_level = true;
    }
  return ok();
}

Result<HeldInstances> Finder::held(const CandidateStudy& study) {
  if (!reader_) {
    auto reader = database::open_for_reading(run_.tools.paths.database());
    if (!reader) return reader.error();
    reader_.emplace(*std::move(reader));
  }
  return database::reading(
      *reader_, [&](database::Connection& c) { return ledger::held_instances(c, select::all_instances(study)); });
}

Status Finder::decide(const ledger::StoredStudy& stored) {
  auto study = stored.study;
  if (select::judge_study(study, run_.rules).action != Action::skip)
    if (auto looked = look_into(study); !looked) return looked;
  auto known = held(study);
  if (!known) return known.error();
  auto decision = select::decide(std::move(study), run_.rules, *known);
  if (run_.request.dry_run) decision.requests.clear();
  return run_.tools.writer.run(
      [&](database::Connection& c) { ledger::decide_study(c, run_.id, stored.id, decision.study, decision.requests); });
}

void Finder::work_on(const ledger::StoredStudy& stored) {
  const auto decided = decide(stored);
  if (decided) {
    work_.succeeded();
  } else if (decided.error().kind != ErrorKind::cancelled) {
    room_log("harvest")->warn("study#{}: {}", stored.id.value, decided.error().message);
    (void)run_.tools.writer.run([&](database::Connection& c) {
      ledger::record_study_failure(c, stored.id, decided.error().message, stored.attempts + 1 >= run_.setup.attempts);
    });
    report(decided.error());
  }
  work_.study_done(decided.has_value());
}

}  // namespace

void find_until_done(const Run& run, Work& work, std::stop_token stop) {
  Finder finder(run, work, stop);
  for (auto task = work.next_find(stop); task.index() != 0; task = work.next_find(stop)) {
    if (const auto* window = std::get_if<ledger::StoredWindow>(&task)) finder.work_on(*window);
    if (const auto* study = std::get_if<ledger::StoredStudy>(&task)) finder.work_on(*study);
  }
  work.finder_ended();
}

}  // namespace harvester::harvest
