#pragma once

#include "app.hpp"
#include "call.hpp"

namespace harvester::web {

/// 200 where everything that a harvester has to do can be done, else 503: {"ready", "parts": {"database": {"ok",
/// "text"}, "stores", "disk", "schedules"}}.
[[nodiscard]] Reply readiness(App& app);

}  // namespace harvester::web
