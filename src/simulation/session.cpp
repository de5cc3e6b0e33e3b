#include "session.hpp"

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>

#include <algorithm>
#include <condition_variable>

#include "harvester/core/log.hpp"
#include "parsing.hpp"
#include "sender.hpp"

namespace harvester::simulation {
namespace {

namespace tag = dicom::tag;
using dicom::DimseStatus;
using Kind = PacsEvent::Kind;

constexpr DimseStatus kSuccess{0x0000};
constexpr DimseStatus kPending{0xFF00};
constexpr std::uint16_t kCancelled = 0xFE00;
constexpr std::uint16_t kUnknownDestination = 0xA801;
constexpr std::uint16_t kNoAnswer = 0xFFFF;

bool is_patient_root(const std::string& sop_class) { return sop_class.starts_with("1.2.840.10008.5.1.4.1.2.1."); }

/// An arriving object, in memory.
class MemorySink final : public dicom::DatasetSink {
 public:
  Status write(std::span<const std::byte> bytes) override {
    data.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    return ok();
  }
  std::string data;
};

}  // namespace

bool is_relational(const dicom::AssociationRequest& request, const std::string& sop_class) {
  const auto wanted = request.extended.find(sop_class);
  const bool query_retrieve = sop_class.starts_with("1.2.840.10008.5.1.4.1.2.");
  return query_retrieve && wanted != request.extended.end() && !wanted->second.empty() && wanted->second[0] == 1;
}

Session::Session(PacsState& pacs, dicom::ScpAssociation& association, std::stop_token stop)
    : pacs_(pacs), association_(association), stop_(std::move(stop)), quirks_(pacs.quirks()) {}

PacsEvent Session::event(Kind kind, const dicom::Attributes& keys) const {
  PacsEvent made;
  made.kind = kind;
  made.level = keys.text(tag::kQueryRetrieveLevel);
  made.calling_ae = association_.request().calling_ae;
  made.keys = keys;
  return made;
}

void Session::run() {
  pacs_.log().add(event(Kind::association));
  while (!ended_ && !stop_.stop_requested()) {
    const auto command = association_.next_command(std::chrono::seconds(60), stop_);
    quirks_ = pacs_.quirks();
    std::visit([this](const auto& request) { serve(request); }, command);
    if (!ended_ && quirks_.operations_per_association > 0 && operations_ >= quirks_.operations_per_association) {
      association_.cut();
      ended_ = true;
    }
  }
}

bool Session::pause(std::chrono::milliseconds time) const {
  if (time.count() == 0) return !stop_.stop_requested();
  std::mutex mutex;
  std::condition_variable_any waiting;
  std::unique_lock lock(mutex);
  waiting.wait_for(lock, stop_, time, [] { return false; });
  return !stop_.stop_requested();
}

void Session::abort() {
  association_.abort();
  pacs_.log().add(event(Kind::abort));
  ended_ = true;
}

void Session::serve(const dicom::EchoCommand& command) {
  pacs_.log().add(event(Kind::echo));
  ended_ = !association_.respond(command, kSuccess);
}

void Session::serve(const dicom::CancelCommand&) { pacs_.log().add(event(Kind::cancel)); }

void Session::serve(const dicom::StoreCommand& command) {
  MemorySink sink;
  const auto reception = association_.receive_dataset(command, sink);
  if (!reception) return void(ended_ = true);
  const auto stored = pacs_.inbox().store({SopClassUid(command.sop_class), SopInstanceUid(command.instance),
                                           TransferSyntaxUid(command.transfer_syntax), std::move(sink.data)});
  auto done = event(Kind::received);
  done.instance = command.instance;
  done.status = stored ? 0x0000 : 0xC000;
  pacs_.log().add(done);
  ended_ = !association_.respond(command, DimseStatus{done.status});
}

bool Session::send_answer(const dicom::FindCommand& command, const Answer& answer, int& answers,
                          std::uint16_t& status) {
  const auto cancelled = association_.cancel_requested(command);
  if (!cancelled || !pause(quirks_.answer_delay)) return !(ended_ = true);
  if (*cancelled) {
    status = kCancelled;
    return false;
  }
  const bool asked = command.identifier.has(tag::kSpecificCharacterSet);
  const auto data_set = answer_data_set(answer, quirks_, asked);
  if (!association_.respond_raw(command, kPending, *data_set)) return !(ended_ = true);
  ++answers;
  if (quirks_.abort_after_answers > 0 && answers >= quirks_.abort_after_answers && pacs_.take_abort()) abort();
  return !ended_;
}

void Session::serve(const dicom::FindCommand& command) {
  ++operations_;
  auto done = event(Kind::find, command.identifier);
  std::uint16_t cancelled = 0;
  const bool relational = quirks_.relational && is_relational(association_.request(), command.sop_class);
  Finder finder(pacs_.archives(), quirks_, command.identifier, is_patient_root(command.sop_class) && !relational);
  const auto status =
      finder.run([&](const Answer& answer) { return send_answer(command, answer, done.answers, cancelled); });
  done.status = ended_ ? kNoAnswer : cancelled != 0 ? cancelled : status;
  pacs_.log().add(done);
  if (!ended_) ended_ = !association_.respond(command, DimseStatus{done.status});
}

template <class Command>
Tally Session::sub_operations(const Command& command, const std::vector<ObjectPlace>& objects, const Send& send) {
  Tally tally{static_cast<int>(objects.size()), 0, 0, 0, {}};
  int number = 0;
  for (const auto& object : objects) {
    const auto cancelled = association_.cancel_requested(command);
    if (!cancelled || *cancelled || !pause(quirks_.store_delay)) {
      ended_ = !cancelled || stop_.stop_requested();
      return tally;
    }
    if (quirks_.fail_every > 0 && ++number % quirks_.fail_every == 0) {
      tally.fail(object.sop_instance);
    } else {
      const auto answer = send(object);
      answer ? tally.add(*answer, object.sop_instance) : tally.fail(object.sop_instance);
    }
    const bool last = tally.remaining() == 0;
    if (!last && !association_.respond(command, kPending, told_counts(tally, quirks_, false))) ended_ = true;
    const int done = tally.total - tally.remaining();
    if (quirks_.abort_after_stores > 0 && done >= quirks_.abort_after_stores && pacs_.take_abort()) abort();
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
  auto counts = told_counts(tally, quirks_, true);
  if (status == kCancelled) counts = told_counts(tally, quirks_, false);
  ended_ = !association_.respond(command, DimseStatus{status}, counts, listed ? &failed : nullptr);
}

template <class Command>
void Session::retrieve(const Command& command, const std::vector<ObjectPlace>& objects, const Send& send) {
  bool broken = false;
  const auto tally = sub_operations(command, objects, [&](const ObjectPlace& object) -> Result<DimseStatus> {
    if (late_.contains(object.sop_instance)) return kSuccess;
    auto done = event(Kind::sent);
    done.instance = object.sop_instance;
    done.status = kNoAnswer;
    auto answer = broken ? Result<DimseStatus>(Error{ErrorKind::transient, "association lost"}) : send(object);
    if (answer) done.status = answer->code;
    broken = broken || (!answer && answer.error().kind == ErrorKind::transient);
    pacs_.log().add(done);
    return answer;
  });
  const bool cut_short = tally.remaining() > 0;
  finish(command, tally, cut_short ? kCancelled : told_status(tally, quirks_, broken));
}

void Session::serve(const dicom::GetCommand& command) {
  ++operations_;
  const auto found = resolved(command, command.identifier);
  if (found.fault != 0) return finish(command, Tally{}, found.fault);
  retrieve(command, found.objects, [&](const ObjectPlace& object) -> Result<DimseStatus> {
    const auto context = association_.context_for(object.sop_class, object.transfer_syntax);
    if (context == 0) return DimseStatus{0xA900};
    auto data_set = parsed(object.load());
    if (!data_set) return data_set.error();
    return association_.send_object(context, SopClassUid(object.sop_class), SopInstanceUid(object.sop_instance),
                                    **data_set);
  });
}

/// Q28.
Resolved Session::resolved(const dicom::CommandHead& command, const dicom::Attributes& identifier) const {
  auto found = resolve(pacs_.archives(), identifier, is_patient_root(command.sop_class));
  const bool list = identifier.values(tag::kSopInstanceUid).size() > 1;
  if (list && quirks_.uid_list == UidList::refused) return {0xA900, {}};
  if (list && quirks_.uid_list == UidList::first_only && found.objects.size() > 1)
    found.objects.erase(found.objects.begin() + 1, found.objects.end());
  return found;
}

bool Session::refused_move(const dicom::MoveCommand& command, const std::vector<ObjectPlace>& objects,
                           std::uint16_t fault) {
  const bool known_caller =
      quirks_.move_callers.empty() || quirks_.move_callers.contains(association_.request().calling_ae);
  if (fault == 0 && (!known_caller || !pacs_.destination(command.destination))) fault = kUnknownDestination;
  Tally none;
  if (fault != 0) return finish(command, none, fault), true;
  if (pacs_.take_empty_success()) return finish(command, none, 0), true;
  if (objects.empty() && !quirks_.open_store_for_nothing) return finish(command, none, 0), true;
  return false;
}

void Session::serve(const dicom::MoveCommand& command) {
  ++operations_;
  auto found = resolved(command, command.identifier);
  if (refused_move(command, found.objects, found.fault)) return;
  move_to(command, *pacs_.destination(command.destination), std::move(found.objects));
}

namespace {

dicom::Peer store_peer(const PacsState& pacs, const Quirks& quirks, const std::string& title,
                       const Destination& destination) {
  const auto& other = quirks.store_calling_ae;
  return {destination.host, destination.port, AeTitle::of(title), other.empty() ? pacs.ae_title() : AeTitle::of(other)};
}

}  // namespace

void Session::move_to(const dicom::MoveCommand& command, const Destination& destination,
                      std::vector<ObjectPlace> objects) {
  const auto late_count = std::min(objects.size(), static_cast<std::size_t>(std::max(0, quirks_.late_objects)));
  std::vector<ObjectPlace> late(objects.end() - static_cast<std::ptrdiff_t>(late_count), objects.end());
  auto store = open_store(store_peer(pacs_, quirks_, command.destination, destination), objects);
  if (!store) {
    Tally tally{static_cast<int>(objects.size()), 0, 0, 0, {}};
    for (const auto& object : objects) tally.fail(object.sop_instance);
    return finish(command, tally, told_status(tally, quirks_, true));
  }
  const MoveOrigin origin{association_.request().calling_ae, command.message_id};
  for (const auto& object : late) late_.insert(object.sop_instance);
  retrieve(command, objects, [&](const ObjectPlace& object) { return send_object(*store, object, origin); });
  late_.clear();
  store->release();
  if (!late.empty() && !ended_) send_later(command, destination, std::move(late));
}

void Session::send_later(const dicom::MoveCommand& command, const Destination& destination,
                         std::vector<ObjectPlace> late) {
  const auto peer = store_peer(pacs_, quirks_, command.destination, destination);
  const MoveOrigin origin{association_.request().calling_ae, command.message_id};
  const auto by = quirks_.late_by;
  auto& log = pacs_.log();
  pacs_.run_later([=, &log, late = std::move(late)](std::stop_token stop) {
    std::mutex mutex;
    std::condition_variable_any waiting;
    std::unique_lock lock(mutex);
    waiting.wait_for(lock, stop, by, [] { return false; });
    if (stop.stop_requested()) return;
    auto store = open_store(peer, late);
    for (const auto& object : late) {
      PacsEvent done;
      done.kind = Kind::sent;
      done.instance = object.sop_instance;
      const auto answer = store ? send_object(*store, object, origin) : Result<DimseStatus>(store.error());
      done.status = answer ? answer->code : kNoAnswer;
      log.add(done);
    }
    if (store) store->release();
  });
}

}  // namespace harvester::simulation
