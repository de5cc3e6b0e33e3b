#include "job.hpp"

#include <fmt/format.h>

#include <cerrno>

#include "context.hpp"
#include "harvester/serve/audit.hpp"
#include "harvester/serve/site_setup.hpp"

namespace harvester::cli {

Result<std::unique_ptr<serve::Engine>> open_engine(const config::Configuration& configuration,
                                                   const std::string& command) {
  serve::EngineOptions options;
  options.site = configuration.site;
  options.command = command;
  // resolved by the child before it starts us anew: the same program, even if its file was replaced meanwhile
  options.worker = {"/proc/self/exe", std::string("--config=") + serve::kWorkerSiteFile, "intake-worker"};
  for (const auto& word : serve::keep_words(configuration.profiles))
    options.worker.push_back(fmt::format("--keep={}", word));
  return serve::Engine::open(std::move(options));
}

Result<Worker> find_worker(const config::Configuration& configuration, const std::string& command) {
  auto engine = open_engine(configuration, command);
  if (engine) return Worker(*std::move(engine));
  if (engine.error().kind != ErrorKind::refused || engine.error().code != EWOULDBLOCK) return engine.error();
  auto client = serve::ControlClient::connect(data_paths(configuration));
  if (!client) return engine.error();
  return Worker(*std::move(client));
}

int run_job(const config::Configuration& configuration, const std::string& command, const serve::HarvestJob& job,
            const serve::OnEvent& on_event, std::stop_token stop) {
  auto worker = find_worker(configuration, command);
  if (!worker) return fail(worker.error());
  if (auto* engine = std::get_if<std::unique_ptr<serve::Engine>>(&*worker)) {
    const int done = serve::run_job(**engine, configuration.profiles, job, on_event, {stop, {}});
    (void)(*engine)->pool().drain(stop);  // what others sent meanwhile need not wait for the next run
    return done;
  }
  const auto code = std::get<serve::ControlClient>(*worker).run(job, on_event, stop);
  return code ? *code : fail(code.error());
}

Result<int> test_node(const config::Configuration& configuration, Worker& worker, const std::string& node,
                      const serve::OnEvent& on_event, std::stop_token stop) {
  if (auto* engine = std::get_if<std::unique_ptr<serve::Engine>>(&worker))
    return serve::run_node_test(**engine, configuration.profiles, node, on_event, stop);
  return std::get<serve::ControlClient>(worker).test_node(node, on_event, stop);
}

int test_node(const config::Configuration& configuration, const std::string& node, const serve::OnEvent& on_event,
              std::stop_token stop) {
  auto worker = find_worker(configuration, "node test");
  if (!worker) return fail(worker.error());
  const auto code = test_node(configuration, *worker, node, on_event, stop);
  return code ? *code : fail(code.error());
}

int run_schedule(const config::Configuration& configuration, const serve::ScheduleOrder& order,
                 const serve::OnEvent& on_event, std::stop_token stop) {
  auto worker = find_worker(configuration, "schedule run");
  if (!worker) return fail(worker.error());
  if (auto* engine = std::get_if<std::unique_ptr<serve::Engine>>(&*worker)) {
    const int done = serve::run_schedule(**engine, configuration.profiles, order.key, {}, on_event, {stop, {}});
    (void)(*engine)->pool().drain(stop);
    return done;
  }
  const auto code = std::get<serve::ControlClient>(*worker).run_schedule(order, on_event, stop);
  return code ? *code : fail(code.error());
}

Status pause_schedule(const config::Configuration& configuration, const serve::ScheduleOrder& order) {
  auto worker = find_worker(configuration, "schedule");
  if (!worker) return worker.error();
  if (auto* engine = std::get_if<std::unique_ptr<serve::Engine>>(&*worker))
    return serve::pause_schedule(**engine, configuration.profiles, order);
  return std::get<serve::ControlClient>(*worker).pause_schedule(order);
}

Status record_export(const config::Configuration& configuration, const std::string& detail) {
  auto worker = find_worker(configuration, "export");
  if (!worker) return worker.error();
  if (auto* engine = std::get_if<std::unique_ptr<serve::Engine>>(&*worker))
    return serve::record_act(**engine, "export", "", detail);
  return std::get<serve::ControlClient>(*worker).record_export(detail);
}

Status end_harvest(const config::Configuration& configuration, HarvestId id, serve::Wish wish) {
  auto worker = find_worker(configuration, "harvests");
  if (!worker) return worker.error();
  if (auto* engine = std::get_if<std::unique_ptr<serve::Engine>>(&*worker))
    return serve::end_harvest(**engine, id, wish);
  return std::get<serve::ControlClient>(*worker).end_harvest(id, wish);
}

Result<std::vector<serve::ImportEnd>> work_on_quarantine(const config::Configuration& configuration,
                                                         const serve::QuarantineOrder& order, std::stop_token stop) {
  auto worker = find_worker(configuration, "quarantine");
  if (!worker) return worker.error();
  if (auto* engine = std::get_if<std::unique_ptr<serve::Engine>>(&*worker))
    return serve::work_on_quarantine(**engine, order, std::move(stop));
  return std::get<serve::ControlClient>(*worker).work_on_quarantine(order, std::move(stop));
}

}  // namespace harvester::cli
