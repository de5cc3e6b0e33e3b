#include "harvester/core/equipment_identity.hpp"
#include "harvester/database/dose_repository.hpp"
#include "record_rows.hpp"
#include "statements.hpp"

namespace harvester::database::dose {
namespace {

/// The machine of each row as it stands, by id; 0: none yet.
std::vector<std::int64_t> known_machines(Connection& connection) {
  auto& select = connection.prepare("SELECT coalesce(equipment_identity, 0) FROM equipment ORDER BY id");
  std::vector<std::int64_t> machines;
  while (select.executeStep()) machines.push_back(integer(select, 0));
  return machines;
}

void set_machine(Connection& connection, std::int64_t id, std::int64_t machine) {
  auto& update = connection.prepare("UPDATE equipment SET equipment_identity = :machine WHERE id = :id");
  put(update, ":machine", machine);
  put(update, ":id", id);
  update.exec();
}

}  // namespace

void resolve_equipment(Connection& connection) {
  const auto known = known_machines(connection);
  const auto described = rows::select<Equipment>(connection, "equipment", "WHERE id > ? ORDER BY id", -1);
  std::vector<Equipment> descriptions;
  for (const auto& row : described) descriptions.push_back(row.record);
  const auto first = same_machines(descriptions);
  for (std::size_t n = 0; n < described.size(); ++n)
    if (const auto machine = described[first[n]].id; machine != known[n])
      set_machine(connection, described[n].id, machine);
}

}  // namespace harvester::database::dose
