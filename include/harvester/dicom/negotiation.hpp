#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "harvester/core/result.hpp"

/// Association negotiation as plain values: what a peer proposes, what we answer (PS3.8 7.1, PS3.7 Annex D).
namespace harvester::dicom {

/// SCU/SCP role selection (PS3.7 D.3.3.4), from the requestor's point of view.
enum class Role { standard, scu, scp, both };

struct ProposedContext {
  std::uint8_t id = 0;
  std::string abstract_syntax;
  std::vector<std::string> transfer_syntaxes;  ///< in the proposer's order
  Role role = Role::standard;
};

struct AssociationRequest {
  std::string calling_ae;  ///< as sent, spaces trimmed; anything may stand in it
  std::string called_ae;
  std::string peer_address;  ///< numeric
  std::string implementation_class_uid;
  std::string implementation_version;
  bool asynchronous_operations = false;  ///< an asynchronous operations window was proposed (PS3.7 D.3.3.3)
  bool names_user = false;  ///< a user's name is told, and an answer to that asked for (PS3.7 D.3.3.7); kept nowhere
  std::vector<ProposedContext> contexts;
  std::map<std::string, std::vector<std::uint8_t>> extended;  ///< extended negotiation by SOP class (PS3.7 D.3.3.5)
};

/// Why an association is rejected: result, source and reason of PS3.8 9.3.4.
struct Rejection {
  std::uint8_t result = 1;
  std::uint8_t source = 1;
  std::uint8_t reason = 1;
  bool operator==(const Rejection&) const = default;
};

inline constexpr Rejection kCalledNotRecognized{1, 1, 7};
inline constexpr Rejection kCallingNotRecognized{1, 1, 3};
inline constexpr Rejection kNoReason{1, 1, 1};
inline constexpr Rejection kLocalLimitExceeded{2, 3, 2};
inline constexpr Rejection kTemporaryCongestion{2, 3, 1};

enum class ContextResult : std::uint8_t {
  accepted = 0,
  user_rejection = 1,
  no_reason = 2,
  abstract_syntax_not_supported = 3,
  transfer_syntaxes_not_supported = 4
};

struct ContextAnswer {
  ContextResult result = ContextResult::abstract_syntax_not_supported;
  std::string transfer_syntax;  ///< of an accepted context
  Role role = Role::standard;   ///< what of the proposed role is granted
};

/// The answer to a request: a rejection, or one answer for each proposed context, in their order.
struct Negotiation {
  std::optional<Rejection> rejected;
  std::vector<ContextAnswer> contexts;
  std::map<std::string, std::vector<std::uint8_t>> extended;
  bool accepts_user = false;               ///< answers that the user identity is accepted; it decides nothing
  std::string implementation_class_uid{};  ///< told instead of our own, as it is (simulation); empty: our own
};

/// Decides on a request; called on the association's own thread, must not throw.
using NegotiationPolicy = std::function<Negotiation(const AssociationRequest&)>;

/// What a server offers besides C-ECHO.
struct Services {
  bool storage = true;          ///< any storage class, and any class the dictionary does not know as another service
  bool query_retrieve = false;  ///< the C-FIND, C-MOVE and C-GET classes of the patient and study root
};

/// Whether a class may hold objects to store: a storage class, or one that no dictionary entry claims for another use.
[[nodiscard]] bool may_be_storage(const std::string& abstract_syntax);

/// The first transfer syntax in the proposer's order; deflated or unknown ones only where nothing else is proposed.
[[nodiscard]] std::string choose_transfer_syntax(const std::vector<std::string>& proposed);

/// The answers of a server with these services to each proposed context; roles as proposed for storage classes where
/// query_retrieve is offered (C-GET), else standard. Rejects (1,1,1) only if nothing is proposed. User names are
/// accepted, whoever it is: they are no authentication here.
[[nodiscard]] Negotiation negotiate(const Services& services, const AssociationRequest& request);

/// Reads an A-ASSOCIATE-RQ PDU (PS3.8 9.3.2), header included, before any other parser sees it: items within the PDU,
/// odd and distinct context ids, at most 128 contexts, at most one user identity that fits. `bad_data` and why if it is
/// broken. The peer's address is not in it.
[[nodiscard]] Result<AssociationRequest> parse_associate_request(std::span<const std::uint8_t> pdu);

}  // namespace harvester::dicom
