#include "harvester/receive/accept_rules.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "harvester/core/text.hpp"

namespace harvester::receive {
namespace {

std::optional<std::uint32_t> parse_address(const std::string& text) {
  in_addr address{};
  if (::inet_pton(AF_INET, text.c_str(), &address) != 1) return std::nullopt;
  return ntohl(address.s_addr);
}

std::optional<unsigned> parse_prefix(const std::string& text) {
  unsigned length = 0;
  const auto* end = text.data() + text.size();
  const auto [stopped, failure] = std::from_chars(text.data(), end, length);
  if (failure != std::errc{} || stopped != end || length > 32) return std::nullopt;
  return length;
}

}  // namespace

std::optional<AddressRange> parse_address_range(std::string_view text) {
  const auto parts = split(text, '/');
  if (parts.size() > 2) return std::nullopt;
  const auto address = parse_address(parts[0]);
  const auto prefix = parts.size() == 2 ? parse_prefix(parts[1]) : std::optional(32U);
  if (!address || !prefix) return std::nullopt;
  const std::uint32_t mask = *prefix == 0 ? 0 : ~std::uint32_t{0} << (32 - *prefix);
  return AddressRange{*address & mask, mask};
}

Result<Doorkeeper> Doorkeeper::make(const AcceptRules& rules, std::string our_title) {
  Doorkeeper keeper;
  keeper.rules_ = rules;
  keeper.our_title_ = std::move(our_title);
  for (const auto& text : rules.addresses) {
    const auto range = parse_address_range(text);
    if (!range)
      return Error{ErrorKind::config, fmt::format("\"{}\" is no IPv4 address or range such as 10.1.0.0/16", text)};
    keeper.ranges_.push_back(*range);
  }
  return keeper;
}

std::optional<dicom::Rejection> Doorkeeper::objection(const dicom::AssociationRequest& request) const {
  if (rules_.called_ae_strict && request.called_ae != our_title_) return dicom::kCalledNotRecognized;
  const auto& titles = rules_.calling_ae_titles;
  if (!titles.empty() && std::find(titles.begin(), titles.end(), request.calling_ae) == titles.end())
    return dicom::kCallingNotRecognized;
  if (ranges_.empty()) return std::nullopt;
  const auto address = parse_address(request.peer_address);
  const auto holds = [&](const AddressRange& range) { return (*address & range.mask) == range.network; };
  if (address && std::any_of(ranges_.begin(), ranges_.end(), holds)) return std::nullopt;
  return dicom::kCallingNotRecognized;
}

}  // namespace harvester::receive
