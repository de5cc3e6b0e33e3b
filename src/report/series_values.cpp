#include "series_values.hpp"

#include <algorithm>
#include <unordered_map>

#include "harvester/core/text.hpp"

namespace harvester::report {

namespace figures = database::figures;

namespace {

std::string key_of(std::string_view text) { return lower(trimmed(text)); }

/// Which group a row belongs to, by what the question groups by.
class Grouping {
 public:
  Grouping(database::Connection& connection, const ChartQuestion& question, std::vector<std::string>& groups)
      : connection_(connection), by_(question.by), groups_(groups), labels_(figures::labels(connection)) {
    for (const auto& group : question.groups) wanted_.push_back(key_of(group));
  }

  /// Nothing: the row is in no group that was asked for.
  std::optional<std::size_t> of(const figures::ValueRow& row) {
    const auto key = by_ == By::standard_name ? std::pair(row.group, std::string(row.modality))
                                              : std::pair(row.group, std::string());
    if (last_ && last_->first == key) return last_->second;
    const auto known = known_.find(key);
    const auto index = known != known_.end() ? known->second : known_.emplace(key, index_of(row)).first->second;
    last_ = {key, index};
    return index;
  }

 private:
  std::optional<std::size_t> index_of(const figures::ValueRow& row) {
    const auto name = name_of_group(row);
    const auto key = key_of(name);
    if (!wanted_.empty() && std::find(wanted_.begin(), wanted_.end(), key) == wanted_.end()) return std::nullopt;
    const auto [found, is_new] = by_name_.emplace(key, groups_.size());
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
  std::map<std::pair<std::int64_t, std::string>, std::optional<std::size_t>> known_;
  std::optional<std::pair<std::pair<std::int64_t, std::string>, std::optional<std::size_t>>> last_;
  std::map<std::string, std::size_t> by_name_;
};

/// The period of a date; rows come by date, so that the one before is mostly the same.
class Periods {
 public:
  explicit Periods(std::optional<Interval> interval) : interval_(interval) {}

  const std::string& of(std::string_view date) {
    if (date != date_) {
      date_ = date;
      period_ = period_of(date, *interval_);
    }
    return period_;
  }

 private:
  const std::optional<Interval> interval_;
  std::string date_ = "none";
  std::string period_;
};

}  // namespace

ChartScanner SeriesValues::scanner(std::int64_t machine) const { return {machine, name_of(machines, machine)}; }

SeriesValues series_values(database::Connection& connection, const ChartQuestion& question,
                           std::optional<Interval> interval) {
  SeriesValues read;
  read.machines = machine_names(connection);
  Grouping grouping(connection, question, read.groups);
  Periods periods(interval);
  std::map<std::pair<std::size_t, std::int64_t>, std::size_t> series;
  figures::for_each_value(connection, {question.measure, question.of_events, question.by, question.filter},
                          [&](const figures::ValueRow& row) {
                            const auto group = grouping.of(row);
                            if (!group) return;
                            if (interval && periods.of(row.date).empty()) return;
                            const auto machine = question.split == Split::scanner ? row.machine : 0;
                            const auto [found, is_new] = series.emplace(std::pair(*group, machine), read.series.size());
                            if (is_new) read.series.push_back({*group, machine});
                            auto& into = read.series[found->second];
                            ++into.n;
                            (interval ? into.by_period[periods.of(row.date)] : into.values).push_back(row.value);
                          });
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
