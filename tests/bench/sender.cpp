#include "sender.hpp"

#include <algorithm>
#include <chrono>
#include <exception>
#include <memory>
#include <stdexcept>
#include <thread>

#include "peers.hpp"
#include "support/pdus.hpp"
#include "support/sockets.hpp"

namespace harvester::bench {
namespace {

namespace pdu = tests::pdu;
using tests::RawClient;

constexpr std::size_t kMostPdu = 131072;

/// The maximum length item (PS3.8 D.1) of an A-ASSOCIATE-AC.
std::size_t max_pdu(const pdu::Bytes& accepted) {
  static constexpr std::uint8_t kItem[] = {0x51, 0, 0, 4};
  const auto at = std::search(accepted.begin(), accepted.end(), std::begin(kItem), std::end(kItem));
  if (accepted.end() - at < 8) return 16384;
  const auto size = std::size_t{at[4]} << 24 | std::size_t{at[5]} << 16 | std::size_t{at[6]} << 8 | at[7];
  return size == 0 ? kMostPdu : std::min(size, kMostPdu);
}

/// One association and the share of objects that goes over it.
class Line {
 public:
  Line(std::vector<Object> objects, const std::string& called, int port) : objects_(std::move(objects)), client_(port) {
    client_.no_delay();
    pdu::Request request;
    request.called = called;
    request.contexts = {pdu::context(1, objects_.front().sop_class, {pdu::kExplicit})};
    client_.send(pdu::associate(request));
    const auto answer = client_.receive_pdu();
    if (answer.empty() || answer[0] != 2) throw std::runtime_error("the association was not accepted");
    max_pdu_ = max_pdu(answer);
  }

  void send_all() {
    for (const auto& object : objects_) send(object);
    client_.send(pdu::release());
    (void)client_.receive_pdu();
  }

 private:
  void send(const Object& object) {
    auto bytes = pdu::data(1, 3, pdu::store_command(object.sop_class, object.instance));
    bytes.reserve(bytes.size() + object.data_set.size() + object.data_set.size() / 1024);
    const auto piece = max_pdu_ - 6;
    for (std::size_t at = 0; at < object.data_set.size(); at += piece) {
      const auto size = std::min(piece, object.data_set.size() - at);
      add_fragment(bytes, object.data_set, at, size, at + size == object.data_set.size());
    }
    if (!client_.send(bytes) || pdu::status_of(client_.receive_pdu()) != 0)
      throw std::runtime_error("an object was not stored");
  }

  static void add_fragment(pdu::Bytes& out, const std::string& from, std::size_t at, std::size_t size, bool last) {
    out.insert(out.end(), {4, 0});
    pdu::big(out, size + 6, 4);
    pdu::big(out, size + 2, 4);
    out.insert(out.end(), {1, static_cast<std::uint8_t>(last ? 2 : 0)});
    const auto begin = from.begin() + static_cast<std::ptrdiff_t>(at);
    out.insert(out.end(), begin, begin + static_cast<std::ptrdiff_t>(size));
  }

  std::vector<Object> objects_;
  RawClient client_;
  std::size_t max_pdu_ = 16384;
};

double seconds_since(std::chrono::steady_clock::time_point begin) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

}  // namespace

double send_fast(const std::vector<Object>& objects, int senders, const std::string& called_ae, int port) {
  const auto begin = std::chrono::steady_clock::now();
  std::vector<std::exception_ptr> failures(static_cast<std::size_t>(senders));
  {
    std::vector<std::jthread> threads;
    for (int n = 0; n < senders; ++n)
      threads.emplace_back([&, n] {
        try {
          Line(share(objects, n, senders), called_ae, port).send_all();
        } catch (...) {
          failures[static_cast<std::size_t>(n)] = std::current_exception();
        }
      });
  }
  for (const auto& failure : failures)
    if (failure) std::rethrow_exception(failure);
  return seconds_since(begin);
}

double send_by_storescu(const std::vector<std::filesystem::path>& folders, const std::string& called_ae, int port) {
  const auto begin = std::chrono::steady_clock::now();
  std::vector<std::unique_ptr<tests::Process>> senders;
  for (const auto& folder : folders)
    senders.push_back(
        std::make_unique<tests::Process>(std::vector<std::string>{"storescu", "-aec", called_ae, "+sd", "127.0.0.1",
                                                                  std::to_string(port), folder.string()},
                                         as_shipped()));
  for (auto& sender : senders)
    if (sender->wait() != 0) throw std::runtime_error("storescu failed: " + sender->output());
  return seconds_since(begin);
}

}  // namespace harvester::bench
