#include "harvester/retrieve/retrieve.hpp"

#include <algorithm>
#include <deque>

namespace harvester::retrieve {

namespace tag = dicom::tag;
using dicom::MoveNext;

namespace {

/// The unique keys down to study or series.
dicom::Attributes keys_of(const Ask& ask, dicom::Model model) {
  dicom::Attributes keys{{tag::kQueryRetrieveLevel, "STUDY"}, {tag::kStudyInstanceUid, ask.study.str()}};
  if (model == dicom::Model::patient_root) keys.set(tag::kPatientId, ask.patient_id);
  if (ask.level == MoveLevel::study) return keys;
  keys.set(tag::kQueryRetrieveLevel, ask.level == MoveLevel::series ? "SERIES" : "IMAGE");
  keys.set(tag::kSeriesInstanceUid, ask.series.str());
  return keys;
}

}  // namespace

std::vector<dicom::Attributes> move_identifiers(const Ask& ask, dicom::Model model, int uids_per_request) {
  const auto keys = keys_of(ask, model);
  if (ask.level != MoveLevel::image) return {keys};
  const auto at_once = static_cast<std::size_t>(std::max(1, uids_per_request));
  std::vector<dicom::Attributes> all;
  for (std::size_t n = 0; n < ask.instances.size(); ++n) {
    if (n % at_once == 0) all.push_back(keys);
    const auto& listed = all.back().raw(tag::kSopInstanceUid);
    all.back().set(tag::kSopInstanceUid, (listed.empty() ? "" : listed + "\\") + ask.instances[n].str());
  }
  return all;
}

ListAnswer list_answer(dicom::DimseStatus status, const MoveCounts& counts, std::size_t asked) {
  if (asked < 2) return ListAnswer::understood;
  if (status.code == 0xA900) return ListAnswer::refused;
  const auto tried = counts.completed.value_or(0) + counts.failed.value_or(0) + counts.warning.value_or(0);
  const bool ended_by_itself = status.success() || status.warning();
  const bool in_part = ended_by_itself && tried > 0 && static_cast<std::size_t>(tried) < asked;
  return in_part ? ListAnswer::in_part_only : ListAnswer::understood;
}

namespace {

std::optional<int> sum(std::optional<int> a, std::optional<int> b) {
  if (!a && !b) return std::nullopt;
  return a.value_or(0) + b.value_or(0);
}

MoveCounts sum(const MoveCounts& a, const MoveCounts& b) {
  return {sum(a.remaining, b.remaining), sum(a.completed, b.completed), sum(a.failed, b.failed),
          sum(a.warning, b.warning)};
}

/// Statuses after which the further instances of the same Ask are still worth asking for.
bool may_go_on(MoveNext next) {
  return next == MoveNext::settle || next == MoveNext::partial || next == MoveNext::retry || next == MoveNext::failed;
}

/// The answer that asks for most: one partial move among good ones makes the whole partial.
bool is_worse(MoveNext a, MoveNext b) { return a != MoveNext::settle && b == MoveNext::settle; }

}  // namespace

namespace {

/// The instances of a request as requests for one each.
std::vector<dicom::Attributes> one_by_one(const dicom::Attributes& request) {
  std::vector<dicom::Attributes> all;
  for (const auto& uid : request.values(tag::kSopInstanceUid)) {
    all.push_back(request);
    all.back().set(tag::kSopInstanceUid, uid);
  }
  return all;
}

void add(Answer& answer, const dicom::MoveOutcome& outcome) {
  const auto next = dicom::move_next(outcome.status, outcome.counts, true);
  if (!answer.status || is_worse(next, answer.next)) {
    answer.status = outcome.status;
    answer.next = next;
    answer.comment = outcome.comment;
  }
  answer.counts = sum(answer.counts, outcome.counts);
  if (outcome.stopped) answer.error = Error{ErrorKind::cancelled, "stopped"};
}

Result<dicom::MoveOutcome> send_one(dicom::Session& session, const dicom::Attributes& request, const How& how,
                                    std::stop_token stop) {
  if (how.method == Method::c_get) return session.get(how.model, request, how.timers, how.take, std::move(stop));
  return session.move(how.model, request, how.destination, how.timers, how.last_sign, std::move(stop));
}

/// The requests of one Ask that are still to be sent.
class Queue {
 public:
  explicit Queue(std::vector<dicom::Attributes> requests) : requests_(requests.begin(), requests.end()) {}

  std::optional<dicom::Attributes> next() {
    if (requests_.empty()) return std::nullopt;
    auto first = std::move(requests_.front());
    requests_.pop_front();
    return first;
  }

  /// From now on one instance each; `again` is asked for once more.
  void split(const std::optional<dicom::Attributes>& again) {
    std::deque<dicom::Attributes> lists;
    lists.swap(requests_);
    if (again) lists.push_front(*again);
    for (const auto& list : lists)
      for (auto& request : one_by_one(list)) requests_.push_back(std::move(request));
  }

 private:
  std::deque<dicom::Attributes> requests_;
};

}  // namespace

Answer send(dicom::Session& session, const Ask& ask, const How& how, std::stop_token stop) {
  Answer answer;
  Queue queue(move_identifiers(ask, how.model, how.uids_per_request));
  while (const auto request = queue.next()) {
    auto outcome = send_one(session, *request, how, stop);
    if (!outcome) {
      answer.error = outcome.error();
      return answer;
    }
    const auto asked = request->values(tag::kSopInstanceUid).size();
    const auto lists = list_answer(outcome->status, outcome->counts, asked);
    answer.one_by_one = answer.one_by_one || lists != ListAnswer::understood;
    if (lists != ListAnswer::understood)
      queue.split(lists == ListAnswer::refused ? std::optional(*request) : std::nullopt);
    if (lists == ListAnswer::refused) continue;
    add(answer, *outcome);
    if (answer.error || !may_go_on(dicom::move_next(outcome->status, outcome->counts, true))) return answer;
  }
  return answer;
}

bool refuses_moves(const Answer& answer) {
  if (answer.error) return answer.error->kind == ErrorKind::refused && answer.error->code == dicom::kNotOffered;
  return answer.status && (answer.status->code == 0xA801 || answer.status->code == 0x0122);
}

namespace {

After judge_error(ErrorKind kind) {
  if (kind == ErrorKind::cancelled) return After::stopped;
  return kind == ErrorKind::refused ? After::stop_node : After::try_later;
}

/// A series whose contents the node does not list: done when something came, and as much as the node announced.
/// Success without any sub-operation is what an overloaded node says, too (quirk Q33), so it is believed only when it
/// is said again, and not against the node's own count.
After judge_unlisted(const Situation& s) {
  const bool as_many_as_announced = s.arrived >= s.announced.value_or(0);
  if (s.arrived > 0 && s.next == MoveNext::settle && as_many_as_announced) return After::finished;
  if (s.arrived == 0 && s.said_nothing_there && s.earlier_attempts > 0 && as_many_as_announced) return After::finished;
  return After::try_later;
}

}  // namespace

namespace {

After judge_untold(const Situation& s) {
  if (s.contents_known && s.open == 0) return After::finished;
  if (s.error) return judge_error(*s.error);
  if (s.next == MoveNext::stop_and_tell) return After::stop_node;
  if (s.next == MoveNext::cancelled) return After::try_later;
  if (!s.contents_known) return judge_unlisted(s);
  const bool some_came = s.next == MoveNext::settle || s.next == MoveNext::partial || s.next == MoveNext::smaller_level;
  return some_came && !s.asked_for_missing ? After::ask_missing : After::try_later;
}

}  // namespace

After judge(const Situation& s) {
  const auto after = judge_untold(s);
  if (after != After::try_later) return after;
  if (s.parked) return After::give_up;
  return s.silent ? After::park : After::try_later;
}

std::string missing_reason(const Answer& answer, const std::string& availability) {
  const bool elsewhere = !availability.empty() && availability != "ONLINE";
  return elsewhere ? "offline" : missing_reason(answer);
}

std::string missing_reason(const Answer& answer) {
  if (answer.error && answer.error->code == dicom::kFellSilent) return "stalled";
  if (answer.error) return answer.error->kind == ErrorKind::refused ? "node_refused" : "node_unreachable";
  switch (answer.next) {
    case MoveNext::settle:
      return "not_delivered";
    case MoveNext::partial:
      return "node_could_not_send";
    case MoveNext::stop_and_tell:
      return answer.status && answer.status->code == 0xA801 ? "move_destination_unknown" : "move_refused";
    case MoveNext::cancelled:
      return "move_cancelled";
    case MoveNext::retry:
    case MoveNext::smaller_level:
    case MoveNext::failed:
      break;
  }
  return answer.status && answer.status->code == 0xA702 ? "node_could_not_reach_us" : "move_failed";
}

}  // namespace harvester::retrieve
