#include "harvester/web/access.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "harvester/core/text.hpp"

namespace harvester::web {
namespace {

constexpr std::string_view kBearer = "bearer ";
constexpr std::size_t kShortest = 16;  // a secret that can be tried out is none

/// Looks at every character whatever the ones before it were.
bool is_same(std::string_view given, std::string_view secret) {
  unsigned different = given.size() == secret.size() ? 0 : 1;
  for (std::size_t n = 0; n < secret.size(); ++n) {
    const unsigned char theirs = given.empty() ? 0 : static_cast<unsigned char>(given[n % given.size()]);
    different |= theirs ^ static_cast<unsigned char>(secret[n]);
  }
  return different == 0;
}

/// A host without its port: "[::1]:8080" → "::1", "localhost:8080" → "localhost".
std::string host_name(std::string_view host) {
  if (host.starts_with('[')) {
    const auto end = host.find(']');
    return end == std::string_view::npos ? std::string() : lower(host.substr(1, end - 1));
  }
  auto name = lower(host.substr(0, host.find(':')));
  if (name.ends_with('.')) name.pop_back();
  return name;
}

bool is_address(const std::string& name) {
  std::array<unsigned char, 16> bytes{};
  return ::inet_pton(AF_INET, name.c_str(), bytes.data()) == 1 ||
         ::inet_pton(AF_INET6, name.c_str(), bytes.data()) == 1;
}

/// "https://harvester.example.org" → its host with port; empty for "null" and what is no origin.
std::string_view host_of_origin(std::string_view origin) {
  const auto scheme = origin.find("://");
  return scheme == std::string_view::npos ? std::string_view() : origin.substr(scheme + 3);
}

}  // namespace

Result<Access> Access::of(const config::Http& http, const config::Environment& environment) {
  Access access;
  access.anonymous_ = config::anonymous_role(http);
  for (const auto& token : http.tokens) {
    auto secret = token.secret.read(environment);
    if (!secret) return secret.error().with(fmt::format("http.tokens: {}", token.name));
    if (secret->size() < kShortest)
      return Error{ErrorKind::config, fmt::format("http.tokens: {}: the secret has to have {} characters at least "
                                                  "(`openssl rand -hex 32` makes one)",
                                                  token.name, kShortest)};
    access.known_.push_back({token.name, token.role, *std::move(secret)});
  }
  return access;
}

Caller Access::caller(const std::string& authorization) const {
  if (authorization.empty()) return {anonymous_, {}, false};
  Caller caller{{}, {}, true};
  if (lower(authorization).starts_with(kBearer)) {
    const auto given = trimmed(std::string_view(authorization).substr(kBearer.size()));
    for (const auto& known : known_)
      if (is_same(given, known.secret)) caller = {known.role, known.name, false};
  }
  return caller;
}

bool names_us(const std::string& host, const std::vector<std::string>& names) {
  const auto name = host_name(host);
  if (name == "localhost" || is_address(name)) return true;
  return std::any_of(names.begin(), names.end(), [&](const auto& known) { return lower(known) == name; });
}

bool is_foreign(const Origins& origins, const std::vector<std::string>& names) {
  const auto& site = origins.sec_fetch_site;
  if (!site.empty() && site != "same-origin" && site != "none") return true;
  if (origins.origin.empty()) return false;
  const auto host = host_of_origin(origins.origin);
  if (host.empty()) return true;
  if (lower(host) == lower(origins.host)) return false;
  // a proxy in front of us may have another name than the one that it calls us by
  const auto name = host_name(host);
  return !std::any_of(names.begin(), names.end(), [&](const auto& known) { return lower(known) == name; });
}

}  // namespace harvester::web
