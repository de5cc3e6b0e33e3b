#include "figures.hpp"

#include "statements.hpp"

namespace harvester::database::figures {

void renew_study(Connection& connection, std::int64_t study) {
  for (const auto* sql :
       {"DELETE FROM event_figure WHERE study_id = :study", "DELETE FROM study_figure WHERE study_id = :study",
        "INSERT INTO label (key, text) SELECT key, min(text) FROM label_source WHERE study_id = :study"
        " GROUP BY source, key ORDER BY source ON CONFLICT DO NOTHING",
        "INSERT INTO study_figure SELECT * FROM study_figure_source WHERE study_id = :study",
        "INSERT INTO event_figure SELECT * FROM event_figure_source WHERE study_id = :study"}) {
    auto& statement = connection.prepare(sql);
    put(statement, ":study", study);
    statement.exec();
  }
}

}  // namespace harvester::database::figures
