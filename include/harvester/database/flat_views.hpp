#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "harvester/database/dose_repository.hpp"

/// The flat views for people: which there are, what their columns mean, and their rows as a stream. The views
/// themselves are SQL (migrations/0005_views.sql), so that any program that reads SQLite has them too.
namespace harvester::database::flat {

enum class View { studies, ct_events, xray_events, mg_events, nm_events };

inline constexpr View kViews[] = {View::studies, View::ct_events, View::xray_events, View::mg_events, View::nm_events};

/// "v_ct_events"
[[nodiscard]] std::string_view name_of(View view);

enum class Role {
  value,    ///< what reports and exports show
  patient,  ///< who the patient is: only where it is asked for
  key,      ///< rows and codes for programs that join tables; not exported
};

struct Column {
  std::string_view name;    ///< of the view, ends in its unit
  std::string_view title;   ///< for people, without unit
  std::string_view unit;    ///< "" for none
  std::string_view source;  ///< attribute "(0008,0080)", concept "113838 DLP", or what it is made of
  Role role = Role::value;

  /// "DLP [mGy.cm]"
  [[nodiscard]] std::string header() const;
};

/// The columns of a view in the order of the view.
[[nodiscard]] const std::vector<Column>& columns_of(View view);

/// The column of that name; throws std::out_of_range if there is none.
[[nodiscard]] const Column& column_of(View view, std::string_view name);

using Value = std::variant<std::monostate, std::int64_t, double, std::string>;  ///< monostate: NULL

/// Which studies by what they are of: events of a kind, whatever else a study holds. All: no narrowing.
enum class Family { all, ct, xray, mg, nm };

/// The view of a family's events; of all: X-ray events.
[[nodiscard]] View events_of(Family family);

/// Which rows. Empty fields do not narrow; texts are matched whole, in any case, with * and ? as wild cards.
struct Filter {
  dose::StudyFilter study;
  Family family = Family::all;                                         ///< of studies; ignored by the views of events
  std::string institution, station, equipment, protocol, description;  ///< protocol: also of a study, its main one
  bool without_tests = false;  ///< leaves out what a not-patient pattern matched
  std::string procedure{};     ///< as the texts above
  std::string modality{};      ///< among those of a row
  std::string sex{};
  std::optional<std::int64_t> machine{};                                         ///< equipment_identity
  std::optional<double> age_from{}, age_until{}, weight_from{}, weight_until{};  ///< until: below it
  std::optional<double> dose_from{}, dose_until{};  ///< of an event, of a study in total; by the view and the family
};

/// What to read, in which order the values come: names of columns. Rows come by date, time, UID and position.
struct Question {
  View view = View::studies;
  std::vector<std::string_view> columns;
  Filter filter;
  bool by_protocol = false;  ///< the rows of a protocol together, before all other order
};

/// Calls `visit` for each row; the span lives until it returns. Returning false ends the walk. Memory does not grow
/// with the rows. `visit` must not write. Throws as all of this room.
void for_each_row(Connection& connection, const Question& question,
                  const std::function<bool(std::span<const Value>)>& visit);

/// Values of one study by its row; none if there is no such study.
[[nodiscard]] std::vector<Value> study_values(Connection& connection, const std::vector<std::string_view>& columns,
                                              std::int64_t study_id);

/// How the protocols of events are told apart: in lower case, without blanks at the ends. For administrations it is the
/// radiopharmaceutical.
struct ProtocolCount {
  std::string protocol;  ///< spelled as the first that sorts; "" for events without one
  std::int64_t events = 0;
};

/// Which protocols the rows of a question have, most frequent first.
[[nodiscard]] std::vector<ProtocolCount> protocols(Connection& connection, const Question& question);

/// The name of the column that protocols() counts.
[[nodiscard]] std::string_view protocol_column(View view);

/// The greatest number of events that a study has in a question on a view of events.
[[nodiscard]] std::int64_t most_events(Connection& connection, const Question& question);

}  // namespace harvester::database::flat
