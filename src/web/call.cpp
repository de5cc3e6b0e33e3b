#include "call.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <charconv>

namespace harvester::web {
namespace {

int status_of(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::not_found:
      return 404;
    case ErrorKind::config:
      return 400;
    case ErrorKind::refused:
      return 409;
    case ErrorKind::bad_data:
      return 422;
    case ErrorKind::storage:
      return 500;
    case ErrorKind::transient:
    case ErrorKind::cancelled:
      return 503;
  }
  return 500;
}

}  // namespace

std::optional<std::int64_t> Call::number(const std::string& name) const {
  const auto found = names.find(name);
  if (found == names.end()) return std::nullopt;
  std::int64_t value = 0;
  const auto* end = found->second.data() + found->second.size();
  const auto [stopped, failure] = std::from_chars(found->second.data(), end, value);
  if (failure != std::errc{} || stopped != end || value < 0) return std::nullopt;
  return value;
}

ReplyFile::~ReplyFile() { ::close(fd_); }

std::string text_of(const ordered_json& json) {
  return json.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

Reply answer(const ordered_json& json, int status) {
  ordered_json whole{{"schema", 1}};
  if (json.is_object())
    for (const auto& [key, value] : json.items())
      if (key != "schema") whole[key] = value;
  Reply reply;
  reply.status = status;
  reply.body = text_of(whole);
  return reply;
}

Reply answer_text(std::string json) {
  Reply reply;
  reply.body = std::move(json);
  return reply;
}

Reply done() { return answer(ordered_json::object()); }

Reply refusal(int status, const std::string& kind, const std::string& message) {
  return answer(ordered_json{{"error", message}, {"kind", kind}}, status);
}

Reply refusal(const Error& error) { return refusal(status_of(error.kind), to_string(error.kind), error.message); }

Reply not_found(const std::string& what) { return refusal(404, "not_found", fmt::format("there is no {}", what)); }

}  // namespace harvester::web
