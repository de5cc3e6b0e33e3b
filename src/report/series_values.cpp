#include "series_values.hpp"

#include <algorithm>
#include <unordered_map>

#include "harvester/core/text.hpp"

namespace harvester::report {

namespace figures = database::figures;

namespace {

std::string key_of(std::string_view text) { return lower(trimmed(text)); }

/// Which group a row belongs to, by what the question groups by. Asked for each row: what was found out is looked up by
/// number.
class Grouping {
 public:
  Grouping(database::Connection& connection, const ChartQuestion& question, std::vector<std::string>& groups)
      : connection_(connection), by_(question.by), groups_(groups), labels_(figures::labels(connection)) {
    for (const auto& group : question.groups) wanted_.push_back(key_of(group));
    if (by_ != By::standard_name) known_.emplace_back();
  }

  /// Nothing: the row is in no group that was asked for.
  std::optional<std::size_t> of(const figures::ValueRow& row) {
    auto& known = known_[modality_of(row)];
    const auto label = static_cast<std::size_t>(row.group);
    if (label >= known.size()) known.resize(label + 1, kUnknown);
    if (known[label] == kUnknown) known[label] = index_of(row);
    return known[label] == kNotWanted ? std::nullopt : std::optional(static_cast<std::size_t>(known[label]));
  }

 private:
  static constexpr int kUnknown = -2, kNotWanted = -1;

  /// Names are given to protocols of a modality; else it does not matter.
  std::size_t modality_of(const figures::ValueRow& row) {
    if (by_ != By::standard_name) return 0;
    const auto found = std::find(modalities_.begin(), modalities_.end(), row.modality);
    if (found != modalities_.end()) return static_cast<std::size_t>(found - modalities_.begin());
    modalities_.emplace_back(row.modality);
    known_.emplace_back();
    return modalities_.size() - 1;
  }

  int index_of(const figures::ValueRow& row) {
    const auto name = name_of_group(row);
    const auto key = key_of(name);
    if (!wanted_.empty() && std::find(wanted_.begin(), wanted_.end(), key) == wanted_.end()) return kNotWanted;
    const auto [found, is_new] = by_name_.emplace(key, static_cast<int>(groups_.size()));
    if (is_new) groups_.push_back(name);
    return found->second;
  }

  std::string name_of_group(const figures::ValueRow& row) {
    if (row.group == 0) return {};
    if (by_ == By::standard_name) return figures::standard_name(connection_, row.group, std::string(row.modality));
    const auto label = labels_.find(row.group);
    return label == labels_.end() ? std::string() : label->second;
  }

  database::Connection& connection_;
  const By by_;
  std::vector<std::string>& groups_;
  const std::map<std::int64_t, std::string> labels_;
  std::vector<std::string> wanted_;
  std::vector<std::string> modalities_;
  std::vector<std::vector<int>> known_;  ///< by modality and label
  std::map<std::string, int> by_name_;
};

/// The number of a date's period; rows come by date, so that the one before is mostly the same.
class Periods {
 public:
  Periods(std::optional<Interval> interval, std::vector<std::string>& names) : interval_(interval), names_(names) {}

  /// -1: it is no date.
  int of(std::string_view date) {
    if (date == date_) return period_;
    date_ = date;
    period_ = -1;
    const auto name = period_of(date, *interval_);
    if (name.empty()) return period_;
    const auto [found, is_new] = known_.emplace(name, static_cast<int>(names_.size()));
    if (is_new) names_.push_back(name);
    period_ = found->second;
    return period_;
  }

 private:
  const std::optional<Interval> interval_;
  std::vector<std::string>& names_;
  std::map<std::string, int> known_;
  std::string date_;
  int period_ = -1;
};

/// The series of a group and a machine.
class SeriesOf {
 public:
  explicit SeriesOf(std::vector<SeriesValues::Series>& all) : all_(all) {}

  SeriesValues::Series& at(std::size_t group, std::int64_t machine) {
    const auto key = static_cast<std::uint64_t>(group) << 32 | static_cast<std::uint32_t>(machine);
    const auto [found, is_new] = known_.emplace(key, all_.size());
    if (is_new) all_.push_back({group, machine});
    return all_[found->second];
  }

 private:
  std::vector<SeriesValues::Series>& all_;
  std::unordered_map<std::uint64_t, std::size_t> known_;
};

}  // namespace

ChartScanner SeriesValues::scanner(std::int64_t machine) const { return {machine, name_of(machines, machine)}; }

SeriesValues series_values(database::Connection& connection, const ChartQuestion& question,
                           std::optional<Interval> interval) {
  SeriesValues read;
  read.machines = machine_names(connection);
  Grouping grouping(connection, question, read.groups);
  Periods periods(interval, read.periods);
  SeriesOf series(read.series);
  const auto take = [&](const figures::ValueRow& row) {
    const auto group = grouping.of(row);
    if (!group) return;
    const int period = interval ? periods.of(row.date) : -1;
    if (interval && period < 0) return;
    auto& into = series.at(*group, question.split == Split::scanner ? row.machine : 0);
    ++into.n;
    if (!interval) return into.values.push_back(row.value);
    const auto index = static_cast<std::size_t>(period);
    if (into.by_period.size() <= index) into.by_period.resize(index + 1);
    into.by_period[index].push_back(row.value);
  };
  figures::for_each_value(
      connection, {question.measure, question.of_events, question.by, question.filter, interval.has_value()}, take);
  return read;
}

std::map<std::int64_t, std::string> machine_names(database::Connection& connection) {
  std::map<std::int64_t, std::string> names;
  for (const auto& machine : figures::machines(connection)) names[machine.machine] = machine.equipment;
  return names;
}

std::string name_of(const std::map<std::int64_t, std::string>& names, std::int64_t machine) {
  const auto found = names.find(machine);
  return found == names.end() ? std::string() : found->second;
}

bool matches_pattern(std::string_view text, std::string_view pattern) {
  const auto subject = lower(text), wanted = lower(pattern);
  std::size_t at = 0, p = 0, star = std::string::npos, resume = 0;
  while (at < subject.size()) {
    if (p < wanted.size() && (wanted[p] == '?' || wanted[p] == subject[at]) && wanted[p] != '*') {
      ++at;
      ++p;
    } else if (p < wanted.size() && wanted[p] == '*') {
      star = p++;
      resume = at;
    } else if (star != std::string::npos) {
      p = star + 1;
      at = ++resume;
    } else {
      return false;
    }
  }
  while (p < wanted.size() && wanted[p] == '*') ++p;
  return p == wanted.size();
}

}  // namespace harvester::report
