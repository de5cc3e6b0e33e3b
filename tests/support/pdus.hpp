#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

/// Upper layer PDUs and command sets, byte by byte, for peers that misbehave.
namespace harvester::tests::pdu {

using Bytes = std::vector<std::uint8_t>;

inline void add(Bytes& out, const Bytes& more) { out.insert(out.end(), more.begin(), more.end()); }
inline Bytes of(const std::string& text) { return {text.begin(), text.end()}; }

inline void big(Bytes& out, std::size_t value, int count) {
  for (int n = count - 1; n >= 0; --n) out.push_back(static_cast<std::uint8_t>(value >> (8 * n)));
}

inline void little(Bytes& out, std::size_t value, int count) {
  for (int n = 0; n < count; ++n) out.push_back(static_cast<std::uint8_t>(value >> (8 * n)));
}

inline Bytes item(std::uint8_t type, const Bytes& body) {
  Bytes out{type, 0};
  big(out, body.size(), 2);
  add(out, body);
  return out;
}

inline Bytes pdu(std::uint8_t type, const Bytes& body) {
  Bytes out{type, 0};
  big(out, body.size(), 4);
  add(out, body);
  return out;
}

inline Bytes context(std::uint8_t id, const std::string& abstract, const std::vector<std::string>& transfers) {
  Bytes body{id, 0, 0, 0};
  add(body, item(0x30, of(abstract)));
  for (const auto& transfer : transfers) add(body, item(0x40, of(transfer)));
  return item(0x20, body);
}

inline std::string padded(std::string title) {
  title.resize(16, ' ');
  return title;
}

inline Bytes user_information(const Bytes& more = {}) {
  Bytes body;
  Bytes max;
  big(max, 16384, 4);
  add(body, item(0x51, max));
  add(body, item(0x52, of("1.2.3.4")));
  add(body, more);
  return item(0x50, body);
}

struct Request {
  std::string calling = "TESTER";
  std::string called = "HARVESTER";
  std::vector<Bytes> contexts;
  Bytes more_user_items;
};

inline const char* kVerification = "1.2.840.10008.1.1";
inline const char* kImplicit = "1.2.840.10008.1.2";
inline const char* kExplicit = "1.2.840.10008.1.2.1";

inline Bytes associate(const Request& request) {
  Bytes body{0, 1, 0, 0};
  add(body, of(padded(request.called)));
  add(body, of(padded(request.calling)));
  body.resize(body.size() + 32);
  add(body, item(0x10, of("1.2.840.10008.3.1.1.1")));
  for (const auto& proposed : request.contexts) add(body, proposed);
  add(body, user_information(request.more_user_items));
  return pdu(1, body);
}

inline Bytes associate_verification() {
  Request request;
  request.contexts = {context(1, kVerification, {kImplicit})};
  return associate(request);
}

inline Bytes release() { return pdu(5, {0, 0, 0, 0}); }
inline Bytes abort() { return pdu(7, {0, 0, 0, 0}); }

/// A P-DATA-TF with one fragment. `control`: 1 command, 2 last.
inline Bytes data(std::uint8_t context_id, std::uint8_t control, const Bytes& fragment) {
  Bytes body;
  big(body, fragment.size() + 2, 4);
  body.push_back(context_id);
  body.push_back(control);
  add(body, fragment);
  return pdu(4, body);
}

using Elements = std::map<std::uint16_t, Bytes>;

inline Bytes us(std::uint16_t value) {
  return {static_cast<std::uint8_t>(value), static_cast<std::uint8_t>(value >> 8)};
}
inline Bytes ui(std::string uid) {
  if (uid.size() % 2 != 0) uid.push_back('\0');
  return of(uid);
}

inline Bytes command(const Elements& elements) {
  Bytes rest;
  for (const auto& [number, value] : elements) {
    little(rest, 0, 2);
    little(rest, number, 2);
    little(rest, value.size(), 4);
    add(rest, value);
  }
  Bytes out;
  little(out, 0, 2);
  little(out, 0, 2);
  little(out, 4, 4);
  little(out, rest.size(), 4);
  add(out, rest);
  return out;
}

inline Bytes echo_command() {
  return command({{0x0002, ui(kVerification)}, {0x0100, us(0x30)}, {0x0110, us(1)}, {0x0800, us(0x0101)}});
}

inline Bytes store_command(const std::string& sop_class, const std::string& instance, std::uint16_t id = 1) {
  return command({{0x0002, ui(sop_class)},
                  {0x0100, us(0x01)},
                  {0x0110, us(id)},
                  {0x0700, us(0)},
                  {0x0800, us(0x0001)},
                  {0x1000, ui(instance)}});
}

/// The status of a response PDU that holds a whole command set in one fragment; 0xFFFF if there is none.
inline std::uint16_t status_of(const Bytes& response) {
  if (response.size() < 12 || response[0] != 4) return 0xFFFF;
  std::size_t at = 12;
  while (at + 8 <= response.size()) {
    const auto element = static_cast<std::uint16_t>(response[at + 2] | response[at + 3] << 8);
    const auto length = static_cast<std::size_t>(response[at + 4]) | static_cast<std::size_t>(response[at + 5]) << 8;
    if (element == 0x0900) return static_cast<std::uint16_t>(response[at + 8] | response[at + 9] << 8);
    at += 8 + length;
  }
  return 0xFFFF;
}

}  // namespace harvester::tests::pdu
