#include "store_session.hpp"

#include <fmt/format.h>

#include "harvester/core/log.hpp"
#include "harvester/core/text.hpp"
#include "harvester/spool/object.hpp"

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

namespace {

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
    tell_reception(outcome);
    room_log("receive")->debug("store {}: association with {} {} after {} objects", context_.options.name, peer(),
                               outcome, objects_);
  }

 private:
  [[nodiscard]] std::string peer() const { return fmt::format("{} ({})", calling_ae_, association_.peer_address()); }

  void begin_row() {
    const database::inbox::NewAssociation row{context_.options.name, calling_ae_, called_ae_,
                                              association_.peer_address(), context_.clock.now()};
    auto added = context_.writer.run_unflushed(
        [&](database::Connection& connection) { return database::inbox::begin_association(connection, row); });
    if (added)
      row_ = *added;
    else
      report(added.error());
  }

  void end_row(const std::string& outcome) {
    if (!row_) return;
    auto ended = context_.writer.run_unflushed([&](database::Connection& connection) {
      database::inbox::end_association(connection, *row_, outcome, objects_, context_.clock.now());
    });
    if (!ended) report(ended.error());
  }

  void tell_reception(const std::string& outcome) const {
    if (!row_ || objects_ + refused_ == 0 || !context_.options.on_reception) return;
    context_.options.on_reception(
        {*row_, calling_ae_, called_ae_, association_.peer_address(), outcome, objects_, refused_, asked_for_});
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
    asked_for_ = asked_for_ || !command.move_originator_ae.empty();
    const auto from_wire = [&](dicom::DatasetSink& sink) { return association_.receive_dataset(command, sink); };
    auto taken =
        spool::take_object(context_.spool, command, from_wire, arrival(command), association_.request().calling_ae);
    if (!taken) return taken.error();
    if (taken->refusal) {
      note_refusal(*taken);
    } else {
      ++objects_;
      context_.counters.stored(taken->bytes);
    }
    return association_.respond(command, taken->reply.status, taken->reply.comment);
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

  void note_refusal(const spool::Taken& taken) {
    ++refused_;
    context_.counters.refused(taken.reply.status, taken.refusal->message);
    room_log("receive")->warn("store {}: refused an object of {} with {}: {}", context_.options.name, peer(),
                              dicom::to_string(taken.reply.status), taken.refusal->message);
  }

  const StoreContext& context_;
  dicom::ScpAssociation& association_;
  const std::string calling_ae_;
  const std::string called_ae_;
  std::optional<database::inbox::AssociationId> row_;
  std::int64_t objects_ = 0, refused_ = 0;
  bool asked_for_ = false;
};

}  // namespace

void serve(const StoreContext& context, dicom::ScpAssociation& association, std::stop_token stop) {
  Session(context, association).run(stop);
}

}  // namespace harvester::receive
