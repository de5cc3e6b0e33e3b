#pragma once

#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "support/files.hpp"
#include "support/process.hpp"
#include "support/sockets.hpp"
#include "support/temp_dir.hpp"

namespace harvester::tests {

/// What a command printed, apart, and how it ended.
struct Told {
  int code = 0;
  std::string output;
  std::string errors;
};

/// A site of its own in a temporary folder: configuration, data directory and the program as a process.
class Site {
 public:
  /// `more`: further lines of the site file.
  explicit Site(const std::string& more = "") {
    ::setenv("HARVESTER_HTTP_ENABLED", "false", 0);  // daemons of tests that run at once would want one port
    write_text(folder_ / "harvester.yaml",
               "data_directory: data\nprofiles: profiles\n"
               "stores:\n  - {name: harvest, ae_title: HARVESTER, bind: 127.0.0.1, port: " +
                   std::to_string(store_port_) + "}\ndisk: {minimum_free: 1MiB}\n" + more);
    std::filesystem::create_directories(folder_ / "profiles");
  }

  [[nodiscard]] int store_port() const { return store_port_; }
  [[nodiscard]] std::filesystem::path path(const std::string& name) const { return folder_ / name; }
  [[nodiscard]] std::filesystem::path data() const { return folder_ / "data"; }

  /// A node on this machine, asked quickly. `more`: further lines of its profile, e.g. "query: {…}\n".
  void add_node(const std::string& name, int port, const std::string& ae_title, const std::string& more = "") {
    write_text(folder_ / "profiles" / (name + ".yaml"),
               "schema: 1\nremote: {host: 127.0.0.1, port: " + std::to_string(port) + ", ae_title: " + ae_title +
                   "}\npacing: {associations: 3, outstanding_moves: 1, requests_per_minute: 0}\n"
                   "retry: {attempts: 3, backoff: 100ms, backoff_max: 500ms}\n" +
                   (more.find("timeouts:") == std::string::npos ? "timeouts: {settle: 1s}\n" : "") + more);
  }

  /// The command line of the program on this site.
  [[nodiscard]] std::vector<std::string> command(const std::vector<std::string>& arguments) const {
    std::vector<std::string> all{HARVESTER_PROGRAM, "--config", (folder_ / "harvester.yaml").string()};
    all.insert(all.end(), arguments.begin(), arguments.end());
    return all;
  }

  Told run(const std::vector<std::string>& arguments, const std::string& input = "/dev/null") const {
    const auto errors = (folder_ / "errors.txt").string();
    std::vector<std::string> shell{"sh", "-c", "exec \"$@\" 2>\"$0\" <" + input, errors};
    const auto words = command(arguments);
    shell.insert(shell.end(), words.begin(), words.end());
    const auto ran = tests::run(shell);
    return {ran.code, ran.output, content_of(errors)};
  }

  /// What a command with --json prints.
  [[nodiscard]] nlohmann::json json(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), "--json");
    return nlohmann::json::parse(run(arguments).output, nullptr, false);
  }

  /// Everything in the database, as other programs get it.
  [[nodiscard]] nlohmann::json exported() const {
    return nlohmann::json::parse(run({"export", "json"}).output, nullptr, false);
  }

 private:
  TempDir folder_;
  int store_port_ = free_port();
};

}  // namespace harvester::tests
