#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <stop_token>

class DcmTransportLayer;

namespace harvester::dicom {

/// Bytes that went over connections, both roles; written by their threads, read by any.
struct TransferCounters {
  std::atomic<std::uint64_t> received{0};
  std::atomic<std::uint64_t> sent{0};
};

/// The slowest line that a message may come over: what brings less within a window is a peer that only holds its place.
/// Lines of 64 kbit/s bring eight times as much.
struct SlowestLine {
  std::uint64_t bytes_per_second = 1000;
  std::chrono::milliseconds window{300000};
};

/// How a connection waits. Every wait ends: none relies on the peer.
struct TransportOptions {
  std::chrono::milliseconds pdu_timeout{60000};    ///< for the rest of a PDU once its first byte came, drips included
  std::chrono::milliseconds write_timeout{60000};  ///< for a peer that does not read
  SlowestLine slowest{};                           ///< of messages of more than one PDU
  std::size_t max_pdu_bytes = 1 << 20;             ///< a longer PDU ends the connection before anything is allocated
  std::stop_token wake;   ///< ends the wait for data that is going on, once; the association stays usable
  std::stop_token abort;  ///< ends every reading and writing, from then on
  std::shared_ptr<TransferCounters> counters;
};

/// A transport layer for ASC_setTransportLayer(network, layer.get(), OFFalse): connections of it send without Nagle's
/// delay, re-arm the quick acknowledgement after every read, and honour time-outs and stop requests. It must outlive
/// the network. One thread at a time; the tokens may be stopped from any.
[[nodiscard]] std::shared_ptr<DcmTransportLayer> make_transport_layer(const TransportOptions& options);

}  // namespace harvester::dicom
