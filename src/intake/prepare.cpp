#include "harvester/intake/prepare.hpp"

#include <memory>

namespace harvester::intake {
namespace {

void describe(const ImportOutcome& outcome, const Settings& settings, database::intake_queue::Ended& ended) {
  ended.state = to_string(outcome.state());
  ended.reason = outcome.reason == IntakeReason::none ? "" : to_string(outcome.reason);
  ended.message = outcome.message;
  ended.object_kind = to_string(outcome.kind);
  ended.file_deleted = outcome.state() != IntakeState::failed && settings.deleted_kinds.contains(outcome.kind);
}

}  // namespace

Prepare make_prepare(Settings settings, const Clock& clock) {
  return
      [settings = std::move(settings), &clock](const database::intake_queue::Claimed& object, const std::string& path) {
        auto parsed = std::make_shared<ParsedObject>(parse_object(path, settings.policy));
        Imported imported;
        imported.ended.id = object.id;
        describe(parsed->outcome, settings, imported.ended);
        imported.write = [parsed, &settings, &clock, id = object.id](database::Connection& connection,
                                                                     database::intake_queue::Ended& ended) {
          describe(store_object(connection, *parsed, {id, clock.now()}), settings, ended);
        };
        return imported;
      };
}

}  // namespace harvester::intake
