#include "putting_away.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <fstream>
#include <iterator>

#include "support/temp_dir.hpp"

namespace harvester::watch {
namespace {

std::string content_of(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

void write(const std::filesystem::path& file, const std::string& text) {
  std::ofstream(file, std::ios::binary) << text;
}

/// A folder with one file that was read.
struct Place {
  Place() {
    write(folder / "a", "content");
    root = Descriptor(::open(folder.path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    read = *sight(root.get(), "a", true);
  }
  tests::TempDir folder;
  Descriptor root;
  Sighting read;
};

}  // namespace

TEST_CASE("putting away: only the file that was read is deleted", "[watch]") {
  Place place;
  auto other = place.read;
  ++other.inode;
  CHECK(*remove_file(place.root.get(), "a", other) == PutAway::not_the_same);
  CHECK(content_of(place.folder / "a") == "content");
  CHECK(*remove_file(place.root.get(), "a", place.read) == PutAway::done);
  CHECK(std::filesystem::is_empty(place.folder.path()));
  CHECK(*remove_file(place.root.get(), "a", place.read) == PutAway::not_the_same);
}

TEST_CASE("putting away: a link that took a folder's place leads nowhere", "[watch]") {
  Place place;
  tests::TempDir outside;
  write(outside / "a", "content");
  std::filesystem::create_directory_symlink(outside.path(), place.folder / "sub");
  CHECK_FALSE(open_folder_of(place.root.get(), "sub/a"));
  CHECK_FALSE(remove_file(place.root.get(), "sub/a", place.read));
  CHECK(std::filesystem::exists(outside / "a"));
  std::filesystem::create_directory_symlink(outside.path(), place.folder / ".failed");
  CHECK_FALSE(set_aside(place.root.get(), "a", place.read));
  CHECK(content_of(place.folder / "a") == "content");  // under its own name
}

TEST_CASE("putting away: onto another disk a file is copied whole before it goes", "[watch]") {
  struct stat here {
  }, there{};
  Place place;
  REQUIRE(::stat(place.folder.path().c_str(), &here) == 0);
  if (::stat("/dev/shm", &there) != 0 || here.st_dev == there.st_dev) return;  // there is no other disk
  const tests::TempDir target("/dev/shm");
  CHECK(*move_file(place.root.get(), "a", place.read, target.path()) == PutAway::done);
  CHECK(content_of(target / "a") == "content");
  CHECK(std::filesystem::is_empty(place.folder.path()));
  CHECK(std::distance(std::filesystem::directory_iterator(target.path()), {}) == 1);
}

TEST_CASE("putting away: a file that cannot be moved keeps its name", "[watch]") {
  Place place;
  const tests::TempDir target;
  std::filesystem::create_directory(place.folder / "sub");
  std::filesystem::rename(place.folder / "a", place.folder / "sub" / "a");
  write(target / "sub", "no folder");
  CHECK_FALSE(move_file(place.root.get(), "sub/a", place.read, target.path()));
  CHECK(content_of(place.folder / "sub" / "a") == "content");
}

TEST_CASE("putting away: a file gets its name back, unless there is a new one of that name", "[watch]") {
  Place place;
  std::filesystem::rename(place.folder / "a", place.folder / ".harvester-a");
  write(place.folder / "a", "newer");
  CHECK(name_back(place.root.get(), ".harvester-a") == "a");
  CHECK(content_of(place.folder / "a") == "newer");
  std::filesystem::remove(place.folder / "a");
  (void)name_back(place.root.get(), ".harvester-a");
  CHECK(content_of(place.folder / "a") == "content");
}

}  // namespace harvester::watch
