#include "router.hpp"

#include <fmt/format.h>

#include "harvester/core/log.hpp"
#include "harvester/core/text.hpp"
#include "harvester/serve/audit.hpp"

namespace harvester::web {
namespace {

std::vector<Route> all_routes() {
  std::vector<Route> all;
  add_home(all);
  add_nodes(all);
  add_schedules(all);
  add_harvests(all);
  add_queries(all);
  add_streams(all);
  add_inbox(all);
  add_studies(all);
  add_charts(all);
  add_exports(all);
  add_upkeep(all);
  return all;
}

config::HttpRole role_of(Needs needs) {
  switch (needs) {
    case Needs::operate:
      return config::HttpRole::operate;
    case Needs::patient:
      return config::HttpRole::patient;
    case Needs::nothing:
    case Needs::view:
      break;
  }
  return config::HttpRole::view;
}

std::optional<Reply> refused(const Caller& caller, Needs needs) {
  if (caller.wrong_token) return refusal(401, "unauthorized", "this token is not known");
  if (needs == Needs::nothing) return std::nullopt;
  if (!caller.role) return refusal(401, "unauthorized", "a token is needed");
  if (caller.may(role_of(needs))) return std::nullopt;
  return refusal(403, "forbidden", fmt::format("this needs the role {}", config::to_string(role_of(needs))));
}

struct Found {
  const Route* route = nullptr;
  std::map<std::string, std::string> names;
  bool other_method = false;
};

Found find(const Call& call) {
  Found found;
  const auto method = call.method == "HEAD" ? std::string_view("GET") : std::string_view(call.method);
  for (const auto& route : routes()) {
    auto names = matched(route.pattern, call.path);
    if (!names) continue;
    if (route.method == method) return {&route, *std::move(names), false};
    found.other_method = true;
  }
  return found;
}

std::optional<Reply> refused(const Found& found, const Call& call) {
  if (found.route != nullptr) return refused(call.caller, found.route->needs);
  if (auto reply = refused(call.caller, Needs::view)) return reply;  // whoever may nothing learns nothing
  if (found.other_method) return refusal(405, "method", "this address takes another method");
  return not_found("such address");
}

}  // namespace

const std::vector<Route>& routes() {
  static const std::vector<Route> all = all_routes();
  return all;
}

std::optional<std::map<std::string, std::string>> matched(std::string_view pattern, std::string_view path) {
  const auto wanted = split(pattern, '/'), given = split(path, '/');
  if (wanted.size() != given.size()) return std::nullopt;
  std::map<std::string, std::string> names;
  for (std::size_t n = 0; n < wanted.size(); ++n) {
    const auto& part = wanted[n];
    if (part.starts_with('{')) {
      if (given[n].empty()) return std::nullopt;
      names[part.substr(1, part.size() - 2)] = given[n];
    } else if (part != given[n]) {
      return std::nullopt;
    }
  }
  return names;
}

std::optional<Reply> refused_before_body(const App&, const Call& call) { return refused(find(call), call); }

Reply answer_call(App& app, Call call) {
  auto found = find(call);
  if (auto reply = refused(found, call)) return *std::move(reply);
  call.names = std::move(found.names);
  try {
    const serve::AskedBy page("page " + call.caller.name);
    return found.route->handler(app, call);
  } catch (const std::exception& failure) {
    room_log("web")->error("{} {}: {}", found.route->method, found.route->pattern, failure.what());
    return refusal(500, "storage", "this went wrong here: the log says more");
  }
}

}  // namespace harvester::web
