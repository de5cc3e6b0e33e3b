#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harvester/core/result.hpp"
#include "harvester/dicom/negotiation.hpp"

namespace harvester::receive {

/// Who may open an association with a store. Empty lists: anyone.
struct AcceptRules {
  std::vector<std::string> calling_ae_titles;
  std::vector<std::string> addresses;  ///< IPv4 addresses or CIDR ("10.1.0.0/16")
  bool called_ae_strict = true;        ///< refuse what is addressed to another title than ours
};

/// A range of IPv4 addresses.
struct AddressRange {
  std::uint32_t network = 0;
  std::uint32_t mask = 0;
};

/// "10.1.2.3" or "10.1.0.0/16"; nothing for what is neither.
[[nodiscard]] std::optional<AddressRange> parse_address_range(std::string_view text);

/// Rules ready to be asked.
class Doorkeeper {
 public:
  /// `config` if an address cannot be read; names it.
  static Result<Doorkeeper> make(const AcceptRules& rules, std::string our_title);

  /// Why an association must be rejected (1,1,7 called title; 1,1,3 calling title or address); nothing if it may come.
  [[nodiscard]] std::optional<dicom::Rejection> objection(const dicom::AssociationRequest& request) const;

 private:
  AcceptRules rules_;
  std::string our_title_;
  std::vector<AddressRange> ranges_;
};

}  // namespace harvester::receive
