#pragma once

#include <filesystem>
#include <type_traits>

#include "scalar.hpp"

namespace harvester::config {

/// A value to be filled in by parsing.
template <class T>
[[nodiscard]] T fresh() {
  if constexpr (std::is_same_v<T, AeTitle>)
    return AeTitle::of("X");
  else
    return T{};
}

/// Makes paths absolute; other values stay as they are.
template <class T>
void anchor(T& value, const std::filesystem::path& base) {
  if constexpr (std::is_same_v<T, std::filesystem::path>) value = (base / value).lexically_normal();
  if constexpr (std::is_same_v<T, SecretRef>)
    if (value.from == SecretRef::From::file) value.name = (base / value.name).lexically_normal().string();
}

/// One scalar with at most one rule: a Range, a TextRule or nullptr. On a problem `value` is unchanged.
template <class T, class... Rule>
[[nodiscard]] MaybeProblem read_leaf(std::string_view text, const std::filesystem::path& base, T& value, Rule... rule) {
  auto parsed = fresh<T>();
  MaybeProblem problem;
  if constexpr ((std::is_convertible_v<Rule, TextRule> || ...)) {
    for (TextRule check : {static_cast<TextRule>(rule)...})
      if (check && !problem) problem = check(text);
    if (!problem) problem = parse_scalar(text, parsed);
  } else {
    problem = parse_scalar(text, parsed, rule...);
  }
  if (problem) return problem;
  anchor(parsed, base);
  value = std::move(parsed);
  return {};
}

}  // namespace harvester::config
