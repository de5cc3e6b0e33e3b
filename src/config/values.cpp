#include "harvester/config/values.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <fstream>

namespace harvester::config {
namespace {

constexpr std::size_t kMostSecretBytes = 64 * 1024;
constexpr std::array<std::uint8_t, 12> kMappedPrefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};

struct Address {
  bool ipv6 = false;
  std::array<std::uint8_t, 16> bytes{};
};

std::optional<Address> address_of(std::string_view text) {
  const std::string zero_ended(text);
  Address address;
  if (inet_pton(AF_INET, zero_ended.c_str(), address.bytes.data()) == 1) return address;
  address.ipv6 = true;
  if (inet_pton(AF_INET6, zero_ended.c_str(), address.bytes.data()) != 1) return {};
  if (!std::equal(kMappedPrefix.begin(), kMappedPrefix.end(), address.bytes.begin())) return address;
  Address inner;
  std::copy(address.bytes.begin() + 12, address.bytes.end(), inner.bytes.begin());
  return inner;
}

bool bit(const std::array<std::uint8_t, 16>& bytes, int n) {
  return (bytes[static_cast<std::size_t>(n / 8)] >> (7 - n % 8)) & 1;
}

std::optional<int> prefix_of(std::string_view text, int most) {
  int prefix = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), prefix);
  if (text.empty() || text.front() == '-' || error != std::errc{} || end != text.data() + text.size()) return {};
  if (prefix > most || (text.size() > 1 && text.front() == '0')) return {};
  return prefix;
}

Result<std::string> without_line_end(std::string secret, const std::string& where) {
  while (!secret.empty() && (secret.back() == '\n' || secret.back() == '\r')) secret.pop_back();
  if (secret.empty()) return Error{ErrorKind::config, fmt::format("the secret in {} is empty", where)};
  if (secret.size() > kMostSecretBytes)
    return Error{ErrorKind::config, fmt::format("{} is too long to be a secret", where)};
  return secret;
}

Result<std::string> read_secret_file(const std::string& path) {
  std::ifstream stream(path, std::ios::binary);
  std::string text(kMostSecretBytes + 3, '\0');
  stream.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (!stream.is_open() || stream.bad())
    return Error{ErrorKind::config, fmt::format("the secret in {} cannot be read: {}", path, std::strerror(errno))};
  text.resize(static_cast<std::size_t>(stream.gcount()));
  return text;
}

}  // namespace

Environment process_environment() {
  Environment environment;
  for (char** entry = environ; entry && *entry; ++entry)
    if (const char* equals = std::strchr(*entry, '='))
      environment[std::string(static_cast<const char*>(*entry), equals)] = equals + 1;
  return environment;
}

Result<AddressBlock> AddressBlock::make(std::string_view text) {
  const auto slash = text.find('/');
  const auto address = address_of(text.substr(0, slash));
  if (!address) return Error{ErrorKind::config, "is not an IP address or a block such as 10.1.0.0/16"};
  const int bits = address->ipv6 ? 128 : 32;
  const auto prefix = slash == std::string_view::npos ? bits : prefix_of(text.substr(slash + 1), bits);
  if (!prefix) return Error{ErrorKind::config, fmt::format("has no prefix length from 0 to {} after the /", bits)};
  for (int n = *prefix; n < bits; ++n)
    if (bit(address->bytes, n))
      return Error{ErrorKind::config, fmt::format("has bits set beyond its prefix of {}", *prefix)};
  AddressBlock block;
  block.text_ = text;
  block.ipv6_ = address->ipv6;
  block.prefix_ = *prefix;
  block.bytes_ = address->bytes;
  return block;
}

bool AddressBlock::contains(std::string_view address) const {
  const auto other = address_of(address);
  if (!other || other->ipv6 != ipv6_ || text_.empty()) return false;
  for (int n = 0; n < prefix_; ++n)
    if (bit(bytes_, n) != bit(other->bytes, n)) return false;
  return true;
}

std::string Endpoint::str() const {
  const bool ipv6 = host.find(':') != std::string::npos;
  return ipv6 ? fmt::format("[{}]:{}", host, port) : fmt::format("{}:{}", host, port);
}

std::string SecretRef::str() const { return (from == From::file ? "file:" : "env:") + name; }

Result<std::string> SecretRef::read(const Environment& environment) const {
  if (from == From::env) {
    const auto found = environment.find(name);
    if (found == environment.end())
      return Error{ErrorKind::config, fmt::format("the environment variable {} is not set", name)};
    return without_line_end(found->second, str());
  }
  auto text = read_secret_file(name);
  if (!text) return text.error();
  return without_line_end(std::move(*text), name);
}

const std::vector<std::string>& object_kind_names() {
  static const std::vector<std::string> kNames{"ct_rdsr",
                                               "projection_rdsr",
                                               "mammography_rdsr",
                                               "radiopharmaceutical_rdsr",
                                               "patient_dose_sr",
                                               "enhanced_sr",
                                               "arcadis_summary",
                                               "other_sr",
                                               "mg_image",
                                               "dx_image",
                                               "cr_image",
                                               "px_image",
                                               "enhanced_ct",
                                               "enhanced_xa",
                                               "ct_dose_info",
                                               "toshiba_ct",
                                               "pet_image",
                                               "nm_image",
                                               "other",
                                               "not_dicom"};
  return kNames;
}

}  // namespace harvester::config
