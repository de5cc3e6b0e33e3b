#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "support/sockets.hpp"
#include "ways.hpp"

namespace harvester::bench {
namespace {

/// Runs a script; the seconds it took.
double timed(const std::vector<std::string>& command, const Environment& environment) {
  const auto begin = std::chrono::steady_clock::now();
  const auto ran = tests::run(command, environment);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  if (ran.code != 0) throw std::runtime_error(command.front() + ": " + ran.output);
  return took.count();
}

void check_that_all_came(const std::string& where, int came, int studies) {
  if (came != studies) throw std::runtime_error(fmt::format("{}: {} of {} objects came", where, came, studies));
}

}  // namespace

double harvest_by_hand(const Node& node, const Ports& ports, const Filling& filling, const Environment& environment) {
  const Storescp store(true, false, environment, ports.storescp);
  const auto seconds = timed({BENCH_FOLDER "/by_hand", std::to_string(node.port()), node.ae_title(), store.ae_title(),
                              dicom_date(filling.first()), std::to_string(filling.days)},
                             environment);
  check_that_all_came("by hand", store.files(), filling.studies);
  return seconds;
}

double harvest_by_rest(const Node& node, const Ports& ports, const Filling& filling, const Environment& environment) {
  const int http_port = tests::free_port();
  const Orthanc orthanc(environment, {"HARVORTHANC", ports.orthanc, http_port, {{node.ae_title(), node.port()}}});
  const auto url = fmt::format("http://127.0.0.1:{}", http_port);
  const auto seconds = timed({BENCH_FOLDER "/by_rest", url, node.ae_title(), orthanc.ae_title(),
                              dicom_date(filling.first()), std::to_string(filling.days)},
                             environment);
  const auto told = nlohmann::json::parse(tests::run({"curl", "-sS", url + "/statistics"}).output);
  check_that_all_came("by REST", told["CountInstances"].get<int>(), filling.studies);
  return seconds;
}

}  // namespace harvester::bench
