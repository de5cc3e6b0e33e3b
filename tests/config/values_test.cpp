#include "harvester/config/values.hpp"

#include <catch2/catch.hpp>
#include <fstream>

#include "support/temp_dir.hpp"

using namespace harvester;
using namespace harvester::config;

TEST_CASE("an address block holds what its prefix says", "[config]") {
  const auto block = *AddressBlock::make("10.1.0.0/16");
  CHECK(block.contains("10.1.255.255"));
  CHECK(block.contains("::ffff:10.1.2.3"));
  CHECK_FALSE(block.contains("10.2.0.0"));
  CHECK_FALSE(block.contains("fd00::1"));
  CHECK_FALSE(block.contains("nonsense"));
  CHECK(AddressBlock::make("10.1.2.3")->contains("10.1.2.3"));
  CHECK_FALSE(AddressBlock::make("10.1.2.3")->contains("10.1.2.4"));
  CHECK(AddressBlock::make("0.0.0.0/0")->contains("192.168.1.1"));
  CHECK(AddressBlock::make("fd00::/8")->contains("fdff::1"));
  CHECK_FALSE(AddressBlock{}.contains("10.0.0.1"));
}

TEST_CASE("an address block that means something else than it says is refused", "[config]") {
  for (const auto* bad :
       {"10.1.0.0/33", "10.1.0.1/16", "10.1.0.0/", "10.1.0.0/-1", "10.1.0.0/08", "10.1", "pacs", "fd00::/129"})
    CHECK_FALSE(AddressBlock::make(bad));
}

TEST_CASE("a secret is read where it lies, without its line end", "[config]") {
  const tests::TempDir dir;
  std::ofstream(dir / "key") << "s3cret\n";
  std::ofstream(dir / "empty") << "\n";
  const auto of_file = [&](const std::string& name) {
    return SecretRef{SecretRef::From::file, (dir / name).string()}.read({});
  };
  CHECK(*of_file("key") == "s3cret");
  CHECK(of_file("empty").error().kind == ErrorKind::config);
  CHECK(of_file("none").error().kind == ErrorKind::config);
  CHECK(*SecretRef{SecretRef::From::env, "KEY"}.read({{"KEY", "abc"}}) == "abc");
  CHECK_FALSE(SecretRef{SecretRef::From::env, "KEY"}.read({}));
}

TEST_CASE("the process environment is a map of names", "[config]") { CHECK_FALSE(process_environment().empty()); }
