#pragma once

#include <map>
#include <memory>
#include <string>

#include "harvester/core/clock.hpp"
#include "harvester/database/data_directory.hpp"
#include "harvester/database/writer.hpp"
#include "harvester/receive/store.hpp"
#include "harvester/spool/spool.hpp"
#include "support/process.hpp"
#include "support/sockets.hpp"
#include "support/temp_dir.hpp"

/// Who takes objects: our store and its peers from Debian, each in a fresh folder on the same disk.
namespace harvester::bench {

using Environment = std::map<std::string, std::string>;

/// The environment of a peer: as it comes (Nagle on), or with TCP_NODELAY=1, at its best.
[[nodiscard]] Environment as_shipped();
[[nodiscard]] Environment at_its_best();

/// Waits until a port answers C-ECHO; throws if it does not.
void await_echo(const std::string& called_ae, int port);

class Taker {
 public:
  virtual ~Taker() = default;
  [[nodiscard]] virtual int port() const = 0;
  [[nodiscard]] virtual std::string ae_title() const = 0;
  /// The processor time that its process and those that it started have taken so far; 0: not known.
  [[nodiscard]] virtual double cpu_seconds() const { return 0; }
};

/// How much of its durability our store keeps.
enum class Durability {
  full,      ///< as it is
  unsynced,  ///< nothing is flushed, neither files nor database: what the flushes cost
};

/// Our store as in `harvester serve`, in this process.
class OurStore final : public Taker {
 public:
  explicit OurStore(Durability durability, Signal* arrivals = nullptr, int port = 0);
  ~OurStore() override;

  [[nodiscard]] int port() const override { return store_->port(); }
  [[nodiscard]] std::string ae_title() const override { return "HARVESTER"; }
  [[nodiscard]] database::Writer& writer() { return *writer_; }
  [[nodiscard]] database::DataPaths paths() const { return {folder_.path()}; }
  [[nodiscard]] const Clock& clock() const { return clock_; }

 private:
  tests::TempDir folder_;
  SystemClock clock_;
  std::unique_ptr<spool::FileSystem> files_;
  std::unique_ptr<database::Writer> writer_;
  std::unique_ptr<spool::Spool> spool_;
  std::unique_ptr<receive::Store> store_;
};

/// Our store in a process of its own, the program bench_store.
class StoreProcess final : public Taker {
 public:
  explicit StoreProcess(Durability durability);

  [[nodiscard]] int port() const override { return port_; }
  [[nodiscard]] std::string ae_title() const override { return "HARVESTER"; }
  [[nodiscard]] double cpu_seconds() const override;

 private:
  int port_;
  tests::Process process_;
};

/// Debian's storescp. `forking`: a process for each association, else one after the other.
class Storescp final : public Taker {
 public:
  Storescp(bool bit_preserving, bool forking, const Environment& environment, int port = 0);

  [[nodiscard]] int port() const override { return port_; }
  [[nodiscard]] std::string ae_title() const override { return "STORESCP"; }
  [[nodiscard]] double cpu_seconds() const override;
  [[nodiscard]] int files() const;

 private:
  tests::TempDir folder_;
  int port_;
  std::unique_ptr<tests::Process> process_;
};

/// What an Orthanc is given beside its defaults.
struct OrthancOptions {
  std::string ae_title = "ORTHANC";
  int port = 0;                             ///< 0: a free one
  int http_port = 0;                        ///< of its REST interface; 0: it has none
  std::map<std::string, int> modalities{};  ///< AE title → port of the peers it knows, by these titles
};

/// Debian's Orthanc, empty.
class Orthanc final : public Taker {
 public:
  explicit Orthanc(const Environment& environment, const OrthancOptions& options = {});

  [[nodiscard]] int port() const override { return port_; }
  [[nodiscard]] std::string ae_title() const override { return ae_title_; }
  [[nodiscard]] double cpu_seconds() const override;

 private:
  tests::TempDir folder_;
  std::string ae_title_;
  int port_;
  std::unique_ptr<tests::Process> process_;
};

/// Debian's dcmqrscp: an archive with an index, a process for each association.
class Dcmqrscp final : public Taker {
 public:
  explicit Dcmqrscp(const Environment& environment);

  [[nodiscard]] int port() const override { return port_; }
  [[nodiscard]] std::string ae_title() const override { return "DCMQRSCP"; }
  [[nodiscard]] double cpu_seconds() const override;

 private:
  tests::TempDir folder_;
  int port_ = tests::free_port();
  std::unique_ptr<tests::Process> process_;
};

}  // namespace harvester::bench
