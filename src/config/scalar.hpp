#pragma once

#include <concepts>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harvester/config/values.hpp"
#include "harvester/core/ids.hpp"
#include "names.hpp"

/// Text of a scalar -> value, and back. Parsing is ours alone: base 10 only, true and false only.
namespace harvester::config {

/// What is wrong with a text, and what would be right.
struct Problem {
  std::string message;
  std::string hint;
  bool secret = false;  ///< the line may hold a secret and is not shown
};
using MaybeProblem = std::optional<Problem>;

/// The text in quotes, shortened, as it is shown in messages.
[[nodiscard]] std::string in_quotes(std::string_view text);

/// The text is none of the words.
[[nodiscard]] Problem not_one_of(std::string_view text, const std::vector<std::string>& words);

/// A closed range for numbers and durations.
template <class T>
struct Range {
  T least;
  T most;
};
template <class T>
Range(T, T) -> Range<T>;  // clang 14 does not deduce it by itself

[[nodiscard]] MaybeProblem parse_scalar(std::string_view text, bool& value);
[[nodiscard]] MaybeProblem parse_scalar(std::string_view text, int& value, Range<int> range);
[[nodiscard]] MaybeProblem parse_scalar(std::string_view text, std::uint16_t& port);
[[nodiscard]] MaybeProblem parse_scalar(std::string_view text, double& value, Range<double> range);
[[nodiscard]] MaybeProblem parse_scalar(std::string_view text, Duration& value, Range<Duration> range);
[[nodiscard]] MaybeProblem parse_scalar(std::string_view text, std::string& value);
[[nodiscard]] MaybeProblem parse_scalar(std::string_view text, std::filesystem::path& value);
[[nodiscard]] MaybeProblem parse_scalar(std::string_view text, AeTitle& value);
[[nodiscard]] MaybeProblem parse_scalar(std::string_view text, ByteSize& value);
[[nodiscard]] MaybeProblem parse_scalar(std::string_view text, AddressBlock& value);
[[nodiscard]] MaybeProblem parse_scalar(std::string_view text, SecretRef& value);
[[nodiscard]] MaybeProblem parse_scalar(std::string_view text, ClockMinute& value);
[[nodiscard]] MaybeProblem parse_scalar(std::string_view text, ResultCap& value);
[[nodiscard]] MaybeProblem parse_scalar(std::string_view text, KeepTime& value);
[[nodiscard]] MaybeProblem parse_scalar(std::string_view text, Endpoint& value);

/// Day names ("mon") and ranges of them ("mon-fri", "sat-mon"), added to the set.
[[nodiscard]] MaybeProblem add_days(std::string_view text, WeekDays& value);

[[nodiscard]] std::string show_scalar(bool value);
[[nodiscard]] std::string show_scalar(int value);
[[nodiscard]] std::string show_scalar(std::uint16_t value);
[[nodiscard]] std::string show_scalar(double value);
[[nodiscard]] std::string show_scalar(Duration value);
[[nodiscard]] std::string show_scalar(const std::string& value);
[[nodiscard]] std::string show_scalar(const std::filesystem::path& value);
[[nodiscard]] std::string show_scalar(const AeTitle& value);
[[nodiscard]] std::string show_scalar(ByteSize value);
[[nodiscard]] std::string show_scalar(const AddressBlock& value);
[[nodiscard]] std::string show_scalar(const SecretRef& value);
[[nodiscard]] std::string show_scalar(ClockMinute value);
[[nodiscard]] std::string show_scalar(ResultCap value);
[[nodiscard]] std::string show_scalar(KeepTime value);
[[nodiscard]] std::string show_scalar(const Endpoint& value);

/// Day names of a set, Monday first.
[[nodiscard]] std::vector<std::string> day_names(const WeekDays& value);

template <class E>
requires std::is_enum_v<E>
[[nodiscard]] MaybeProblem parse_scalar(std::string_view text, E& value) {
  std::vector<std::string> words;
  for (const auto& [word, meant] : enum_names(E{})) {
    if (word == text) {
      value = meant;
      return {};
    }
    words.emplace_back(word);
  }
  return not_one_of(text, words);
}

template <class E>
requires std::is_enum_v<E>
[[nodiscard]] std::string show_scalar(E value) {
  for (const auto& [word, meant] : enum_names(E{}))
    if (meant == value) return std::string(word);
  return {};
}

/// Further rules for texts: each takes the text and says what is wrong with it.
using TextRule = MaybeProblem (*)(std::string_view);

[[nodiscard]] MaybeProblem check_word(std::string_view text);          ///< not empty, no control characters
[[nodiscard]] MaybeProblem check_name(std::string_view text);          ///< letters, digits, ., _ and -
[[nodiscard]] MaybeProblem check_host(std::string_view text);          ///< host name or address, without port
[[nodiscard]] MaybeProblem check_bind(std::string_view text);          ///< numeric address to listen on
[[nodiscard]] MaybeProblem check_modality(std::string_view text);      ///< a modality that we harvest
[[nodiscard]] MaybeProblem check_timezone(std::string_view text);      ///< IANA name known to this machine
[[nodiscard]] MaybeProblem check_cron(std::string_view text);          ///< five fields or an @word
[[nodiscard]] MaybeProblem check_date_range(std::string_view text);    ///< "yesterday..today", "2026-11-01", "today-7"
[[nodiscard]] MaybeProblem check_notify_event(std::string_view text);  ///< failure, partial, success, no_data_Nd
[[nodiscard]] MaybeProblem check_no_phi(std::string_view text);        ///< not true
[[nodiscard]] MaybeProblem check_url(std::string_view text);           ///< http:// or https://

}  // namespace harvester::config
