#include "harvester/serve/store_supervision.hpp"

#include <catch2/catch.hpp>

using namespace harvester;
using serve::StoreSupervision;

namespace {

/// A store that answers as it is told.
struct Patient {
  std::vector<Status> answers;  ///< to the calls, in turn; then it answers well
  Status reopening = ok();
  int calls = 0;
  int reopened = 0;

  StoreSupervision supervision() {
    return StoreSupervision({[] { return std::vector<config::Store>{config::Store{}}; },
                             [this](const config::Store&) {
                               const auto n = static_cast<std::size_t>(calls++);
                               return n < answers.size() ? answers[n] : ok();
                             },
                             [this](const std::string& name) {
                               CHECK(name == "harvest");
                               ++reopened;
                               return reopening;
                             }});
  }
};

const Error kSilent{ErrorKind::transient, "no answer"};
const Error kFull{ErrorKind::refused, "local limit exceeded"};

}  // namespace

TEST_CASE("supervision: a store that does not answer twice in a row is opened anew", "[store]") {
  Patient store{{kSilent, kSilent}};
  auto supervision = store.supervision();
  const auto soon = supervision.round();
  CHECK(store.reopened == 0);
  CHECK(supervision.round() > soon);
  CHECK(store.reopened == 1);
  supervision.round();
  CHECK(store.reopened == 1);
}

TEST_CASE("supervision: one answer between two silences is enough", "[store]") {
  Patient store{{kSilent, ok(), kSilent, ok()}};
  auto supervision = store.supervision();
  for (int n = 0; n < 4; ++n) supervision.round();
  CHECK(store.reopened == 0);
}

TEST_CASE("supervision: a store that refuses, because it is full, is alive and is left alone", "[store]") {
  Patient store{{kFull, kFull, kFull}};
  auto supervision = store.supervision();
  for (int n = 0; n < 3; ++n) supervision.round();
  CHECK(store.reopened == 0);
}

TEST_CASE("supervision: a store that cannot be opened is tried again and again", "[store]") {
  Patient store{std::vector<Status>(6, kSilent), kSilent};
  auto supervision = store.supervision();
  for (int n = 0; n < 6; ++n) supervision.round();
  CHECK(store.reopened == 3);
}
