#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>

#include <algorithm>
#include <condition_variable>

#include "session.hpp"

/// C-MOVE and C-GET of a session.
namespace harvester::simulation {
namespace {

namespace tag = dicom::tag;
using dicom::DimseStatus;
using Kind = PacsEvent::Kind;

constexpr DimseStatus kSuccess{0x0000};
constexpr DimseStatus kPending{0xFF00};
constexpr DimseStatus kNoSuchContext{0xA900};
constexpr std::uint16_t kCancelled = 0xFE00;
constexpr std::uint16_t kUnknownDestination = 0xA801;
constexpr std::uint16_t kNotSupported = 0x0122;
constexpr std::uint16_t kUnableToProcess = 0xC000;
constexpr std::uint16_t kNoAnswer = 0xFFFF;

dicom::Peer store_peer(const PacsState& pacs, const Quirks& quirks, const std::string& title,
                       const Destination& destination) {
  const auto& other = quirks.store_calling_ae;
  return {destination.host, destination.port, AeTitle::of(title), other.empty() ? pacs.ae_title() : AeTitle::of(other)};
}

}  // namespace

template <class Command>
Tally Session::sub_operations(const Command& command, const std::vector<ObjectPlace>& objects, const Send& send) {
  Tally tally{static_cast<int>(objects.size()), 0, 0, 0, {}};
  int number = 0;
  for (const auto& object : objects) {
    if (cancelled(command) || ended_) return tally;
    if (!pause(quirks_.store_delay)) return (ended_ = true), tally;
    if (quirks_.fail_every > 0 && ++number % quirks_.fail_every == 0) {
      tally.fail(object.sop_instance);
    } else {
      const auto answer = send(object);
      answer ? tally.add(*answer, object.sop_instance) : tally.fail(object.sop_instance);
    }
    if (tally.remaining() > 0) tell(command, kPending, told_counts(tally, quirks_, false));
    const int done = tally.total - tally.remaining();
    const bool enough = quirks_.abort_after_stores > 0 && done >= quirks_.abort_after_stores;
    if (enough && pacs_.take_first(Habit::abort, quirks_.aborts)) abort();
    if (ended_) return tally;
  }
  return tally;
}

template <class Command>
void Session::finish(const Command& command, const Tally& tally, std::uint16_t status) {
  constexpr bool is_move = std::is_same_v<Command, dicom::MoveCommand>;
  auto done = event(is_move ? Kind::move : Kind::get, command.identifier);
  done.status = ended_ ? kNoAnswer : status;
  done.answers = tally.completed + tally.warning;
  pacs_.log().add(done);
  if (ended_) return;
  std::string list;
  for (const auto& uid : tally.failed_uids) list += (list.empty() ? "" : "\\") + uid;
  const dicom::Attributes failed{{tag::kFailedSopInstanceUidList, list}};
  const bool listed = quirks_.failed_list && !list.empty() && status != 0;
  const auto counts = told_counts(tally, quirks_, status != kCancelled);
  tell(command, DimseStatus{status}, counts, listed ? &failed : nullptr);
}

Result<DimseStatus> Session::send_logged(const ObjectPlace& object, const Send& send) {
  auto done = event(Kind::sent);
  done.instance = object.sop_instance;
  const auto answer = send(object);
  done.status = answer ? answer->code : kNoAnswer;
  pacs_.log().add(done);
  return answer;
}

template <class Command>
void Session::retrieve(const Command& command, const std::vector<ObjectPlace>& objects, const Send& send) {
  bool broken = false;
  const Send unless_broken = [&](const ObjectPlace& object) {
    auto answer = broken ? Result<DimseStatus>(Error{ErrorKind::transient, "association lost"}) : send(object);
    broken = broken || (!answer && answer.error().kind == ErrorKind::transient);
    return answer;
  };
  const auto tally = sub_operations(command, objects, [&](const ObjectPlace& object) -> Result<DimseStatus> {
    if (late_.contains(object.sop_instance)) return kSuccess;
    auto answer = send_logged(object, unless_broken);
    if (quirks_.send_twice) (void)send_logged(object, unless_broken);
    return answer;
  });
  const bool cut_short = tally.remaining() > 0;
  finish(command, tally, cut_short ? kCancelled : told_status(tally, quirks_, broken));
}

void Session::serve(const dicom::GetCommand& command) {
  ++operations_;
  pacs_.log().add(event(Kind::asked, command.identifier));
  if (repeated(command, command.identifier, Kind::get)) return;
  const auto resolved = resolve(pacs_.archives(), command.identifier, model_of(command), quirks_);
  if (resolved.fault != 0) return finish(command, Tally{}, resolved.fault);
  if (!quirks_.role_selection) {
    const auto tally = Tally::all_failed(resolved.objects);
    return finish(command, tally, told_status(tally, quirks_, true));
  }
  retrieve(command, resolved.objects, [&](const ObjectPlace& object) -> Result<DimseStatus> {
    const auto context = association_.context_for(object.sop_class, object.transfer_syntax);
    if (context == 0) return kNoSuchContext;
    auto data_set = outgoing(object, quirks_);
    if (!data_set) return data_set.error();
    return association_.send_object(context, SopClassUid(object.sop_class), SopInstanceUid(object.sop_instance),
                                    **data_set);
  });
}

/// The status of a request that is refused as such; 0: it is not.
std::uint16_t Session::move_fault(const dicom::MoveCommand& command, const Resolved& resolved) {
  if (quirks_.move_service == MoveService::unsupported) return kNotSupported;
  if (resolved.fault != 0) return resolved.fault;
  const auto& callers = quirks_.move_callers;
  if (!callers.empty() && !callers.contains(association_.request().calling_ae)) return kUnknownDestination;
  if (!pacs_.destination(command.destination)) return kUnknownDestination;
  return pacs_.take_every(Habit::move_failure, quirks_.move_fails_every) ? kUnableToProcess : 0;
}

/// Moves that end in one way or another with nothing sent.
bool Session::ended_unsent(const dicom::MoveCommand& command, const std::vector<ObjectPlace>& objects) {
  const auto fail_all = [&] {
    const auto tally = Tally::all_failed(objects);
    finish(command, tally, told_status(tally, quirks_, true));
  };
  const bool offline = any_offline(objects, quirks_);
  if (pacs_.take_first(Habit::empty_success, quirks_.empty_successes)) return finish(command, Tally{}, 0), true;
  if (pacs_.take_first(Habit::unreachable_move, quirks_.unreachable_moves)) return fail_all(), true;
  if (pacs_.take_first(Habit::endless_move, quirks_.endless_moves)) return keep_pending(command, objects), true;
  if (pacs_.take_first(Habit::hung_move, quirks_.hung_moves)) return hang(event(Kind::move, command.identifier)), true;
  if (offline && quirks_.offline_move == OfflineMove::a702) return fail_all(), true;
  if (offline) return keep_pending(command, objects), true;
  if (quirks_.never_sends || pacs_.take_drop(command.identifier, quirks_.drop_every)) {
    return finish(command, Tally::all_completed(objects), 0), true;
  }
  if (objects.empty() && !quirks_.open_store_for_nothing) return finish(command, Tally{}, 0), true;
  return false;
}

/// Q39: until the peer has enough of it.
void Session::keep_pending(const dicom::MoveCommand& command, const std::vector<ObjectPlace>& objects) {
  const Tally none{static_cast<int>(objects.size()), 0, 0, 0, {}};
  while (!cancelled(command) && !ended_) {
    tell(command, kPending, told_counts(none, quirks_, false));
    ended_ = ended_ || !pause(quirks_.pending_interval);
  }
  finish(command, none, kCancelled);
}

void Session::serve(const dicom::MoveCommand& command) {
  ++operations_;
  pacs_.log().add(event(Kind::asked, command.identifier));
  if (repeated(command, command.identifier, Kind::move)) return;
  auto resolved = resolve(pacs_.archives(), command.identifier, model_of(command), quirks_);
  if (const auto fault = move_fault(command, resolved); fault != 0) return finish(command, Tally{}, fault);
  if (ended_unsent(command, resolved.objects)) return;
  move_to(command, *pacs_.destination(command.destination), std::move(resolved.objects));
}

void Session::move_to(const dicom::MoveCommand& command, const Destination& destination,
                      std::vector<ObjectPlace> objects) {
  const auto late_count = std::min(objects.size(), static_cast<std::size_t>(std::max(0, quirks_.late_objects)));
  std::vector<ObjectPlace> late(objects.end() - static_cast<std::ptrdiff_t>(late_count), objects.end());
  const auto extra = quirks_.extra_object ? unasked_object(objects, quirks_) : std::nullopt;
  auto offered = objects;
  if (extra) offered.push_back(*extra);
  auto store = open_store(store_peer(pacs_, quirks_, command.destination, destination), offered, quirks_);
  if (!store) {
    const auto tally = Tally::all_failed(objects);
    return finish(command, tally, told_status(tally, quirks_, true));
  }
  const auto origin = told_origin(association_.request().calling_ae, command.message_id, quirks_);
  const Send send = [&](const ObjectPlace& object) { return send_object(*store, object, origin, quirks_); };
  if (extra) (void)send_logged(*extra, send);
  for (const auto& object : late) late_.insert(object.sop_instance);
  retrieve(command, objects, send);
  late_.clear();
  store->association.release();
  if (!late.empty() && !ended_) send_late(command, destination, std::move(late));
}

void Session::send_late(const dicom::MoveCommand& command, const Destination& destination,
                        std::vector<ObjectPlace> late) {
  const auto peer = store_peer(pacs_, quirks_, command.destination, destination);
  const auto origin = told_origin(association_.request().calling_ae, command.message_id, quirks_);
  auto& log = pacs_.log();
  pacs_.run_later([=, &log, quirks = quirks_, late = std::move(late)](std::stop_token stop) {
    std::mutex mutex;
    std::condition_variable_any waiting;
    std::unique_lock lock(mutex);
    waiting.wait_for(lock, stop, quirks.late_by, [] { return false; });
    if (stop.stop_requested()) return;
    auto store = open_store(peer, late, quirks);
    for (const auto& object : late) {
      PacsEvent done;
      done.kind = Kind::sent;
      done.instance = object.sop_instance;
      const auto answer = store ? send_object(*store, object, origin, quirks) : Result<DimseStatus>(store.error());
      done.status = answer ? answer->code : kNoAnswer;
      log.add(done);
    }
    if (store) store->association.release();
  });
}

}  // namespace harvester::simulation
