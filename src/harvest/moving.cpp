#include <algorithm>

#include "harvester/core/log.hpp"
#include "harvester/retrieve/retrieve.hpp"
#include "stages.hpp"

namespace harvester::harvest {

namespace ledger = database::ledger;
using retrieve::After;

namespace {

using SteadyTime = std::chrono::steady_clock::time_point;

/// What is there of one request, and since when. What others send to the same store meanwhile is no sign of life.
class Arrivals {
 public:
  struct Counted {
    std::int64_t open = 0;     ///< expected instances that are not there
    std::int64_t arrived = 0;  ///< instances of the request that are there
    bool operator==(const Counted&) const = default;
  };

  Arrivals(Tools& tools, RetrieveRequestId id) : tools_(tools), id_(id) {}

  /// Writes what `first` writes, then says what is there now, in one transaction.
  Result<Counted> count(const std::function<void(database::Connection&)>& first = {}) {
    seen_ = tools_.activity.count();
    auto counted = tools_.writer.run_unflushed([&](database::Connection& c) {
      if (first) first(c);
      const auto all = ledger::credit_unlisted(c, id_);
      const auto open = ledger::open_instances(c, id_);
      return Counted{open, all - open};
    });
    if (counted && *counted != std::exchange(counted_, *counted)) last_ = std::chrono::steady_clock::now();
    return counted;
  }

  /// When something of it came last, whole or in part; the epoch if nothing came since this object was made.
  SteadyTime last(const std::vector<SopInstanceUid>& wanted) {
    if (tools_.activity.count() != seen_) (void)count();
    return tools_.last_byte ? std::max(last_, tools_.last_byte(wanted)) : last_;
  }

 private:
  Tools& tools_;
  const RetrieveRequestId id_;
  std::uint64_t seen_ = 0;
  Counted counted_;
  SteadyTime last_{};
};

/// One thread's way through the requests.
class Mover {
 public:
  Mover(const Run& run, Work& work, std::stop_token stop)
      : run_(run),
        work_(work),
        stop_(std::move(stop)),
        method_(run.fetching->method()),
        session_(run.setup.move_peer, run.setup.options, services(run.setup, method_), run.setup.limits, run.pacer),
        known_(dicom::dose_classes()),
        uids_per_request_(run.setup.uids_per_request) {}

  void work_on(const ledger::StoredRequest& request);

 private:
  using Counted = Arrivals::Counted;

  static std::vector<dicom::Proposal> services(const NodeSetup& setup, retrieve::Method method) {
    if (method == retrieve::Method::c_get) return dicom::get_services(setup.style.model, dicom::dose_classes());
    return {dicom::move_service(setup.style.model)};
  }
  void follow_method();
  bool falls_back();
  void propose_kinds_of(const ledger::StoredRequest& request);
  retrieve::Answer send(const ledger::StoredRequest& request, Arrivals& arrivals, bool missing_only);
  Result<Counted> settle(const ledger::StoredRequest& request, Arrivals& arrivals);
  [[nodiscard]] bool whole_studies() const { return run_.setup.level == MoveLevel::study; }
  [[nodiscard]] Result<bool> came_already(const ledger::StoredRequest& request, Arrivals& arrivals) const;
  Result<After> attempt(const ledger::StoredRequest& request, bool asked_for_missing);
  [[nodiscard]] Error refusal() const;
  ledger::StoredRequest record_attempt(database::Connection& c, const ledger::StoredRequest& request,
                                       bool asked_for_missing) const;
  void record_answer(database::Connection& c, const ledger::StoredRequest& request) const;
  [[nodiscard]] bool all_there(const ledger::StoredRequest& request, const Counted& counted) const;
  void end(const ledger::StoredRequest& request, const std::string& missing_reason);
  void park(const ledger::StoredRequest& request);
  void put_off(const ledger::StoredRequest& request, const Error& why);
  void conclude(const ledger::StoredRequest& request, After after);

  const Run& run_;
  Work& work_;
  std::stop_token stop_;
  retrieve::Method method_;  ///< that the session is made for
  dicom::Session session_;
  std::vector<SopClassUid> known_;  ///< kinds of objects that the contexts of a C-GET are proposed for
  int uids_per_request_;            ///< 1 once the node has shown that it does no lists
  retrieve::Answer answer_;         ///< of the latest attempt
};

/// Another thread may have found that the node refuses C-MOVE.
void Mover::follow_method() {
  if (method_ == run_.fetching->method()) return;
  method_ = run_.fetching->method();
  session_.propose(services(run_.setup, method_));
}

/// Whether what was just refused is to be asked for once more, by C-GET.
bool Mover::falls_back() {
  if (method_ != retrieve::Method::c_move || !retrieve::refuses_moves(answer_)) return false;
  const auto why = refusal().message;
  if (run_.fetching->fall_back(why))
    room_log("harvest")->warn("harvest {}: {}; what is left is fetched by C-GET", run_.id.value, why);
  follow_method();
  return method_ == retrieve::Method::c_get;
}

/// The kinds that the node told of get contexts of their own, before those that may be (quirk Q52).
void Mover::propose_kinds_of(const ledger::StoredRequest& request) {
  if (method_ != retrieve::Method::c_get) return;
  std::vector<SopClassUid> fresh;
  for (const auto& kind : request.sop_classes)
    if (std::find(known_.begin(), known_.end(), kind) == known_.end()) fresh.push_back(kind);
  if (fresh.empty()) return;
  known_.insert(known_.begin(), fresh.begin(), fresh.end());
  session_.propose(dicom::get_services(run_.setup.style.model, known_));
}

/// What is missing after a list is asked for one by one: some nodes send the first and call that a success.
retrieve::Answer Mover::send(const ledger::StoredRequest& request, Arrivals& arrivals, bool missing_only) {
  propose_kinds_of(request);
  const retrieve::How how{
      run_.setup.style.model,
      run_.setup.destination,
      run_.setup.move_timers,
      [&] { return arrivals.last(request.wanted); },
      missing_only ? 1 : uids_per_request_,
      method_,
      method_ == retrieve::Method::c_get ? run_.tools.take_from(run_.setup.move_peer) : dicom::TakeObject()};
  return retrieve::send(session_, {request.study, request.series, request.level, request.wanted, request.patient_id},
                        how, stop_);
}

/// Of a series that the node does not list, all is there once as many came as it says it sent.
bool Mover::all_there(const ledger::StoredRequest& request, const Counted& counted) const {
  if (request.contents_known) return counted.open == 0;
  const int told = answer_.counts.completed.value_or(0) + answer_.counts.warning.value_or(0);
  return told > 0 && counted.arrived >= told;
}

/// Records the answer and waits until everything is there, or nothing more of it came for the settle time (quirk Q36).
Result<Mover::Counted> Mover::settle(const ledger::StoredRequest& request, Arrivals& arrivals) {
  auto quiet_since = std::chrono::steady_clock::now();
  std::function<void(database::Connection&)> first = [&](auto& connection) { record_answer(connection, request); };
  for (;;) {
    const auto seen = run_.tools.activity.count();
    auto counted = arrivals.count(std::exchange(first, {}));
    if (!counted) return counted;
    quiet_since = std::max(quiet_since, arrivals.last(request.wanted));
    const auto deadline = quiet_since + run_.setup.settle;
    const bool enough = std::chrono::steady_clock::now() >= deadline || stop_.stop_requested();
    if (enough || all_there(request, *counted)) return counted;
    run_.tools.activity.wait_beyond(seen, deadline, stop_);
  }
}

/// Records an attempt before it is made. What came in part is asked for instance by instance, so that nothing comes
/// twice; returns the request as it is to be sent.
ledger::StoredRequest Mover::record_attempt(database::Connection& c, const ledger::StoredRequest& request,
                                            bool asked_for_missing) const {
  auto current = ledger::request(c, request.id).value_or(request);
  const bool some_came = current.contents_known && current.wanted.size() < current.expected;
  if (some_came || asked_for_missing) current.level = MoveLevel::image;
  if (current.contents_known || whole_studies()) current.level = run_.setup.level.value_or(current.level);
  ledger::record_attempt(c, request.id, current.level, run_.tools.clock.now());
  return current;
}

void Mover::record_answer(database::Connection& c, const ledger::StoredRequest& request) const {
  const auto words = answer_.error    ? answer_.error->message
                     : answer_.status ? dicom::explain_move(*answer_.status, run_.setup.destination.str())
                                      : std::string();
  const auto code = answer_.status ? std::optional<int>(answer_.status->code) : std::nullopt;
  ledger::record_response(c, request.id, {code, answer_.counts, words});
}

/// Whether all of a request came with another one of its study.
Result<bool> Mover::came_already(const ledger::StoredRequest& request, Arrivals& arrivals) const {
  if (!whole_studies()) return false;
  const auto counted = arrivals.count();
  if (!counted) return counted.error();
  if (request.contents_known) return counted->open == 0;
  return counted->arrived > 0 && counted->arrived >= request.announced.value_or(0);
}

/// One attempt: recorded, sent, its response recorded, settled, judged.
Result<After> Mover::attempt(const ledger::StoredRequest& request, bool asked_for_missing) {
  Arrivals arrivals(run_.tools, request.id);
  const auto came = came_already(request, arrivals);
  if (!came) return came.error();
  if (*came) return After::finished;
  ledger::StoredRequest recorded;
  const auto there = arrivals.count([&](auto& c) { recorded = record_attempt(c, request, asked_for_missing); });
  if (!there) return there.error();
  answer_ = send(recorded, arrivals, asked_for_missing);
  if (answer_.one_by_one) uids_per_request_ = 1;
  auto counted = settle(request, arrivals);
  if (!counted) return counted.error();
  const auto kind = answer_.error ? std::optional(answer_.error->kind) : std::nullopt;
  const bool nothing_there = answer_.status && answer_.status->success() && answer_.counts.completed == 0 &&
                             answer_.counts.failed.value_or(0) == 0;
  const bool silent = answer_.error && answer_.error->code == dicom::kFellSilent;
  return retrieve::judge({answer_.next, kind, request.contents_known, counted->open, counted->arrived,
                          recorded.announced, asked_for_missing || whole_studies(), nothing_there, silent,
                          request.parked, request.attempts});
}

void Mover::end(const ledger::StoredRequest& request, const std::string& missing_reason) {
  auto ended = run_.tools.writer.run_unflushed(
      [&](database::Connection& c) { ledger::end_request(c, request.id, missing_reason, run_.tools.clock.now()); });
  if (!ended) work_.failed(ended.error(), true);
}

/// What the node is silent about holds up everything else: it is tried once more, after all others (quirk Q39).
void Mover::park(const ledger::StoredRequest& request) {
  room_log("harvest")->warn("request#{}: the node says nothing more: tried again at the end", request.id.value);
  auto parked = run_.tools.writer.run_unflushed([&](database::Connection& c) { ledger::park_request(c, request.id); });
  if (!parked) return work_.failed(parked.error(), true);
  work_.parked(request.id);
}

/// A node that cannot be reached uses up no attempt: the request waits for it, in the next pass or the next run.
void Mover::put_off(const ledger::StoredRequest& request, const Error& why) {
  auto taken =
      run_.tools.writer.run_unflushed([&](database::Connection& c) { ledger::take_back_attempt(c, request.id); });
  work_.failed(taken ? why : taken.error(), !taken);
}

/// What the node said, where it was no success.
Error Mover::refusal() const {
  if (answer_.error) return *answer_.error;
  return {ErrorKind::refused,
          dicom::explain_move(answer_.status.value_or(dicom::DimseStatus{}), run_.setup.destination.str())};
}

void Mover::conclude(const ledger::StoredRequest& request, After after) {
  auto why = refusal();
  if (after == After::finished) {
    end(request, "");
    work_.succeeded();
  } else if (after == After::stop_node) {
    if (const auto before = run_.fetching->refusal(); !before.empty()) why.message += "; by C-MOVE: " + before;
    work_.failed(why, true);
  } else if (after != After::stopped && answer_.error && !session_.sent()) {
    put_off(request, why);
  } else if (after == After::park) {
    park(request);
    work_.failed(why, false);
  } else if (after != After::stopped) {
    room_log("harvest")->warn("request#{}: not everything came: {}", request.id.value, why.message);
    const bool last = after == After::give_up || request.attempts + 1 >= run_.setup.attempts;
    if (last) end(request, retrieve::missing_reason(answer_, request.availability));
    if (answer_.error)
      work_.failed(why, false);
    else
      work_.succeeded();
  }
}

void Mover::work_on(const ledger::StoredRequest& request) {
  const auto room = run_.tools.room_to_receive ? run_.tools.room_to_receive() : ok();
  if (!room) return work_.failed(room.error(), true);  // what our store refuses, the node need not send
  follow_method();
  auto after = attempt(request, false);
  if (after && *after == After::stop_node && falls_back()) after = attempt(request, false);
  if (after && *after == After::ask_missing) after = attempt(request, true);
  if (!after)
    work_.failed(after.error(), true);
  else
    conclude(request, *after);
  work_.request_done(request.study, after && *after == After::finished);
}

}  // namespace

void move_until_done(const Run& run, Work& work, std::stop_token stop) {
  Mover mover(run, work, stop);
  while (const auto request = work.next_request(stop)) mover.work_on(*request);
}

}  // namespace harvester::harvest
