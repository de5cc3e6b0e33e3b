#include "harvester/core/result.hpp"

#include <catch2/catch.hpp>
#include <memory>

using namespace harvester;

TEST_CASE("a result holds a value or an error, and errors gather what was being done", "[core]") {
  Result<int> good = 7;
  REQUIRE(good);
  CHECK(*good == 7);
  Result<int> bad = Error{ErrorKind::storage, "disk full", 28};
  REQUIRE_FALSE(bad);
  CHECK(bad.error().with("opening spool").message == "opening spool: disk full");
  CHECK(bad.error().with("opening spool").kind == ErrorKind::storage);
  CHECK(bad.value_or(3) == 3);
}

TEST_CASE("a result gives up what cannot be copied", "[core]") {
  Result<std::unique_ptr<int>> made = std::make_unique<int>(5);
  std::unique_ptr<int> taken = *std::move(made);
  CHECK(*taken == 5);
}
