#pragma once

#include <catch2/catch.hpp>
#include <functional>
#include <memory>

#include "harvester/receive/store.hpp"
#include "support/process.hpp"
#include "support/spool_site.hpp"
#include "support/store_client.hpp"

namespace harvester::tests {

/// A store on a free loopback port, with a data directory of its own.
class StoreSite : public SpoolSite {
 public:
  /// A connection to the store at this port, as peers that mean well make it.
  using Connect = std::function<std::unique_ptr<RawClient>(int port)>;

  explicit StoreSite(receive::StoreOptions options = {}, std::uint64_t minimum_free = 0,
                     spool::FileSystem& files = spool::real_file_system())
      : SpoolSite(files, minimum_free) {
    options.bind = "127.0.0.1";
    options.port = 0;
    auto opened = receive::Store::open(options, spool(), writer(), clock);
    if (!opened) throw std::runtime_error(opened.error().message);
    store_ = std::move(*opened);
  }

  [[nodiscard]] receive::Store& store() { return *store_; }
  [[nodiscard]] int port() const { return store_->port(); }
  [[nodiscard]] std::string port_text() const { return std::to_string(port()); }

  /// How answers() connects; plain TCP if nothing else is said.
  void connect_by(Connect connect) { connect_ = std::move(connect); }
  [[nodiscard]] StoreClient client() const { return StoreClient(connect_(port())); }

  /// Whether a peer of its own gets an answer to C-ECHO. Tried again where time-outs are short: on a busy machine this
  /// peer may be the slow one, and a slot may be free a moment later than its peer has gone.
  [[nodiscard]] bool answers() const {
    return eventually([&] {
      auto peer = client();
      return peer.accepted() && peer.echo() && peer.release();
    });
  }

  /// Waits until no association is open.
  [[nodiscard]] bool is_quiet() const {
    return eventually([&] { return store_->status().open_associations == 0; });
  }

  /// Whether nothing of any object is there: no row, no file.
  [[nodiscard]] bool holds_nothing() const { return rows().empty() && files().empty(); }

 private:
  Connect connect_ = [](int port) { return std::make_unique<RawClient>(port); };
  std::unique_ptr<receive::Store> store_;
};

}  // namespace harvester::tests
