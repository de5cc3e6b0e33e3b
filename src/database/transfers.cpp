#include "harvester/database/transfers.hpp"

#include <map>
#include <tuple>

#include "statements.hpp"

namespace harvester::database::transfers {
namespace {

constexpr const char* kOfAssociation =
    "SELECT study_uid, reason IN ('duplicate', 'duplicate_changed') AS held, sop_class_uid, count(*)"
    " FROM received_object WHERE association_id = :id GROUP BY 1, 2, 3 ORDER BY 1, 2, 3";
constexpr const char* kOfObject =
    "SELECT study_uid, reason IN ('duplicate', 'duplicate_changed') AS held, sop_class_uid, 1"
    " FROM received_object WHERE id = :id";

Group group_of(SQLite::Statement& row) {
  return {StudyUid(text(row, 0)), integer(row, 1) != 0, SopClassUid(text(row, 2)), integer(row, 3)};
}

}  // namespace

void for_each(Connection& connection, inbox::AssociationId association, const Visit& visit) {
  auto& select = connection.prepare(kOfAssociation);
  put(select, ":id", association);
  while (select.executeStep()) visit(group_of(select));
  select.reset();
}

void for_each(Connection& connection, const std::vector<ObjectId>& objects, const Visit& visit) {
  std::map<std::tuple<StudyUid, bool, SopClassUid>, std::int64_t> counts;
  for (const auto id : objects) {
    auto& select = connection.prepare(kOfObject);
    put(select, ":id", id);
    if (!select.executeStep()) continue;
    const auto one = group_of(select);
    ++counts[{one.study, one.held, one.sop_class}];
  }
  for (const auto& [key, count] : counts) visit({std::get<0>(key), std::get<1>(key), std::get<2>(key), count});
}

std::vector<StudyUid> uids_of(Connection& connection, const std::vector<std::int64_t>& studies) {
  std::vector<StudyUid> uids;
  for (const auto id : studies) {
    auto& select = connection.prepare("SELECT study_instance_uid FROM study WHERE id = :id");
    put(select, ":id", id);
    if (select.executeStep()) uids.emplace_back(text(select, 0));
  }
  return uids;
}

}  // namespace harvester::database::transfers
