#pragma once

#include <catch2/catch.hpp>
#include <functional>
#include <memory>
#include <utility>

#include "harvester/dicom/listener.hpp"
#include "harvester/dicom/scu.hpp"
#include "harvester/dicom/toolkit.hpp"

namespace harvester::tests {

/// A peer that answers as a test tells it to.
class ScriptedScp {
 public:
  /// What it does with each request that needs an answer; false ends the association.
  using Answer = std::function<bool(dicom::ScpAssociation&, const dicom::Command&)>;

  explicit ScriptedScp(Answer answer, dicom::NegotiationPolicy policy = everything()) {
    REQUIRE(dicom::start_toolkit());
    dicom::ListenerOptions options;
    options.bind = "127.0.0.1";
    auto opened = dicom::Listener::open(
        options, std::move(policy),
        [answer = std::move(answer)](auto& association, std::stop_token stop) { serve(answer, association, stop); });
    REQUIRE(opened);
    listener_ = std::move(*opened);
  }

  static dicom::NegotiationPolicy everything() {
    return [](const dicom::AssociationRequest& request) {
      return dicom::negotiate({.storage = true, .query_retrieve = true}, request);
    };
  }

  [[nodiscard]] dicom::Peer peer() const {
    return {"127.0.0.1", listener_->port(), AeTitle::of("SCRIPTED"), AeTitle::of("TESTER")};
  }

  [[nodiscard]] Result<dicom::ScuAssociation> open(const std::vector<dicom::Proposal>& proposals) const {
    dicom::ScuOptions options;
    options.acse_timeout = options.dimse_timeout = std::chrono::seconds(20);
    return dicom::ScuAssociation::open(peer(), options, proposals);
  }

 private:
  static void serve(const Answer& answer, dicom::ScpAssociation& association, std::stop_token stop) {
    for (;;) {
      const auto command = association.next_command(std::chrono::seconds(60), stop);
      if (std::holds_alternative<dicom::Released>(command) || std::holds_alternative<dicom::Ended>(command)) return;
      if (stop.stop_requested()) return;
      if (!std::holds_alternative<dicom::Idle>(command) && !answer(association, command)) return;
    }
  }

  std::unique_ptr<dicom::Listener> listener_;
};

}  // namespace harvester::tests
