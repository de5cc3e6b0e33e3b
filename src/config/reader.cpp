#include "reader.hpp"

#include "harvester/core/text.hpp"

namespace harvester::config {
namespace {

const char* expected(Value::Kind kind) {
  switch (kind) {
    case Value::Kind::list:
      return "a list is expected here";
    case Value::Kind::map:
      return "keys with values are expected here";
    default:
      return "one value is expected here";
  }
}

const char* found(Value::Kind kind) {
  switch (kind) {
    case Value::Kind::list:
      return "a list";
    case Value::Kind::map:
      return "keys with values";
    default:
      return "one value";
  }
}

std::string kind_hint(Value::Kind wanted, const Value& value) {
  if (wanted == Value::Kind::list && value.kind == Value::Kind::scalar)
    return fmt::format("did you mean [{}]?", value.text);
  if (wanted == Value::Kind::list) return "begin each entry with \"- \"";
  if (wanted == Value::Kind::map) return "write {key: value}, or indented lines `key: value`";
  return "write the value alone, without brackets";
}

Problem unknown_key(const std::string& key, const std::vector<std::string>& known) {
  const auto meant = nearest(key, known);
  const auto hint = meant.empty() ? "the keys here are " + join(known, ", ") : fmt::format("did you mean {}?", meant);
  return {"there is no such key", hint};
}

}  // namespace

void Reading::fault(Mark mark, const std::string& key, Problem problem) {
  auto fault = fault_at(source.document, mark, key, std::move(problem.message), std::move(problem.hint));
  if (problem.secret) fault.source_line.clear();
  faults.push_back(std::move(fault));
}

Reader::Reader(Reading& reading, const Value& map, Mark mark, std::string path)
    : reading_(reading), map_(map), mark_(mark), path_(std::move(path)) {}

const Entry* Reader::take(std::string_view key) {
  known_.emplace_back(key);
  const auto same = [&](const Entry& entry) { return entry.key == key; };
  const auto entry = std::find_if(map_.entries.begin(), map_.entries.end(), same);
  return entry == map_.entries.end() ? nullptr : &*entry;
}

std::string Reader::below(std::string_view key) const {
  return path_.empty() ? std::string(key) : fmt::format("{}.{}", path_, key);
}

void Reader::missing(std::string_view key, std::string_view what) {
  if (map_.kind == Value::Kind::broken) return;
  reading_.fault(mark_, below(key), {"has to be given", fmt::format("add {}: {}", key, what)});
}

bool Reader::is(Value::Kind wanted, const Value& value, Mark mark, const std::string& path) {
  if (value.kind == wanted) return true;
  if (value.kind == Value::Kind::null || value.kind == Value::Kind::broken) return false;
  const auto message = fmt::format("{}, not {}", expected(wanted), found(value.kind));
  reading_.fault(value.mark.line > 0 ? value.mark : mark, path, {message, kind_hint(wanted, value)});
  return false;
}

void Reader::no_value(Mark mark, const std::string& path, const std::string& default_text) {
  const auto hint = default_text.empty() ? "write a value, \"\" for an empty text"
                                         : fmt::format("leave the key out for the default {}", default_text);
  reading_.fault(mark, path, {"has no value", hint});
}

void Reader::finish() {
  for (const auto& entry : map_.entries)
    if (std::find(known_.begin(), known_.end(), entry.key) == known_.end())
      reading_.fault(entry.mark, below(entry.key), unknown_key(entry.key, known_));
}

void Reader::read(const Value& value, Mark mark, const std::string& path, KeepRules& out) {
  note(path, value.mark);
  if (!is(Value::Kind::map, value, mark, path)) return;
  out.clear();
  const auto& kinds = object_kind_names();
  for (const auto& entry : value.entries) {
    const auto below = path + "." + entry.key;
    if (std::find(kinds.begin(), kinds.end(), entry.key) == kinds.end())
      reading_.fault(entry.mark, below, unknown_key(entry.key, kinds));
    else
      read(entry.value, entry.mark, below, out[entry.key]);
  }
}

void Reader::read(const Value& value, Mark mark, const std::string& path, WeekDays& out) {
  note(path, value.mark);
  if (!is(Value::Kind::list, value, mark, path)) return;
  out = {};
  for (std::size_t n = 0; n < value.items.size(); ++n) {
    const auto& item = value.items[n];
    const auto below = fmt::format("{}[{}]", path, n);
    if (!is(Value::Kind::scalar, item, item.mark, below)) continue;
    if (auto problem = add_days(item.text, out)) reading_.fault(item.mark, below, std::move(*problem));
  }
}

}  // namespace harvester::config
