#pragma once

#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

#include <cstdio>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>

namespace harvester::tests {

/// A certificate with its key, made on the spot, as PEM files.
class Certificate {
 public:
  /// `issuer` null: self-signed, a CA. `days`: how long it is valid from now on; negative: it has expired. `is_ca`: may
  /// issue others. RSA keys take a second to make.
  enum class Key { elliptic, rsa };
  Certificate(const std::filesystem::path& folder, const std::string& name, const Certificate* issuer = nullptr,
              int days = 30, bool is_ca = false, Key kind = Key::elliptic)
      : file_(folder / (name + ".pem")),
        key_file_(folder / (name + ".key")),
        key_(kind == Key::rsa ? EVP_RSA_gen(2048) : EVP_EC_gen("P-256")),
        own_(X509_new()) {
    static long serial = 1;
    X509_set_version(own_.get(), 2);
    ASN1_INTEGER_set(X509_get_serialNumber(own_.get()), ++serial);
    X509_gmtime_adj(X509_getm_notBefore(own_.get()), -86400L * 60);
    X509_gmtime_adj(X509_getm_notAfter(own_.get()), 86400L * days);
    X509_set_pubkey(own_.get(), key_.get());
    auto* subject = X509_get_subject_name(own_.get());
    X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>(name.c_str()), -1,
                               -1, 0);
    X509_set_issuer_name(own_.get(), issuer ? X509_get_subject_name(issuer->own_.get()) : subject);
    if (issuer == nullptr || is_ca) add_extension(NID_basic_constraints, "critical,CA:TRUE");
    if (X509_sign(own_.get(), issuer ? issuer->key_.get() : key_.get(), EVP_sha256()) == 0)
      throw std::runtime_error("cannot sign a certificate");
    write(file_, [&](std::FILE* file) { return PEM_write_X509(file, own_.get()); });
    write(key_file_, [&](std::FILE* file) {
      return PEM_write_PrivateKey(file, key_.get(), nullptr, nullptr, 0, nullptr, nullptr);
    });
  }

  [[nodiscard]] const std::filesystem::path& file() const { return file_; }
  [[nodiscard]] const std::filesystem::path& key_file() const { return key_file_; }

 private:
  void add_extension(int kind, const char* value) {
    X509V3_CTX context;
    X509V3_set_ctx(&context, own_.get(), own_.get(), nullptr, nullptr, 0);
    auto* extension = X509V3_EXT_conf_nid(nullptr, &context, kind, value);
    X509_add_ext(own_.get(), extension, -1);
    X509_EXTENSION_free(extension);
  }

  template <class Write>
  static void write(const std::filesystem::path& to, Write write_to) {
    auto* file = std::fopen(to.c_str(), "wb");
    if (file == nullptr || write_to(file) != 1) throw std::runtime_error("cannot write a certificate");
    std::fclose(file);
  }

  struct Free {
    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
    void operator()(X509* certificate) const { X509_free(certificate); }
  };

  std::filesystem::path file_, key_file_;
  std::unique_ptr<EVP_PKEY, Free> key_;
  std::unique_ptr<X509, Free> own_;
};

}  // namespace harvester::tests
