#include "harvester/web/service.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <charconv>
#include <cstdlib>
#include <thread>

#include "app.hpp"
#include "harvester/core/log.hpp"
#include "harvester/core/pause.hpp"
#include "harvester/core/text.hpp"
#include "health.hpp"
#include "http_server.hpp"
#include "page_files.hpp"
#include "router.hpp"

namespace harvester::web {
namespace {

constexpr std::string_view kApi = "/api/v1";
constexpr std::size_t kLongestPath = 1024;
constexpr std::chrono::seconds kHeartbeat{10};
constexpr std::chrono::seconds kTryAgain{30};
constexpr std::chrono::seconds kFarewell{1};
constexpr const char* kPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "font-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

using HandlerResponse = httplib::Server::HandlerResponse;

bool is_api(const std::string& path) { return path == kApi || path.starts_with(std::string(kApi) + "/"); }
bool is_read(const std::string& method) { return method == "GET" || method == "HEAD"; }

std::optional<std::size_t> content_length(const httplib::Request& request) {
  const auto text = request.get_header_value("Content-Length");
  std::size_t value = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || failure != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

bool says_json(std::string type) {
  type = type.substr(0, type.find(';'));
  while (type.ends_with(' ')) type.pop_back();
  return type == "application/json";
}

/// Whoever sends more than one header of these means to be understood differently by different readers.
bool is_ambiguous(const httplib::Request& request) {
  for (const auto* name : {"Host", "Content-Length", "Authorization", "Origin", "Content-Type", "Transfer-Encoding"})
    if (request.get_header_value_count(name) > 1) return true;
  return false;
}

/// Sends what a stream has to tell; a comment line now and then shows whether the listener is still there.
bool send_events(EventStream& stream, httplib::DataSink& sink) {
  const auto events = stream.take(kHeartbeat);
  if (!events) {
    sink.done();
    return true;
  }
  std::string text;
  for (const auto& event : *events) {
    if (event.id) text += fmt::format("id: {}\n", *event.id);
    text += "data: " + event.json + "\n\n";
  }
  if (text.empty()) text = ":\n\n";
  return sink.write(text.data(), text.size());
}

bool send_file(const ReplyFile& file, std::size_t offset, std::size_t length, httplib::DataSink& sink) {
  std::array<char, 65536> piece;
  const auto wanted = std::min(length, piece.size());
  const auto count = ::pread(file.fd(), piece.data(), wanted, static_cast<off_t>(offset));
  return count > 0 && sink.write(piece.data(), static_cast<std::size_t>(count));
}

void put(httplib::Response& response, Reply reply) {
  response.status = reply.status;
  for (const auto& [name, value] : reply.headers) response.set_header(name, value);
  if (reply.status == 401) response.set_header("WWW-Authenticate", "Bearer");
  if (reply.status == 503) response.set_header("Retry-After", "5");
  if (reply.stream)
    response.set_chunked_content_provider(reply.type, [stream = reply.stream](std::size_t, httplib::DataSink& sink) {
      return send_events(*stream, sink);
    });
  else if (reply.file)
    response.set_content_provider(reply.file->size(), reply.type,
                                  [file = reply.file](std::size_t offset, std::size_t length, auto& sink) {
                                    return send_file(*file, offset, length, sink);
                                  });
  else
    response.set_content(std::move(reply.body), reply.type);
}

const PageFile* page_file(std::string_view name) {
  for (const auto& file : page_files())
    if (file.name == name) return &file;
  return nullptr;
}

/// A file of the page; any other path is one of the page's own, which index.html knows.
void put_page(const httplib::Request& request, httplib::Response& response) {
  const auto* file = page_file(std::string_view(request.path).substr(1));
  if (file == nullptr) file = page_file("index.html");
  if (file == nullptr) return put(response, not_found("page in this build"));
  response.set_header("ETag", std::string(file->etag));
  response.set_header("Cache-Control", "no-cache");
  if (request.get_header_value("If-None-Match") == file->etag) {
    response.status = 304;
    return;
  }
  response.status = 200;
  response.set_content(file->bytes.data(), file->bytes.size(), std::string(file->type));
}

}  // namespace

class Service::State {
 public:
  State(serve::Engine& engine, const serve::Profiles& profiles, ServiceOptions options, Access access)
      : app_(engine, profiles, std::move(options), std::move(access)),
        http_(engine.site().http),
        server_(limits_of(app_.options)) {
    server_.set_default_headers({{"Content-Security-Policy", kPolicy},
                                 {"X-Content-Type-Options", "nosniff"},
                                 {"Referrer-Policy", "no-referrer"},
                                 {"Cross-Origin-Opener-Policy", "same-origin"},
                                 {"Cross-Origin-Resource-Policy", "same-origin"}});
    server_.set_pre_routing_handler([this](const auto& request, auto& response) { return receive(request, response); });
    server_.Post(R"([\s\S]*)", [this](const auto& request, auto& response) { post(request, response); });
    server_.set_logger([](const auto& request, const auto& response) { log(request, response); });
    remove_drafts();
    engine.on_job_event([this](const std::string& event) {
      app_.hub.publish(event);
      app_.metrics.note(event);
    });
    if (bind()) say_open();
    activity_ = std::jthread([this](std::stop_token stop) { tell_changes(std::move(stop)); });
    thread_ = std::jthread([this](std::stop_token stop) { listen(std::move(stop)); });
  }

  ~State() {
    app_.engine.on_job_event({});
    app_.hub.close();
    thread_.request_stop();
    activity_.request_stop();
    app_.runs.close();
    app_.places.await_all(kFarewell);  // each listener is told that this is the end
    end_server();
    thread_.join();
    activity_.join();
  }

  [[nodiscard]] int port() const { return port_; }

 private:
  static HttpLimits limits_of(const ServiceOptions& options) {
    HttpLimits limits;
    limits.request_time = options.request_time;
    return limits;
  }

  /// Port 0: any that is free.
  bool bind() {
    int port = http_.port;
    if (port == 0)
      port = server_.bind_to_any_port(http_.bind);
    else if (!server_.bind_to_port(http_.bind, port))
      port = -1;
    port_ = std::max(port, 0);
    if (port_ == 0)
      room_log("web")->error("the page cannot listen on {}:{}: is the port in use? (http.port)", http_.bind,
                             http_.port);
    return port_ != 0;
  }

  /// What a process that was killed left of an export.
  void remove_drafts() const {
    std::error_code failure;
    for (const auto& entry : std::filesystem::directory_iterator(app_.engine.paths().root, failure))
      if (entry.path().filename().string().starts_with(".export-")) std::filesystem::remove(entry.path(), failure);
  }

  void say_open() const {
    room_log("web")->info("the page is at http://{}:{}/{}", http_.bind, port_.load(),
                          app_.access.token_required() ? ", for those with a token" : "");
  }

  void listen(std::stop_token stop) {
    while (port_ == 0) {
      if (!pause(kTryAgain, stop)) {
        over_ = true;
        return;
      }
      if (bind()) say_open();
    }
    if (!stop.stop_requested()) server_.listen_after_bind();
    over_ = true;
  }

  /// httplib takes a stop only while it listens, and only one.
  void end_server() {
    while (!over_ && !server_.is_running()) (void)pause(std::chrono::milliseconds(5), {});
    if (!over_) server_.end();
  }

  /// Those who look at the inbox hear of changes, at most once a second.
  void tell_changes(std::stop_token stop) {
    auto& activity = app_.engine.activity();
    for (auto seen = activity.count(); !stop.stop_requested();) {
      activity.wait_beyond(seen, std::chrono::steady_clock::now() + std::chrono::minutes(1), stop);
      if (activity.count() == seen) continue;
      seen = activity.count();
      app_.hub.publish(R"({"schema":1,"event":"changed","what":"inbox"})");
      if (!pause(std::chrono::seconds(1), stop)) return;
    }
  }

  /// Everything that needs no body; of what has one, whether it may come.
  HandlerResponse receive(const httplib::Request& request, httplib::Response& response) {
    const auto has_body = content_length(request).value_or(0) > 0 || request.has_header("Transfer-Encoding") ||
                          request.has_header("Content-Encoding");
    if (auto reply = refused(request)) {
      HttpServer::close_after_answer();  // a body that was not read would be taken for the next request
      put(response, *std::move(reply));
      return HandlerResponse::Handled;
    }
    if (request.method == "POST") {
      HttpServer::allow_body(server_.limits().body_bytes);
      return HandlerResponse::Unhandled;
    }
    if (has_body) HttpServer::close_after_answer();
    get(request, response);
    return HandlerResponse::Handled;
  }

  std::optional<Reply> refused(const httplib::Request& request) const {
    const auto& path = request.path;
    if (path.size() > kLongestPath || request.target.size() > 4 * kLongestPath)
      return refusal(414, "request", "the address is too long");
    if (is_ambiguous(request)) return refusal(400, "request", "a header is given twice");
    if (request.ranges.size() > 1) return refusal(416, "request", "one range at a time");
    if (!names_us(request.get_header_value("Host"), http_.names))
      return refusal(403, "forbidden", "this host name is not known here: add it to http.names in harvester.yaml");
    if (!is_read(request.method) && !(request.method == "POST" && is_api(path)))
      return refusal(405, "method", "this address takes no such method");
    if (is_api(path) || path == "/metrics") {
      if (is_foreign({request.get_header_value("Host"), request.get_header_value("Origin"),
                      request.get_header_value("Sec-Fetch-Site")},
                     http_.names))
        return refusal(403, "forbidden", "pages of others may not ask here");
    }
    return request.method == "POST" ? refused_body(request) : std::nullopt;
  }

  std::optional<Reply> refused_body(const httplib::Request& request) const {
    if (auto reply = refused_before_body(app_, call_of(request))) return reply;
    if (!says_json(request.get_header_value("Content-Type")))
      return refusal(415, "media_type", "send Content-Type: application/json");
    if (request.has_header("Content-Encoding")) return refusal(415, "media_type", "send the body as it is");
    const auto length = content_length(request);
    if (!length || request.has_header("Transfer-Encoding"))
      return refusal(411, "request", "send Content-Length, and {} where there is nothing to say");
    if (*length > server_.limits().body_bytes) return refusal(413, "too_large", "the body is too large");
    return std::nullopt;
  }

  Call call_of(const httplib::Request& request) const {
    Call call;
    call.method = request.method;
    if (is_api(request.path)) call.path = request.path.substr(kApi.size());
    for (const auto& [name, value] : request.params) call.query.emplace(name, value);
    call.caller = app_.access.caller(request.get_header_value("Authorization"));
    call.etag = request.get_header_value("If-None-Match");
    call.last_event_id = std::atoll(request.get_header_value("Last-Event-ID").c_str());
    return call;
  }

  void get(const httplib::Request& request, httplib::Response& response) {
    if (is_api(request.path)) {
      response.set_header("Cache-Control", "no-store");
      return put(response, answer_call(app_, call_of(request)));
    }
    if (request.path == "/healthz") return put(response, {200, "text/plain", "ok\n"});
    if (request.path == "/readyz") return put(response, readiness(app_));
    if (request.path == "/metrics") return put(response, metrics_for(request));
    put_page(request, response);
  }

  Reply metrics_for(const httplib::Request& request) {
    const auto caller = app_.access.caller(request.get_header_value("Authorization"));
    if (!caller.may(config::HttpRole::view)) return refusal(401, "unauthorized", "a token is needed");
    auto text = app_.metrics.text(app_.reads);
    if (!text) return refusal(text.error());
    return {200, "text/plain; version=0.0.4; charset=utf-8", *std::move(text)};
  }

  void post(const httplib::Request& request, httplib::Response& response) {
    response.set_header("Cache-Control", "no-store");
    auto call = call_of(request);
    call.body = ordered_json::parse(request.body.empty() ? "{}" : request.body, nullptr, false);
    if (!call.body.is_object()) return put(response, refusal(400, "request", "the body is not a JSON object"));
    put(response, answer_call(app_, std::move(call)));
  }

  /// Without what stands behind the ?.
  static void log(const httplib::Request& request, const httplib::Response& response) {
    const auto log = room_log("web");
    if (log->should_log(spdlog::level::debug))
      log->debug("{} {} {} from {}", request.method, escaped_controls(request.path.substr(0, 200)), response.status,
                 request.remote_addr);
  }

  App app_;
  const config::Http http_;
  HttpServer server_;
  std::atomic<int> port_ = 0;
  std::atomic<bool> over_ = false;  ///< nothing listens any more
  std::jthread thread_;
  std::jthread activity_;
};

Service::Service(std::unique_ptr<State> state) : state_(std::move(state)) {}
Service::~Service() = default;
int Service::port() const { return state_->port(); }

Result<std::unique_ptr<Service>> Service::open(serve::Engine& engine, const serve::Profiles& profiles,
                                               ServiceOptions options) {
  auto access = Access::of(engine.site().http, options.environment);
  if (!access) return access.error();
  return std::unique_ptr<Service>(
      new Service(std::make_unique<State>(engine, profiles, std::move(options), *std::move(access))));
}

}  // namespace harvester::web
