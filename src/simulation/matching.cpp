#include "harvester/simulation/matching.hpp"

#include <algorithm>
#include <set>

#include "harvester/core/civil.hpp"
#include "harvester/core/text.hpp"

namespace harvester::simulation {
namespace {

namespace tag = dicom::tag;

bool has_wildcard(std::string_view key) { return key.find_first_of("*?") != std::string_view::npos; }

/// Wildcard matching that minds the case: * any text, ? one character.
bool matches_wildcard(std::string_view key, std::string_view value) {
  std::size_t k = 0, v = 0, star = std::string_view::npos, resume = 0;
  while (v < value.size()) {
    if (k < key.size() && (key[k] == '?' || key[k] == value[v]) && key[k] != '*') {
      ++k, ++v;
    } else if (k < key.size() && key[k] == '*') {
      star = k++;
      resume = v;
    } else if (star != std::string_view::npos) {
      k = star + 1;
      v = ++resume;
    } else {
      return false;
    }
  }
  return key.find_first_not_of('*', k) == std::string_view::npos;
}

bool matches_text(std::string_view key, std::string_view value) {
  return has_wildcard(key) ? matches_wildcard(key, value) : key == value;
}

bool in_uid_list(std::string_view key, std::string_view value) {
  for (const auto& part : split(key, '\\')) {
    if (trimmed(part) == value) return true;
  }
  return false;
}

/// A bound or value as a number that orders as dates or times do; nothing if it is none.
std::optional<std::int64_t> ordered(KeyKind kind, std::string_view text) {
  if (kind == KeyKind::date) {
    const auto date = parse_date(text);
    if (!date) return std::nullopt;
    return std::chrono::sys_days(*date).time_since_epoch().count();
  }
  const auto time = parse_time(text);
  if (!time) return std::nullopt;
  return time->count();
}

/// A bound that is there but cannot be read matches nothing.
bool matches_range(KeyKind kind, std::string_view key, std::string_view value) {
  const auto dash = key.find('-');
  const auto number = ordered(kind, value);
  if (!number) return false;
  if (dash == std::string_view::npos) return ordered(kind, key) == number;
  const auto low = trimmed(key.substr(0, dash));
  const auto high = trimmed(key.substr(dash + 1));
  const auto from = ordered(kind, low);
  const auto until = ordered(kind, high);
  if ((!low.empty() && !from) || (!high.empty() && !until)) return false;
  return (!from || *from <= *number) && (!until || *number <= *until);
}

bool matches_number(std::string_view key, std::string_view value) {
  const auto read = [](std::string_view text) { return dicom::Attributes{{tag::kInstanceNumber, std::string(text)}}; };
  const auto wanted = read(key).integer(tag::kInstanceNumber);
  return wanted && read(value).integer(tag::kInstanceNumber) == wanted;
}

bool matches_one(KeyKind kind, std::string_view key, std::string_view value) {
  switch (kind) {
    case KeyKind::uid:
      return in_uid_list(key, value);
    case KeyKind::date:
    case KeyKind::time:
      return matches_range(kind, key, value);
    case KeyKind::number:
      return matches_number(key, value);
    case KeyKind::name:
      return matches_text(lower(key), lower(value));
    case KeyKind::text:
      break;
  }
  return matches_text(key, value);
}

bool is_matching_key(dicom::Tag key) {
  static const std::set<dicom::Tag> kOthers = {
      tag::kSpecificCharacterSet,          tag::kQueryRetrieveLevel,         tag::kRetrieveAeTitle,
      tag::kInstanceAvailability,          tag::kNumberOfStudyRelatedSeries, tag::kNumberOfStudyRelatedInstances,
      tag::kNumberOfSeriesRelatedInstances};
  return !kOthers.contains(key);
}

}  // namespace

KeyKind kind_of(dicom::Tag key) {
  static const std::set<dicom::Tag> kUids = {tag::kSopClassUid, tag::kSopInstanceUid, tag::kSopClassesInStudy,
                                             tag::kStudyInstanceUid, tag::kSeriesInstanceUid};
  static const std::set<dicom::Tag> kDates = {
      tag::kStudyDate, tag::kPatientBirthDate, {0x0008, 0x0021}, {0x0008, 0x0022}, {0x0008, 0x0023}};
  static const std::set<dicom::Tag> kTimes = {tag::kStudyTime, {0x0008, 0x0031}, {0x0008, 0x0032}, {0x0008, 0x0033}};
  if (kUids.contains(key)) return KeyKind::uid;
  if (kDates.contains(key)) return KeyKind::date;
  if (kTimes.contains(key)) return KeyKind::time;
  if (key == tag::kSeriesNumber || key == tag::kInstanceNumber) return KeyKind::number;
  return key == tag::kPatientName ? KeyKind::name : KeyKind::text;
}

bool matches(KeyKind kind, std::string_view key, std::string_view value) {
  const auto wanted = trimmed(key);
  if (wanted.empty() || wanted == "*") return true;
  for (const auto& part : split(value, '\\')) {
    if (matches_one(kind, wanted, trimmed(part))) return true;
  }
  return false;
}

bool matches_all(const dicom::Attributes& keys, const dicom::Attributes& candidate) {
  return std::all_of(keys.begin(), keys.end(), [&](const auto& key) {
    if (!is_matching_key(key.first) || !candidate.has(key.first)) return true;
    return matches(kind_of(key.first), key.second, candidate.raw(key.first));
  });
}

}  // namespace harvester::simulation
