#include "permission.hpp"

#include <fmt/format.h>

#include "harvester/harvest/harvest.hpp"
#include "harvester/schedule/allowed_hours.hpp"

namespace harvester::serve {
namespace {

using SteadyClock = std::chrono::steady_clock;
namespace code = harvest::stop_code;

/// Outside the hours: why, and when they begin.
std::optional<Error> closed_at(const config::Profile& profile, const schedule::CivilNow& now) {
  const auto wait = schedule::until_allowed(profile.windows, now);
  if (wait == std::chrono::minutes(0)) return std::nullopt;
  if (!wait) return Error{ErrorKind::cancelled, "the node's hours (windows) name no day at all", code::kHours};
  return Error{ErrorKind::cancelled,
               fmt::format("outside the node's allowed hours, which begin in {} h {:02} min", wait->count() / 60,
                           wait->count() % 60),
               code::kHours};
}

}  // namespace

Permission::Permission(const config::Profile& profile, const Clock& clock, std::chrono::seconds longest,
                       const RunningHarvests::Entry& entry)
    : profile_(profile),
      clock_(clock),
      until_(longest.count() > 0 ? std::optional(SteadyClock::now() + longest) : std::nullopt),
      entry_(entry) {}

Status Permission::ask_hours() {
  if (profile_.windows.empty()) return ok();
  const std::lock_guard lock(mutex_);
  const auto now = SteadyClock::now();
  if (now - hours_asked_ >= std::chrono::seconds(1)) {
    const auto shown = schedule::civil_at(clock_.now(), profile_.query.timezone);
    if (!shown) return shown.error();
    closed_ = closed_at(profile_, *shown);
    hours_asked_ = now;
  }
  return closed_ ? Status(*closed_) : ok();
}

Status Permission::ask() {
  const auto wish = entry_.wish();
  if (wish == Wish::cancel) return Error{ErrorKind::cancelled, "cancelled by hand", code::kCancelled};
  if (wish == Wish::pause) return Error{ErrorKind::cancelled, "paused by hand", code::kPaused};
  if (until_ && SteadyClock::now() >= *until_)
    return Error{ErrorKind::cancelled, "the time given for this run is over", code::kDuration};
  return ask_hours();
}

}  // namespace harvester::serve
