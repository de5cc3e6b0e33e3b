#pragma once

#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>

#include "support/files.hpp"
#include "support/process.hpp"
#include "support/sockets.hpp"
#include "support/temp_dir.hpp"

/// Real archives of Debian, each a process on a free loopback port that ends with its scope.
namespace harvester::tests {

inline bool answers_echo(int port, const std::string& ae_title, const std::vector<std::string>& more = {}) {
  std::vector<std::string> command{"echoscu", "-aec", ae_title};
  command.insert(command.end(), more.begin(), more.end());
  command.insert(command.end(), {"127.0.0.1", std::to_string(port)});
  return run(command).code == 0;
}

class Archive {
 public:
  virtual ~Archive() = default;
  [[nodiscard]] int port() const { return port_; }
  [[nodiscard]] const std::string& ae_title() const { return ae_title_; }

  /// Sends all DICOM files of a folder to it.
  void fill(const std::filesystem::path& folder) const {
    const auto sent =
        run({"dcmsend", "-aec", ae_title_, "+sd", "+r", "127.0.0.1", std::to_string(port_), folder.string()},
            {{"TCP_NODELAY", "1"}});
    if (sent.code != 0) throw std::runtime_error("dcmsend: " + sent.output);
  }

 protected:
  explicit Archive(std::string ae_title) : ae_title_(std::move(ae_title)) {}
  void start(const std::vector<std::string>& command, const std::vector<std::string>& echo_options = {}) {
    process_ = std::make_unique<Process>(command, std::map<std::string, std::string>{{"TCP_NODELAY", "1"}});
    if (!eventually([&] { return answers_echo(port_, ae_title_, echo_options); }))
      throw std::runtime_error(command[0] + " does not answer");
  }
  TempDir folder_;
  int port_ = free_port();

 private:
  std::string ae_title_;
  std::unique_ptr<Process> process_;
};

/// Orthanc; it sends to the AE titles HARVESTER and STORESCP on the ports given.
class Orthanc final : public Archive {
 public:
  /// `more`: further keys of its configuration; with TLS it is asked with TLS whether it is there.
  Orthanc(int harvester_port, int storescp_port, const nlohmann::json& more = nlohmann::json::object())
      : Archive("ORTHANC") {
    nlohmann::json configuration{{"StorageDirectory", (folder_ / "storage").string()},
                                 {"IndexDirectory", (folder_ / "index").string()},
                                 {"DicomAet", ae_title()},
                                 {"DicomPort", port_},
                                 {"HttpPort", free_port()},
                                 {"RemoteAccessAllowed", false},
                                 {"AuthenticationEnabled", false},
                                 {"DicomAlwaysAllowEcho", true},
                                 {"DicomAlwaysAllowStore", true},
                                 {"DicomAlwaysAllowFind", true},
                                 {"DicomAlwaysAllowMove", true},
                                 {"DicomAlwaysAllowGet", true},
                                 {"DicomModalities",
                                  {{"harvester", {"HARVESTER", "127.0.0.1", harvester_port}},
                                   {"storescp", {"STORESCP", "127.0.0.1", storescp_port}}}},
                                 {"Plugins", nlohmann::json::array()}};
    configuration.update(more);
    write_text(folder_ / "orthanc.json", configuration.dump());
    const bool tls = more.contains("DicomTlsEnabled");
    start({"Orthanc", (folder_ / "orthanc.json").string()},
          tls ? std::vector<std::string>{"+tla", "-ic"} : std::vector<std::string>{});
  }
};

/// dcmqrscp of the dcmtk package: matches no modality, and tells no SOP class at image level.
class Dcmqrscp final : public Archive {
 public:
  Dcmqrscp(int harvester_port, int storescp_port) : Archive("DCMQRSCP") {
    std::filesystem::create_directories(folder_ / "storage");
    write_text(folder_ / "dcmqrscp.cfg", "NetworkTCPPort = " + std::to_string(port_) +
                                             "\nMaxPDUSize = 16384\nMaxAssociations = 16\n"
                                             "HostTable BEGIN\n"
                                             "harvester = (HARVESTER, 127.0.0.1, " +
                                             std::to_string(harvester_port) + ")\nstorescp = (STORESCP, 127.0.0.1, " +
                                             std::to_string(storescp_port) +
                                             ")\nHostTable END\nVendorTable BEGIN\nVendorTable END\nAETable BEGIN\n" +
                                             ae_title() + " " + (folder_ / "storage").string() +
                                             " RW (500, 1024mb) ANY\nAETable END\n");
    start({"dcmqrscp", "-c", (folder_ / "dcmqrscp.cfg").string(), std::to_string(port_)});
  }
};

}  // namespace harvester::tests
