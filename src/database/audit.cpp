#include "harvester/database/audit.hpp"

#include "statements.hpp"

namespace harvester::database::audit {

void record(Connection& connection, const Event& event, Instant now) {
  auto& insert = connection.prepare(
      "INSERT INTO audit_event (at, kind, subject, detail, asked_by)"
      " VALUES (:now, :kind, :subject, :detail, :by)");
  put(insert, ":now", utc_text(now));
  put(insert, ":kind", event.kind);
  put(insert, ":subject", event.subject);
  put(insert, ":detail", event.detail);
  put(insert, ":by", event.asked_by);
  insert.exec();
}

std::optional<Instant> last(Connection& connection, const std::string& kind, const std::string& subject,
                            const std::string& name) {
  auto& select = connection.prepare(
      "SELECT max(at) FROM audit_event WHERE kind = :kind AND subject = :subject"
      " AND json_extract(detail, '$.event') = :name");
  put(select, ":kind", kind);
  put(select, ":subject", subject);
  put(select, ":name", name);
  if (!select.executeStep()) return std::nullopt;
  const auto at = optional_text(select, 0);
  select.reset();
  return at ? parse_utc(*at) : std::nullopt;
}

}  // namespace harvester::database::audit
