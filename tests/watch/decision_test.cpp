#include "harvester/watch/decision.hpp"

#include <catch2/catch.hpp>

namespace harvester::watch {
namespace {

using namespace std::chrono_literals;
using After = config::Watch::AfterImport;
using End = Remembered::End;

constexpr FileTime kToday = std::chrono::hours(24 * 20000);

/// A moment of a test, on both clocks.
Now at(std::chrono::milliseconds since) { return {Moment(1h + since), kToday + since}; }

Sighting file(std::uint64_t size = 1000, std::chrono::milliseconds written = 0ms) {
  return {FileKind::regular, size, kToday + written, kToday + written, 7};
}

Awaited seen_at(const Sighting& seen, std::chrono::milliseconds since, bool closed = false, bool cut = false) {
  return {seen, at(since).moment, closed, cut};
}

Step step(const Sighting& seen, const std::optional<Awaited>& awaited, Now now, const Rules& rules = {}) {
  return decide("a.dcm", seen, awaited, std::nullopt, rules, now).step;
}

}  // namespace

TEST_CASE("decision: a name that is hidden or that a program gives to what it has not finished waits", "[watch]") {
  for (const char* name : {".a.dcm", ".x", "a.part", "a.PART", "a.dcm.tmp", "a.filepart", "~a", "a.dcm~", ""})
    CHECK(is_unfinished_name(name));
  for (const char* name : {"a.dcm", "a", "1.2.3", "part", "tmp", "a.parts", "a~b"})
    CHECK_FALSE(is_unfinished_name(name));
  CHECK(decide(".a.dcm", file(), seen_at(file(), 0ms, true), std::nullopt, {}, at(1h)).step == Step::skip);
}

TEST_CASE("decision: links, folders and devices are skipped, and so is a file with nothing in it", "[watch]") {
  for (const auto kind : {FileKind::link, FileKind::folder, FileKind::other}) {
    auto odd = file();
    odd.kind = kind;
    CHECK(step(odd, seen_at(odd, 0ms, true), at(1h)) == Step::skip);
  }
  CHECK(step(file(0), seen_at(file(0), 0ms, true), at(1h)) == Step::skip);
}

TEST_CASE("decision: a file is complete when it has not changed for `settle`", "[watch]") {
  const auto fresh = decide("a", file(), std::nullopt, std::nullopt, {}, at(10ms));
  CHECK(fresh.step == Step::wait);
  CHECK(fresh.again == 5s);
  auto later = file();
  later.changed += 1h;  // a clock ahead of ours: only what was observed counts
  const auto observed = decide("a", later, seen_at(later, 0ms), std::nullopt, {}, at(4s));
  CHECK(observed.step == Step::wait);
  CHECK(observed.again == 1s);
  CHECK(step(later, seen_at(later, 0ms), at(5s)) == Step::take);
  CHECK(step(file(1001, 4s), seen_at(file(), 0ms), at(5s)) == Step::wait);
}

TEST_CASE("decision: a file that is older than `settle` by a clock that is ours is complete at first sight",
          "[watch]") {
  CHECK(step(file(), std::nullopt, at(4999ms)) == Step::wait);
  CHECK(step(file(), std::nullopt, at(5s)) == Step::take);
  auto copied = file(1000, -72h);  // its time of modification came with it
  copied.changed = kToday;
  CHECK(step(copied, std::nullopt, at(1s)) == Step::wait);
}

TEST_CASE("decision: the clock of a network drive is believed only after an hour", "[watch]") {
  Rules remote;
  remote.same_clock = false;
  CHECK(step(file(), std::nullopt, at(30min), remote) == Step::wait);
  CHECK(step(file(), std::nullopt, at(61min), remote) == Step::take);
  CHECK(step(file(), seen_at(file(), 29min), at(30min), remote) == Step::take);
}

TEST_CASE("decision: a closed file is tried at once, one that was cut short has to settle", "[watch]") {
  CHECK(step(file(), seen_at(file(), 0ms, true), at(1ms)) == Step::try_it);
  CHECK(step(file(), seen_at(file(), 0ms, true, true), at(1ms)) == Step::wait);
  CHECK(step(file(), seen_at(file(), 0ms, true, true), at(5s)) == Step::take);
  CHECK(step(file(2000, 1ms), seen_at(file(), 0ms, true), at(2ms)) == Step::wait);  // written to again
}

TEST_CASE("decision: what was read is not read again unless it changed", "[watch]") {
  const auto remembered = [](End end) { return Remembered{file(), end}; };
  const auto step_of = [&](const Sighting& seen, End end, After after) {
    Rules rules;
    rules.after_import = after;
    return decide("a", seen, std::nullopt, remembered(end), rules, at(1h)).step;
  };
  for (const auto end : {End::not_dicom, End::open, End::imported, End::failed})
    CHECK(step_of(file(), end, After::keep) == Step::leave);
  CHECK(step_of(file(1001), End::imported, After::keep) == Step::take);
  CHECK(step_of(file(1000, 1ms), End::failed, After::keep) == Step::take);
  auto other = file();
  other.inode = 8;
  CHECK(step_of(other, End::imported, After::remove) == Step::take);
}

TEST_CASE("decision: a file goes only after the end of its import, and never if it is no DICOM file", "[watch]") {
  std::chrono::milliseconds late = 10min;
  const auto step_of = [&](End end, After after) {
    Rules rules;
    rules.after_import = after;
    return decide("a", file(), std::nullopt, Remembered{file(), end}, rules, at(late)).step;
  };
  for (const auto after : {After::remove, After::move}) {
    CHECK(step_of(End::open, after) == Step::await_end);
    CHECK(step_of(End::failed, after) == Step::set_aside);
    CHECK(step_of(End::not_dicom, after) == Step::leave);
  }
  late = 0ms;
  CHECK(step_of(End::failed, After::remove) == Step::leave);  // its writer may be still at it
  CHECK(step_of(End::imported, After::remove) == Step::remove);
  CHECK(step_of(End::imported, After::move) == Step::move);
}

TEST_CASE("decision: file systems of other machines are known by their number", "[watch]") {
  CHECK(is_remote_file_system(0x6969));
  CHECK(is_remote_file_system(0xFF534D42));
  CHECK_FALSE(is_remote_file_system(0xEF53));      // ext4
  CHECK_FALSE(is_remote_file_system(0x01021994));  // tmpfs
}

}  // namespace harvester::watch
