#include "harvester/database/doomed_files.hpp"

#include "statements.hpp"

namespace harvester::database::doomed_files {

void doom(Connection& connection, ObjectId id) {
  auto& insert = connection.prepare(
      "INSERT INTO doomed_file (spool_path) SELECT spool_path FROM received_object"
      " WHERE id = :id AND spool_path IS NOT NULL ON CONFLICT DO NOTHING");
  put(insert, ":id", id);
  insert.exec();
  auto& update = connection.prepare("UPDATE received_object SET spool_path = NULL WHERE id = :id");
  put(update, ":id", id);
  update.exec();
}

std::vector<std::string> all(Connection& connection) {
  auto& select = connection.prepare("SELECT spool_path FROM doomed_file");
  std::vector<std::string> paths;
  while (select.executeStep()) paths.push_back(text(select, 0));
  return paths;
}

void forget(Connection& connection, const std::vector<std::string>& paths) {
  for (const auto& path : paths) {
    auto& remove = connection.prepare("DELETE FROM doomed_file WHERE spool_path = :path");
    put(remove, ":path", path);
    remove.exec();
  }
}

}  // namespace harvester::database::doomed_files
