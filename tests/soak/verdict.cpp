#include "verdict.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <fmt/format.h>

#include <charconv>
#include <optional>

namespace harvester::soak {
namespace {

constexpr const char* kRows = R"sql(
  SELECT sop_instance_uid, state, reason, spool_path IS NOT NULL FROM received_object)sql";

/// Which object of which sender a UID names.
struct Origin {
  std::size_t sender = 0;
  std::size_t number = 0;
};

std::optional<Origin> origin_of(const std::string& uid) {
  static const std::string kArc = "2.999.";
  Origin origin;
  if (!uid.starts_with(kArc)) return std::nullopt;
  const auto* const end = uid.data() + uid.size();
  const auto sender = std::from_chars(uid.data() + kArc.size(), end, origin.sender);
  if (sender.ec != std::errc{} || sender.ptr == end) return std::nullopt;
  const auto number = std::from_chars(sender.ptr + 1, end, origin.number);
  if (number.ec != std::errc{} || origin.sender < Pusher::kFirstSender || origin.number < Pusher::kFirst)
    return std::nullopt;
  origin.sender -= Pusher::kFirstSender;
  origin.number -= Pusher::kFirst;
  return origin;
}

std::uint64_t database_count(const SQLite::Database& database, const char* sql) {
  SQLite::Statement count(database, sql);
  return count.executeStep() ? static_cast<std::uint64_t>(count.getColumn(0).getInt64()) : 0;
}

struct Found {
  std::uint8_t counted = 0;  ///< rows that are no duplicates
  std::uint8_t repeats = 0;
};

class Comparison {
 public:
  Comparison(const std::deque<Pusher>& pushers, Faults& faults) : pushers_(pushers), faults_(faults) {
    for (const auto& pusher : pushers) found_.emplace_back(pusher.fates().size());
  }

  void add(const std::string& uid, const std::string& state, const std::string& reason, bool has_file) {
    const auto origin = origin_of(uid);
    if (!origin || origin->sender >= found_.size() || origin->number >= found_[origin->sender].size())
      return faults_.add("there is a row that nobody sent");
    auto& found = found_[origin->sender][origin->number];
    if (has_file) faults_.add("a row still has its file");
    if (reason == "duplicate") return ++ends_.duplicates, void(++found.repeats);
    ++found.counted;
    const auto* const wanted = Pusher::is_report(origin->number) ? "imported" : "ignored";
    if (state != wanted) faults_.add(fmt::format("an object is {} ({}), not {}", state, reason, wanted));
    ++(state == "imported" ? ends_.imported : ends_.ignored);
  }

  Ends finish() {
    for (std::size_t sender = 0; sender < pushers_.size(); ++sender)
      for (std::size_t number = 0; number < found_[sender].size(); ++number)
        compare(pushers_[sender], number, found_[sender][number]);
    return ends_;
  }

 private:
  void compare(const Pusher& pusher, std::size_t number, const Found& found) {
    const auto fate = pusher.fates()[number];
    if (fate == Fate::acknowledged && found.counted != 1) faults_.add("an acknowledged object is lost or doubled");
    if (fate == Fate::unknown && found.counted > 1) faults_.add("an object is doubled");
    if (fate == Fate::unsent && found.counted != 0) faults_.add("an object that was never sent to its end has a row");
    if (found.repeats != pusher.repeats(number)) faults_.add("repeats are not all told as such");
  }

  const std::deque<Pusher>& pushers_;
  Faults& faults_;
  std::vector<std::vector<Found>> found_;
  Ends ends_;
};

}  // namespace

Ends check_ends(const std::filesystem::path& file, const std::deque<Pusher>& pushers, Faults& faults) {
  const SQLite::Database database(file.string(), SQLite::OPEN_READONLY, 5000);
  Comparison comparison(pushers, faults);
  SQLite::Statement rows(database, kRows);
  while (rows.executeStep())
    comparison.add(rows.getColumn(0).getString(), rows.getColumn(1).getString(), rows.getColumn(2).getString(),
                   rows.getColumn(3).getInt() != 0);
  const auto ends = comparison.finish();
  const auto reports = database_count(database, "SELECT count(*) FROM dose_report");
  if (reports != ends.imported) faults.add(fmt::format("{} dose reports of {} objects", reports, ends.imported));
  return ends;
}

void check_empty(const std::filesystem::path& spool, Faults& faults) {
  for (const auto* part : {"incoming", "objects"})
    for (const auto& entry : std::filesystem::recursive_directory_iterator(spool / part))
      if (!entry.is_directory()) faults.add("a file is left in the spool");
}

}  // namespace harvester::soak
