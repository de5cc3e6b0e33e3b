#include <algorithm>
#include <set>

#include "harvester/core/text.hpp"
#include "harvester/dicom/negotiation.hpp"

/// The A-ASSOCIATE-RQ PDU, PS3.8 9.3.2 and PS3.7 Annex D.
namespace harvester::dicom {
namespace {

using Bytes = std::span<const std::uint8_t>;

constexpr std::size_t kHead = 6;
constexpr std::size_t kFixed = 74;  ///< head, version, reserved, two titles, reserved
constexpr std::size_t kMaxContexts = 128;
constexpr std::size_t kMaxUid = 64;

std::size_t big16(Bytes bytes, std::size_t at) { return static_cast<std::size_t>(bytes[at]) << 8 | bytes[at + 1]; }

std::string text_of(Bytes bytes) {
  return std::string(trimmed({reinterpret_cast<const char*>(bytes.data()), bytes.size()}));
}

Error broken(const std::string& why) { return {ErrorKind::bad_data, "association request: " + why}; }

struct Item {
  std::uint8_t type = 0;
  Bytes body;
};

/// The items of a field one after the other: type, reserved, two bytes of length, body. Nothing if they do not fit.
std::optional<std::vector<Item>> items_of(Bytes field) {
  std::vector<Item> items;
  while (!field.empty()) {
    if (field.size() < 4) return std::nullopt;
    const auto length = big16(field, 2);
    if (field.size() - 4 < length) return std::nullopt;
    items.push_back({field[0], field.subspan(4, length)});
    field = field.subspan(4 + length);
  }
  return items;
}

Status read_context(Bytes body, AssociationRequest& request) {
  if (body.size() < 4) return broken("a presentation context is cut");
  const auto items = items_of(body.subspan(4));
  if (!items) return broken("the items of a presentation context do not fit");
  ProposedContext context;
  context.id = body[0];
  for (const auto& item : *items) {
    if (item.body.size() > kMaxUid) return broken("a UID is longer than 64 characters");
    if (item.type == 0x30 && context.abstract_syntax.empty())
      context.abstract_syntax = text_of(item.body);
    else if (item.type == 0x30)
      return broken("a presentation context has two abstract syntaxes");
    if (item.type == 0x40) context.transfer_syntaxes.push_back(text_of(item.body));
  }
  if (context.abstract_syntax.empty()) return broken("a presentation context has no abstract syntax");
  if (context.transfer_syntaxes.empty()) return broken("a presentation context has no transfer syntax");
  request.contexts.push_back(std::move(context));
  return ok();
}

/// A UID with its length in front, as role selection and extended negotiation have it; `rest` is what follows.
std::optional<std::string> leading_uid(Bytes body, Bytes& rest) {
  if (body.size() < 2) return std::nullopt;
  const auto length = big16(body, 0);
  if (length > kMaxUid || body.size() - 2 < length) return std::nullopt;
  rest = body.subspan(2 + length);
  return text_of(body.subspan(2, length));
}

Role role_of(std::uint8_t scu, std::uint8_t scp) {
  if (scu != 0 && scp != 0) return Role::both;
  if (scp != 0) return Role::scp;
  return scu != 0 ? Role::scu : Role::standard;
}

struct UserInformation {
  std::map<std::string, Role> roles;
  int identities = 0;
};

/// Type, whether an answer is asked for, and two fields with their lengths: name and passcode, or a ticket of a kind
/// that only its issuer could answer. DCMTK parses it after us, so that lengths have to be right.
Status read_identity(Bytes body, AssociationRequest& request) {
  constexpr std::uint8_t kName = 1, kNameAndPasscode = 2;
  const auto field_end = [&](std::size_t at) { return body.size() < at + 2 ? 0 : at + 2 + big16(body, at); };
  const auto first_end = field_end(2);
  if (first_end == 0 || field_end(first_end) != body.size()) return broken("a user identity does not fit");
  request.names_user = (body[0] == kName || body[0] == kNameAndPasscode) && body[1] == 1;
  return ok();
}

Status read_user_item(const Item& item, AssociationRequest& request, UserInformation& user) {
  Bytes rest;
  switch (item.type) {
    case 0x51:
      if (item.body.size() != 4) return broken("the maximum length item is not four bytes long");
      break;
    case 0x52:
      if (item.body.size() > kMaxUid) return broken("a UID is longer than 64 characters");
      request.implementation_class_uid = text_of(item.body);
      break;
    case 0x53:
      request.asynchronous_operations = true;
      break;
    case 0x54: {
      const auto uid = leading_uid(item.body, rest);
      if (!uid || rest.size() != 2) return broken("a role selection item does not fit");
      user.roles[*uid] = role_of(rest[0], rest[1]);
      break;
    }
    case 0x55:
      if (item.body.size() > 16) return broken("the implementation version name is longer than 16 characters");
      request.implementation_version = text_of(item.body);
      break;
    case 0x56: {
      const auto uid = leading_uid(item.body, rest);
      if (!uid) return broken("an extended negotiation item does not fit");
      request.extended[*uid].assign(rest.begin(), rest.end());
      break;
    }
    case 0x58:
      if (++user.identities > 1) return broken("it has two user identities");
      return read_identity(item.body, request);
    default:
      break;
  }
  return ok();
}

Status read_user_information(Bytes body, AssociationRequest& request) {
  const auto items = items_of(body);
  if (!items) return broken("the items of the user information do not fit");
  UserInformation user;
  for (const auto& item : *items)
    if (auto read = read_user_item(item, request, user); !read) return read;
  for (auto& context : request.contexts)
    if (const auto role = user.roles.find(context.abstract_syntax); role != user.roles.end())
      context.role = role->second;
  return ok();
}

Status check_contexts(const AssociationRequest& request) {
  if (request.contexts.size() > kMaxContexts) return broken("it has more than 128 presentation contexts");
  std::set<std::uint8_t> ids;
  for (const auto& context : request.contexts) {
    if (context.id % 2 == 0) return broken("a presentation context has an even id");
    if (!ids.insert(context.id).second) return broken("two presentation contexts have the same id");
  }
  return ok();
}

/// DCMTK refuses these too, but does not free what it had read of them.
Status check_application(const std::vector<Item>& items) {
  const auto is_application = [](const Item& item) { return item.type == 0x10; };
  const auto first = std::find_if(items.begin(), items.end(), is_application);
  if (first == items.end() || first->body.empty()) return broken("it has no application context");
  if (first->body.size() > kMaxUid) return broken("a UID is longer than 64 characters");
  if (std::count_if(items.begin(), items.end(), is_application) > 1) return broken("it has two application contexts");
  return ok();
}

Status read_items(const std::vector<Item>& items, AssociationRequest& request) {
  if (auto checked = check_application(items); !checked) return checked;
  Bytes user_information;
  bool has_user_information = false;
  for (const auto& item : items) {
    if (item.type == 0x20)
      if (auto read = read_context(item.body, request); !read) return read;
    if (item.type != 0x50) continue;
    if (std::exchange(has_user_information, true)) return broken("it has two user information items");
    user_information = item.body;
  }
  if (auto checked = check_contexts(request); !checked) return checked;
  return read_user_information(user_information, request);
}

}  // namespace

Result<AssociationRequest> parse_associate_request(std::span<const std::uint8_t> pdu) {
  if (pdu.size() < kFixed || pdu[0] != 0x01) return broken("it is none");
  const auto length = big16(pdu, 2) << 16 | big16(pdu, 4);
  if (length != pdu.size() - kHead) return broken("its length is wrong");
  const auto items = items_of(pdu.subspan(kFixed));
  if (!items) return broken("its items do not fit");
  AssociationRequest request;
  request.called_ae = text_of(pdu.subspan(10, 16));
  request.calling_ae = text_of(pdu.subspan(26, 16));
  if (auto read = read_items(*items, request); !read) return read.error();
  return request;
}

}  // namespace harvester::dicom
