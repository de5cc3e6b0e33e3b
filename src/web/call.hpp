#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "harvester/core/result.hpp"
#include "harvester/web/access.hpp"

namespace harvester::web {

using nlohmann::ordered_json;

/// A request for the API, once it is let in.
struct Call {
  std::string method;
  std::string path;
  std::multimap<std::string, std::string> query;
  std::map<std::string, std::string> names;  ///< what stands in the path: {id}, {node} …
  ordered_json body;                         ///< of a POST: an object
  Caller caller;
  std::int64_t last_event_id = 0;
  std::string etag;  ///< If-None-Match

  /// The number that stands in the path under this name; nothing: it is none.
  [[nodiscard]] std::optional<std::int64_t> number(const std::string& name) const;
  [[nodiscard]] const std::string& name(const std::string& name) const { return names.at(name); }
};

/// One event of a stream; no id where it cannot be asked for again.
struct StreamEvent {
  std::optional<std::int64_t> id{};
  std::string json{};
};

/// Events for one listener.
class EventStream {
 public:
  virtual ~EventStream() = default;
  /// Waits so long for events; none: there were none. Nothing: the stream has ended.
  virtual std::optional<std::vector<StreamEvent>> take(std::chrono::milliseconds longest) = 0;
};

/// A file that is sent from its beginning to its end; closed with it.
class ReplyFile {
 public:
  ReplyFile(int fd, std::size_t size) : fd_(fd), size_(size) {}
  ReplyFile(const ReplyFile&) = delete;
  ReplyFile& operator=(const ReplyFile&) = delete;
  ~ReplyFile();
  [[nodiscard]] int fd() const { return fd_; }
  [[nodiscard]] std::size_t size() const { return size_; }

 private:
  const int fd_;
  const std::size_t size_;
};

struct Reply {
  int status = 200;
  std::string type = "application/json";
  std::string body{};
  std::vector<std::pair<std::string, std::string>> headers{};
  std::shared_ptr<EventStream> stream{};
  std::shared_ptr<ReplyFile> file{};
};

/// JSON with "schema": 1 in front.
[[nodiscard]] Reply answer(const ordered_json& json, int status = 200);
/// JSON text that has it already.
[[nodiscard]] Reply answer_text(std::string json);
/// {}
[[nodiscard]] Reply done();
/// {"error", "kind"}
[[nodiscard]] Reply refusal(int status, const std::string& kind, const std::string& message);
[[nodiscard]] Reply refusal(const Error& error);
[[nodiscard]] Reply not_found(const std::string& what);

/// A value as the answer, or the error.
[[nodiscard]] inline Reply answer(const Result<ordered_json>& json) {
  return json ? answer(*json) : refusal(json.error());
}

/// Text of JSON; what is no UTF-8 is replaced.
[[nodiscard]] std::string text_of(const ordered_json& json);

}  // namespace harvester::web
