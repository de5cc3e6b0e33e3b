#include "peers.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <sstream>
#include <stdexcept>

#include "harvester/dicom/scu.hpp"
#include "support/sockets.hpp"

namespace harvester::bench {
namespace {

template <class T>
T need(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().message);
  return *std::move(result);
}

/// Lets the system write when it likes.
class Unsynced final : public spool::FileSystem {
 public:
  Status sync(int) override { return ok(); }
  Status sync_folder(const std::filesystem::path&) override { return ok(); }
};

/// Processor time of a process, of its threads, and of the children it has waited for, in seconds (proc(5): stat).
double own_cpu_seconds(pid_t process) {
  std::ifstream file(fmt::format("/proc/{}/stat", process));
  std::string text;
  std::getline(file, text);
  constexpr int kFieldsBefore = 11;  // after the name in brackets, before the four times
  std::istringstream fields(text.substr(std::min(text.size(), text.rfind(')') + 1)));
  std::string skipped;
  for (int n = 0; n < kFieldsBefore; ++n) fields >> skipped;
  double sum = 0;
  for (double ticks = 0, n = 0; n < 4 && fields >> ticks; ++n) sum += ticks;
  return sum / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

/// … and of the children that still run.
double cpu_seconds_of(pid_t process) {
  auto sum = own_cpu_seconds(process);
  std::ifstream children(fmt::format("/proc/{}/task/{}/children", process, process));
  for (pid_t child = 0; children >> child;) sum += own_cpu_seconds(child);
  return sum;
}

std::string store_program() { return std::filesystem::read_symlink("/proc/self/exe").parent_path() / "bench_store"; }

}  // namespace

Environment as_shipped() { return {{"TCP_NODELAY", "0"}}; }  // this process has 1, children would inherit it
Environment at_its_best() { return {{"TCP_NODELAY", "1"}}; }

void await_echo(const std::string& called_ae, int port) {
  const dicom::Peer peer{"127.0.0.1", port, AeTitle::of(called_ae), AeTitle::of("BENCH")};
  const auto answers = [&] {
    auto association = dicom::ScuAssociation::open(peer, {}, {dicom::verification()});
    if (!association) return false;
    const auto status = association->echo();
    association->release();
    return status && status->success();
  };
  if (!tests::eventually(answers)) throw std::runtime_error(called_ae + " does not answer");
}

OurStore::OurStore(Durability durability, Signal* arrivals, int port) {
  auto connection = need(database::open_database(paths().database()));
  files_ = std::make_unique<spool::FileSystem>();
  if (durability == Durability::unsynced) {
    files_ = std::make_unique<Unsynced>();
    connection.run("PRAGMA synchronous = OFF");
  }
  writer_ = std::make_unique<database::Writer>(std::move(connection));
  spool::SpoolOptions options;
  options.folder = paths().spool();
  options.minimum_free = 0;
  spool_ = need(spool::Spool::open(options, *writer_, clock_, arrivals, *files_));
  receive::StoreOptions store;
  store.ae_title = ae_title();
  store.port = port;
  store.bind = "127.0.0.1";
  store_ = need(receive::Store::open(store, *spool_, *writer_, clock_));
}

OurStore::~OurStore() { store_->stop(); }

StoreProcess::StoreProcess(Durability durability)
    : port_(tests::free_port()),
      process_({store_program(), std::to_string(port_), durability == Durability::full ? "full" : "unsynced"}) {
  await_echo(ae_title(), port_);
}

double StoreProcess::cpu_seconds() const { return cpu_seconds_of(process_.pid()); }
double Storescp::cpu_seconds() const { return cpu_seconds_of(process_->pid()); }
double Orthanc::cpu_seconds() const { return cpu_seconds_of(process_->pid()); }
double Dcmqrscp::cpu_seconds() const { return cpu_seconds_of(process_->pid()); }

Storescp::Storescp(bool bit_preserving, bool forking, const Environment& environment, int port)
    : port_(port == 0 ? tests::free_port() : port) {
  std::vector<std::string> command{"storescp", "-od", folder_.path().string()};
  if (bit_preserving) command.emplace_back("+B");
  if (forking) command.emplace_back("--fork");
  command.push_back(std::to_string(port_));
  process_ = std::make_unique<tests::Process>(command, environment);
  await_echo(ae_title(), port_);
}

int Storescp::files() const {
  const std::filesystem::directory_iterator all(folder_.path());
  return static_cast<int>(std::distance(begin(all), end(all)));
}

Orthanc::Orthanc(const Environment& environment, const OrthancOptions& options)
    : ae_title_(options.ae_title), port_(options.port == 0 ? tests::free_port() : options.port) {
  const auto file = folder_ / "orthanc.json";
  nlohmann::json json{{"StorageDirectory", (folder_ / "storage").string()},
                      {"IndexDirectory", (folder_ / "index").string()},
                      {"DicomAet", ae_title_},
                      {"DicomPort", port_},
                      {"HttpServerEnabled", options.http_port != 0},
                      {"HttpPort", options.http_port},
                      {"RemoteAccessAllowed", false},
                      {"AuthenticationEnabled", false},
                      {"DicomThreadsCount", 40},  // 4 by default: no more associations than that at once
                      {"DicomAlwaysAllowEcho", true},
                      {"DicomAlwaysAllowStore", true},
                      {"DicomAlwaysAllowFind", true},
                      {"DicomAlwaysAllowMove", true},
                      {"Plugins", nlohmann::json::array()}};
  for (const auto& [title, port] : options.modalities)
    json["DicomModalities"][title] = nlohmann::json::array({title, "127.0.0.1", port});
  std::ofstream(file) << json.dump();
  process_ = std::make_unique<tests::Process>(std::vector<std::string>{"Orthanc", file.string()}, environment);
  await_echo(ae_title_, port_);
}

Dcmqrscp::Dcmqrscp(const Environment& environment) {
  const auto storage = folder_ / "storage";
  std::filesystem::create_directory(storage);
  const auto file = folder_ / "dcmqrscp.cfg";
  std::ofstream(file) << "NetworkTCPPort = " << port_
                      << "\nMaxPDUSize = 131072\nMaxAssociations = 40\n"
                         "HostTable BEGIN\nHostTable END\nVendorTable BEGIN\nVendorTable END\n"
                         "AETable BEGIN\n"
                      << ae_title() << " " << storage.string() << " RW (400, 4096mb) ANY\nAETable END\n";
  process_ = std::make_unique<tests::Process>(std::vector<std::string>{"dcmqrscp", "-c", file.string()}, environment);
  await_echo(ae_title(), port_);
}

}  // namespace harvester::bench
