#include "harvester/dicom/tls.hpp"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#include <ctime>

#include "tls_context.hpp"

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

Status use_profile(TlsContext& context, TlsProfile profile) {
  auto& layer = context.layer();
  if (layer.setTLSProfile(profile_of(profile)).bad() || layer.activateCipherSuites().bad() ||
      SSL_CTX_set_min_proto_version(context.native(), TLS1_2_VERSION) != 1)
    return wrong("profile: this machine's OpenSSL does not have what it asks for");
  SSL_CTX_set_default_passwd_cb(context.native(), no_pass_phrase);
  return ok();
}

Status use_key(TlsContext& context, const std::string& pem) {
  struct Free {
    void operator()(BIO* bio) const { BIO_free(bio); }
    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  };
  const std::unique_ptr<BIO, Free> bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  const std::unique_ptr<EVP_PKEY, Free> key(PEM_read_bio_PrivateKey(bio.get(), nullptr, no_pass_phrase, nullptr));
  if (!key || SSL_CTX_use_PrivateKey(context.native(), key.get()) != 1)
    return wrong("key: not a private key in PEM without a pass phrase, or of another certificate");
  return ok();
}

Status use_own_certificate(TlsContext& context, const std::filesystem::path& file, const std::string& key) {
  ERR_clear_error();
  if (SSL_CTX_use_certificate_chain_file(context.native(), file.c_str()) != 1) {
    if (ERR_GET_REASON(ERR_peek_last_error()) == SSL_R_EE_KEY_TOO_SMALL)
      return wrong(fmt::format("cert_file: the key of {} is too short: 2048 bits are the least", file.string()));
    return wrong(fmt::format("cert_file: {} cannot be read as a certificate in PEM", file.string()));
  }
  if (auto used = use_key(context, key); !used) return used;
  if (!context.layer().checkPrivateKeyMatchesCertificate())
    return wrong(fmt::format("key: does not belong to {}", file.string()));
  return ok();
}

Status trust(TlsContext& context, const std::filesystem::path& ca_file) {
  context.layer().setCertificateVerification(DCV_requireCertificate);
  if (context.layer().addTrustedCertificateFile(ca_file.c_str(), DCF_Filetype_PEM).bad())
    return wrong(fmt::format("ca_file: {} cannot be read as certificates in PEM", ca_file.string()));
  return ok();
}

/// Whoever shows our own certificate has its key and is us: whether it has expired, or is meant for clients, is then no
/// question. A server calls itself so, to see whether it answers.
int vouched_for_or_ours(X509_STORE_CTX* found, void* context) {
  const auto* own = SSL_CTX_get0_certificate(static_cast<SSL_CTX*>(context));
  if (X509_cmp(X509_STORE_CTX_get0_cert(found), own) == 0) return 1;
  return X509_verify_cert(found);
}

int only_this(X509_STORE_CTX* found, void* only) {
  if (X509_cmp(X509_STORE_CTX_get0_cert(found), static_cast<const X509*>(only)) == 0) return 1;
  X509_STORE_CTX_set_error(found, X509_V_ERR_CERT_REJECTED);
  return 0;
}

/// Callers have to show a certificate; they are told by whom it may be signed.
Status ask_for_certificates(TlsServer& server, const std::filesystem::path& ca_file) {
  if (auto trusted = trust(server, ca_file); !trusted) return trusted;
  SSL_CTX_set_client_CA_list(server.native(), SSL_load_client_CA_file(ca_file.c_str()));
  SSL_CTX_set_cert_verify_callback(server.native(), vouched_for_or_ours, server.native());
  return ok();
}

void forbid_what_tires(SSL_CTX* context) {
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_TICKET | SSL_OP_CIPHER_SERVER_PREFERENCE);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_num_tickets(context, 0);
  SSL_CTX_set_dh_auto(context, 1);
}

X509Ptr certificate_in(const std::filesystem::path& file) {
  struct Free {
    void operator()(BIO* bio) const { BIO_free(bio); }
  };
  const std::unique_ptr<BIO, Free> bio(BIO_new_file(file.c_str(), "r"));
  return X509Ptr(bio ? PEM_read_bio_X509(bio.get(), nullptr, no_pass_phrase, nullptr) : nullptr);
}

}  // namespace

Result<std::shared_ptr<TlsClient>> make_tls_client(const TlsOptions& options) {
  auto client = std::make_shared<TlsClient>();
  if (auto used = use_profile(*client, options.profile); !used) return used.error();
  if (auto trusted = trust(*client, options.ca_file); !trusted) return trusted.error();
  if (!options.cert_file) return client;
  if (auto own = use_own_certificate(*client, *options.cert_file, options.key); !own) return own.error();
  client->shows_certificate = true;
  return client;
}

Result<std::shared_ptr<TlsServer>> make_tls_server(const TlsServerOptions& options) {
  auto server = std::make_shared<TlsServer>();
  if (auto used = use_profile(*server, options.profile); !used) return used.error();
  if (auto own = use_own_certificate(*server, options.cert_file, options.key); !own) return own.error();
  server->layer().setCertificateVerification(DCV_ignoreCertificate);
  if (options.ca_file)
    if (auto asked = ask_for_certificates(*server, *options.ca_file); !asked) return asked.error();
  forbid_what_tires(server->native());
  return server;
}

Instant valid_until(TlsServer& server) {
  std::tm broken_down{};
  if (ASN1_TIME_to_tm(X509_get0_notAfter(SSL_CTX_get0_certificate(server.native())), &broken_down) != 1) return {};
  return std::chrono::time_point_cast<std::chrono::milliseconds>(
      std::chrono::system_clock::from_time_t(::timegm(&broken_down)));
}

Result<std::shared_ptr<TlsClient>> make_tls_self_client(const TlsServerOptions& options) {
  auto client = std::make_shared<TlsClient>();
  if (auto used = use_profile(*client, options.profile); !used) return used.error();
  client->only = certificate_in(options.cert_file);
  if (!client->only)
    return wrong(fmt::format("cert_file: {} cannot be read as a certificate in PEM", options.cert_file.string()));
  client->layer().setCertificateVerification(DCV_requireCertificate);
  SSL_CTX_set_cert_verify_callback(client->native(), only_this, client->only.get());
  if (!options.ca_file) return client;
  if (auto own = use_own_certificate(*client, options.cert_file, options.key); !own) return own.error();
  client->shows_certificate = true;
  return client;
}

const char* to_string(TlsProfile profile) {
  switch (profile) {
    case TlsProfile::bcp195:
      return "B.9 BCP 195 TLS";
    case TlsProfile::bcp195_extended:
      return "B.11 Extended BCP 195 TLS";
    case TlsProfile::bcp195_nd:
      break;
  }
  return "B.10 Non-downgrading BCP 195 TLS";
}

std::vector<std::string> cipher_suites(TlsProfile profile) {
  TlsServer server;
  std::vector<std::string> names;
  if (!use_profile(server, profile)) return names;
  auto* suites = SSL_CTX_get_ciphers(server.native());
  for (int n = 0; n < sk_SSL_CIPHER_num(suites); ++n)
    names.emplace_back(SSL_CIPHER_standard_name(sk_SSL_CIPHER_value(suites, n)));
  return names;
}

}  // namespace harvester::dicom
