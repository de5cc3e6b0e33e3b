#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "harvester/core/clock.hpp"
#include "harvester/core/result.hpp"
#include "harvester/database/inbox.hpp"
#include "harvester/database/writer.hpp"
#include "harvester/dicom/tls.hpp"
#include "harvester/receive/accept_rules.hpp"
#include "harvester/spool/spool.hpp"

/// One of our own Store SCPs (PS3.4 Annex B): associations in, objects into the spool.
namespace harvester::receive {

enum class StoreRole { harvest, native };  ///< destination of C-MOVE, or takes pushes: the same code

/// TLS of a store. The files are read anew when they have changed.
struct StoreTls {
  std::filesystem::path cert_file;                  ///< PEM, the certificate first, then its chain
  std::function<Result<std::string>()> key;         ///< reads the private key, PEM
  std::optional<std::filesystem::path> key_file{};  ///< where the key is read from, if that is a file
  std::optional<std::filesystem::path> ca_file{};   ///< callers need a certificate that it vouches for
  dicom::TlsProfile profile = dicom::TlsProfile::bcp195_nd;
};

/// What is read of those files now.
[[nodiscard]] Result<dicom::TlsServerOptions> tls_server_options(const StoreTls& tls);

/// An association that has ended and over which objects came. Titles are UTF-8.
struct Reception {
  database::inbox::AssociationId association{};
  std::string calling_ae{};
  std::string called_ae{};
  std::string peer_address{};
  std::string outcome{};     ///< as in the row: released, aborted …
  std::int64_t objects = 0;  ///< acknowledged with success
  std::int64_t refused = 0;  ///< objects that were refused
  bool asked_for = false;    ///< some were sent as part of a C-MOVE
};

/// Somebody who was not let in.
struct TurnedAway {
  std::string calling_ae{};  ///< empty: TLS failed before any title was told
  std::string peer_address{};
  std::string why{};
};

struct StoreOptions {
  std::string name = "harvest";  ///< friendly name, for rows and logs
  std::string ae_title = "HARVESTER";
  int port = 11112;  ///< 0: a free one
  StoreRole role = StoreRole::harvest;
  std::string bind = "0.0.0.0";
  int max_associations = 32;
  int max_per_peer = 0;  ///< 0: no limit of its own
  AcceptRules accept;
  std::optional<StoreTls> tls{};                         ///< none: plain TCP
  std::chrono::milliseconds request_timeout{10000};      ///< for a whole association request, TLS handshake included
  std::chrono::milliseconds idle_timeout{60000};         ///< between messages
  std::chrono::milliseconds message_timeout{60000};      ///< for one PDU, and for a peer that does not read
  std::chrono::milliseconds progress_window{300000};     ///< over which a message has to bring 1 kB a second
  std::chrono::milliseconds drain_timeout{10000};        ///< for objects that are under way when the store stops
  std::function<void(const Reception&)> on_reception{};  ///< called on the association's thread: has to be quick
  std::function<void(const TurnedAway&)> on_refusal{};   ///< called on the listener's thread: must not wait
};

/// A certificate that holds no longer than this draws warnings.
inline constexpr std::chrono::hours kCertificateEndsSoon{24 * 30};

struct TlsStatus {
  Instant certificate_until{};
  std::uint64_t refused = 0;  ///< connections whose TLS handshake failed
  std::string fault;          ///< why changed files are not in use; empty: they are, or have not changed
};

/// What a store has done; a snapshot.
struct StoreStatus {
  std::string name;
  std::string ae_title;
  int port = 0;
  StoreRole role = StoreRole::harvest;
  bool open = true;  ///< false: it was, and could not be opened again; last_error says why
  Instant since{};
  int open_associations = 0;
  std::uint64_t associations = 0;
  std::uint64_t echoes = 0;
  std::uint64_t objects = 0;  ///< acknowledged with success
  std::uint64_t bytes = 0;    ///< of their data sets
  std::uint64_t associations_refused = 0;
  std::map<std::string, std::uint64_t> objects_refused;  ///< by status: "A700H" → count
  std::optional<TlsStatus> tls;                          ///< none: plain TCP
  std::string last_error;                                ///< the latest refusal or fault; no patient data
};

/// A running store. Thread-safe.
class Store {
 public:
  /// Opens the port. Spool, writer and clock must outlive the store. Fails with `config`, also where TLS files are not
  /// sound; once it is open such files leave those in force that it has.
  static Result<std::unique_ptr<Store>> open(const StoreOptions& options, spool::Spool& spool, database::Writer& writer,
                                             const Clock& clock);
  /// stop().
  ~Store();
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  [[nodiscard]] int port() const;
  [[nodiscard]] StoreStatus status() const;

  /// Closes the port, lets objects that are under way end within drain_timeout, ends all associations.
  void stop();

 private:
  struct State;
  explicit Store(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace harvester::receive
