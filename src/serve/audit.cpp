#include "harvester/serve/audit.hpp"

#include <fmt/format.h>
#include <pwd.h>
#include <unistd.h>

#include <array>

#include "harvester/core/log.hpp"
#include "harvester/database/audit.hpp"
#include "harvester/database/inbox.hpp"

namespace harvester::serve {
namespace {

std::string& present() {
  thread_local std::string who;
  return who;
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
  return done;
}

std::function<void(const dicom::AssociationEnd&)> recording_associations(Engine& engine, const std::string& node) {
  return [&engine, node](const dicom::AssociationEnd& end) {
    const auto now = engine.clock().now();
    const database::inbox::OutgoingAssociation row{node,        end.calling, end.called,     end.host, now - end.lasted,
                                                   end.outcome, end.queries, end.retrievals, now};
    const auto done = engine.writer().run_unflushed(
        [&](database::Connection& c) { database::inbox::record_outgoing_association(c, row); });
    if (!done) room_log("serve")->error("audit: an association could not be recorded: {}", done.error().message);
  };
}

}  // namespace harvester::serve
