#include "harvester/intake/prepare.hpp"

#include <algorithm>
#include <memory>

namespace harvester::intake {
namespace {

bool goes(const ImportOutcome& outcome, const KeepPolicy& keep, const std::vector<std::string>& nodes) {
  if (outcome.state() == IntakeState::failed || outcome.reason == IntakeReason::not_supported_yet) return false;
  return keep.deletes(outcome.kind, nodes);
}

void describe(const ImportOutcome& outcome, database::intake_queue::Ended& ended) {
  ended.state = to_string(outcome.state());
  ended.reason = outcome.reason == IntakeReason::none ? "" : to_string(outcome.reason);
  ended.message = outcome.message;
  ended.object_kind = to_string(outcome.kind);
}

}  // namespace

bool KeepPolicy::deletes(ObjectKind kind, const std::vector<std::string>& nodes) const {
  const auto for_node = [&](const std::string& node) {
    const auto rules = of_nodes.find(node);
    if (rules == of_nodes.end()) return deleted_kinds.contains(kind);
    const auto rule = rules->second.find(kind);
    return rule == rules->second.end() ? deleted_kinds.contains(kind) : rule->second;
  };
  return nodes.empty() ? deleted_kinds.contains(kind) : std::all_of(nodes.begin(), nodes.end(), for_node);
}

Prepare make_prepare(Settings settings, const Clock& clock) {
  return
      [settings = std::move(settings), &clock](const database::intake_queue::Claimed& object, const std::string& path) {
        auto parsed = std::make_shared<ParsedObject>(parse_object(path, settings.policy));
        Imported imported;
        imported.ended.id = object.id;
        imported.ended.file_deleted = goes(parsed->outcome, settings.keep, object.nodes);
        describe(parsed->outcome, imported.ended);
        imported.write = [parsed, &clock, id = object.id](database::Connection& connection,
                                                          database::intake_queue::Ended& ended) {
          describe(store_object(connection, *parsed, {id, clock.now()}), ended);
        };
        return imported;
      };
}

}  // namespace harvester::intake
