#pragma once

#include <string>
#include <vector>

namespace harvester::bench {

/// The arguments of every benchmark program: [--quick] [--json] [--only WHO].
struct Arguments {
  bool quick = false;
  bool json = false;
  std::string only;  ///< only who has this in its name; for profiling

  [[nodiscard]] bool wants(const std::string& who) const { return who.find(only) != std::string::npos; }
};

/// Ends the program with 2 where they are not understood.
[[nodiscard]] Arguments parse_arguments(int count, char** values);

/// One line of a table: how long `who` took for `what`.
struct Row {
  std::string what;  ///< rows with the same text are compared with each other
  std::string who;
  bool ours = false;           ///< others are compared with it
  bool informational = false;  ///< not compared
  double units = 0;            ///< objects, studies
  double megabytes = 0;        ///< 0: not told
  double seconds = 0;
  double round_trips = 0;  ///< per unit; 0: not known

  [[nodiscard]] double per_second() const { return units / seconds; }
};

/// Sums the repetitions of the same thing by the same program.
void add(std::vector<Row>& rows, const Row& more);

/// A table, or one JSON object; `unit` is "objects" or "studies". The ratio is ours/theirs: above 1, we are faster.
void print(const std::vector<Row>& rows, const std::string& title, const std::string& unit, bool json);

}  // namespace harvester::bench
