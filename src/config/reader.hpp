#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "leaf.hpp"
#include "schema.hpp"
#include "source.hpp"

namespace harvester::config {

/// What all readers of one file share.
struct Reading {
  Source& source;
  std::filesystem::path base;
  std::vector<Fault>& faults;

  void fault(Mark mark, const std::string& key, Problem problem);
};

/// Visitor of the schema that fills a struct from one YAML map and collects every fault on the way.
class Reader {
 public:
  /// `map` may be of kind null: then nothing is given, and only required keys are missed. `mark` is shown for these.
  Reader(Reading& reading, const Value& map, Mark mark, std::string path);

  template <class T, class... Rule>
  void operator()(std::string_view key, T& value, Rule... rule) {
    static const Value kAbsent;
    if (const auto* entry = take(key))
      read(entry->value, entry->mark, below(key), value, rule...);
    else if constexpr (Section<T>)
      read(kAbsent, mark_, below(key), value);
  }

  template <class T, class Rule>
  void required(std::string_view key, T& value, Rule rule, std::string_view what) {
    if (const auto* entry = take(key))
      read(entry->value, entry->mark, below(key), value, rule);
    else
      missing(key, what);
  }

  /// To be called after all keys of the schema: what is left over is unknown.
  void finish();

 private:
  const Entry* take(std::string_view key);
  [[nodiscard]] std::string below(std::string_view key) const;
  void missing(std::string_view key, std::string_view what);
  /// Whether the value has the kind that is wanted; else records the fault. Null and broken are never it.
  bool is(Value::Kind wanted, const Value& value, Mark mark, const std::string& path);

  template <class T, class... Rule>
  void read(const Value& value, Mark mark, const std::string& path, T& out, Rule... rule) {
    if constexpr (Section<T>) {
      read_section(value, mark, path, out);
    } else {
      if (value.kind == Value::Kind::broken) return;
      if (value.kind == Value::Kind::null) return no_value(mark, path, show_scalar(out));
      if (!is(Value::Kind::scalar, value, mark, path)) return;
      note(path, value.mark);
      if (auto problem = read_leaf(value.text, reading_.base, out, rule...))
        reading_.fault(value.mark, path, std::move(*problem));
    }
  }

  template <class T, class... Rule>
  void read(const Value& value, Mark mark, const std::string& path, std::optional<T>& out, Rule... rule) {
    if (value.kind == Value::Kind::null) return out.reset();
    auto inner = fresh<T>();
    read(value, mark, path, inner, rule...);
    out = std::move(inner);
  }

  template <class T, class... Rule>
  void read(const Value& value, Mark mark, const std::string& path, std::vector<T>& out, Rule... rule) {
    note(path, value.mark);
    if (!is(Value::Kind::list, value, mark, path)) return;
    out.clear();
    for (std::size_t n = 0; n < value.items.size(); ++n) {
      auto item = fresh<T>();
      read(value.items[n], value.items[n].mark, fmt::format("{}[{}]", path, n), item, rule...);
      out.push_back(std::move(item));
    }
  }

  template <class T>
  void read_section(const Value& value, Mark mark, const std::string& path, T& out) {
    static const Value kAbsent;
    const bool given = value.kind != Value::Kind::null;
    if (given) note(path, mark);
    if (given && !is(Value::Kind::map, value, mark, path)) return;
    Reader inner(reading_, given ? value : kAbsent, mark, path);
    describe(inner, out);
    inner.finish();
  }

  void read(const Value& value, Mark mark, const std::string& path, KeepRules& out);
  void read(const Value& value, Mark mark, const std::string& path, WeekDays& out);
  void no_value(Mark mark, const std::string& path, const std::string& default_text);
  void note(const std::string& path, Mark mark) { reading_.source.places[path] = mark; }

  Reading& reading_;
  const Value& map_;
  Mark mark_;
  std::string path_;
  std::vector<std::string> known_;
};

}  // namespace harvester::config
