#include "harvester/serve/engine.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <thread>

#include "harvester/config/show.hpp"
#include "harvester/core/log.hpp"
#include "harvester/database/intake_queue.hpp"
#include "harvester/database/jobs.hpp"
#include "harvester/database/ledger.hpp"
#include "harvester/dicom/toolkit.hpp"
#include "harvester/serve/node_setup.hpp"
#include "harvester/serve/site_setup.hpp"
#include "harvester/spool/object.hpp"

namespace harvester::serve {

namespace {

/// What comes by C-GET goes the way of what comes to a store; the auditor is told once it has all come.
class GetTaker {
 public:
  GetTaker(spool::Spool& spool, Auditor& auditor, const dicom::Peer& node) : spool_(spool), auditor_(auditor) {
    from_.way_in = "harvest";
    from_.calling_ae = node.called.str();
    from_.called_ae = node.calling.str();
    from_.peer_address = node.host;
  }
  GetTaker(const GetTaker&) = delete;
  GetTaker& operator=(const GetTaker&) = delete;
  ~GetTaker() {
    if (objects_.empty() && refused_ == 0) return;
    auditor_.tell(GetTransfer{{{from_.calling_ae, from_.peer_address}, from_.called_ae, true, "released", refused_},
                              std::move(objects_)});
  }

  Result<dicom::StoreReply> take(const dicom::StoreCommand& command, const dicom::ReceiveDataset& receive) {
    auto taken = spool::take_object(spool_, command, receive, from_, from_.calling_ae);
    if (!taken) return taken.error();
    if (taken->object && auditor_.is_on()) objects_.push_back(*taken->object);
    if (taken->refusal) {
      ++refused_;
      room_log("serve")->warn("refused an object of {} with {}: {}", from_.calling_ae,
                              dicom::to_string(taken->reply.status), taken->refusal->message);
    }
    return taken->reply;
  }

 private:
  spool::Spool& spool_;
  Auditor& auditor_;
  spool::Arrival from_;
  std::vector<ObjectId> objects_;
  std::int64_t refused_ = 0;
};

dicom::TakeObject object_taker(spool::Spool& spool, Auditor& auditor, const dicom::Peer& node) {
  return [taker = std::make_shared<GetTaker>(spool, auditor, node)](const dicom::StoreCommand& command,
                                                                    const dicom::ReceiveDataset& receive) {
    return taker->take(command, receive);
  };
}

/// Has the auditor told what a store takes and whom it turns away.
void tell_auditor(receive::StoreOptions& options, Auditor& auditor) {
  options.on_reception = [&auditor](const receive::Reception& came) {
    auditor.tell(StoreTransfer{
        {{came.calling_ae, came.peer_address}, came.called_ae, came.asked_for, came.outcome, came.refused},
        came.association});
  };
  options.on_refusal = [&auditor](const receive::TurnedAway& who) {
    auditor.tell(trail::Refusal{{who.calling_ae, who.peer_address}, who.why});
  };
}

}  // namespace

Engine::Engine(EngineOptions options)
    : options_(std::move(options)),
      site_(options_.site),
      paths_{options_.site.data_directory},
      auditor_(std::make_unique<Auditor>(paths_.database(), options_.clock)) {}

Result<std::unique_ptr<Engine>> Engine::open(EngineOptions options) {
  std::unique_ptr<Engine> engine(new Engine(std::move(options)));
  auto identity = identity_policy(engine->site().patient_identity);
  if (!identity) return identity.error();
  engine->identity_ = *std::move(identity);
  if (auto started = dicom::start_toolkit(toolkit_options(engine->site())); !started) return started.error();
  if (auto taken = engine->take_directory(); !taken) return taken.error();
  if (auto opened = engine->open_rooms(); !opened) return opened.error();
  engine->auditor().configure(engine->site().audit);
  return engine;
}

Engine::~Engine() { close(); }

/// The lock, the database brought up to date, and the generation that all claims are signed with.
Status Engine::take_directory() {
  auto lock = database::DirectoryLock::take(paths_, options_.command);
  if (!lock) return lock.error();
  lock_.emplace(*std::move(lock));
  auto connection = database::open_database(paths_.database());
  if (!connection) return connection.error();
  writer_ = std::make_unique<database::Writer>(*std::move(connection));
  auto owner = writer_->run([&](database::Connection& c) {
    const auto generation = database::ledger::take_ownership(c, ::getpid(), options_.command, clock().now());
    (void)database::intake_queue::give_back_of_earlier_owners(c, generation);
    (void)database::jobs::end_orphans(c, generation, clock().now());
    apply_site(c, options_.site);
    return generation;
  });
  if (!owner) return owner.error();
  owner_ = *owner;
  return ok();
}

Status Engine::open_rooms() {
  auto spool = spool::Spool::open({.folder = paths_.spool(), .minimum_free = options_.site.disk.minimum_free.bytes},
                                  *writer_, clock(), &arrivals_, *options_.files);
  if (!spool) return spool.error();
  spool_ = *std::move(spool);
  intake::PoolOptions workers;
  workers.command = options_.worker;
  workers.workers = options_.workers;
  workers.generation = owner_;
  workers.settings = config::show(options_.site);
  pool_ = intake::Pool::start(std::move(workers), *writer_, activity_, clock());
  arrivals_.on_notify([this] {
    pool_->nudge();
    activity_.notify();
  });
  return ok();
}

namespace {

receive::StoreStatus closed_store(const config::SiteConfig& site, const std::string& name, const std::string& why) {
  receive::StoreStatus status;
  status.name = name;
  status.open = false;
  status.last_error = why;
  if (const auto* store = config::find_store(site, name)) {
    status.ae_title = store->ae_title.str();
    status.port = store->port;
    status.role = store->role == config::Store::Role::native ? receive::StoreRole::native : receive::StoreRole::harvest;
  }
  return status;
}

}  // namespace

Status Engine::open_store(const std::string& name) {
  const auto* store = config::find_store(site(), name);
  if (store == nullptr)
    return Error{ErrorKind::config, fmt::format("there is no store \"{}\" in the site file (stores:)", name)};
  const std::lock_guard lock(mutex_);
  if (stores_.contains(name)) return ok();
  auto options = store_options(*store);
  if (!options) return options.error();
  tell_auditor(*options, *auditor_);
  auto opened = receive::Store::open(*options, *spool_, *writer_, clock());
  if (!opened) return opened.error();
  room_log("serve")->info("store {}: {} listens on {}:{}", name, options->ae_title, options->bind, (*opened)->port());
  stores_[name] = *std::move(opened);
  closed_.erase(name);
  return ok();
}

void Engine::set_stores(std::vector<config::Store> stores) {
  auto next = site();
  next.stores = std::move(stores);
  site_.replace(std::move(next));
}

void Engine::set_audit(const config::Audit& audit) {
  auto next = site();
  next.audit = audit;
  site_.replace(std::move(next));
  auditor_->configure(audit);
}

void Engine::close_store(const std::string& name) {
  std::unique_ptr<receive::Store> old;
  {
    const std::lock_guard lock(mutex_);
    closed_.erase(name);
    if (const auto found = stores_.find(name); found != stores_.end()) {
      old = std::move(found->second);
      stores_.erase(found);
    }
  }
  if (old) old->stop();  // without the lock on the others: it may have to wait for what is under way
}

Status Engine::reopen_store(const std::string& name) {
  close_store(name);
  auto opened = open_store(name);
  if (opened) return opened;
  const std::lock_guard lock(mutex_);
  if (!stores_.contains(name)) closed_[name] = opened.error().message;  // a harvest may have opened it meanwhile
  return opened;
}

watch::Tally& Engine::add_watched_folder() {
  const std::lock_guard lock(mutex_);
  return watched_.emplace_back();
}

std::vector<const watch::Tally*> Engine::watched_folders() const {
  const std::lock_guard lock(mutex_);
  std::vector<const watch::Tally*> all;
  for (const auto& each : watched_) all.push_back(&each);
  return all;
}

Status Engine::open_autostart_stores() {
  for (const auto& store : site().stores)
    if (store.autostart)
      if (auto opened = open_store(store.name); !opened) return opened;
  return ok();
}

std::vector<receive::StoreStatus> Engine::stores() const {
  const std::lock_guard lock(mutex_);
  std::vector<receive::StoreStatus> all;
  for (const auto& [name, store] : stores_) all.push_back(store->status());
  for (const auto& [name, why] : closed_) all.push_back(closed_store(site(), name, why));
  return all;
}

harvest::Tools Engine::tools(std::function<void(const harvest::Progress&)> on_progress) {
  return {*writer_,
          paths_,
          activity_,
          clock(),
          owner_,
          std::move(on_progress),
          [this](const std::string& accession) { return kept_accession(identity_, accession); },
          [this]() -> Status {
            if (!spool_->is_full()) return ok();
            return Error{ErrorKind::storage,
                         "the disk that holds the spool has less left than disk.minimum_free: free space, then go on",
                         ENOSPC};
          },
          [this](const dicom::Peer& node) { return object_taker(*spool_, *auditor_, node); },
          {},
          {},
          [this](const std::vector<SopInstanceUid>& uids) { return spool_->under_way().last_byte(uids); }};
}

void Engine::on_job_event(std::function<void(const std::string&)> listener) {
  const std::lock_guard lock(listener_mutex_);
  job_listener_ = std::move(listener);
}

void Engine::tell_job_event(const std::string& event) const {
  const std::lock_guard lock(listener_mutex_);
  if (job_listener_) job_listener_(event);
}

void Engine::close() {
  constexpr std::chrono::milliseconds kGrace{10000};
  std::map<std::string, std::unique_ptr<receive::Store>> stores;
  {
    const std::lock_guard lock(mutex_);
    stores.swap(stores_);
  }
  {
    std::vector<std::jthread> stopping;  // all at once: each may wait for objects that are under way
    for (auto& [name, store] : stores) stopping.emplace_back([&each = *store] { each.stop(); });
  }
  stores.clear();
  if (pool_) pool_->stop(kGrace);
}

}  // namespace harvester::serve
