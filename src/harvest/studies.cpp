#include <algorithm>

#include "asking.hpp"
#include "harvester/core/log.hpp"

namespace harvester::harvest {

namespace ledger = database::ledger;

namespace {

/// One study on its way: looked into, decided, written.
class StudyAsker {
 public:
  explicit StudyAsker(Asking& asking) : asking_(asking) {}

  void work_on(const ledger::StoredStudy& stored);

 private:
  [[nodiscard]] const Run& run() const { return asking_.run; }
  [[nodiscard]] Work& work() const { return asking_.work; }
  [[nodiscard]] const query::Style& style() const { return run().setup.style; }
  Result<bool> decided_by_reports(CandidateStudy& study);
  template <class Ask>
  auto ask_twice(const Ask& ask) const;
  Status look_into(CandidateStudy& study);
  Status look_into(CandidateStudy& study, const select::Look& look);
  Status ask(const CandidateStudy& study, CandidateSeries& series, select::Depth depth);
  Result<database::Connection*> reader();
  Result<HeldInstances> held(const CandidateStudy& study);
  Status look_unless_known(CandidateStudy& study);
  Status decide(const ledger::StoredStudy& stored);
  void record_failure(const ledger::StoredStudy& stored, const std::string& message);

  Asking& asking_;
};

/// Some nodes fail now and then for no reason, and answer the same question a moment later (quirk Q41).
template <class Ask>
auto StudyAsker::ask_twice(const Ask& ask) const {
  auto answer = ask();
  const bool in_passing =
      !answer && answer.error().kind == ErrorKind::transient && (answer.error().code & 0xFF000) == 0xC000;
  return in_passing && !asking_.stop.stop_requested() ? ask() : answer;
}

/// One query for the reports of the study, where the node answers such: with a report the series need not be asked for.
/// Not from a node that may have told one of several modalities: the others may have sources of their own (quirk Q1).
Result<bool> StudyAsker::decided_by_reports(CandidateStudy& study) {
  if (!asking_.relational || !run().habits->get().names_several) return false;
  auto found = ask_twice(
      [&] { return query::ask_reports(asking_.session, style(), study, select::report_classes(), asking_.stop); });
  if (!found) return found.error();
  asking_.relational = found->has_value();
  if (!*found) return false;
  study.series = **std::move(found);
  const bool enough = select::reports_suffice(study, run().rules);
  if (!enough) study.series.clear();
  return enough;
}

Status StudyAsker::ask(const CandidateStudy& study, CandidateSeries& series, select::Depth depth) {
  if (depth == select::Depth::first_image) {
    auto found =
        ask_twice([&] { return query::ask_first_image(asking_.session, style(), study, series.uid, asking_.stop); });
    if (!found) return found.error();
    series.instances = *std::move(found);
    series.asked = Asked::first_image;
    return ok();
  }
  if (depth == select::Depth::few) {
    auto found = ask_twice([&] {
      return query::ask_few_instances(asking_.session, style(), study, series.uid, select::kFew, asking_.stop);
    });
    if (!found) return found.error();
    series.instances = std::move(found->all);
    series.asked = found->cut ? Asked::part : Asked::all;
    return ok();
  }
  auto found =
      ask_twice([&] { return query::ask_instances(asking_.session, style(), study, series.uid, asking_.stop); });
  if (!found) return found.error();
  series.instances = *std::move(found);
  series.asked = Asked::all;
  return ok();
}

Status StudyAsker::look_into(CandidateStudy& study, const select::Look& look) {
  const auto series =
      std::find_if(study.series.begin(), study.series.end(), [&](const auto& each) { return each.uid == look.series; });
  return series == study.series.end() ? ok() : ask(study, *series, look.depth);
}

/// Asks series, then image level where the decision needs it.
Status StudyAsker::look_into(CandidateStudy& study) {
  const auto decided = decided_by_reports(study);
  if (!decided) return decided.error();
  if (*decided) return ok();
  auto series = ask_twice([&] { return query::ask_series(asking_.session, style(), study, asking_.stop); });
  if (!series) return series.error();
  study.series = *std::move(series);
  for (auto wanted = select::series_to_look_into(study, run().rules); !wanted.empty();
       wanted = select::series_to_look_into(study, run().rules))
    for (const auto& look : wanted)
      if (auto looked = look_into(study, look); !looked) return looked;
  return ok();
}

Result<database::Connection*> StudyAsker::reader() {
  if (!asking_.reader) {
    auto opened = database::open_for_reading(run().tools.paths.database());
    if (!opened) return opened.error();
    asking_.reader.emplace(*std::move(opened));
  }
  return &*asking_.reader;
}

Result<HeldInstances> StudyAsker::held(const CandidateStudy& study) {
  auto connection = reader();
  if (!connection) return connection.error();
  return database::reading(**connection, [&](database::Connection& c) {
    auto known = ledger::held_instances(c, select::all_instances(study));
    known.study = ledger::knows_study(c, study.uid);
    if (known.study) known.in_series = ledger::held_by_series(c, study.uid);
    return known;
  });
}

/// What its answer at study level decides, and what the profile leaves once it is known, costs no further question.
Status StudyAsker::look_unless_known(CandidateStudy& study) {
  if (select::judge_study(study, run().rules).action == Action::skip) return ok();
  if (run().rules.skip_known == select::SkipKnown::study) {
    const auto known = held(study);
    if (!known) return known.error();
    if (select::leaves_known_study(run().rules, *known)) return ok();
  }
  return look_into(study);
}

Status StudyAsker::decide(const ledger::StoredStudy& stored) {
  auto study = stored.study;
  if (auto looked = look_unless_known(study); !looked) return looked;
  auto known = held(study);
  if (!known) return known.error();
  auto decision = select::decide(std::move(study), run().rules, *known);
  if (run().request.dry_run) decision.requests.clear();
  return run().tools.writer.run_unflushed([&](database::Connection& c) {
    ledger::decide_study(c, run().id, stored.id, decision.study, decision.requests);
  });
}

/// A study that the node was asked about. One that it could not be asked about waits until it can.
void StudyAsker::record_failure(const ledger::StoredStudy& stored, const std::string& message) {
  const bool last = stored.attempts + 1 >= run().setup.attempts;
  (void)run().tools.writer.run_unflushed(
      [&](database::Connection& c) { ledger::record_study_failure(c, stored.id, message, last); });
}

void StudyAsker::work_on(const ledger::StoredStudy& stored) {
  const auto decided = decide(stored);
  if (decided) {
    work().succeeded();
  } else if (decided.error().kind != ErrorKind::cancelled) {
    room_log("harvest")->warn("study#{}: {}", stored.id.value, decided.error().message);
    if (asking_.session.sent()) record_failure(stored, decided.error().message);
    asking_.report(decided.error());
  }
  work().study_done(decided.has_value());
}

}  // namespace

void decide_study(Asking& asking, const ledger::StoredStudy& study) { StudyAsker(asking).work_on(study); }

}  // namespace harvester::harvest
