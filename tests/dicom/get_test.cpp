#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>

#include <future>

#include "harvester/core/sop_classes.hpp"
#include "scripted_scp.hpp"
#include "support/process.hpp"

using namespace harvester;
using namespace harvester::dicom;
using namespace harvester::tests;

namespace {

const SopClassUid kKind{std::string(sop_class::kXRayRadiationDoseSr)};
const std::string kExplicit = "1.2.840.10008.1.2.1";
const Attributes kKeys{{tag::kQueryRetrieveLevel, "STUDY"}, {tag::kStudyInstanceUid, "1.2"}};

Attributes object(const std::string& uid) {
  return {{tag::kSopClassUid, kKind.str()}, {tag::kSopInstanceUid, uid}, {tag::kStudyInstanceUid, "1.2"}};
}

/// What arrives, in memory; answered with `status`.
struct Taker {
  struct Sink final : DatasetSink {
    Status write(std::span<const std::byte> bytes) override {
      size += bytes.size();
      return ok();
    }
    std::size_t size = 0;
  };

  TakeObject take() {
    return [this](const StoreCommand& command, const ReceiveDataset& receive) -> Result<StoreReply> {
      Sink sink;
      if (auto received = receive(sink); !received) return received.error();
      CHECK(sink.size > 0);
      uids.push_back(command.instance);
      syntaxes.push_back(command.transfer_syntax);
      return StoreReply{status, "no room"};
    };
  }

  DimseStatus status{0};
  std::vector<std::string> uids;
  std::vector<std::string> syntaxes;
};

/// A node that sends these objects for a C-GET; `statuses` are our answers to them.
struct Node {
  bool answer(ScpAssociation& association, const Command& command) {
    const auto* get = std::get_if<GetCommand>(&command);
    if (get == nullptr) return true;
    MoveCounts counts;
    counts.completed = counts.failed = 0;
    for (const auto& uid : uids) {
      const auto context = association.context_for(kKind.str(), kExplicit);
      const auto status = association.send_object(context, kKind, SopInstanceUid(uid), *to_dataset(object(uid)));
      if (!status) return false;
      statuses.push_back(*status);
      ++(status->success() ? *counts.completed : *counts.failed);
      if (!association.respond(*get, {0xFF00}, counts)) return false;
    }
    const Attributes failed{{tag::kFailedSopInstanceUidList, "1.2.9"}};
    const bool whole = *counts.failed == 0;
    return bool(association.respond(*get, {std::uint16_t(whole ? 0 : 0xB000)}, counts, whole ? nullptr : &failed));
  }

  std::vector<std::string> uids;
  std::vector<DimseStatus> statuses{};
};

std::vector<Proposal> proposals() { return get_services(Model::study_root, {kKind}); }

}  // namespace

TEST_CASE("objects of a C-GET come over its own association and are answered one by one", "[net]") {
  Node node{{"1.2.3", "1.2.4"}};
  const ScriptedScp scp([&](auto& association, const auto& command) { return node.answer(association, command); });
  auto association = scp.open(proposals());
  REQUIRE(association);
  Taker taker;
  for (int n = 0; n < 2; ++n) {
    const auto outcome = association->get(Model::study_root, kKeys, {}, taker.take(), {});
    REQUIRE(outcome);
    CHECK(outcome->status.success());
    CHECK(outcome->counts.completed == 2);
    CHECK(outcome->failed.empty());
  }
  CHECK(taker.uids == std::vector<std::string>{"1.2.3", "1.2.4", "1.2.3", "1.2.4"});
  CHECK(taker.syntaxes[0] == kExplicit);
  CHECK(association->get(Model::study_root, kKeys, {}, taker.take(), {}));
  association->release();
}

TEST_CASE("the node is told what became of each object of a C-GET", "[net]") {
  Node node{{"1.2.3"}};
  const ScriptedScp scp([&](auto& association, const auto& command) { return node.answer(association, command); });
  auto association = scp.open(proposals());
  REQUIRE(association);
  Taker taker;
  taker.status = {0xA700};
  const auto outcome = association->get(Model::study_root, kKeys, {}, taker.take(), {});
  REQUIRE(outcome);
  CHECK(outcome->status.code == 0xB000);
  CHECK(outcome->counts.failed == 1);
  REQUIRE(outcome->failed.size() == 1);
  CHECK(outcome->failed[0].str() == "1.2.9");
  CHECK(node.statuses == std::vector<DimseStatus>{{0xA700}});
}

TEST_CASE("a node that accepts C-GET and no kind of object is told of before anything is asked", "[net]") {
  const ScriptedScp scp(
      [](auto&, const auto&) { return false; },
      [](const AssociationRequest& request) { return negotiate({.storage = false, .query_retrieve = true}, request); });
  auto association = scp.open(proposals());
  REQUIRE(association);
  Taker taker;
  const auto outcome = association->get(Model::study_root, kKeys, {}, taker.take(), {});
  REQUIRE_FALSE(outcome);
  CHECK(outcome.error().kind == ErrorKind::refused);
  CHECK(outcome.error().message.find("no kind of object") != std::string::npos);
}

TEST_CASE("our role as storage provider is proposed for each kind, and for nothing else", "[net]") {
  AssociationRequest seen;
  const ScriptedScp scp([](auto&, const auto&) { return false; },
                        [&](const AssociationRequest& request) {
                          seen = request;
                          return negotiate({.storage = true, .query_retrieve = true}, request);
                        });
  REQUIRE(scp.open(proposals()));
  REQUIRE(seen.contexts.size() == 2);
  CHECK(seen.contexts[0].role == Role::standard);
  CHECK(seen.contexts[1].role == Role::scp);
}

TEST_CASE("contexts of a C-GET are at most 128, kinds before compressions", "[dicom]") {
  CHECK(get_services(Model::study_root, dose_classes()).size() == 128);
  std::vector<SopClassUid> many;
  for (int n = 0; n < 200; ++n) many.emplace_back("1.2." + std::to_string(n));
  const auto all = get_services(Model::study_root, many);
  CHECK(all.size() == 128);
  CHECK(all.back().abstract_syntax == "1.2.126");
  const SopClassUid image{std::string(sop_class::kCtImage)};
  const auto one = get_services(Model::patient_root, {image, image});
  CHECK(one.size() == 10);
  CHECK(one[1].transfer_syntaxes.empty());
  CHECK(one[2].transfer_syntaxes.size() == 1);
}

TEST_CASE("a node that dies in the middle of a C-GET leaves an error and what had come", "[net]") {
  Node node{{"1.2.3"}};
  const ScriptedScp scp([&](auto& association, const auto& command) {
    if (!std::holds_alternative<GetCommand>(command)) return true;
    (void)association.send_object(association.context_for(kKind.str(), kExplicit), kKind, SopInstanceUid("1.2.3"),
                                  *to_dataset(object("1.2.3")));
    association.cut();
    return false;
  });
  auto association = scp.open(proposals());
  REQUIRE(association);
  Taker taker;
  const auto outcome = association->get(Model::study_root, kKeys, {}, taker.take(), {});
  REQUIRE_FALSE(outcome);
  CHECK(outcome.error().kind == ErrorKind::transient);
  CHECK(taker.uids == std::vector<std::string>{"1.2.3"});
}

TEST_CASE("a stop cancels a C-GET, and the node's answer to that is awaited", "[net]") {
  std::stop_source source;
  const ScriptedScp scp([&](ScpAssociation& association, const Command& command) {
    const auto* get = std::get_if<GetCommand>(&command);
    if (get == nullptr) return true;
    source.request_stop();
    if (!eventually([&] {
          const auto cancelled = association.cancel_requested(*get);
          return cancelled && *cancelled;
        }))
      return false;
    return bool(association.respond(*get, {0xFE00}, {}));
  });
  auto association = scp.open(proposals());
  REQUIRE(association);
  Taker taker;
  const auto outcome = association->get(Model::study_root, kKeys, {}, taker.take(), source.get_token());
  REQUIRE(outcome);
  CHECK(outcome->status.cancelled());
  CHECK(outcome->stopped);
}

TEST_CASE("a C-GET that is silent for too long is cancelled by its own clock or given up", "[net]") {
  std::promise<void> over;
  const ScriptedScp scp([&, waiting = over.get_future().share()](ScpAssociation&, const Command& command) {
    if (std::holds_alternative<GetCommand>(command)) waiting.wait_for(std::chrono::seconds(30));
    return true;
  });
  auto association = scp.open(proposals());
  REQUIRE(association);
  Taker taker;
  MoveTimers timers;
  timers.stall = std::chrono::milliseconds(300);
  const auto outcome = association->get(Model::study_root, kKeys, timers, taker.take(), {});
  over.set_value();
  REQUIRE_FALSE(outcome);
  CHECK(outcome.error().kind == ErrorKind::transient);
  CHECK(outcome.error().message.find("silent") != std::string::npos);
}
