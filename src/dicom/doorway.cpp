#include "doorway.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "harvester/core/log.hpp"
#include "harvester/core/text.hpp"
#include "scp_state.hpp"
#include "tls_words.hpp"

namespace harvester::dicom {
namespace {

constexpr std::size_t kHead = 6;
constexpr std::size_t kMaxRequest = 256 * 1024;
constexpr std::size_t kMaxTls = 2 * kMaxRequest;  ///< of handshake and request together, as they come over the line
constexpr auto kFarewell = std::chrono::milliseconds(1000);
constexpr auto kBackOff = std::chrono::milliseconds(100);

/// The size of the whole PDU, as its head says.
std::size_t announced_size(const std::vector<std::uint8_t>& pdu) {
  return kHead + (std::size_t{pdu[2]} << 24 | std::size_t{pdu[3]} << 16 | std::size_t{pdu[4]} << 8 | pdu[5]);
}

}  // namespace

/// As recv, without waiting.
ssize_t Doorway::Visitor::receive(std::uint8_t* buffer, std::size_t size) {
  wanted = POLLIN;
  return tls ? tls->read(buffer, size, wanted) : ::recv(socket.fd(), buffer, size, MSG_DONTWAIT);
}

/// What the socket takes at once.
void Doorway::Visitor::send(const std::vector<std::uint8_t>& bytes) {
  if (tls)
    (void)tls->write(bytes.data(), bytes.size(), wanted);
  else
    (void)::send(socket.fd(), bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
}

void Doorway::Visitor::end_sending() {
  if (tls) tls->say_end();
  (void)::shutdown(socket.fd(), SHUT_WR);
}

Doorway::Doorway(Socket listening, const ListenerOptions& options, Workers& workers)
    : options_(options),
      workers_(workers),
      listening_(std::move(listening)),
      wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      thread_([this] { run(); }) {}

void Doorway::stop() {
  stopping_ = true;
  const std::uint64_t one = 1;
  (void)!::write(wake_.fd(), &one, sizeof(one));
  if (thread_.joinable()) thread_.join();
}

void Doorway::add_counts(ListenerCounts& counts) const {
  counts.connections = connections_;
  counts.broken_requests = broken_;
  counts.late_requests = late_;
  counts.refused_by_tls = refused_by_tls_;
}

void Doorway::run() {
  std::vector<pollfd> polled;
  while (!stopping_) {
    polled.clear();
    const auto wait = poll_once(polled);
    if (::poll(polled.data(), polled.size(), wait) < 0 && errno != EINTR) back_off(errno);
    auto visitor = visitors_.begin();
    for (std::size_t n = 2; n < polled.size(); ++n) {
      const auto current = visitor++;
      if (polled[n].revents != 0 && hear(*current) == Next::leave) visitors_.erase(current);
    }
    drop_late();
    if (polled[1].revents != 0) accept_all();
  }
  visitors_.clear();
  listening_.close();
}

/// Fills what is polled, in the order wake, port, visitors; returns for how many milliseconds.
int Doorway::poll_once(std::vector<pollfd>& polled) {
  const auto now = std::chrono::steady_clock::now();
  auto next = now + std::chrono::seconds(1);
  const bool resting = accept_again_ > now;
  if (resting) next = std::min(next, accept_again_);
  polled.push_back({wake_.fd(), POLLIN, 0});
  polled.push_back({resting ? -1 : listening_.fd(), POLLIN, 0});
  for (const auto& visitor : visitors_) {
    polled.push_back({visitor.socket.fd(), visitor.wanted, 0});
    next = std::min(next, visitor.until);
  }
  const auto wait = std::chrono::ceil<std::chrono::milliseconds>(next - now).count();
  return static_cast<int>(std::max<std::int64_t>(0, wait));
}

void Doorway::accept_all() {
  for (int n = 0; n < 64; ++n) {
    auto accepted = accept_from(listening_);
    if (!accepted) {
      if (accepted.error().code != EAGAIN && accepted.error().code != ECONNABORTED) back_off(accepted.error().code);
      return;
    }
    let_in(*std::move(accepted));
  }
}

void Doorway::let_in(Accepted accepted) {
  ++connections_;
  make_room();
  const auto until = std::chrono::steady_clock::now() + options_.request_timeout;
  auto& visitor = visitors_.emplace_back(Visitor{std::move(accepted.socket), std::move(accepted.peer_address), until});
  if (options_.tls)
    visitor.tls = std::make_unique<TlsStream>(options_.tls(), visitor.socket.fd(), TlsStream::Side::server, kMaxTls);
  if (hear(visitor) == Next::leave) visitors_.pop_back();  // often the request is there already
}

/// No descriptor or memory left: tried again later, not in a tight loop; told once a minute.
void Doorway::back_off(int code) {
  const auto now = std::chrono::steady_clock::now();
  accept_again_ = now + kBackOff;
  if (now < told_) return;
  told_ = now + std::chrono::minutes(1);
  room_log("dicom")->error("cannot take connections for now: {}", std::strerror(code));
}

void Doorway::drop_late() {
  const auto now = std::chrono::steady_clock::now();
  visitors_.remove_if([&](const Visitor& visitor) {
    if (visitor.until > now) return false;
    if (!visitor.refused) ++late_;
    return true;
  });
}

/// The oldest goes: a flood of silent connections does not keep out one that speaks.
void Doorway::make_room() {
  if (visitors_.size() < static_cast<std::size_t>(std::max(1, options_.max_waiting))) return;
  if (!visitors_.front().refused) ++late_;
  visitors_.pop_front();
}

Doorway::Next Doorway::hear(Visitor& visitor) {
  if (visitor.refused) return drain(visitor);
  if (visitor.tls && !visitor.greeted) return greet(visitor);
  return hear_request(visitor);
}

/// Throws away what one that was refused still sends.
Doorway::Next Doorway::drain(Visitor& visitor) {
  std::array<std::uint8_t, 4096> thrown_away;
  const auto count = ::recv(visitor.socket.fd(), thrown_away.data(), thrown_away.size(), MSG_DONTWAIT);
  if (count > 0) return Next::stay;
  return count < 0 && (errno == EAGAIN || errno == EINTR) ? Next::stay : Next::leave;
}

/// Goes on with the TLS handshake as far as it goes without waiting.
Doorway::Next Doorway::greet(Visitor& visitor) {
  visitor.wanted = POLLIN;
  const auto step = visitor.tls->handshake(visitor.wanted);
  if (step == TlsStream::Step::must_wait) return Next::stay;
  if (step != TlsStream::Step::done) return turn_away_from_tls(visitor);
  visitor.greeted = true;
  return hear_request(visitor);
}

/// Reads what is there, but nothing beyond the request.
Doorway::Next Doorway::hear_request(Visitor& visitor) {
  for (;;) {
    auto& pdu = visitor.pdu;
    const auto wanted = pdu.size() < kHead ? kHead : announced_size(pdu);
    const auto had = pdu.size();
    pdu.resize(std::min(wanted, had + 16384));
    const auto count = visitor.receive(pdu.data() + had, pdu.size() - had);
    const int code = errno;
    pdu.resize(had + static_cast<std::size_t>(std::max<ssize_t>(0, count)));
    if (count < 0 && (code == EAGAIN || code == EINTR)) return Next::stay;
    if (count <= 0) {
      ++broken_;
      return Next::leave;
    }
    if (pdu[0] != 0x01) return turn_away(visitor, "it is no association request");
    if (pdu.size() >= kHead && announced_size(pdu) > kMaxRequest) return turn_away(visitor, "it is too long");
    if (pdu.size() > kHead && pdu.size() == announced_size(pdu)) return whole(visitor);
    if (pdu.size() == kHead && announced_size(pdu) == kHead) return turn_away(visitor, "it is empty");
  }
}

Doorway::Next Doorway::whole(Visitor& visitor) {
  auto request = parse_associate_request(visitor.pdu);
  if (!request) return turn_away(visitor, request.error().message);
  request->peer_address = visitor.peer_address;
  WholeRequest ready{std::move(visitor.socket), std::move(visitor.tls), std::move(*request), std::move(visitor.pdu)};
  if (workers_.take(ready)) return Next::leave;
  visitor.socket = std::move(ready.socket);
  visitor.tls = std::move(ready.tls);
  room_log("dicom")->debug("local limit of associations reached, refused {}", visitor.peer_address);
  return dismiss(visitor, rejection_pdu(kLocalLimitExceeded));
}

/// Sends the last answer and lets the peer read it: closing at once could reset the connection before it has.
Doorway::Next Doorway::dismiss(Visitor& visitor, const std::vector<std::uint8_t>& pdu) {
  if (!pdu.empty()) visitor.send(pdu);
  visitor.end_sending();
  visitor.refused = true;
  visitor.wanted = POLLIN;
  visitor.tls.reset();
  visitor.pdu = {};
  visitor.until = std::chrono::steady_clock::now() + kFarewell;
  return hear(visitor);
}

Doorway::Next Doorway::turn_away(Visitor& visitor, const std::string& why) {
  ++broken_;
  room_log("dicom")->debug("{} sent no usable association request: {}", visitor.peer_address, why);
  return dismiss(visitor, abort_pdu(2, 1));
}

/// What OpenSSL had to say to it (an alert) is sent already.
Doorway::Next Doorway::turn_away_from_tls(Visitor& visitor) {
  if (!visitor.tls->heard()) {
    ++broken_;
    return Next::leave;
  }
  if (options_.on_tls_refusal) options_.on_tls_refusal(visitor.peer_address, words_for_caller(*visitor.tls));
  ++refused_by_tls_;  // who sees the count finds the reason told
  return dismiss(visitor, {});
}

}  // namespace harvester::dicom
