#include "harvester/database/ledger_carry.hpp"

#include <algorithm>

#include "harvester/core/text.hpp"
#include "statements.hpp"

namespace harvester::database::ledger {
namespace {

struct GivenUp {
  std::int64_t study = 0;
  std::string modalities;
};

/// The latest row of each study that earlier harvests of the node gave up and that none finished since.
constexpr const char* kGivenUp =
    "SELECT max(st.id), st.modalities FROM harvest this"
    " JOIN harvest h ON h.node_id = this.node_id AND h.id < this.id AND h.state IN ('incomplete', 'failed')"
    "  AND h.ended_at >= :since"
    " JOIN candidate_study st ON st.harvest_id = h.id AND st.carried < :most"
    " WHERE this.id = :harvest AND (st.verdict = 'failed' OR st.verdict = 'retrieve' AND EXISTS ("
    "  SELECT 1 FROM candidate_series s JOIN retrieve_request r ON r.candidate_series_id = s.id"
    "  WHERE s.candidate_study_id = st.id AND r.state = 'failed' AND (r.contents_known = 0 OR EXISTS ("
    "   SELECT 1 FROM expected_instance e WHERE e.retrieve_request_id = r.id AND e.state = 'missing'"
    "   AND NOT EXISTS (SELECT 1 FROM received_object o WHERE o.sop_instance_uid = e.sop_instance_uid"
    "    AND o.state <> 'failed' AND o.reason <> 'node_test')))))"
    " AND NOT EXISTS (SELECT 1 FROM candidate_study later JOIN harvest lh ON lh.id = later.harvest_id"
    "  WHERE later.study_uid = st.study_uid AND later.id > st.id AND lh.node_id = this.node_id"
    "  AND (later.verdict = 'skip' OR later.verdict = 'retrieve' AND coalesce(("
    "   SELECT min(r.state = 'done') FROM candidate_series s JOIN retrieve_request r ON r.candidate_series_id = s.id"
    "   WHERE s.candidate_study_id = later.id), 0)))"
    " GROUP BY st.study_uid ORDER BY 1 LIMIT :limit";

std::vector<GivenUp> given_up(Connection& connection, HarvestId harvest, const CarryRules& rules) {
  auto& select = connection.prepare(kGivenUp);
  put(select, ":harvest", harvest);
  put(select, ":since", utc_text(rules.since));
  put(select, ":most", rules.most_times);
  put(select, ":limit", rules.most_studies);
  std::vector<GivenUp> all;
  while (select.executeStep()) all.push_back({integer(select, 0), text(select, 1)});
  return all;
}

/// Modalities that nobody knows may be anything.
bool concerns(const GivenUp& study, const std::vector<std::string>& wanted) {
  const auto told = split(study.modalities, '\\');
  const auto is_wanted = [&](const auto& modality) {
    return std::find(wanted.begin(), wanted.end(), modality) != wanted.end();
  };
  return study.modalities.empty() || std::any_of(told.begin(), told.end(), is_wanted);
}

void carry(Connection& connection, HarvestId harvest, std::int64_t study) {
  auto& insert = connection.prepare(
      "INSERT INTO candidate_study (harvest_id, study_uid, study_date, study_time, accession_number,"
      " study_description, station_name, institution_name, modalities, sop_classes, patient_key, carried, verdict)"
      " SELECT :harvest, study_uid, study_date, study_time, accession_number, study_description, station_name,"
      " institution_name, modalities, sop_classes, patient_key, carried + 1, 'undecided' FROM candidate_study WHERE id "
      "= :study"
      " ON CONFLICT (harvest_id, study_uid) DO NOTHING");
  put(insert, ":harvest", harvest);
  put(insert, ":study", study);
  insert.exec();
}

}  // namespace

int carry_over(Connection& connection, HarvestId harvest, const CarryRules& rules) {
  int carried = 0;
  for (const auto& study : given_up(connection, harvest, rules)) {
    if (!concerns(study, rules.modalities)) continue;
    carry(connection, harvest, study.study);
    ++carried;
  }
  return carried;
}

}  // namespace harvester::database::ledger
