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
  Status look_into(CandidateStudy& study);
  Result<HeldInstances> held(const CandidateStudy& study);
  Status decide(const ledger::StoredStudy& stored);

  Asking& asking_;
};

/// Asks series, then image level where the decision needs it.
Status StudyAsker::look_into(CandidateStudy& study) {
  auto series = query::ask_series(asking_.session, run().setup.style, study, asking_.stop);
  if (!series) return series.error();
  study.series = *std::move(series);
  for (auto wanted = select::series_to_look_into(study, run().rules); !wanted.empty();
       wanted = select::series_to_look_into(study, run().rules))
    for (auto& each : study.series) {
      if (std::find(wanted.begin(), wanted.end(), each.uid) == wanted.end()) continue;
      auto instances = query::ask_instances(asking_.session, run().setup.style, study, each.uid, asking_.stop);
      if (!instances) return instances.error();
      each.instances = *std::move(instances);
      each.asked_at_image_level = true;
    }
  return ok();
}

Result<HeldInstances> StudyAsker::held(const CandidateStudy& study) {
  auto& reader = asking_.reader;
  if (!reader) {
    auto opened = database::open_for_reading(run().tools.paths.database());
    if (!opened) return opened.error();
    reader.emplace(*std::move(opened));
  }
  return database::reading(
      *reader, [&](database::Connection& c) { return ledger::held_instances(c, select::all_instances(study)); });
}

Status StudyAsker::decide(const ledger::StoredStudy& stored) {
  auto study = stored.study;
  if (select::judge_study(study, run().rules).action != Action::skip)
    if (auto looked = look_into(study); !looked) return looked;
  auto known = held(study);
  if (!known) return known.error();
  auto decision = select::decide(std::move(study), run().rules, *known);
  if (run().request.dry_run) decision.requests.clear();
  return run().tools.writer.run([&](database::Connection& c) {
    ledger::decide_study(c, run().id, stored.id, decision.study, decision.requests);
  });
}

void StudyAsker::work_on(const ledger::StoredStudy& stored) {
  const auto decided = decide(stored);
  if (decided) {
    work().succeeded();
  } else if (decided.error().kind != ErrorKind::cancelled) {
    room_log("harvest")->warn("study#{}: {}", stored.id.value, decided.error().message);
    (void)run().tools.writer.run([&](database::Connection& c) {
      ledger::record_study_failure(c, stored.id, decided.error().message, stored.attempts + 1 >= run().setup.attempts);
    });
    asking_.report(decided.error());
  }
  work().study_done(decided.has_value());
}

}  // namespace

void decide_study(Asking& asking, const ledger::StoredStudy& study) { StudyAsker(asking).work_on(study); }

}  // namespace harvester::harvest
