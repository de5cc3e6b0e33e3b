#pragma once

#include <concepts>
#include <type_traits>

namespace harvester {

/// A record of that struct, const or not.
template <class Record, class Plain>
concept RecordOf = std::same_as<std::remove_const_t<Record>, Plain>;

}  // namespace harvester
