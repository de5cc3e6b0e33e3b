#include "store_session.hpp"

#include <fmt/format.h>

#include "harvester/core/log.hpp"
#include "harvester/core/text.hpp"

namespace harvester::receive {

void StoreCounters::echo() {
  const std::lock_guard lock(mutex_);
  ++counted_.echoes;
}

void StoreCounters::stored(std::uint64_t bytes) {
  const std::lock_guard lock(mutex_);
  ++counted_.objects;
  counted_.bytes += bytes;
}

void StoreCounters::refused(dicom::DimseStatus status, const std::string& why) {
  const std::lock_guard lock(mutex_);
  ++counted_.objects_refused[dicom::to_string(status)];
  counted_.last_error = why;
}

void StoreCounters::fault(const std::string& what) {
  const std::lock_guard lock(mutex_);
  counted_.last_error = what;
}

void StoreCounters::add_to(StoreStatus& status) const {
  const std::lock_guard lock(mutex_);
  status.echoes = counted_.echoes;
  status.objects = counted_.objects;
  status.bytes = counted_.bytes;
  status.objects_refused = counted_.objects_refused;
  status.last_error = counted_.last_error;
}

dicom::DimseStatus status_for(const Error& error) {
  switch (error.kind) {
    case ErrorKind::storage:
      return {0xA700};
    case ErrorKind::bad_data:
      return {0xC000};
    case ErrorKind::config:
      return {0xA900};
    default:
      return {0x0110};
  }
}

namespace {

/// An error of kind `config` here means: the identifiers do not match the command.
Error mismatch(const char* what) { return {ErrorKind::config, what}; }

Status check_command(const dicom::StoreCommand& command) {
  if (!dicom::is_uid(command.sop_class)) return mismatch("the command's SOP Class UID is no UID");
  if (!dicom::is_uid(command.instance)) return mismatch("the command's SOP Instance UID is no UID");
  return ok();
}

/// The identifiers in the data set against those of the command: an object that lies about itself is not stored.
Status check_identifiers(const dicom::ScannedObject& object, const dicom::StoreCommand& command) {
  if (object.instance.str() != command.instance) return mismatch("the data set has another SOP Instance UID");
  if (object.sop_class.str() != command.sop_class) return mismatch("the data set has another SOP Class UID");
  if (!object.scanned) return ok();
  if (!dicom::is_uid(object.study.str())) return mismatch("the data set has no Study Instance UID");
  if (!object.series.empty() && !dicom::is_uid(object.series.str()))
    return mismatch("the data set's Series Instance UID is no UID");
  return ok();
}

/// A peer may send any bytes as a title; what is kept and shown of it is text.
std::string readable(const std::string& title) { return escaped_controls(repaired_utf8(title)); }

/// One association being served.
class Session {
 public:
  Session(const StoreContext& context, dicom::ScpAssociation& association)
      : context_(context),
        association_(association),
        calling_ae_(readable(association.request().calling_ae)),
        called_ae_(readable(association.request().called_ae)) {}

  void run(std::stop_token stop) {
    begin_row();
    const auto outcome = converse(stop);
    end_row(outcome);
    room_log("receive")->debug("store {}: association with {} {} after {} objects", context_.options.name, peer(),
                               outcome, objects_);
  }

 private:
  [[nodiscard]] std::string peer() const { return fmt::format("{} ({})", calling_ae_, association_.peer_address()); }

  void begin_row() {
    const database::inbox::NewAssociation row{context_.options.name, calling_ae_, called_ae_,
                                              association_.peer_address(), context_.clock.now()};
    auto added = context_.writer.run(
        [&](database::Connection& connection) { return database::inbox::begin_association(connection, row); });
    if (added)
      row_ = *added;
    else
      report(added.error());
  }

  void end_row(const std::string& outcome) {
    if (!row_) return;
    auto ended = context_.writer.run([&](database::Connection& connection) {
      database::inbox::end_association(connection, *row_, outcome, objects_, context_.clock.now());
    });
    if (!ended) report(ended.error());
  }

  void report(const Error& error) {
    context_.counters.fault(error.message);
    room_log("receive")->error("store {}: {}", context_.options.name, error.message);
  }

  std::string converse(std::stop_token stop) {
    while (!stop.stop_requested()) {
      const auto command = association_.next_command(context_.options.idle_timeout, stop);
      if (std::holds_alternative<dicom::Released>(command)) return "released";
      if (const auto* ended = std::get_if<dicom::Ended>(&command)) return end_of(*ended);
      if (std::holds_alternative<dicom::Idle>(command)) {
        association_.abort();
        return stop.stop_requested() ? "stopped" : "idle";
      }
      if (const auto failed = handle(command); !failed) return "cut";
    }
    association_.abort();
    return "stopped";
  }

  std::string end_of(const dicom::Ended& ended) {
    room_log("receive")->debug("store {}: {}: {}", context_.options.name, peer(), ended.reason);
    return ended.our_abort ? "aborted_by_us" : "aborted";
  }

  Status handle(const dicom::Command& command) {
    if (const auto* echo = std::get_if<dicom::EchoCommand>(&command)) {
      context_.counters.echo();
      return association_.respond(*echo, {0x0000});
    }
    if (const auto* store = std::get_if<dicom::StoreCommand>(&command)) return receive(*store);
    return ok();  // a C-CANCEL with nothing to cancel
  }

  /// Takes an object and answers: success only after it is durable.
  Status receive(const dicom::StoreCommand& command) {
    auto incoming = begin_object(command);
    Refusing nowhere;
    dicom::DatasetSink& sink = incoming ? static_cast<dicom::DatasetSink&>(**incoming) : nowhere;
    auto received = association_.receive_dataset(command, sink);
    if (!received) return received.error();
    if (!incoming) return refuse(command, incoming.error());
    if (received->sink_failure) {
      incoming->reset();  // nothing of it stays when the refusal is told
      return refuse(command, *received->sink_failure);
    }
    const auto bytes = received->bytes;
    if (auto stored = keep(command, std::move(*incoming)); !stored) return refuse(command, stored.error());
    ++objects_;
    context_.counters.stored(bytes);
    return association_.respond(command, {0x0000});
  }

  /// Lets the data set run into nothing, so that the refusal can be answered.
  class Refusing final : public dicom::DatasetSink {
   public:
    Status write(std::span<const std::byte>) override { return Error{ErrorKind::storage, "refused"}; }
  };

  Result<std::unique_ptr<spool::Incoming>> begin_object(const dicom::StoreCommand& command) {
    if (auto checked = check_command(command); !checked) return checked.error();
    return context_.spool.begin({SopClassUid(command.sop_class), SopInstanceUid(command.instance),
                                 TransferSyntaxUid(command.transfer_syntax), association_.request().calling_ae});
  }

  Status keep(const dicom::StoreCommand& command, std::unique_ptr<spool::Incoming> object) {
    if (auto finished = object->finish(); !finished) return finished;
    auto scanned = object->scan();
    if (!scanned) return scanned.error();
    if (auto checked = check_identifiers(*scanned, command); !checked) return checked;
    auto stored = context_.spool.commit(std::move(object), *scanned, arrival(command));
    if (!stored) return stored.error();
    return ok();
  }

  [[nodiscard]] spool::Arrival arrival(const dicom::StoreCommand& command) const {
    spool::Arrival from;
    from.association = row_;
    from.way_in = context_.options.role == StoreRole::harvest ? "harvest" : "native";
    from.calling_ae = calling_ae_;
    from.called_ae = called_ae_;
    from.peer_address = association_.peer_address();
    from.move_originator_ae = readable(command.move_originator_ae);
    if (command.move_originator_id) from.move_originator_id = *command.move_originator_id;
    return from;
  }

  Status refuse(const dicom::StoreCommand& command, const Error& why) {
    const auto status = status_for(why);
    context_.counters.refused(status, why.message);
    room_log("receive")->warn("store {}: refused an object of {} with {}: {}", context_.options.name, peer(),
                              dicom::to_string(status), why.message);
    return association_.respond(command, status, why.message);
  }

  const StoreContext& context_;
  dicom::ScpAssociation& association_;
  const std::string calling_ae_;
  const std::string called_ae_;
  std::optional<database::inbox::AssociationId> row_;
  std::int64_t objects_ = 0;
};

}  // namespace

void serve(const StoreContext& context, dicom::ScpAssociation& association, std::stop_token stop) {
  Session(context, association).run(stop);
}

}  // namespace harvester::receive
