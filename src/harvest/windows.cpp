#include <fmt/format.h>

#include <algorithm>

#include "asking.hpp"
#include "harvester/core/text.hpp"

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
  [[nodiscard]] std::set<std::string> wanted(const QueryWindow& window) const;
  Result<query::WindowAnswer> ask(const QueryWindow& window);
  void keep(CandidateStudy study, const QueryWindow& window);
  Status keep_found();
  void end_window(const ledger::StoredWindow& window, WindowState state, const query::WindowAnswer& answer);
  void replace(const ledger::StoredWindow& window, WindowState state, const query::WindowAnswer& answer,
               const std::vector<QueryWindow>& pieces);
  void split(const ledger::StoredWindow& window, const query::WindowAnswer& answer);
  void split_suspects(const std::vector<ledger::StoredWindow>& suspects, const ledger::StoredWindow& window,
                      const query::WindowAnswer& answer);
  void end_at_floor(const ledger::StoredWindow& window, const query::WindowAnswer& answer);
  void ask_again(ledger::StoredWindow window, const query::WindowAnswer& answer);
  void believe_or_split(const ledger::StoredWindow& window, const query::WindowAnswer& answer);
  void end_named(const ledger::StoredWindow& window, const query::WindowAnswer& answer);
  void believe(const ledger::StoredWindow& window, const query::WindowAnswer& answer);
  void give_up(const ledger::StoredWindow& window, const query::WindowAnswer& answer);
  void judge(const ledger::StoredWindow& window, const query::WindowAnswer& answer);
  void note_pieces(const ledger::StoredWindow& window);

  Asking& asking_;
  std::vector<CandidateStudy> found_;
  std::int64_t fresh_ = 0;  ///< studies that the window being asked brought first
};

/// The modalities that the answers are held against.
std::set<std::string> WindowAsker::wanted(const QueryWindow& window) const {
  if (window.modality.empty()) return run().rules.modalities;
  const auto asked = harvester::split(window.modality, '\\');
  return {asked.begin(), asked.end()};
}

void WindowAsker::keep(CandidateStudy study, const QueryWindow& window) {
  study.modalities = trusted_modalities(run().habits->get(), window, study, run().rules.modalities);
  if (run().tools.keep_accession) study.accession_number = run().tools.keep_accession(study.accession_number);
  found_.push_back(std::move(study));
  if (found_.size() < kStudiesAtOnce) return;
  if (auto kept = keep_found(); !kept) asking_.report(kept.error());
}

Status WindowAsker::keep_found() {
  auto studies = std::exchange(found_, {});
  if (studies.empty()) return ok();
  auto added = run().tools.writer.run_unflushed([&](database::Connection& c) {
    std::int64_t fresh = 0;
    for (const auto& study : studies) fresh += ledger::add_study(c, run().id, study) ? 1 : 0;
    return fresh;
  });
  if (!added) return added.error();
  fresh_ += *added;
  work().tell_found(*added);
  return ok();
}

/// What is to be said of a query that was no success, or that we could not read in full.
std::string message_of(const query::WindowAnswer& answer) {
  if (!answer.status.success()) return dicom::explain_find(answer.status);
  return answer.unreadable > 0 ? fmt::format("answers that cannot be read: {}", answer.unreadable) : std::string();
}

ledger::WindowEnd end_of(WindowState state, const query::WindowAnswer& answer) {
  return {state, answer.answers, answer.sent, message_of(answer)};
}

void WindowAsker::end_window(const ledger::StoredWindow& window, WindowState state, const query::WindowAnswer& answer) {
  auto ended = run().tools.writer.run_unflushed(
      [&](database::Connection& c) { ledger::end_window(c, window.id, end_of(state, answer)); });
  if (!ended) asking_.report(ended.error());
}

/// Ends a window and adds those that take its place, in one step.
void WindowAsker::replace(const ledger::StoredWindow& window, WindowState state, const query::WindowAnswer& answer,
                          const std::vector<QueryWindow>& pieces) {
  auto added = run().tools.writer.run_unflushed([&](database::Connection& c) {
    std::vector<ledger::StoredWindow> stored;
    for (const auto& piece : pieces) stored.push_back({ledger::add_window(c, run().id, piece), piece});
    ledger::end_window(c, window.id, end_of(state, answer));
    return stored;
  });
  if (!added) return asking_.report(added.error());
  work().add_windows(*added);
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
  const bool by_time = halves.front().time_from && !window.window.time_from;
  const bool hides_some = by_time && (answer.without_time > 0 || run().habits->get().has_untimed_studies);
  replace(window, hides_some ? WindowState::capped : WindowState::split, answer, halves);
  if (hides_some && answer.status.success()) run().caps->doubt(window);
}

void WindowAsker::ask_again(ledger::StoredWindow window, const query::WindowAnswer& answer) {
  end_window(window, WindowState::pending, answer);
  ++window.attempts;
  work().add_windows({window});
}

/// Another window than the present one keeps the counts of its own query.
void WindowAsker::split_suspects(const std::vector<ledger::StoredWindow>& suspects, const ledger::StoredWindow& window,
                                 const query::WindowAnswer& answer) {
  for (const auto& suspect : suspects) {
    run().caps->suspect(suspect, answer.sent);
    if (suspect.id != window.id) split(suspect, answer);
  }
}

/// A success is believed unless it looks like a limit on answers (quirk Q6) or like a range that was too long for the
/// node (quirk Q7). A node that answers with other times than were asked for would not answer less to smaller pieces.
void WindowAsker::believe_or_split(const ledger::StoredWindow& window, const query::WindowAnswer& answer) {
  if (window.window.names_study()) return end_named(window, answer);
  const bool several_days = window.window.from < window.window.until;
  if (answer.sent == 0 && several_days) return split(window, answer);
  const auto suspects = run().caps->note(window, answer.sent);
  const bool suspect = std::any_of(suspects.begin(), suspects.end(), [&](const auto& s) { return s.id == window.id; });
  split_suspects(suspects, window, answer);
  if (!suspect) return believe(window, answer);
  const bool times_ignored = window.window.time_from && answer.answers < answer.sent;
  times_ignored ? end_window(window, WindowState::capped, answer) : split(window, answer);
}

/// What was asked for by name; the name is kept no longer than the policy allows.
void WindowAsker::end_named(const ledger::StoredWindow& window, const query::WindowAnswer& answer) {
  const auto state = answer.answers > 0 ? WindowState::verified : WindowState::not_found;
  const auto& name = window.window.accession_number;
  const auto kept = run().tools.keep_accession ? run().tools.keep_accession(name) : name;
  auto ended = run().tools.writer.run_unflushed([&](database::Connection& c) {
    ledger::end_window(c, window.id, end_of(state, answer));
    if (kept != name) ledger::replace_accession_number(c, window.id, kept);
  });
  if (!ended) asking_.report(ended.error());
}

/// A window that was answered in full, and what that says of the windows for other modalities.
void WindowAsker::believe(const ledger::StoredWindow& window, const query::WindowAnswer& answer) {
  auto kept = run().tools.writer.run_unflushed([&](database::Connection& c) {
    ledger::end_window(c, window.id, end_of(WindowState::verified, answer));
    return learn_from_window(run(), c, window.window, answer);
  });
  if (!kept) return asking_.report(kept.error());
  if (*kept) work().reload_windows();
}

/// What the node will never answer. Several modalities at once are what some nodes do not take (quirk Q4).
void WindowAsker::give_up(const ledger::StoredWindow& window, const query::WindowAnswer& answer) {
  if (const auto pieces = query::one_by_one(window.window); !pieces.empty()) {
    run().habits->update([](Habits& habits) { habits.refuses_modality_lists = true; });
    return replace(window, WindowState::not_needed, answer, pieces);
  }
  end_window(window, WindowState::failed, answer);
  work().failed({ErrorKind::refused, dicom::explain_find(answer.status), answer.status.code},
                answer.next == dicom::FindNext::stop_and_tell);
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
  give_up(window, answer);
}

/// A piece that brought studies proves that what it was cut from had been cut short by the node.
void WindowAsker::note_pieces(const ledger::StoredWindow& window) {
  if (fresh_ == 0) return;
  const auto limit = run().caps->brought_more(window);
  if (!limit) return;
  run().habits->update([&](Habits& habits) {
    habits.answer_limit = habits.answer_limit > 0 ? std::min(habits.answer_limit, *limit) : *limit;
  });
}

Result<query::WindowAnswer> WindowAsker::ask(const QueryWindow& window) {
  return query::ask_window(
      asking_.session, run().setup.style, window, wanted(window),
      [&](CandidateStudy study) { keep(std::move(study), window); }, asking_.stop);
}

void WindowAsker::work_on(const ledger::StoredWindow& window) {
  fresh_ = 0;
  auto answer = ask(window.window);
  if (auto kept = keep_found(); !kept) {
    asking_.report(kept.error());
  } else if (!answer) {
    asking_.report(answer.error());
  } else {
    if (answer->status.success()) work().succeeded();
    note_pieces(window);
    judge(window, *answer);
  }
  work().window_done();
}

}  // namespace

void ask_window(Asking& asking, const ledger::StoredWindow& window) { WindowAsker(asking).work_on(window); }

}  // namespace harvester::harvest
