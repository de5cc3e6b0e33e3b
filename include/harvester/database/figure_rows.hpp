#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harvester/database/connection.hpp"
#include "harvester/database/flat_views.hpp"

/// The narrow rows beside the dose tables (migrations/0009_figures.sql), from which charts and lists of studies are
/// made. All functions only read, run inside the caller's transaction and throw on database errors. No patient data.
namespace harvester::database::figures {

/// Which studies, or events of them. Empty fields do not narrow; texts are patterns (* and ?) in any case.
struct Filter {
  std::string date_from{}, date_until{};  ///< "YYYY-MM-DD"
  flat::Family family = flat::Family::all;
  std::string modality{};  ///< among those of the study; of an event its own
  std::string institution{}, station{}, equipment{}, protocol{}, description{}, procedure{};
  std::optional<std::int64_t> scanner{};  ///< machine: equipment_identity
  std::string sex{};
  std::optional<double> age_from{}, age_until{}, weight_from{}, weight_until{};
  std::optional<double> dose_from{}, dose_until{};  ///< of the first measure of the family; of a study its total
  bool without_tests = false;
};

enum class Measure { dlp, ctdivol, dap, rp_dose, agd, activity };

[[nodiscard]] flat::Family family_of(Measure measure);

enum class By { none, protocol, standard_name, study_description, requested_procedure };

/// Values of events or of whole studies.
struct Question {
  Measure measure = Measure::dlp;
  bool of_events = false;
  By by = By::none;  ///< standard_name: tells the protocol and the modality, see standard_name()
  Filter filter{};
  bool with_date = false;  ///< else it is left out: a text costs time
};

/// A value; the texts live until visit() returns.
struct ValueRow {
  std::int64_t group = 0;    ///< row of `label`; 0: none
  std::int64_t machine = 0;  ///< equipment_identity
  double value = 0;
  std::string_view modality{};  ///< with By::standard_name alone
  std::string_view date{};      ///< "YYYY-MM-DD" or empty
};

/// Events come by date. Memory does not grow with the rows.
void for_each_value(Connection& connection, const Question& question,
                    const std::function<void(const ValueRow&)>& visit);

/// A mammography event with a compressed thickness.
struct ThicknessRow {
  double thickness_mm = 0;
  double value = 0;
  std::int64_t machine = 0;
};
enum class ThicknessValue { agd, kvp, mas };
void for_each_thickness(Connection& connection, ThicknessValue which, const Filter& filter,
                        const std::function<void(const ThicknessRow&)>& visit);

/// Studies by machine, day of the week (0: Monday) and hour, where a time is known.
struct WorkloadRow {
  std::int64_t machine = 0;
  int weekday = 0;
  int hour = 0;
  std::int64_t studies = 0;
};
[[nodiscard]] std::vector<WorkloadRow> workload(Connection& connection, const Filter& filter);

/// The texts of labels, as the first object spelt them.
[[nodiscard]] std::map<std::int64_t, std::string> labels(Connection& connection);

/// The standard name of a protocol of a modality; empty: it has none. `protocol`: row of `label`.
[[nodiscard]] std::string standard_name(Connection& connection, std::int64_t protocol, const std::string& modality);

/// A machine as its newest description tells of it.
struct Machine {
  std::int64_t machine = 0;
  std::string equipment, institution, station, manufacturer, model;
};
[[nodiscard]] std::vector<Machine> machines(Connection& connection);

/// What studies there are of a machine.
struct MachineStudies {
  std::int64_t machine = 0;
  std::string modalities;  ///< all of them, each once, joined with backslashes
  std::int64_t studies = 0, since = 0, lately = 0;
  std::string first_date, last_date;
};
/// since and lately: studies on or after these days.
[[nodiscard]] std::vector<MachineStudies> studies_by_machine(Connection& connection, const Filter& filter,
                                                             const std::string& since, const std::string& lately);

/// A text and how often studies or events have it, most frequent first.
struct TextCount {
  std::int64_t label = 0;
  std::string text;
  std::int64_t count = 0;
};
enum class TextOf { protocols, descriptions, procedures };
[[nodiscard]] std::vector<TextCount> text_counts(Connection& connection, TextOf which, flat::Family family, int limit);

enum class Order { date, dose, events, equipment, protocol };

struct StudyPage {
  std::vector<std::int64_t> studies;
  std::int64_t total = 0;
};

/// Rows of studies in that order, so many from there on, and how many there are.
[[nodiscard]] StudyPage study_page(Connection& connection, const Filter& filter, Order order, bool descending,
                                   std::int64_t offset, int limit);

/// The studies of that accession number, or that Study Instance UID; at most so many.
[[nodiscard]] std::vector<std::int64_t> studies_of_accession(Connection& connection, const std::string& accession,
                                                             int limit);
[[nodiscard]] std::vector<std::int64_t> studies_of_uid(Connection& connection, const std::string& uid);

/// The harvests that expected something of a study, the newest first.
[[nodiscard]] std::vector<std::int64_t> harvests_of_study(Connection& connection, std::int64_t study, int limit);

}  // namespace harvester::database::figures
