#pragma once

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmnet/dcmlayer.h>
#include <dcmtk/dcmnet/dcmtrans.h>

#include <array>
#include <chrono>
#include <functional>
#include <optional>
#include <stop_token>
#include <vector>

#include "harvester/dicom/transport.hpp"

namespace harvester::dicom {

using SteadyTime = std::chrono::steady_clock::time_point;

/// The bytes of an A-ABORT PDU (PS3.8 9.3.8).
[[nodiscard]] std::vector<std::uint8_t> abort_pdu(std::uint8_t source, std::uint8_t reason);

/// Follows the bytes of a connection from PDU to PDU (PS3.8 9.3.1): a type, a reserved byte, four bytes of length.
class PduMeter {
 public:
  /// Takes the next bytes, in order.
  void consumed(const std::uint8_t* bytes, std::size_t count);
  /// Whether a PDU has begun and is not at its end.
  [[nodiscard]] bool inside() const { return head_ > 0 || body_ > 0; }
  /// The length that the last head gave.
  [[nodiscard]] std::uint32_t length() const { return length_; }

 private:
  std::size_t head_ = 0;  ///< bytes of the head that have come; 0 once it is whole
  std::uint32_t length_ = 0;
  std::uint64_t body_ = 0;  ///< bytes of the body still to come
};

/// A connection whose every wait is bounded (see TransportOptions). Belongs to one thread, except interrupt().
class Connection : public DcmTCPConnection {
 public:
  /// Takes the socket. `received` are bytes that were read from it before.
  Connection(DcmNativeSocketType socket, const TransportOptions& options, std::vector<std::uint8_t> received);
  ~Connection() override;

  ssize_t read(void* buffer, size_t size) override;
  ssize_t write(void* buffer, size_t size) override;
  OFBool networkDataAvailable(int timeout_seconds) override;
  /// No: bytes may wait in our own buffer, where no poll of the socket sees them.
  OFBool isTransparentConnection() override { return OFFalse; }

  enum class Waited { data, nothing, interrupted };
  /// Waits for a byte to read. An end of the connection counts as data.
  Waited wait(SteadyTime until);

  /// `came` is called after each read that brought bytes, until it is replaced; may be empty.
  void on_bytes(std::function<void()> came) { on_bytes_ = std::move(came); }

  /// Ends the wait() that is going on or comes next; from any thread.
  void interrupt();

  /// Sends these bytes if the socket takes them at once; with a `linger` says then that nothing more comes, and reads
  /// what the peer still sends for up to that time, so that it is not reset before it has read them.
  void last_words(const std::vector<std::uint8_t>& bytes, std::chrono::milliseconds linger);

 protected:
  /// One try to receive or to send, without waiting: as recv and send do, EAGAIN with `wanted` set to what must be
  /// waited for.
  virtual ssize_t take(void* buffer, std::size_t size, short& wanted);
  virtual ssize_t give(const void* buffer, std::size_t size, short& wanted);
  /// Says that nothing more comes.
  virtual void end_sending();
  /// Whether something to read is held where no poll of the socket sees it.
  virtual bool holds_some() { return false; }
  /// Whether a readable socket means data of the peer; what was read to find out goes to keep().
  virtual bool means_data() { return true; }

  void keep(std::vector<std::uint8_t> bytes) {
    ahead_ = std::move(bytes);
    ahead_begin_ = 0;
  }
  bool wait_for(short events, SteadyTime until);
  [[nodiscard]] const TransportOptions& options() const { return options_; }

 private:
  ssize_t receive(void* buffer, std::size_t size);
  ssize_t from_buffer(void* buffer, std::size_t size);
  void drain_wake();
  [[nodiscard]] SteadyTime read_deadline();

  TransportOptions options_;
  std::vector<std::uint8_t> ahead_;  ///< read from the socket, not yet asked for
  std::size_t ahead_begin_ = 0;
  PduMeter meter_;
  std::function<void()> on_bytes_;
  std::optional<SteadyTime> pdu_deadline_;
  int wake_fd_ = -1;
  bool woken_ = false;
  using Callback = std::stop_callback<std::function<void()>>;
  std::optional<Callback> on_wake_;
  std::optional<Callback> on_abort_;
};

}  // namespace harvester::dicom
