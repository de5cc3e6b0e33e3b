#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "support/data_sets.hpp"
#include "support/pdus.hpp"
#include "support/sockets.hpp"

namespace harvester::tests {

/// A sender of objects that can stop at any byte: an association of bare PDUs with one context (id 1) for objects and
/// one (id 3) for C-ECHO; with a second class also one (id 5) for its objects.
class StoreClient {
 public:
  struct Offer {
    std::string sop_class = ObjectPlan{}.sop_class;
    std::string transfer_syntax = pdu::kExplicit;
    std::string calling = "TESTER";
    std::string called = "HARVESTER";
    std::string second_class = "";
  };

  explicit StoreClient(int port) : StoreClient(port, Offer{}) {}
  StoreClient(int port, const Offer& offer) : StoreClient(std::make_unique<RawClient>(port), offer) {}
  explicit StoreClient(std::unique_ptr<RawClient> line) : StoreClient(std::move(line), Offer{}) {}
  StoreClient(std::unique_ptr<RawClient> line, const Offer& offer)
      : raw_(std::move(line)), second_class_(offer.second_class) {
    pdu::Request request;
    request.calling = offer.calling;
    request.called = offer.called;
    request.contexts = {pdu::context(1, offer.sop_class, {offer.transfer_syntax}),
                        pdu::context(3, pdu::kVerification, {pdu::kImplicit})};
    if (!second_class_.empty()) request.contexts.push_back(pdu::context(5, second_class_, {offer.transfer_syntax}));
    raw_->send(pdu::associate(request));
    answer_ = raw_->receive_pdu();
  }

  [[nodiscard]] bool accepted() const { return !answer_.empty() && answer_[0] == 2; }
  /// What the association request was answered with.
  [[nodiscard]] const pdu::Bytes& answer() const { return answer_; }
  [[nodiscard]] RawClient& raw() { return *raw_; }

  bool send_command(const std::string& sop_class, const std::string& instance) {
    context_ = !second_class_.empty() && sop_class == second_class_ ? 5 : 1;
    return raw_->send(pdu::data(context_, 3, pdu::store_command(sop_class, instance)));
  }
  /// The data set in fragments; `last` false leaves it unfinished.
  bool send_data(const std::string& bytes, std::size_t fragment = 16000, bool last = true) {
    for (std::size_t at = 0; at == 0 || at < bytes.size(); at += fragment) {
      const auto part = pdu::of(bytes.substr(at, fragment));
      const bool end = last && at + fragment >= bytes.size();
      if (!raw_->send(pdu::data(context_, end ? 2 : 0, part))) return false;
    }
    return true;
  }
  /// The status of the next answer; 0xFFFF if none comes.
  std::uint16_t status() { return pdu::status_of(raw_->receive_pdu()); }

  std::uint16_t store(const std::string& sop_class, const std::string& instance, const std::string& bytes) {
    send_command(sop_class, instance);
    send_data(bytes);
    return status();
  }
  std::uint16_t store(const ObjectPlan& plan) { return store(plan.sop_class, plan.instance, object(plan)); }

  bool echo() {
    raw_->send(pdu::data(3, 3, pdu::echo_command()));
    return status() == 0;
  }
  /// What the first read after a C-ECHO gives.
  pdu::Bytes first_read_of_echo() {
    raw_->send(pdu::data(3, 3, pdu::echo_command()));
    return raw_->receive_once();
  }
  bool release() {
    raw_->send(pdu::release());
    const auto answer = raw_->receive_pdu();
    return !answer.empty() && answer[0] == 6;
  }

 private:
  std::unique_ptr<RawClient> raw_;
  std::string second_class_;
  std::uint8_t context_ = 1;  ///< of the object that is being sent
  pdu::Bytes answer_;
};

}  // namespace harvester::tests
