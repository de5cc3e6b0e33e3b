#include "cron.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <vector>

#include "harvester/core/text.hpp"

namespace harvester::config {
namespace {

using Values = std::bitset<60>;

/// One of cron's five fields.
struct Field {
  std::string_view name;
  int least;
  int most;                        ///< also of *
  std::vector<std::string> words;  ///< names for least, least + 1, ...
  int also = -1;                   ///< one more value, which means `least`
};

const std::array<Field, 5>& fields() {
  static const std::array<Field, 5> kFields{
      {{"minute", 0, 59, {}},
       {"hour", 0, 23, {}},
       {"day of the month", 1, 31, {}},
       {"month", 1, 12, {"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"}},
       {"day of the week", 0, 6, {"sun", "mon", "tue", "wed", "thu", "fri", "sat"}, 7}}};
  return kFields;
}

std::optional<int> number(std::string_view text) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool digits = std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (!digits || error != std::errc{} || end != text.data() + text.size()) return {};
  return value;
}

std::optional<int> value_of(const Field& field, const std::string& text) {
  const auto word = std::find(field.words.begin(), field.words.end(), lower(text));
  if (word != field.words.end()) return field.least + static_cast<int>(word - field.words.begin());
  const auto value = number(text);
  if (value && ((*value >= field.least && *value <= field.most) || *value == field.also)) return value;
  return {};
}

struct Span {
  int from = 0;
  int to = 0;
};

/// "*", "5", "1-5"; a lone value before a step begins a range.
std::optional<Span> span_of(const Field& field, const std::string& text, bool stepped) {
  if (text == "*") return Span{field.least, field.most};
  const auto ends = split(text, '-');
  if (ends.size() > 2) return {};
  const auto from = value_of(field, ends.front());
  const auto to = ends.size() == 1 ? (stepped ? field.most : from) : value_of(field, ends.back());
  if (!from || !to || *from > *to) return {};
  return Span{*from, *to};
}

/// A span with an optional "/step".
std::optional<Values> item_of(const Field& field, const std::string& text) {
  const auto parts = split(text, '/');
  if (parts.size() > 2) return {};
  const auto step = parts.size() == 2 ? number(parts[1]) : std::optional(1);
  const auto span = span_of(field, parts.front(), parts.size() == 2);
  if (!span || !step || *step < 1) return {};
  Values values;
  for (int value = span->from; value <= span->to; value += std::min(*step, 60))
    values.set(static_cast<std::size_t>(value == field.also ? field.least : value));
  return values;
}

Problem no_item(const Field& field, const std::string& text) {
  return {fmt::format("{} is no {} ({}-{}, *, lists, ranges and /steps)", in_quotes(text), field.name, field.least,
                      field.also > 0 ? field.also : field.most),
          text.find('-') != std::string::npos ? "a range goes from the smaller to the larger: 22-23,0-6" : ""};
}

std::variant<Values, Problem> field_of(const Field& field, const std::string& text) {
  Values all;
  for (const auto& item : split(text, ',')) {
    const auto values = item_of(field, item);
    if (!values) return no_item(field, item);
    all |= *values;
  }
  return all;
}

template <std::size_t N>
void put(std::bitset<N>& into, const Values& values) {
  for (std::size_t n = 0; n < N; ++n) into[n] = values[n];
}

/// A day that no month among them has, and no weekday instead of it.
bool never_comes(const Cron& cron) {
  static constexpr std::array<std::size_t, 13> kDays{0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  if (!cron.weekdays.all()) return false;
  for (std::size_t month = 1; month <= 12; ++month)
    for (std::size_t day = 1; day <= kDays.at(month); ++day)
      if (cron.months[month] && cron.days[day]) return false;
  return true;
}

const std::map<std::string, std::string>& words() {
  static const std::map<std::string, std::string> kWords{
      {"@hourly", "0 * * * *"}, {"@daily", "0 0 * * *"},   {"@midnight", "0 0 * * *"}, {"@nightly", "30 22 * * *"},
      {"@weekly", "0 0 * * 0"}, {"@monthly", "0 0 1 * *"}, {"@yearly", "0 0 1 1 *"},   {"@annually", "0 0 1 1 *"}};
  return kWords;
}

std::variant<std::string, Problem> without_word(std::string_view text) {
  if (!text.starts_with('@')) return std::string(text);
  if (const auto word = words().find(std::string(text)); word != words().end()) return word->second;
  std::vector<std::string> known;
  for (const auto& [word, meaning] : words()) known.push_back(word);
  return not_one_of(text, known);
}

std::variant<Cron, Problem> read_fields(const std::vector<std::string>& texts) {
  std::array<Values, 5> values;
  for (std::size_t n = 0; n < values.size(); ++n) {
    const auto field = field_of(fields().at(n), texts.at(n));
    if (const auto* problem = std::get_if<Problem>(&field)) return *problem;
    values.at(n) = std::get<Values>(field);
  }
  Cron cron;
  put(cron.minutes, values[0]);
  put(cron.hours, values[1]);
  put(cron.days, values[2]);
  put(cron.months, values[3]);
  put(cron.weekdays, values[4]);
  return cron;
}

}  // namespace

std::variant<Cron, Problem> read_cron(std::string_view text) {
  const auto plain = without_word(text);
  if (const auto* problem = std::get_if<Problem>(&plain)) return *problem;
  auto texts = split(std::get<std::string>(plain), ' ');
  std::erase(texts, "");
  if (texts.size() != fields().size())
    return Problem{
        fmt::format("{} has {} fields, not 5 (minute hour day month weekday)", in_quotes(text), texts.size()),
        "every night at 22:30 is \"30 22 * * *\""};
  auto cron = read_fields(texts);
  if (const auto* read = std::get_if<Cron>(&cron); read != nullptr && never_comes(*read))
    return Problem{fmt::format("{} never comes: no such month has that day", in_quotes(text)), ""};
  return cron;
}

std::optional<Cron> parse_cron(std::string_view text) {
  const auto read = read_cron(text);
  const auto* cron = std::get_if<Cron>(&read);
  return cron != nullptr ? std::optional(*cron) : std::nullopt;
}

}  // namespace harvester::config
