#include "tls_words.hpp"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/x509_vfy.h>

namespace harvester::dicom {
namespace {

/// What is wrong with a certificate, whoever shows it; `vouching`: the key of the file that should vouch for it.
std::string certificate_fault(long verdict, const char* vouching) {
  switch (verdict) {
    case X509_V_ERR_CERT_HAS_EXPIRED:
      return "its certificate has expired: its administrator has to renew it";
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return "its certificate is not valid yet: compare the clocks";
    case X509_V_ERR_CERT_REVOKED:
      return "its certificate has been revoked";
    case X509_V_ERR_CERT_REJECTED:
      return "it shows another certificate than the store's: another program answers there, or new files are not in "
             "use";
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
      return fmt::format("its certificate is signed by nobody whom {} vouches for (unknown CA)", vouching);
    default:
      return fmt::format("its certificate is not good: {}", X509_verify_cert_error_string(verdict));
  }
}

std::string other_trouble(int reason) {
  const auto* words = ERR_reason_error_string(ERR_PACK(ERR_LIB_SSL, 0, reason));
  return fmt::format("the TLS handshake failed: {}", words != nullptr ? words : "no reason given");
}

}  // namespace

std::string words_for_certificate(long verdict) { return certificate_fault(verdict, "remote.tls.ca_file"); }

std::string words_for_alert(int reason, bool shows_certificate) {
  const std::string ask = "it asks for a certificate of ours: give remote.tls.cert_file and key";
  switch (reason) {
    case SSL_R_WRONG_VERSION_NUMBER:
    case SSL_R_HTTP_REQUEST:
      return "it does not speak TLS on that port: remote.port, or remote.tls.enabled: false";
    case SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED:
      return ask;
    case SSL_R_SSLV3_ALERT_BAD_CERTIFICATE:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_EXPIRED:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_REVOKED:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_UNKNOWN:
    case SSL_R_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE:
    case SSL_R_TLSV1_ALERT_UNKNOWN_CA:
      return shows_certificate ? "it does not accept our certificate (remote.tls.cert_file)" : ask;
    case SSL_R_SSLV3_ALERT_HANDSHAKE_FAILURE:
    case SSL_R_TLSV1_ALERT_PROTOCOL_VERSION:
    case SSL_R_TLSV1_ALERT_INSUFFICIENT_SECURITY:
    case SSL_R_UNSUPPORTED_PROTOCOL:
      return "it has no TLS version or cipher in common with the profile (remote.tls.profile), or misses a certificate"
             " of ours";
    default:
      return {};
  }
}

std::string words_for_caller(const TlsStream& stream) {
  switch (stream.reason()) {
    case SSL_R_CERTIFICATE_VERIFY_FAILED:
      return certificate_fault(stream.verdict(), "tls.ca_file");
    case SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE:
      return "it shows no certificate, and tls.ca_file asks for one";
    case SSL_R_WRONG_VERSION_NUMBER:
    case SSL_R_HTTP_REQUEST:
    case SSL_R_HTTPS_PROXY_REQUEST:
      return "it does not speak TLS";
    case SSL_R_UNSUPPORTED_PROTOCOL:
    case SSL_R_VERSION_TOO_LOW:
      return "it speaks no TLS that is new enough: TLS 1.2 is the least";
    case SSL_R_NO_SHARED_CIPHER:
      return "it has no cipher in common with tls.profile";
    case SSL_R_SSLV3_ALERT_BAD_CERTIFICATE:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_EXPIRED:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_REVOKED:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_UNKNOWN:
    case SSL_R_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE:
    case SSL_R_TLSV1_ALERT_UNKNOWN_CA:
      return "it does not accept our certificate (tls.cert_file)";
    case 0:
    case SSL_R_UNEXPECTED_EOF_WHILE_READING:
      return "it broke off the TLS handshake";
    default:
      return other_trouble(stream.reason());
  }
}

}  // namespace harvester::dicom
