#pragma once

#include <functional>
#include <mutex>
#include <stdexcept>
#include <vector>

#include "harvester/dicom/listener.hpp"

namespace harvester::tests {

/// A node in this process that answers C-FIND as the test says, and tells what it was asked and how it went.
class FindAnswers {
 public:
  struct Reply {
    std::vector<dicom::Attributes> answers;
    std::uint16_t status = 0;
  };
  struct Asked {
    dicom::Attributes keys;
    std::size_t sent = 0;  ///< answers
    bool cancelled = false;
  };
  using Answer = std::function<Reply(const dicom::Attributes& keys)>;

  explicit FindAnswers(Answer answer) : answer_(std::move(answer)) {
    dicom::ListenerOptions options;
    options.bind = "127.0.0.1";
    const auto policy = [](const dicom::AssociationRequest& request) {
      return dicom::negotiate({.query_retrieve = true}, request);
    };
    auto opened = dicom::Listener::open(
        options, policy, [this](auto& association, std::stop_token stop) { serve(association, std::move(stop)); });
    if (!opened) throw std::runtime_error(opened.error().message);
    listener_ = std::move(*opened);
  }
  ~FindAnswers() { listener_->stop(std::chrono::milliseconds(0)); }

  [[nodiscard]] int port() const { return listener_->port(); }

  [[nodiscard]] std::vector<Asked> asked() const {
    std::lock_guard lock(mutex_);
    return asked_;
  }

 private:
  void serve(dicom::ScpAssociation& association, std::stop_token stop) {
    while (!stop.stop_requested()) {
      const auto command = association.next_command(std::chrono::seconds(60), stop);
      if (const auto* find = std::get_if<dicom::FindCommand>(&command))
        if (!reply(association, *find)) return;
      if (std::holds_alternative<dicom::Released>(command) || std::holds_alternative<dicom::Ended>(command)) return;
    }
  }

  /// A cancel is heard before each answer, and before the end.
  bool reply(dicom::ScpAssociation& association, const dicom::FindCommand& command) {
    const auto reply = answer_(command.identifier);
    Asked done{command.identifier};
    for (const auto& each : reply.answers) {
      const auto cancelled = association.cancel_requested(command);
      if (!cancelled) return false;
      done.cancelled = *cancelled;
      if (done.cancelled) break;
      if (!association.respond(command, {0xFF00}, &each)) return false;
      ++done.sent;
    }
    {
      std::lock_guard lock(mutex_);
      asked_.push_back(done);
    }
    return static_cast<bool>(association.respond(command, {done.cancelled ? std::uint16_t{0xFE00} : reply.status}));
  }

  const Answer answer_;
  mutable std::mutex mutex_;
  std::vector<Asked> asked_;
  std::unique_ptr<dicom::Listener> listener_;
};

}  // namespace harvester::tests
