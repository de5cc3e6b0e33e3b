#include "harvester/dicom/tls.hpp"

#include <fmt/format.h>
#include <openssl/pem.h>

#include "tls_connection.hpp"

namespace harvester::dicom {
namespace {

Error wrong(std::string what) { return {ErrorKind::config, std::move(what)}; }

DcmTLSSecurityProfile profile_of(TlsProfile profile) {
  switch (profile) {
    case TlsProfile::bcp195:
      return TSP_Profile_BCP195;
    case TlsProfile::bcp195_extended:
      return TSP_Profile_BCP195_Extended;
    case TlsProfile::bcp195_nd:
      break;
  }
  return TSP_Profile_BCP195_ND;
}

/// A key that is locked by a pass phrase is not asked for on the terminal.
int no_pass_phrase(char*, int, int, void*) { return 0; }

Status use_key(TlsClient& client, const std::string& pem) {
  struct Free {
    void operator()(BIO* bio) const { BIO_free(bio); }
    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  };
  const std::unique_ptr<BIO, Free> bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  const std::unique_ptr<EVP_PKEY, Free> key(PEM_read_bio_PrivateKey(bio.get(), nullptr, no_pass_phrase, nullptr));
  if (!key || SSL_CTX_use_PrivateKey(client.context(), key.get()) != 1)
    return wrong("key: not a private key in PEM without a pass phrase, or of another certificate");
  return ok();
}

Status use_own_certificate(TlsClient& client, const TlsOptions& options) {
  if (!options.cert_file) return ok();
  if (client.layer().setCertificateFile(options.cert_file->c_str(), DCF_Filetype_PEM).bad())
    return wrong(fmt::format("cert_file: {} cannot be read as a certificate in PEM", options.cert_file->string()));
  if (auto used = use_key(client, options.key); !used) return used;
  if (!client.layer().checkPrivateKeyMatchesCertificate())
    return wrong(fmt::format("key: does not belong to {}", options.cert_file->string()));
  client.shows_certificate = true;
  return ok();
}

}  // namespace

Result<std::shared_ptr<TlsClient>> make_tls_client(const TlsOptions& options) {
  auto client = std::make_shared<TlsClient>();
  auto& layer = client->layer();
  if (layer.setTLSProfile(profile_of(options.profile)).bad() || layer.activateCipherSuites().bad())
    return wrong("profile: this machine's OpenSSL does not have what it asks for");
  layer.setCertificateVerification(DCV_requireCertificate);
  if (layer.addTrustedCertificateFile(options.ca_file.c_str(), DCF_Filetype_PEM).bad())
    return wrong(fmt::format("ca_file: {} cannot be read as certificates in PEM", options.ca_file.string()));
  if (auto own = use_own_certificate(*client, options); !own) return own.error();
  return client;
}

}  // namespace harvester::dicom
