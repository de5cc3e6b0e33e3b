#include <fmt/format.h>

#include <atomic>
#include <deque>
#include <mutex>
#include <thread>

#include "harvester/dicom/listener.hpp"
#include "harvester/query/query.hpp"
#include "harvester/retrieve/retrieve.hpp"
#include "ways.hpp"

namespace harvester::bench {
namespace {

constexpr auto kModel = dicom::Model::study_root;

/// Takes everything and keeps nothing.
class Drain {
 public:
  explicit Drain(int port) {
    dicom::ListenerOptions options;
    options.bind = "127.0.0.1";
    options.port = port;
    const auto policy = [](const dicom::AssociationRequest& request) { return dicom::negotiate({}, request); };
    auto opened =
        dicom::Listener::open(options, policy, [this](auto& each, std::stop_token stop) { serve(each, stop); });
    if (!opened) throw std::runtime_error(opened.error().message);
    listener_ = *std::move(opened);
  }
  ~Drain() { listener_->stop(std::chrono::milliseconds(0)); }

  [[nodiscard]] int count() const { return count_; }

 private:
  struct Nowhere final : dicom::DatasetSink {
    Status write(std::span<const std::byte>) override { return ok(); }
  };

  void serve(dicom::ScpAssociation& association, std::stop_token stop) {
    for (;;) {
      const auto command = association.next_command(std::chrono::seconds(60), stop);
      const auto* store = std::get_if<dicom::StoreCommand>(&command);
      Nowhere nowhere;
      if (store == nullptr || !association.receive_dataset(*store, nowhere)) return;
      ++count_;
      if (!association.respond(*store, {0})) return;
    }
  }

  std::atomic<int> count_ = 0;
  std::unique_ptr<dicom::Listener> listener_;
};

template <class T>
T need(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().message);
  return *std::move(result);
}

/// An association that asks and moves with the keys of our harvest.
class Client {
 public:
  Client(const Node& node, std::vector<dicom::Proposal> services)
      : association_(need(dicom::ScuAssociation::open(
            {"127.0.0.1", node.port(), AeTitle::of(node.ae_title()), AeTitle::of("CLIENT")}, {}, services))) {}
  ~Client() { association_.release(); }

  std::vector<CandidateStudy> studies(CivilDate from, CivilDate until) {
    return found<CandidateStudy>(query::study_keys({}, {"CT", from, until}), query::read_study);
  }
  std::vector<CandidateSeries> reports(const CandidateStudy& study) {
    auto all = found<CandidateSeries>(query::series_keys({}, study), query::read_series);
    std::erase_if(all, [](const CandidateSeries& series) { return series.modality != "SR"; });
    return all;
  }
  std::vector<CandidateInstance> instances(const CandidateStudy& study, const CandidateSeries& series) {
    return found<CandidateInstance>(query::image_keys({}, study, series.uid), query::read_instance);
  }
  void move(const CandidateStudy& study, const CandidateSeries& series) {
    for (const auto& keys : retrieve::move_identifiers({study.uid, series.uid, MoveLevel::series, {}}, kModel, 1)) {
      const auto outcome = need(association_.move(kModel, keys, AeTitle::of("CLIENT"), {}, {}, {}));
      if (!outcome.status.success()) throw std::runtime_error("a move failed");
    }
  }

 private:
  template <class Candidate, class Read>
  std::vector<Candidate> found(const dicom::Attributes& keys, const Read& read) {
    std::vector<Candidate> all;
    const auto keep = [&](const dicom::Attributes& answer) {
      if (auto candidate = read(answer)) all.push_back(*std::move(candidate));
      return true;
    };
    const auto outcome = need(association_.find(kModel, keys, keep, {}));
    if (!outcome.status.success()) throw std::runtime_error("a query failed");
    return all;
  }

  dicom::ScuAssociation association_;
};

/// What the clients have still to do: the studies that were found first, then the days.
class Todo {
 public:
  explicit Todo(const Filling& filling) {
    for (int day = 0; day < filling.days; ++day) days_.push_back(plus_days(filling.first(), day));
  }

  /// Does one thing; false once there is nothing left to do.
  bool step(Client& client) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return !studies_.empty() || !days_.empty() || asking_ == 0; });
    if (!studies_.empty()) {
      const auto study = std::move(studies_.front());
      studies_.pop_front();
      lock.unlock();
      return fetch(client, study), true;
    }
    if (days_.empty()) return false;
    const auto day = days_.front();
    days_.pop_front();
    ++asking_;
    lock.unlock();
    const auto found = client.studies(day, day);
    lock.lock();
    --asking_;
    studies_.insert(studies_.end(), found.begin(), found.end());
    changed_.notify_all();
    return true;
  }

 private:
  static void fetch(Client& client, const CandidateStudy& study) {
    for (const auto& series : client.reports(study))
      if (!client.instances(study, series).empty()) client.move(study, series);
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<CandidateStudy> studies_;
  std::deque<CivilDate> days_;
  int asking_ = 0;  ///< days that are being asked for
};

double checked(std::chrono::steady_clock::time_point begin, const Drain& drain, int studies) {
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  if (drain.count() != studies) throw std::runtime_error(fmt::format("{} of {} objects came", drain.count(), studies));
  return took.count();
}

}  // namespace

double harvest_bare(const Node& node, const Ports& ports, const Filling& filling, int associations) {
  const Drain drain(ports.client);
  const auto begin = std::chrono::steady_clock::now();
  Todo todo(filling);
  {
    std::vector<std::jthread> threads;
    for (int n = 0; n < associations; ++n)
      threads.emplace_back([&] {
        Client client(node, {dicom::find_service(kModel), dicom::move_service(kModel)});
        while (todo.step(client)) continue;
      });
  }
  return checked(begin, drain, filling.studies);
}

double harvest_serially(const Node& node, const Ports& ports, const Filling& filling) {
  const Drain drain(ports.client);
  const auto begin = std::chrono::steady_clock::now();
  {
    Client finder(node, {dicom::find_service(kModel)});
    Client mover(node, {dicom::move_service(kModel)});
    std::vector<std::pair<CandidateStudy, CandidateSeries>> wanted;
    for (const auto& study : finder.studies(filling.first(), filling.last()))
      for (const auto& series : finder.reports(study))
        if (!finder.instances(study, series).empty()) wanted.emplace_back(study, series);
    for (const auto& [study, series] : wanted) mover.move(study, series);
  }
  return checked(begin, drain, filling.studies);
}

}  // namespace harvester::bench
