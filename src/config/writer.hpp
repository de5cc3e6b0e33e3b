#pragma once

#include <optional>
#include <string>
#include <vector>

#include "schema.hpp"

namespace harvester::config {

/// A scalar as YAML that reads back as the same text.
[[nodiscard]] std::string yaml_scalar(const std::string& text);

/// Visitor of the schema that writes all keys as block YAML.
class Writer {
 public:
  explicit Writer(int indent = 0) : indent_(indent) {}

  template <class T, class... Rule>
  void operator()(std::string_view key, const T& value, Rule...) {
    out_ += std::string(static_cast<std::size_t>(indent_), ' ') + std::string(key) + ":";
    write(value);
  }

  template <class T, class Rule>
  void required(std::string_view key, const T& value, Rule, std::string_view) {
    (*this)(key, value);
  }

  [[nodiscard]] const std::string& text() const { return out_; }

 private:
  template <class T>
  void write(const T& value) {
    if constexpr (Section<const T>)
      out_ += "\n" + nested(value, indent_ + 2);
    else
      out_ += " " + yaml_scalar(show_scalar(value)) + "\n";
  }

  template <class T>
  void write(const std::optional<T>& value) {
    if (value)
      write(*value);
    else
      out_ += " null\n";
  }

  template <class T>
  void write(const std::vector<T>& values) {
    if constexpr (Section<const T>) {
      if (values.empty()) return write_flow({});
      out_ += "\n";
      for (const auto& value : values) write_item(nested(value, indent_ + 4));
    } else {
      std::vector<std::string> words;
      for (const auto& value : values) words.push_back(show_scalar(value));
      write_flow(words);
    }
  }

  template <class T>
  static std::string nested(const T& value, int indent) {
    Writer inner(indent);
    describe(inner, value);
    return inner.out_;
  }

  void write(const KeepRules& rules);
  void write(const WeekDays& days) { write_flow(day_names(days)); }
  void write_flow(const std::vector<std::string>& words);
  void write_item(std::string block);

  int indent_;
  std::string out_;
};

/// Visitor of the schema that lists the paths of all keys.
class KeyLister {
 public:
  template <class T, class... Rule>
  void operator()(std::string_view key, const T& value, Rule...) {
    const auto path = prefix_ + std::string(key);
    paths_.push_back(path);
    list(path, value);
  }

  template <class T, class Rule>
  void required(std::string_view key, const T& value, Rule, std::string_view) {
    (*this)(key, value);
  }

  [[nodiscard]] const std::vector<std::string>& paths() const { return paths_; }

 private:
  template <class T>
  void list(const std::string& path, const T& value) {
    if constexpr (Section<const T>) list_below(path + ".", value);
  }

  template <class T>
  void list(const std::string& path, const std::vector<T>&) {
    if constexpr (Section<const T>) list_below(path + "[].", T{});
  }

  template <class T>
  void list_below(std::string prefix, const T& value) {
    std::swap(prefix, prefix_);
    describe(*this, value);
    prefix_ = std::move(prefix);
  }

  std::string prefix_;
  std::vector<std::string> paths_;
};

}  // namespace harvester::config
