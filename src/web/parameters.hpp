#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "call.hpp"
#include "harvester/core/civil.hpp"
#include "harvester/database/lists.hpp"

namespace harvester::web {

/// Reads what stands behind the ? of an address, and remembers the first fault: a value that is none, a name that
/// nobody asked for.
class Parameters {
 public:
  explicit Parameters(const Call& call) : call_(call) {}

  [[nodiscard]] std::string text(const char* name);
  [[nodiscard]] std::vector<std::string> texts(const char* name);  ///< of each time it is given
  [[nodiscard]] std::vector<std::string> words(const char* name);  ///< with commas between
  [[nodiscard]] std::int64_t number(const char* name, std::int64_t otherwise, std::int64_t least, std::int64_t most);
  [[nodiscard]] std::optional<std::int64_t> maybe_number(const char* name);
  [[nodiscard]] std::optional<double> decimal(const char* name);
  [[nodiscard]] bool flag(const char* name);
  [[nodiscard]] std::optional<CivilDate> date(const char* name);  ///< "2026-11-22"

  /// One of these words; the first where it is not given.
  template <class T>
  [[nodiscard]] T one_of(const char* name, const std::vector<std::pair<std::string_view, T>>& words) {
    const auto given = text(name);
    if (given.empty()) return words.front().second;
    std::string all;
    for (const auto& [word, value] : words) {
      if (word == given) return value;
      all += (all.empty() ? "" : ", ") + std::string(word);
    }
    complain(name, "is none of " + all);
    return words.front().second;
  }

  /// `limit` and `cursor` of a list that goes by row ids.
  [[nodiscard]] database::lists::Part part();

  /// To be called after all that is known: the answer to what is wrong.
  [[nodiscard]] std::optional<Reply> fault();

 private:
  void complain(const char* name, const std::string& what);

  const Call& call_;
  std::set<std::string> known_;
  std::string fault_;
};

/// Reads the object of a POST likewise.
class Body {
 public:
  explicit Body(const ordered_json& json) : json_(json) {}

  [[nodiscard]] std::string text(const char* name);
  [[nodiscard]] std::vector<std::string> texts(const char* name, std::size_t most);
  [[nodiscard]] std::vector<std::int64_t> numbers(const char* name, std::size_t most);
  [[nodiscard]] std::int64_t number(const char* name, std::int64_t otherwise, std::int64_t least, std::int64_t most);
  [[nodiscard]] bool flag(const char* name);
  void complain(const char* name, const std::string& what);
  [[nodiscard]] std::optional<Reply> fault();

 private:
  /// Null: it is not given.
  const ordered_json* value(const char* name);

  const ordered_json& json_;
  std::set<std::string> known_;
  std::string fault_;
};

}  // namespace harvester::web
