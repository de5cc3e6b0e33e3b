#include "harvester/serve/auditor.hpp"

#include <unistd.h>

#include <array>
#include <atomic>
#include <optional>
#include <thread>

#include "harvester/core/log.hpp"
#include "harvester/core/queue.hpp"
#include "harvester/database/connection.hpp"
#include "harvester/database/transfers.hpp"
#include "syslog_sender.hpp"

namespace harvester::serve {
namespace {

using Steady = std::chrono::steady_clock;
namespace transfers = database::transfers;

constexpr std::size_t kMostWaiting = 4096;
constexpr std::chrono::seconds kParting{2};
constexpr std::chrono::hours kToldAgain{1};

trail::Self this_process() {
  std::array<char, 256> name{};
  const bool known = ::gethostname(name.data(), name.size() - 1) == 0 && name.front() != '\0';
  return {known ? name.data() : "localhost", std::to_string(::getpid())};
}

trail::Source source_of(const config::Audit& audit, const trail::Self& self) {
  return {audit.source_id.value_or(self.host), audit.enterprise_site_id.value_or("")};
}

/// What was lost, and when that has to be said. Thread-safe.
class Losses {
 public:
  explicit Losses(std::string where) : where_(std::move(where)) {}

  void add(const std::string& why) {
    std::lock_guard lock(mutex_);
    ++count_;
    const auto now = Steady::now();
    if (told_ && now - *told_ < kToldAgain) return;
    told_ = now;
    room_log("serve")->warn("audit: messages to {} are lost, {} so far: {}", where_, count_, why);
  }

 private:
  const std::string where_;
  std::mutex mutex_;
  std::uint64_t count_ = 0;                 // guarded by mutex_
  std::optional<Steady::time_point> told_;  // guarded by mutex_
};

}  // namespace

/// One configuration at work.
class Auditor::Sending {
 public:
  Sending(const config::Audit& audit, std::filesystem::path database)
      : self_(this_process()),
        source_(source_of(audit, self_)),
        database_(std::move(database)),
        losses_(std::make_shared<Losses>(audit.syslog->str())),
        sender_(*audit.syslog),
        thread_([this] { work(); }) {}

  ~Sending() {
    ends_at_ = (Steady::now() + kParting).time_since_epoch().count();
    waiting_.close();
  }

  /// False where there is no room.
  bool put(AuditEvent event, Instant at) { return waiting_.push_if_room({std::move(event), at}); }
  [[nodiscard]] const std::shared_ptr<Losses>& losses() const { return losses_; }

 private:
  struct Item {
    AuditEvent event;
    Instant at;
  };

  void work() {
    while (const auto item = waiting_.pop_or_wait({})) {
      if (Steady::now().time_since_epoch().count() > ends_at_)
        losses_->add("the process ends");
      else
        std::visit([&](const auto& event) { tell(event, item->at); }, item->event);
    }
  }

  void send(const trail::Message& message) {
    if (const auto sent = sender_.send(trail::syslog(message, source_, self_)); !sent)
      losses_->add(sent.error().message);
  }

  template <class Event>
  void tell(const Event& event, Instant at) {
    send(trail::message(event, self_, at));
  }

  void tell(const StoreTransfer& event, Instant at) {
    tell_transfer(event.transfer, at, [&](database::Connection& c, const transfers::Visit& visit) {
      transfers::for_each(c, event.association, visit);
    });
  }

  void tell(const GetTransfer& event, Instant at) {
    tell_transfer(event.transfer, at, [&](database::Connection& c, const transfers::Visit& visit) {
      transfers::for_each(c, event.objects, visit);
    });
  }

  void tell(const Look& look, Instant at) {
    (void)reading([&](database::Connection& c) {
      for (const auto& uid : transfers::uids_of(c, look.studies))
        send(trail::message(trail::Access{look.by, uid.str()}, self_, at));
    });
  }

  template <class ForEach>
  void tell_transfer(const trail::Transfer& transfer, Instant at, ForEach for_each) {
    trail::TransferMessages messages(transfer, self_, at, [this](const trail::Message& message) { send(message); });
    const bool read = reading([&](database::Connection& c) {
      for_each(c, [&](const transfers::Group& group) {
        messages.add({group.study.str(), group.held, {group.sop_class.str(), group.objects}});
      });
    });
    if (read) messages.finish();
  }

  /// What cannot be read is lost; the next time the database is opened anew.
  template <class F>
  bool reading(F function) {
    auto done = connection_ ? Status(ok()) : open();
    if (done) {
      const auto read = database::reading(*connection_, [&](database::Connection& c) {
        function(c);
        return true;
      });
      if (!read) done = read.error();
    }
    if (done) return true;
    connection_.reset();
    losses_->add(done.error().message);
    return false;
  }

  Status open() {
    auto opened = database::open_for_reading(database_);
    if (!opened) return opened.error();
    connection_.emplace(*std::move(opened));
    return ok();
  }

  const trail::Self self_;
  const trail::Source source_;
  const std::filesystem::path database_;
  const std::shared_ptr<Losses> losses_;
  SyslogSender sender_;                             // of thread_
  std::optional<database::Connection> connection_;  // of thread_
  std::atomic<Steady::rep> ends_at_ = Steady::time_point::max().time_since_epoch().count();
  BoundedQueue<Item> waiting_{kMostWaiting};
  std::jthread thread_;  // last: it uses the rest
};

Auditor::Auditor(std::filesystem::path database, std::shared_ptr<const Clock> clock)
    : database_(std::move(database)), clock_(std::move(clock)) {}

Auditor::~Auditor() = default;

void Auditor::configure(const config::Audit& audit) {
  std::unique_ptr<Sending> before;  // ends without the lock: it may have much to send
  const std::lock_guard lock(mutex_);
  if (audit == audit_) return;
  audit_ = audit;
  before = std::exchange(sending_, audit.syslog ? std::make_unique<Sending>(audit, database_) : nullptr);
}

bool Auditor::is_on() const {
  const std::lock_guard lock(mutex_);
  return sending_ != nullptr;
}

void Auditor::tell(AuditEvent event) {
  std::shared_ptr<Losses> losses;
  {
    const std::lock_guard lock(mutex_);
    if (!sending_ || sending_->put(std::move(event), clock_->now())) return;
    losses = sending_->losses();
  }
  losses->add("more than can be sent");
}

}  // namespace harvester::serve
