#include "harvester/watch/decision.hpp"

#include <algorithm>
#include <array>

#include "harvester/core/text.hpp"

namespace harvester::watch {

using std::chrono::milliseconds;
using AfterImport = config::Watch::AfterImport;

bool same_content(const Sighting& one, const Sighting& other) {
  return one.size == other.size && one.modified == other.modified && one.inode == other.inode;
}

bool is_unfinished_name(std::string_view name) {
  constexpr std::array<std::string_view, 6> kEndings{".part", ".partial", ".filepart", ".tmp", ".temp", ".crdownload"};
  if (name.empty() || name.front() == '.' || name.front() == '~' || name.back() == '~') return true;
  const auto small = lower(name);
  return std::any_of(kEndings.begin(), kEndings.end(), [&](auto ending) { return small.ends_with(ending); });
}

namespace {

/// How far the clocks of two machines may be apart.
constexpr auto kClocksApart = std::chrono::hours(1);

/// Whether the file system itself says that nothing has changed for so long. Both of its times count: the one can be
/// set by whoever copies a file, the other only by the system.
bool is_older(const Sighting& seen, milliseconds than, const Rules& rules, FileTime now) {
  const FileTime margin = than + (rules.same_clock ? milliseconds(0) : milliseconds(kClocksApart));
  return std::max(seen.modified, seen.changed) + margin <= now;
}

Decision of_remembered(const Remembered& remembered, const Sighting& seen, const Rules& rules, const Now& now) {
  using End = Remembered::End;
  if (rules.after_import == AfterImport::keep || remembered.end == End::not_dicom) return {Step::leave};
  if (remembered.end == End::open) return {Step::await_end};
  if (remembered.end == End::imported) return {rules.after_import == AfterImport::remove ? Step::remove : Step::move};
  return {is_older(seen, rules.set_aside_after, rules, now.file_time) ? Step::set_aside : Step::leave};
}

Decision of_new(const Sighting& seen, const std::optional<Awaited>& awaited, const Rules& rules, const Now& now) {
  const bool unchanged = awaited && same_content(awaited->last, seen);
  if (unchanged && awaited->closed && !awaited->cut_short) return {Step::try_it};
  if (is_older(seen, rules.settle, rules, now.file_time)) return {Step::take};
  if (!unchanged) return {Step::wait, rules.settle};
  const auto quiet = std::chrono::duration_cast<milliseconds>(now.moment - awaited->since);
  if (quiet >= rules.settle) return {Step::take};
  return {Step::wait, rules.settle - quiet};
}

}  // namespace

Decision decide(std::string_view name, const Sighting& seen, const std::optional<Awaited>& awaited,
                const std::optional<Remembered>& remembered, const Rules& rules, const Now& now) {
  if (seen.kind != FileKind::regular || is_unfinished_name(name)) return {Step::skip};
  if (remembered && same_content(remembered->read, seen)) return of_remembered(*remembered, seen, rules, now);
  if (seen.size == 0) return {Step::skip};  // it will change, or it never held anything
  return of_new(seen, awaited, rules, now);
}

bool is_remote_file_system(std::uint64_t type) {
  // linux/magic.h and the file systems' own: NFS, SMB, CIFS, SMB2, FUSE, 9P, Ceph, AFS, Coda, Lustre, NCP, GFS2
  constexpr std::array<std::uint64_t, 12> kRemote{0x6969,     0x517B,     0xFF534D42, 0xFE534D42,
                                                  0x65735546, 0x01021997, 0x00C36400, 0x5346414F,
                                                  0x73757245, 0x0BD00BD0, 0x564C,     0x01161970};
  return std::find(kRemote.begin(), kRemote.end(), type & 0xFFFFFFFF) != kRemote.end();
}

}  // namespace harvester::watch
