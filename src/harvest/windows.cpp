#include <algorithm>

#include "asking.hpp"

namespace harvester::harvest {

namespace ledger = database::ledger;

namespace {

constexpr std::size_t kStudiesAtOnce = 100;

/// One window on its way: asked, believed or split.
class WindowAsker {
 public:
  explicit WindowAsker(Asking& asking) : asking_(asking) {}

  void work_on(const ledger::StoredWindow& window);

 private:
  [[nodiscard]] const Run& run() const { return asking_.run; }
  [[nodiscard]] Work& work() const { return asking_.work; }
  Status keep_found();
  void end_window(const ledger::StoredWindow& window, WindowState state, const query::WindowAnswer& answer);
  void split(const ledger::StoredWindow& window, const query::WindowAnswer& answer);
  void end_at_floor(const ledger::StoredWindow& window, const query::WindowAnswer& answer);
  void ask_again(ledger::StoredWindow window, const query::WindowAnswer& answer);
  void believe_or_split(const ledger::StoredWindow& window, const query::WindowAnswer& answer);
  void judge(const ledger::StoredWindow& window, const query::WindowAnswer& answer);

  Asking& asking_;
  std::vector<CandidateStudy> found_;
  std::int64_t fresh_ = 0;  ///< studies that the window being asked brought first
};

Status WindowAsker::keep_found() {
  auto studies = std::exchange(found_, {});
  if (studies.empty()) return ok();
  for (auto& study : studies)
    if (run().tools.keep_accession) study.accession_number = run().tools.keep_accession(study.accession_number);
  auto added = run().tools.writer.run([&](database::Connection& c) {
    std::int64_t fresh = 0;
    for (const auto& study : studies) fresh += ledger::add_study(c, run().id, study) ? 1 : 0;
    return fresh;
  });
  if (!added) return added.error();
  fresh_ += *added;
  work().tell_found(*added);
  return ok();
}

void WindowAsker::end_window(const ledger::StoredWindow& window, WindowState state, const query::WindowAnswer& answer) {
  const auto message = answer.status.success() ? std::string() : dicom::explain_find(answer.status);
  auto ended = run().tools.writer.run(
      [&](database::Connection& c) { ledger::end_window(c, window.id, state, answer.answers, message); });
  if (!ended) asking_.report(ended.error());
}

/// The smallest window that still fails: a limit is a fact, a failure may pass.
void WindowAsker::end_at_floor(const ledger::StoredWindow& window, const query::WindowAnswer& answer) {
  if (answer.next != dicom::FindNext::retry_then_split) return end_window(window, WindowState::capped, answer);
  const bool last = window.attempts + 1 >= run().setup.attempts;
  end_window(window, last ? WindowState::failed : WindowState::pending, answer);
  work().failed({ErrorKind::refused, dicom::explain_find(answer.status), answer.status.code}, false);
}

/// Studies without a time are in no slice of a day (quirk Q9): where the node has such, the day is not verified by
/// its slices.
void WindowAsker::split(const ledger::StoredWindow& window, const query::WindowAnswer& answer) {
  const auto halves = query::bisect(window.window, run().setup.window_floor);
  if (halves.empty()) return end_at_floor(window, answer);
  const bool hides_some = halves.front().time_from && answer.without_time > 0;
  const auto state = hides_some ? WindowState::capped : WindowState::split;
  auto added = run().tools.writer.run([&](database::Connection& c) {
    std::vector<ledger::StoredWindow> stored;
    for (const auto& half : halves) stored.push_back({ledger::add_window(c, run().id, half), half, 0});
    ledger::end_window(c, window.id, state, answer.answers, dicom::explain_find(answer.status));
    return stored;
  });
  if (!added) return asking_.report(added.error());
  if (hides_some && answer.status.success()) run().caps->doubt(window);
  work().add_windows(*added);
}

void WindowAsker::ask_again(ledger::StoredWindow window, const query::WindowAnswer& answer) {
  end_window(window, WindowState::pending, answer);
  ++window.attempts;
  work().add_windows({window});
}

/// A success is believed unless it looks like a limit on answers (quirk Q6) or like a range that was too long for the
/// node (quirk Q7). A node that answers with other times than were asked for would not answer less to smaller pieces.
void WindowAsker::believe_or_split(const ledger::StoredWindow& window, const query::WindowAnswer& answer) {
  const bool several_days = window.window.from < window.window.until;
  if (answer.sent == 0 && several_days) return split(window, answer);
  const auto suspects = run().caps->note(window, answer.sent);
  const bool suspect = std::any_of(suspects.begin(), suspects.end(), [&](const auto& s) { return s.id == window.id; });
  for (const auto& earlier : suspects)
    if (earlier.id != window.id) split(earlier, answer);
  if (!suspect) return end_window(window, WindowState::verified, answer);
  const bool times_ignored = window.window.time_from && answer.answers < answer.sent;
  times_ignored ? end_window(window, WindowState::capped, answer) : split(window, answer);
}

void WindowAsker::judge(const ledger::StoredWindow& window, const query::WindowAnswer& answer) {
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
  work().failed({ErrorKind::refused, dicom::explain_find(answer.status), answer.status.code},
                answer.next == FindNext::stop_and_tell);
}

void WindowAsker::work_on(const ledger::StoredWindow& window) {
  const auto keep = [&](CandidateStudy study) {
    found_.push_back(std::move(study));
    if (found_.size() < kStudiesAtOnce) return;
    if (auto kept = keep_found(); !kept) asking_.report(kept.error());
  };
  fresh_ = 0;
  auto answer = query::ask_window(asking_.session, run().setup.style, window.window, keep, asking_.stop);
  if (auto kept = keep_found(); !kept) {
    asking_.report(kept.error());
  } else if (!answer) {
    asking_.report(answer.error());
  } else {
    if (answer->status.success()) work().succeeded();
    if (window.window.time_from && fresh_ > 0) run().caps->brought_more(window);
    judge(window, *answer);
  }
  work().window_done();
}

}  // namespace

void ask_window(Asking& asking, const ledger::StoredWindow& window) { WindowAsker(asking).work_on(window); }

}  // namespace harvester::harvest
