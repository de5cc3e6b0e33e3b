#include "commands.hpp"
#include "context.hpp"
#include "harvester/dicom/toolkit.hpp"
#include "harvester/intake/worker.hpp"
#include "harvester/serve/node_setup.hpp"
#include "harvester/serve/site_setup.hpp"

namespace harvester::cli {

/// A worker process of the intake pool; it reads the configuration that its owner runs with.
int run(const Global& global, const IntakeWorkerOptions& options) {
  if (!global.config) return fail({ErrorKind::config, "intake-worker is started by the harvester itself"});
  const auto loaded = config::load_site(*global.config, {});
  if (!loaded.ok()) return fail({ErrorKind::config, config::render(loaded.faults)});
  const auto& site = loaded.value;
  start_log(site);
  if (const auto started = dicom::start_toolkit(serve::toolkit_options(site)); !started) return fail(started.error());
  const auto settings = serve::intake_settings(site, options.keep);
  if (!settings) return fail(settings.error());
  const SystemClock clock;
  intake::WorkerOptions worker;
  worker.paths = {site.data_directory};
  worker.token = {options.generation, options.serial};
  return intake::run_worker(worker, intake::make_prepare(*settings, clock), clock);
}

}  // namespace harvester::cli
