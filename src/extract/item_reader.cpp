#include "harvester/extract/item_reader.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <tuple>

#include "harvester/core/civil.hpp"
#include "harvester/core/text.hpp"
#include "harvester/extract/dataset_reader.hpp"

namespace harvester::extract {
namespace {

/// Letters and digits of ASCII, and all beyond it.
bool tells(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0x80 || (byte >= '0' && byte <= '9') || ((byte | 0x20) >= 'a' && (byte | 0x20) <= 'z');
}

char small(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; }

/// Equal without case, blanks and punctuation. Asked for every concept of every item: it ends at the first difference.
bool same_words(std::string_view one, std::string_view other) {
  auto a = one.begin(), b = other.begin();
  for (;; ++a, ++b) {
    a = std::find_if(a, one.end(), tells);
    b = std::find_if(b, other.end(), tells);
    if (a == one.end() || b == other.end()) return a == one.end() && b == other.end();
    if (small(*a) != small(*b)) return false;
  }
}

MaybeText non_empty(const std::string& text) {
  if (text.empty()) return std::nullopt;
  return text;
}

bool is_private(std::string_view scheme) { return scheme.starts_with("99") || scheme == "L" || scheme == "LOCAL"; }

bool is_one_of(ValueType type, std::initializer_list<ValueType> types) {
  return types.size() == 0 || std::find(types.begin(), types.end(), type) != types.end();
}

}  // namespace

bool names_by_value(const Code& code, const Concept& sought) {
  const bool equal =
      !code.value.empty() && std::find(sought.values.begin(), sought.values.end(), code.value) != sought.values.end();
  if (!equal || !sought.scheme.empty()) return equal && code.scheme == sought.scheme;
  return !is_private(code.scheme) || names_by_meaning(code, sought);
}

bool names_by_meaning(const Code& code, const Concept& sought) {
  return !code.meaning.empty() && same_words(code.meaning, sought.meaning);
}

std::vector<const ContentItem*> ItemReader::all(const ContentItem& parent, const Concept& sought) const {
  std::vector<const ContentItem*> found;
  for (const auto& child : parent.children)
    if (names_by_value(child.concept_name, sought)) found.push_back(&child);
  if (!found.empty()) return found;
  for (const auto& child : parent.children)
    if (names_by_meaning(child.concept_name, sought)) found.push_back(&child);
  return found;
}

const ContentItem* ItemReader::first(const ContentItem& parent, const Concept& sought,
                                     std::initializer_list<ValueType> types) const {
  for (const auto* item : all(parent, sought)) {
    if (!is_one_of(item->type, types)) continue;
    item->used = true;
    return item;
  }
  return nullptr;
}

std::vector<const ContentItem*> ItemReader::containers(const ContentItem& parent, const Concept& sought) const {
  auto found = all(parent, sought);
  std::erase_if(found, [](const auto* item) { return item->type != ValueType::container; });
  for (const auto* item : found) item->used = true;
  return found;
}

MaybeNumber ItemReader::number(const ContentItem& parent, const Concept& sought, Quantity quantity) const {
  std::vector<const ContentItem*> items;
  for (const auto* item : all(parent, sought))
    if (item->type == ValueType::num) items.push_back(item);
  if (items.empty()) return std::nullopt;
  for (const auto* item : items) {
    item->used = true;
    const auto raw = [](const ContentItem& i) { return i.measured ? i.measured->number : std::string(); };
    if (raw(*item) != raw(*items.front())) warn(DoseWarning::several_items, *item, non_empty(raw(*item)));
  }
  return number_of(*items.front(), quantity);
}

MaybeNumber ItemReader::number_of(const ContentItem& item, Quantity quantity) const {
  item.used = true;
  if (!item.measured) return std::nullopt;
  const auto& measured = *item.measured;
  const auto factor = factor_to_stored(quantity, measured.unit);
  if (!factor) {
    warn(DoseWarning::unit_not_understood, item, measured.number, measured.unit);
    return std::nullopt;
  }
  const auto value = measured.number.empty() ? measured.exact : parse_number(measured.number);
  if (!value || !std::isfinite(*value * *factor)) {
    warn(DoseWarning::value_not_a_number, item, measured.number, non_empty(measured.unit));
    return std::nullopt;
  }
  // A division where the factor is a power of ten below 1 keeps 0.1 from becoming 0.1000000001.
  return *factor < 1 ? *value / (1 / *factor) : *value * *factor;
}

std::vector<double> ItemReader::numbers_of(const ContentItem& item, Quantity quantity) const {
  item.used = true;
  if (!item.measured || item.measured->number.find('\\') == std::string::npos) {
    const auto one = number_of(item, quantity);
    return one ? std::vector<double>{*one} : std::vector<double>{};
  }
  std::vector<double> values;
  for (const auto& part : split(item.measured->number, '\\')) {
    ContentItem single;
    single.concept_name = item.concept_name;
    single.measured = Measured{part, std::nullopt, item.measured->unit};
    if (const auto value = number_of(single, quantity)) values.push_back(*value);
  }
  return values;
}

MaybeCount ItemReader::count(const ContentItem& parent, const Concept& sought) const {
  const auto value = number(parent, sought, Quantity::count);
  if (!value || std::abs(*value) > 1e15) return std::nullopt;
  return std::llround(*value);
}

MaybeText ItemReader::text(const ContentItem& parent, const Concept& sought) const {
  for (const auto* item : all(parent, sought)) {
    if (item->type == ValueType::container || item->type == ValueType::num) continue;
    item->used = true;
    if (item->code) return non_empty(item->code->meaning.empty() ? item->code->value : item->code->meaning);
    if (!item->text.empty()) return item->text;
  }
  return std::nullopt;
}

MaybeCode ItemReader::code(const ContentItem& parent, const Concept& sought) const {
  const ContentItem* item = first(parent, sought, {ValueType::code, ValueType::text});
  if (!item) return std::nullopt;
  if (item->type == ValueType::code) return item->code;
  if (item->text.empty()) return std::nullopt;
  return Code{"", "", item->text};
}

MaybeText ItemReader::datetime(const ContentItem& parent, const Concept& sought) const {
  const ContentItem* item = first(parent, sought, {ValueType::datetime, ValueType::text, ValueType::date});
  if (!item || item->text.empty()) return std::nullopt;
  auto parsed = parse_datetime_iso(item->text);
  if (!parsed) warn(DoseWarning::value_not_a_date, *item, item->text);
  return parsed;
}

MaybeFlag ItemReader::yes(const ContentItem& parent, const Concept& sought) const {
  const ContentItem* item = first(parent, sought, {ValueType::code, ValueType::text});
  if (!item) return std::nullopt;
  constexpr Concept kYes{{"R-0038D", "373066001"}, "Yes"};
  if (item->code) return names_by_value(*item->code, kYes) || names_by_meaning(*item->code, kYes);
  return lower(item->text) == "yes";
}

void ItemReader::warn(DoseWarning kind, const ContentItem& item, MaybeText raw, MaybeText unit) const {
  const auto& name = item.concept_name;
  const auto place = name.meaning.empty() ? name.value : name.value + " " + name.meaning;
  warnings_.push_back({kind, non_empty(place), std::move(raw), std::move(unit)});
}

namespace {

using UnmappedKey = std::tuple<std::string, std::string, std::string, std::string>;

// Returns whether the item or anything below it was taken. Depth is bounded by read_content.
bool collect(const ContentItem& item, std::map<UnmappedKey, std::int64_t>& counts) {
  bool taken = item.used;
  for (const auto& child : item.children) taken |= collect(child, counts);
  if (!taken) ++counts[{item.concept_name.value, item.concept_name.scheme, item.concept_name.meaning, item.type_name}];
  return taken;
}

}  // namespace

std::vector<UnmappedItem> unmapped_items(const ContentItem& root) {
  std::map<UnmappedKey, std::int64_t> counts;
  for (const auto& child : root.children) collect(child, counts);
  std::vector<UnmappedItem> items;
  for (const auto& [key, occurrences] : counts) {
    const auto& [value, scheme, meaning, type] = key;
    items.push_back({non_empty(value), non_empty(scheme), non_empty(meaning), non_empty(type), occurrences});
  }
  return items;
}

void condense(std::vector<ReportWarning>& warnings, std::size_t most) {
  std::set<std::tuple<DoseWarning, MaybeText, MaybeText, MaybeText>> seen;
  std::vector<ReportWarning> kept;
  for (auto& warning : warnings) {
    if (kept.size() == most) break;
    if (seen.emplace(warning.kind, warning.place, warning.raw_value, warning.raw_unit).second)
      kept.push_back(std::move(warning));
  }
  warnings = std::move(kept);
}

}  // namespace harvester::extract
