#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "app.hpp"
#include "call.hpp"

namespace harvester::web {

using Handler = Reply (*)(App&, const Call&);

/// Who may call: a role, or anyone.
enum class Needs { nothing, view, operate, patient };

struct Route {
  std::string_view method;   ///< GET or POST
  std::string_view pattern;  ///< below /api/v1: "/harvests/{id}"
  Needs needs = Needs::view;
  Handler handler = nullptr;
};

/// All routes of the API.
[[nodiscard]] const std::vector<Route>& routes();

/// The names in a path where the pattern matches it; nothing: it does not. "{id}" matches one part.
[[nodiscard]] std::optional<std::map<std::string, std::string>> matched(std::string_view pattern,
                                                                        std::string_view path);

/// The answer to a call that is refused whatever its body says: no such address, the caller may not.
[[nodiscard]] std::optional<Reply> refused_before_body(const App& app, const Call& call);

/// Answers a call below /api/v1: finds the route, asks whether the caller may, calls it. Never throws.
[[nodiscard]] Reply answer_call(App& app, Call call);

// The parts of the API, each in a file of that name.
void add_home(std::vector<Route>& routes);
void add_nodes(std::vector<Route>& routes);
void add_schedules(std::vector<Route>& routes);
void add_harvests(std::vector<Route>& routes);
void add_queries(std::vector<Route>& routes);
void add_streams(std::vector<Route>& routes);
void add_inbox(std::vector<Route>& routes);
void add_studies(std::vector<Route>& routes);
void add_charts(std::vector<Route>& routes);
void add_exports(std::vector<Route>& routes);
void add_upkeep(std::vector<Route>& routes);

}  // namespace harvester::web
