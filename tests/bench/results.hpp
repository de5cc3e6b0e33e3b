#pragma once

#include <string>
#include <vector>

namespace harvester::bench {

/// The arguments of every benchmark program: [--quick] [--json] [--turns N] [--only WHO].
struct Arguments {
  bool quick = false;
  bool json = false;
  int turns = 2;     ///< how often everything is done; not where it is to be quick
  std::string only;  ///< only who has this in its name; for profiling

  [[nodiscard]] bool wants(const std::string& who) const { return who.find(only) != std::string::npos; }
};

/// Ends the program with 2 where they are not understood.
[[nodiscard]] Arguments parse_arguments(int count, char** values);

/// What a line of a table is there for.
enum class Role {
  ours,       ///< the others are compared with it
  also_ours,  ///< us in another way; compared with the bare client only
  bare,       ///< does no more than it must: what the other side can give
  theirs,
  informational  ///< not compared
};

/// One line of a table: how long `who` took for `what`.
struct Row {
  std::string what;  ///< rows with the same text are compared with each other
  std::string who;
  Role role = Role::theirs;
  double units = 0;      ///< objects, studies
  double megabytes = 0;  ///< 0: not told
  double seconds = 0;
  double round_trips = 0;  ///< per unit; 0: not known
  double cpu_seconds = 0;  ///< of the process that is measured; 0: not known
  double target = 0;       ///< how much faster than it we are to be, at least; 0: nothing is asked

  [[nodiscard]] double per_second() const { return units / seconds; }
};

/// Sums the repetitions of the same thing by the same program.
void add(std::vector<Row>& rows, const Row& more);

/// A table, or one JSON object; `unit` is "objects" or "studies". Ratios: our rate over theirs, above 1 we are faster;
/// and the time taken over that of the bare client.
void print(const std::vector<Row>& rows, const std::string& title, const std::string& unit, bool json);

}  // namespace harvester::bench
