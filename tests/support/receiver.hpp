#pragma once

#include <condition_variable>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "harvester/dicom/listener.hpp"

namespace harvester::tests {

/// A store in memory: the destination of moves in tests. Takes everything and answers with a status of choice.
class Receiver {
 public:
  explicit Receiver(dicom::DimseStatus status = {0}) : status_(status) {
    dicom::ListenerOptions options;
    options.bind = "127.0.0.1";
    const auto policy = [](const dicom::AssociationRequest& request) { return dicom::negotiate({}, request); };
    auto opened = dicom::Listener::open(options, policy, [this](auto& association, std::stop_token stop) {
      note([&] { callers_.push_back(association.request().calling_ae); });
      serve(association, stop);
    });
    if (!opened) throw std::runtime_error(opened.error().message);
    listener_ = std::move(*opened);
  }
  ~Receiver() { listener_->stop(std::chrono::milliseconds(0)); }

  [[nodiscard]] int port() const { return listener_->port(); }

  /// Data sets as received, by SOP Instance UID.
  [[nodiscard]] std::map<std::string, std::string> objects() const {
    std::lock_guard lock(mutex_);
    return objects_;
  }
  [[nodiscard]] std::size_t count() const { return objects().size(); }
  /// How often each object came, by SOP Instance UID.
  [[nodiscard]] std::map<std::string, int> times() const {
    std::lock_guard lock(mutex_);
    return times_;
  }
  /// The transfer syntaxes in which objects came.
  [[nodiscard]] std::set<std::string> syntaxes() const {
    std::lock_guard lock(mutex_);
    return syntaxes_;
  }
  /// Calling AE titles of the associations so far.
  [[nodiscard]] std::vector<std::string> callers() const {
    std::lock_guard lock(mutex_);
    return callers_;
  }
  [[nodiscard]] std::string originator() const {
    std::lock_guard lock(mutex_);
    return originator_;
  }

  /// Waits for so many objects; false if they do not come within a generous time.
  bool wait_for(std::size_t count) const {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(30), [&] { return objects_.size() >= count; });
  }

 private:
  struct Sink final : dicom::DatasetSink {
    Status write(std::span<const std::byte> bytes) override {
      data.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
      return ok();
    }
    std::string data;
  };

  template <class Change>
  void note(Change change) {
    std::lock_guard lock(mutex_);
    change();
    changed_.notify_all();
  }

  void serve(dicom::ScpAssociation& association, std::stop_token stop) {
    for (;;) {
      const auto command = association.next_command(std::chrono::seconds(60), stop);
      if (const auto* echo = std::get_if<dicom::EchoCommand>(&command)) (void)association.respond(*echo, {0});
      if (const auto* store = std::get_if<dicom::StoreCommand>(&command)) {
        Sink sink;
        if (!association.receive_dataset(*store, sink)) return;
        note([&] {
          originator_ = store->move_originator_ae;
          ++times_[store->instance];
          syntaxes_.insert(store->transfer_syntax);
          if (status_.success()) objects_[store->instance] = std::move(sink.data);
        });
        if (!association.respond(*store, status_)) return;
      }
      const bool over =
          std::holds_alternative<dicom::Released>(command) || std::holds_alternative<dicom::Ended>(command);
      if (over || stop.stop_requested()) return;
    }
  }

  const dicom::DimseStatus status_;
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  std::map<std::string, std::string> objects_;
  std::map<std::string, int> times_;
  std::set<std::string> syntaxes_;
  std::vector<std::string> callers_;
  std::string originator_;
  std::unique_ptr<dicom::Listener> listener_;
};

}  // namespace harvester::tests
