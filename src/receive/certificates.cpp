#include "certificates.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include "harvester/core/log.hpp"

namespace harvester::receive {
namespace {

constexpr std::chrono::hours kBetweenWarnings{24};

FileMark mark_of(const std::optional<std::filesystem::path>& file) {
  struct stat found {};
  if (!file || ::stat(file->c_str(), &found) != 0) return {};
  return {found.st_ctim.tv_sec, found.st_ctim.tv_nsec, found.st_mtim.tv_sec, found.st_mtim.tv_nsec,
          found.st_size,        found.st_dev,          found.st_ino};
}

}  // namespace

Result<dicom::TlsServerOptions> tls_server_options(const StoreTls& tls) {
  auto key = tls.key();
  if (!key) return key.error().with("key");
  return dicom::TlsServerOptions{tls.cert_file, *std::move(key), tls.ca_file, tls.profile};
}

Result<std::unique_ptr<Certificates>> Certificates::load(const std::string& store, const StoreTls& tls,
                                                         const Clock& clock, StoreCounters& counters) {
  std::unique_ptr<Certificates> certificates(new Certificates(store, tls, clock, counters));
  certificates->seen_ = certificates->look();
  if (auto read = certificates->read(); !read) return read.error().with(fmt::format("store {}: tls", store));
  certificates->warn_of_end();
  return certificates;
}

Certificates::Marks Certificates::look() const {
  return {mark_of(tls_.cert_file), mark_of(tls_.key_file), mark_of(tls_.ca_file)};
}

Status Certificates::read() {
  const auto options = tls_server_options(tls_);
  if (!options) return options.error();
  auto server = dicom::make_tls_server(*options);
  if (!server) return server.error();
  server_ = *std::move(server);
  until_ = dicom::valid_until(*server_);
  warned_ = {};
  fault_.clear();
  return ok();
}

void Certificates::read_again() {
  if (const auto done = read(); done) {
    room_log("receive")->info("store {}: the TLS files have changed: the new ones are in use", store_);
    return;
  } else {
    fault_ = done.error().message;
  }
  counters_.fault("changed TLS files are not used: " + fault_);
  room_log("receive")->error(
      "store {}: the TLS files have changed, but are not sound, and the old ones stay in use: {}", store_, fault_);
}

void Certificates::warn_of_end() {
  const auto now = clock_.now();
  if (until_ - now > kCertificateEndsSoon || now - warned_ < kBetweenWarnings) return;
  warned_ = now;
  room_log("receive")->warn("store {}: its TLS certificate {} on {}: renew tls.cert_file", store_,
                            until_ > now ? "expires" : "has expired", utc_text(until_).substr(0, 10));
}

std::shared_ptr<dicom::TlsServer> Certificates::current() {
  const std::lock_guard lock(mutex_);
  if (const auto marks = look(); marks != seen_) {
    seen_ = marks;  // before they are read: what changes meanwhile is read again
    read_again();
  }
  warn_of_end();
  return server_;
}

TlsStatus Certificates::status() const {
  const std::lock_guard lock(mutex_);
  return {until_, 0, fault_};
}

}  // namespace harvester::receive
