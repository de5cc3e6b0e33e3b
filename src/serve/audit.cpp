#include "harvester/serve/audit.hpp"

#include <fmt/format.h>
#include <pwd.h>
#include <unistd.h>

#include <array>
#include <nlohmann/json.hpp>

#include "harvester/core/log.hpp"
#include "harvester/database/audit.hpp"
#include "harvester/database/inbox.hpp"

namespace harvester::serve {
namespace {

/// What others wrote may be of any type.
std::string text_in(const nlohmann::json& detail, const char* key) {
  const auto found = detail.find(key);
  return found != detail.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::vector<std::int64_t> numbers_in(const nlohmann::json& detail, const char* key) {
  std::vector<std::int64_t> numbers;
  const auto found = detail.find(key);
  if (found == detail.end() || !found->is_array()) return numbers;
  for (const auto& each : *found)
    if (each.is_number_integer()) numbers.push_back(each.get<std::int64_t>());
  return numbers;
}

std::string& present() {
  thread_local std::string who;
  return who;
}

void tell_act(Auditor& auditor, const database::audit::Event& event) {
  if (event.kind != "export" && event.kind != "page") return;
  const auto detail = nlohmann::json::parse(event.detail, nullptr, false);
  if (!detail.is_object()) return;
  if (event.kind == "export")
    auditor.tell(trail::Export{event.asked_by, text_in(detail, "format"), text_in(detail, "what")});
  else
    auditor.tell(Look{event.asked_by, numbers_in(detail, "studies")});
}

void tell_end(Auditor& auditor, const dicom::AssociationEnd& end, const std::string& by, dicom::Model model) {
  const trail::Side node{end.called, end.host};
  if (end.outcome == "refused") auditor.tell(trail::Refusal{node, "the node refused an association, or TLS with it"});
  if (end.queries == 0) return;
  auditor.tell(trail::Query{end.calling, node, dicom::find_service(model).abstract_syntax, by, end.queries,
                            end.outcome != "released"});
}

}  // namespace

AskedBy::AskedBy(std::string who) : before_(std::exchange(present(), std::move(who))) {}

AskedBy::~AskedBy() { present() = std::move(before_); }

std::string user_words(uid_t user) {
  std::array<char, 4096> buffer{};
  passwd entry{};
  passwd* found = nullptr;
  if (::getpwuid_r(user, &entry, buffer.data(), buffer.size(), &found) == 0 && found != nullptr)
    return fmt::format("user {}", entry.pw_name);
  return fmt::format("user {}", user);
}

std::string asked_by() { return present().empty() ? user_words(::getuid()) : present(); }

Status record_act(Engine& engine, const std::string& kind, const std::string& subject, const std::string& detail) {
  const database::audit::Event event{kind, subject, detail, asked_by()};
  const auto done =
      engine.writer().run([&](database::Connection& c) { database::audit::record(c, event, engine.clock().now()); });
  if (!done) room_log("serve")->error("audit: {} could not be recorded: {}", kind, done.error().message);
  if (done) tell_act(engine.auditor(), event);
  return done;
}

std::function<void(const dicom::AssociationEnd&)> recording_associations(Engine& engine, const std::string& node,
                                                                         const std::string& by, dicom::Model model) {
  return [&engine, node, by, model](const dicom::AssociationEnd& end) {
    const auto now = engine.clock().now();
    const database::inbox::OutgoingAssociation row{node,        end.calling, end.called,     end.host, now - end.lasted,
                                                   end.outcome, end.queries, end.retrievals, now};
    const auto done = engine.writer().run_unflushed(
        [&](database::Connection& c) { database::inbox::record_outgoing_association(c, row); });
    if (!done) room_log("serve")->error("audit: an association could not be recorded: {}", done.error().message);
    tell_end(engine.auditor(), end, by, model);
  };
}

}  // namespace harvester::serve
