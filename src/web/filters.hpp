#pragma once

#include "harvester/database/figure_rows.hpp"
#include "parameters.hpp"

namespace harvester::web {

/// The filters of studies and charts, as the README names them.
[[nodiscard]] database::figures::Filter filter_of(Parameters& parameters);

/// The same for exports.
[[nodiscard]] database::flat::Filter flat_filter_of(Parameters& parameters);

/// ct, xray, mg, nm, or all.
[[nodiscard]] database::flat::Family family_of(Parameters& parameters, const char* name);

}  // namespace harvester::web
