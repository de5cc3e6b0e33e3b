#include "harvester/report/ct_table.hpp"

namespace harvester::report {

using database::dose::CtStudyRow;

Result<std::vector<CtStudyRow>> ct_studies(database::Connection& connection, const database::dose::StudyFilter& filter,
                                           std::size_t limit) {
  return database::reading(connection, [&](database::Connection& reader) {
    std::vector<CtStudyRow> rows;
    if (limit == 0) return rows;
    database::dose::for_each_ct_study(reader, filter, [&](const CtStudyRow& row) {
      rows.push_back(row);
      return rows.size() < limit;
    });
    return rows;
  });
}

Table ct_table(const std::vector<CtStudyRow>& studies) {
  Table table;
  table.columns = {{"Date"},
                   {"Time"},
                   {"Scanner", Align::left, 32},
                   {"Protocol", Align::left, 32},
                   {"Region", Align::left, 24},
                   {"Events", Align::right},
                   {"CTDIvol max [mGy]", Align::right},
                   {"DLP [mGy.cm]", Align::right}};
  for (const auto& study : studies)
    table.rows.push_back({study.study_date.value_or(""), study.study_time.value_or("").substr(0, 8),
                          study.equipment.value_or(""), study.protocol.value_or(""), study.target_region.value_or(""),
                          std::to_string(study.events), number_cell(study.max_ctdivol_mgy, 2),
                          number_cell(study.total_dlp_mgycm, 2)});
  return table;
}

}  // namespace harvester::report
