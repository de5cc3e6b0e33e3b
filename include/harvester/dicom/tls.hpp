#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "harvester/core/clock.hpp"
#include "harvester/core/result.hpp"

/// TLS of associations (PS3.15 B), by the same profiles on either side.
///
/// Where we call: the peer has to show a certificate that the CA file vouches for. Its name is not compared with the
/// host's: archives are often known by address, and DCMTK does not compare either. So the CA file should vouch for the
/// archive's certificate alone.
///
/// Where we are called: with a CA file the peer has to show a certificate that it vouches for, or our own one, by which
/// we call ourselves.
namespace harvester::dicom {

/// Security profiles of PS3.15: B.9 (BCP 195), B.10 (non-downgrading), B.11 (extended). TLS 1.2 or later.
enum class TlsProfile { bcp195_nd, bcp195, bcp195_extended };

struct TlsOptions {
  std::filesystem::path ca_file;                     ///< certificates that the peer's is checked against; PEM
  std::optional<std::filesystem::path> cert_file{};  ///< our own, for peers that ask for one, and its chain; PEM
  std::string key{};                                 ///< its private key itself, PEM without a pass phrase
  TlsProfile profile = TlsProfile::bcp195_nd;
};

/// What all TLS associations with one node share. Thread-safe.
class TlsClient;

/// Reads certificates and key. Fails with `config`: the message names the file and what is wrong with it.
Result<std::shared_ptr<TlsClient>> make_tls_client(const TlsOptions& options);

struct TlsServerOptions {
  std::filesystem::path cert_file;  ///< our certificate, then those between it and its CA; PEM
  std::string key{};                ///< its private key itself, PEM without a pass phrase
  std::optional<std::filesystem::path>
      ca_file{};  ///< callers need a certificate that it vouches for; none: no such need
  TlsProfile profile = TlsProfile::bcp195_nd;
};

/// What all TLS associations that are opened with us share. Sessions are not resumed: each caller is looked at anew.
/// Thread-safe.
class TlsServer;

/// Reads certificates and key. Fails as make_tls_client().
Result<std::shared_ptr<TlsServer>> make_tls_server(const TlsServerOptions& options);

/// When the server's own certificate expires.
[[nodiscard]] Instant valid_until(TlsServer& server);

/// For calls to a server of ours with these options: it has to show exactly its certificate, be that expired or not,
/// and is shown the same where it asks for one. The key is needed only with a CA file. Fails as make_tls_client().
Result<std::shared_ptr<TlsClient>> make_tls_self_client(const TlsServerOptions& options);

/// A profile's name in PS3.15: "B.10 Non-downgrading BCP 195 TLS".
[[nodiscard]] const char* to_string(TlsProfile profile);

/// The cipher suites that it allows with this machine's OpenSSL, best first, by their names in the RFCs.
[[nodiscard]] std::vector<std::string> cipher_suites(TlsProfile profile);

}  // namespace harvester::dicom
