#pragma once

#include <string>

#include "tls_stream.hpp"

/// What went wrong with TLS, in words that go on after the peer's name.
namespace harvester::dicom {

/// Of a peer that we called; `verdict`: X509_V_… of its certificate.
[[nodiscard]] std::string words_for_certificate(long verdict);
/// Of a peer that we called; `reason`: SSL_R_…; empty for one that says nothing to a user.
[[nodiscard]] std::string words_for_alert(int reason, bool shows_certificate);

/// Of a peer that called us, after a handshake that failed.
[[nodiscard]] std::string words_for_caller(const TlsStream& stream);

}  // namespace harvester::dicom
