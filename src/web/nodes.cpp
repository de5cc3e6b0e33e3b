#include <fmt/format.h>

#include <chrono>

#include "harvester/config/show.hpp"
#include "harvester/core/text.hpp"
#include "harvester/database/ledger.hpp"
#include "harvester/database/ledger_view.hpp"
#include "harvester/dicom/scu.hpp"
#include "harvester/report/harvests.hpp"
#include "harvester/serve/node_habits.hpp"
#include "harvester/serve/node_setup.hpp"
#include "harvester/serve/node_test.hpp"
#include "harvester/serve/store_supervision.hpp"
#include "harvester/serve/store_words.hpp"
#include "parameters.hpp"
#include "parts.hpp"
#include "router.hpp"
#include "rows.hpp"

namespace harvester::web {

namespace ledger = database::ledger;

ordered_json last_harvest_json(const std::optional<ledger::HarvestRow>& row) {
  if (!row) return nullptr;
  return {{"id", row->id.value},
          {"asked_for", report::asked_for(*row)},
          {"state", to_string(row->state)},
          {"began", row->created_at}};
}

ordered_json node_json(App& app, database::Connection& c, const config::Profile& profile, std::vector<Lamp>& lamps) {
  std::optional<ledger::HarvestRow> last;
  if (const auto id = database::ledger_view::latest_harvest(c, profile.name)) last = ledger::find_harvest(c, *id);
  const auto data = ledger::last_data(c, profile.name);
  lamps.push_back(node_lamp(profile.enabled, last));
  ordered_json json{
      {"name", profile.name},
      {"description", profile.description},
      {"enabled", profile.enabled},
      {"ae_title", profile.remote.ae_title.str()},
      {"host", profile.remote.host},
      {"port", profile.remote.port},
      {"last_harvest", last_harvest_json(last)},
      {"last_data_at", data ? ordered_json(utc_text(*data)) : ordered_json()},
      {"silent_days",
       data ? ordered_json(std::chrono::floor<std::chrono::days>(app.now() - *data).count()) : ordered_json()},
      {"last_test", app.node_tests.of(profile.name)}};
  put(json, lamps.back());
  return json;
}

ordered_json stores_json(App& app, std::vector<Lamp>& lamps) {
  auto stores = app.engine.stores();
  for (const auto& store : app.engine.site().stores) {
    if (std::any_of(stores.begin(), stores.end(), [&](const auto& open) { return open.name == store.name; })) continue;
    receive::StoreStatus closed;
    closed.name = store.name;
    closed.ae_title = store.ae_title.str();
    closed.port = store.port;
    closed.role = store.role == config::Store::Role::native ? receive::StoreRole::native : receive::StoreRole::harvest;
    closed.open = false;
    stores.push_back(std::move(closed));
  }
  auto list = ordered_json::parse(serve::to_json(stores))["stores"];
  for (std::size_t n = 0; n < stores.size(); ++n) {
    const auto* known = config::find_store(app.engine.site(), stores[n].name);
    lamps.push_back(store_lamp(stores[n], known != nullptr && known->autostart));
    put(list[n], lamps.back());
  }
  return list;
}

ordered_json folders_json(App& app, std::vector<Lamp>& lamps) {
  auto list = ordered_json::array();
  for (const auto* folder : app.engine.watched_folders()) {
    const auto counts = folder->counts();
    lamps.push_back(folder_lamp(folder->fault(), counts.taken, counts.unreadable));
    ordered_json json{{"name", fmt::format("watch#{}", list.size() + 1)},
                      {"taken", counts.taken},
                      {"ends", counts.ends},
                      {"not_dicom", counts.not_dicom},
                      {"unreadable", counts.unreadable},
                      {"links", counts.links},
                      {"sweeps", counts.sweeps}};
    put(json, lamps.back());
    list.push_back(std::move(json));
  }
  return list;
}

namespace {

/// Addresses that are pinged often hold a secret in their path.
std::string without_secrets(config::Profile profile) {
  if (profile.notify.ping_url) {
    const auto& url = *profile.notify.ping_url;
    const auto host = url.find("://");
    const auto path = url.find('/', host == std::string::npos ? 0 : host + 3);
    if (path != std::string::npos) profile.notify.ping_url = url.substr(0, path + 1) + "...";
  }
  return config::show(profile);
}

Reply list(App& app, const Call& call) {
  Parameters parameters(call);
  if (auto fault = parameters.fault()) return *fault;
  return answer(app.reads.run([&](database::Connection& c) {
    std::vector<Lamp> lamps;
    ordered_json json{{"nodes", ordered_json::array()}};
    for (const auto& profile : app.profiles.get()) json["nodes"].push_back(node_json(app, c, profile, lamps));
    return json;
  }));
}

Reply show(App& app, const Call& call) {
  const auto* profile = app.profile(call.name("name"));
  if (profile == nullptr) return not_found("such node");
  return answer(app.reads.run([&](database::Connection& c) {
    std::vector<Lamp> lamps;
    auto json = node_json(app, c, *profile, lamps);
    json["profile"] = without_secrets(*profile);
    json["learnt"] = serve::in_words(harvest::habits_from_json(ledger::learnt(c, profile->name)));
    json["schedules"] = schedules_json(app, c, profile->name, lamps);
    json["modalities"] = profile->query.modalities;
    json["store"] = profile->local.store;
    return ordered_json{{"node", std::move(json)}};
  }));
}

/// Keeps what a test says, beside telling it.
struct Keeping {
  App& app;
  std::string node;
  ordered_json steps = ordered_json::array();

  void note(const std::string& event) {
    auto json = ordered_json::parse(event, nullptr, false);
    if (!json.is_object() || json.value("event", "") != "step") return;
    for (const auto* name : {"schema", "event", "node"}) json.erase(name);
    steps.push_back(std::move(json));
  }
  void end(int code) const {
    app.node_tests.set(node, {{"at", utc_text(app.now())}, {"exit_code", code}, {"steps", steps}});
  }
};

Reply test(App& app, const Call& call) {
  const auto node = call.name("name");
  if (app.profile(node) == nullptr) return not_found("such node");
  const auto run =
      app.runs.begin({"node_test", node, call.caller.name}, [&app, node](const auto& tell, const auto& stops) {
        Keeping keeping{app, node};
        const int code = serve::run_node_test(
            app.engine, app.profiles.get(), node,
            [&](const std::string& event) {
              keeping.note(event);
              tell(event);
            },
            stops.stop);
        keeping.end(code);
        return code;
      });
  return run ? answer(ordered_json{{"run", *run}}, 202) : refusal(run.error());
}

Reply rung(const dicom::Peer& peer, const dicom::ScuOptions& options) {
  const auto began = std::chrono::steady_clock::now();
  bool good = false;
  std::string text;
  auto association = dicom::ScuAssociation::open(peer, options, {dicom::verification()});
  if (!association) {
    text = association.error().message;
  } else {
    const auto status = association->echo();
    good = status && status->success();
    text = !status ? status.error().message : good ? "answers" : "status " + dicom::to_string(*status);
    if (status) association->release();
  }
  const auto took = std::chrono::steady_clock::now() - began;
  return answer(ordered_json{{"ok", good},
                             {"text", repaired_utf8(text)},
                             {"milliseconds", std::chrono::duration_cast<std::chrono::milliseconds>(took).count()}});
}

Reply echo(App& app, const Call& call) {
  const auto* profile = app.profile(call.name("name"));
  if (profile == nullptr) return not_found("such node");
  const auto setup = serve::node_setup(app.engine.site(), *profile);
  return setup ? rung(setup->find_peer, setup->options) : refusal(setup.error());
}

Reply echo_store(App& app, const Call& call) {
  const auto* store = config::find_store(app.engine.site(), call.name("name"));
  if (store == nullptr) return not_found("such store");
  const auto how = serve::call_of(*store);
  return how ? rung(how->peer, how->options) : refusal(how.error());
}

Reply stores(App& app, const Call& call) {
  Parameters parameters(call);
  if (auto fault = parameters.fault()) return *fault;
  std::vector<Lamp> lamps;
  return answer(ordered_json{{"stores", stores_json(app, lamps)}, {"folders", folders_json(app, lamps)}});
}

Reply associations(App& app, const Call& call) {
  Parameters parameters(call);
  const auto part = parameters.part();
  const auto store = parameters.text("store"), outcome = parameters.text("outcome");
  if (auto fault = parameters.fault()) return *fault;
  return answer(app.reads.run([&](database::Connection& c) {
    return json_of("associations", database::lists::associations(c, store, outcome, part));
  }));
}

}  // namespace

void add_nodes(std::vector<Route>& routes) {
  routes.push_back({"GET", "/nodes", Needs::view, list});
  routes.push_back({"GET", "/nodes/{name}", Needs::view, show});
  routes.push_back({"POST", "/nodes/{name}/test", Needs::operate, test});
  routes.push_back({"POST", "/nodes/{name}/echo", Needs::operate, echo});
  routes.push_back({"GET", "/stores", Needs::view, stores});
  routes.push_back({"GET", "/stores/associations", Needs::view, associations});
  routes.push_back({"POST", "/stores/{name}/echo", Needs::operate, echo_store});
}

}  // namespace harvester::web
