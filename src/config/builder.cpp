#include "builder.hpp"

#include <fmt/format.h>
#include <yaml-cpp/anchor.h>
#include <yaml-cpp/mark.h>

#include <algorithm>

namespace harvester::config {
namespace {

constexpr int kMaximumFaults = 200;  // a binary file that happens to be YAML does not fill the terminal

const Entry* find_entry(const Value& map, const std::string& key) {
  const auto same = [&](const Entry& entry) { return entry.key == key; };
  const auto found = std::find_if(map.entries.begin(), map.entries.end(), same);
  return found == map.entries.end() ? nullptr : &*found;
}

std::string joined(const std::string& path, const std::string& key) { return path.empty() ? key : path + "." + key; }

}  // namespace

Mark mark_in(const Document& document, int line, int byte_column) {
  if (line < 0) return {};
  const auto row = static_cast<std::size_t>(line);
  if (row >= document.lines.size()) return {line + 1, 1};
  const auto before =
      std::string_view(document.lines[row]).substr(0, static_cast<std::size_t>(std::max(0, byte_column)));
  const auto starts = [](char c) { return (static_cast<unsigned char>(c) & 0xC0u) != 0x80u; };
  return {line + 1, 1 + static_cast<int>(std::count_if(before.begin(), before.end(), starts))};
}

void Builder::OnDocumentStart(const YAML::Mark& mark) {
  if (++documents_ == 2)
    fault(mark_in(document_, mark.line, mark.column), "", "a second YAML document begins here; only one is read",
          "remove the line `---`, or move this part into a file of its own");
}

Value Builder::value(Value::Kind kind, const YAML::Mark& mark) const {
  Value made;
  made.kind = kind;
  made.mark = mark_in(document_, mark.line, mark.column);
  return made;
}

void Builder::fault(const Mark& mark, const std::string& key, std::string message, std::string hint) {
  if (document_.faults.size() < kMaximumFaults)
    document_.faults.push_back(fault_at(document_, mark, key, std::move(message), std::move(hint)));
}

std::string Builder::path() const {
  std::string path;
  for (const auto& frame : frames_) {
    if (frame.container.kind == Value::Kind::list)
      path += fmt::format("[{}]", frame.container.items.size());
    else if (frame.has_key)
      path = joined(path, frame.key.key);
  }
  return path;
}

void Builder::refuse_extras(const Mark& mark, const std::string& tag, YAML::anchor_t anchor) {
  if (anchor != YAML::NullAnchor)
    fault(mark, path(), "anchors (&name) are not supported", "write the value out where it is needed");
  if (!tag.empty() && tag != "?" && tag != "!")
    fault(mark, path(), "tags (!!type) are not supported", "write the value without a tag; quote it if it is a text");
}

bool Builder::expects_key() const {
  return !frames_.empty() && frames_.back().container.kind == Value::Kind::map && !frames_.back().has_key;
}

void Builder::OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) {
  auto made = value(Value::Kind::null, mark);
  refuse_extras(made.mark, "", anchor);
  add(std::move(made));
}

void Builder::OnAlias(const YAML::Mark& mark, YAML::anchor_t) {
  auto made = value(Value::Kind::broken, mark);
  fault(made.mark, path(), "aliases (*name) are not supported",
        "write the value out; a text that begins with * needs quotes");
  add(std::move(made));
}

void Builder::OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, const std::string& text) {
  auto made = value(Value::Kind::scalar, mark);
  refuse_extras(made.mark, tag, anchor);
  made.text = text;
  add(std::move(made));
}

void Builder::OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                              YAML::EmitterStyle::value) {
  auto made = value(Value::Kind::list, mark);
  refuse_extras(made.mark, tag, anchor);
  open(std::move(made));
}

void Builder::OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                         YAML::EmitterStyle::value) {
  auto made = value(Value::Kind::map, mark);
  refuse_extras(made.mark, tag, anchor);
  open(std::move(made));
}

void Builder::open(Value container) {
  Frame frame;
  frame.is_key = expects_key();
  frame.container = std::move(container);
  frames_.push_back(std::move(frame));
}

void Builder::close() {
  auto frame = std::move(frames_.back());
  frames_.pop_back();
  add(std::move(frame.container));
}

void Builder::add(Value value) {
  if (frames_.empty()) {
    if (documents_ < 2) document_.root = std::move(value);
    return;
  }
  auto& frame = frames_.back();
  if (frame.container.kind == Value::Kind::list)
    frame.container.items.push_back(std::move(value));
  else if (!frame.has_key)
    take_key(value);
  else
    take_entry(frame, std::move(value));
}

void Builder::take_key(const Value& value) {
  const auto above = path();
  auto& frame = frames_.back();
  frame.has_key = true;
  frame.key = Entry{value.text, value.mark, {}};
  if (value.kind != Value::Kind::scalar) {
    fault(value.mark, above, "a key has to be a plain word", "write `key: value`");
  } else if (value.text == "<<") {
    fault(value.mark, above, "merge keys (<<) are not supported", "write the keys out");
  } else if (const auto* first = find_entry(frame.container, value.text)) {
    fault(value.mark, joined(above, value.text),
          fmt::format("the key is given twice, first in line {}", first->mark.line), "keep one of the two");
  } else {
    return;
  }
  frame.key.key.clear();
}

void Builder::take_entry(Frame& frame, Value value) {
  frame.has_key = false;
  if (frame.key.key.empty()) return;
  frame.key.value = std::move(value);
  frame.container.entries.push_back(std::move(frame.key));
  frame.key = {};
}

}  // namespace harvester::config
