#include "parameters.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>

#include "harvester/core/text.hpp"

namespace harvester::web {
namespace {

constexpr std::size_t kLongest = 512;
constexpr int kMostRows = 500;

template <class T>
std::optional<T> parsed(const std::string& text) {
  T value{};
  const auto* end = text.data() + text.size();
  const auto [stopped, failure] = std::from_chars(text.data(), end, value);
  if (text.empty() || failure != std::errc{} || stopped != end) return std::nullopt;
  return value;
}

bool is_utf8(const std::string& text) {
  return ordered_json(text).dump(-1, ' ', false, ordered_json::error_handler_t::ignore).size() ==
         ordered_json(text).dump(-1, ' ', false, ordered_json::error_handler_t::replace).size();
}

}  // namespace

void Parameters::complain(const char* name, const std::string& what) {
  if (fault_.empty()) fault_ = fmt::format("{} {}", name, what);
}

std::string Parameters::text(const char* name) {
  const auto all = texts(name);
  if (all.size() > 1) complain(name, "is given twice");
  return all.empty() ? std::string() : all.front();
}

std::vector<std::string> Parameters::texts(const char* name) {
  known_.insert(name);
  std::vector<std::string> all;
  const auto [first, last] = call_.query.equal_range(name);
  for (auto each = first; each != last; ++each) {
    if (each->second.size() > kLongest) complain(name, "is too long");
    if (!is_utf8(each->second)) complain(name, "is not UTF-8");
    all.push_back(each->second);
  }
  if (all.size() > 100) complain(name, "is given too often");
  return all;
}

std::vector<std::string> Parameters::words(const char* name) {
  std::vector<std::string> words;
  for (const auto& word : split(text(name), ','))
    if (!trimmed(word).empty()) words.emplace_back(trimmed(word));
  return words;
}

std::int64_t Parameters::number(const char* name, std::int64_t otherwise, std::int64_t least, std::int64_t most) {
  const auto given = text(name);
  if (given.empty()) return otherwise;
  const auto value = parsed<std::int64_t>(given);
  if (value && *value >= least && *value <= most) return *value;
  complain(name, fmt::format("is not a number from {} to {}", least, most));
  return otherwise;
}

std::optional<std::int64_t> Parameters::maybe_number(const char* name) {
  const auto given = text(name);
  if (given.empty()) return std::nullopt;
  const auto value = parsed<std::int64_t>(given);
  if (!value) complain(name, "is not a number");
  return value;
}

std::optional<double> Parameters::decimal(const char* name) {
  const auto given = text(name);
  if (given.empty()) return std::nullopt;
  const auto value = parsed<double>(given);
  if (!value || !std::isfinite(*value)) complain(name, "is not a number");
  return value;
}

bool Parameters::flag(const char* name) {
  return one_of<bool>(name, {{"false", false}, {"true", true}, {"0", false}, {"1", true}});
}

std::optional<CivilDate> Parameters::date(const char* name) {
  const auto given = text(name);
  if (given.empty()) return std::nullopt;
  const auto value = parse_date(given);
  if (!value || given.size() != 10) complain(name, "is not a day, such as 2026-11-22");
  return value;
}

database::lists::Part Parameters::part() {
  database::lists::Part part;
  part.limit = static_cast<int>(number("limit", part.limit, 1, kMostRows));
  part.after = maybe_number("cursor");
  return part;
}

std::optional<Reply> Parameters::fault() {
  for (const auto& [name, value] : call_.query)
    if (!known_.contains(name)) complain(fmt::format("{:.40}", name).c_str(), "is not known here");
  if (fault_.empty()) return std::nullopt;
  return refusal(400, "request", fault_);
}

const ordered_json* Body::value(const char* name) {
  known_.insert(name);
  const auto found = json_.find(name);
  return found == json_.end() || found->is_null() ? nullptr : &*found;
}

void Body::complain(const char* name, const std::string& what) {
  if (fault_.empty()) fault_ = fmt::format("{} {}", name, what);
}

std::string Body::text(const char* name) {
  const auto* given = value(name);
  if (given == nullptr) return {};
  if (!given->is_string() || given->get_ref<const std::string&>().size() > kLongest)
    return complain(name, "is not a text"), std::string();
  return given->get<std::string>();
}

std::vector<std::string> Body::texts(const char* name, std::size_t most) {
  const auto* given = value(name);
  if (given == nullptr) return {};
  if (!given->is_array() || given->size() > most)
    return complain(name, fmt::format("is not a list of at most {} texts", most)), std::vector<std::string>();
  std::vector<std::string> all;
  for (const auto& each : *given) {
    if (!each.is_string() || each.get_ref<const std::string&>().size() > kLongest)
      return complain(name, "holds something that is no text"), std::vector<std::string>();
    if (!trimmed(each.get_ref<const std::string&>()).empty()) all.emplace_back(each.get<std::string>());
  }
  return all;
}

std::vector<std::int64_t> Body::numbers(const char* name, std::size_t most) {
  const auto* given = value(name);
  if (given == nullptr) return {};
  if (!given->is_array() || given->size() > most)
    return complain(name, fmt::format("is not a list of at most {} numbers", most)), std::vector<std::int64_t>();
  std::vector<std::int64_t> all;
  for (const auto& each : *given) {
    if (!each.is_number_integer())
      return complain(name, "holds something that is no number"), std::vector<std::int64_t>();
    all.push_back(each.get<std::int64_t>());
  }
  return all;
}

std::int64_t Body::number(const char* name, std::int64_t otherwise, std::int64_t least, std::int64_t most) {
  const auto* given = value(name);
  if (given == nullptr) return otherwise;
  if (given->is_number_integer())
    if (const auto number = given->get<std::int64_t>(); number >= least && number <= most) return number;
  complain(name, fmt::format("is not a number from {} to {}", least, most));
  return otherwise;
}

bool Body::flag(const char* name) {
  const auto* given = value(name);
  if (given == nullptr) return false;
  if (!given->is_boolean()) complain(name, "is neither true nor false");
  return given->is_boolean() && given->get<bool>();
}

std::optional<Reply> Body::fault() {
  for (const auto& [name, given] : json_.items())
    if (!known_.contains(name)) complain(fmt::format("{:.40}", name).c_str(), "is not known here");
  if (fault_.empty()) return std::nullopt;
  return refusal(400, "request", fault_);
}

}  // namespace harvester::web
