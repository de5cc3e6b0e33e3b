#include "harvester/core/equipment_identity.hpp"
#include "harvester/database/dose_repository.hpp"
#include "record_rows.hpp"
#include "statements.hpp"

namespace harvester::database::dose {

void resolve_equipment(Connection& connection) {
  const auto known = rows::select<Equipment>(connection, "equipment", "WHERE id > ? ORDER BY id", -1);
  std::vector<Equipment> descriptions;
  for (const auto& row : known) descriptions.push_back(row.record);
  const auto first = same_machines(descriptions);
  for (std::size_t n = 0; n < known.size(); ++n) {
    auto& update = connection.prepare(
        "UPDATE equipment SET equipment_identity = :machine WHERE id = :id AND equipment_identity IS NOT :machine");
    put(update, ":machine", known[first[n]].id);
    put(update, ":id", known[n].id);
    update.exec();
  }
}

}  // namespace harvester::database::dose
