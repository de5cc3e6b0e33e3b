#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "harvester/core/result.hpp"

/// TLS of associations that we open (PS3.15 B): the peer has to show a certificate that the CA file vouches for. Its
/// name is not compared with the host's: archives are often known by address, and DCMTK does not compare either. So
/// the CA file should vouch for the archive's certificate alone.
namespace harvester::dicom {

/// Security profiles of PS3.15: B.9 (BCP 195), B.10 (non-downgrading), B.11 (extended). TLS 1.2 or later.
enum class TlsProfile { bcp195_nd, bcp195, bcp195_extended };

struct TlsOptions {
  std::filesystem::path ca_file;                     ///< certificates that the peer's is checked against; PEM
  std::optional<std::filesystem::path> cert_file{};  ///< our own, for peers that ask for one; PEM
  std::string key{};                                 ///< its private key itself, PEM without a pass phrase
  TlsProfile profile = TlsProfile::bcp195_nd;
};

/// What all TLS associations with one node share. Thread-safe.
class TlsClient;

/// Reads certificates and key. Fails with `config`: the message names the file and what is wrong with it.
Result<std::shared_ptr<TlsClient>> make_tls_client(const TlsOptions& options);

}  // namespace harvester::dicom
