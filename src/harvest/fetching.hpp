#pragma once

#include <mutex>
#include <string>

#include "harvester/retrieve/retrieve.hpp"

namespace harvester::harvest {

/// By which method a running harvest fetches. Where C-GET is the fallback, it serves the rest of the harvest once the
/// node refused C-MOVE as such. It is not kept for the next one: an entry that the node lacked may be there by then.
/// Thread-safe.
class Fetching {
 public:
  using Method = retrieve::Method;

  Fetching(Method method, bool get_as_fallback) : method_(method), get_as_fallback_(get_as_fallback) {}

  [[nodiscard]] Method method() const {
    std::lock_guard lock(mutex_);
    return method_;
  }

  /// The node refused C-MOVE in these words. True if C-GET serves from now on because of it: told once.
  bool fall_back(const std::string& refusal) {
    std::lock_guard lock(mutex_);
    if (!get_as_fallback_ || method_ == Method::c_get) return false;
    method_ = Method::c_get;
    refusal_ = refusal;
    return true;
  }

  /// Why C-MOVE is not used any more; empty if nothing changed.
  [[nodiscard]] std::string refusal() const {
    std::lock_guard lock(mutex_);
    return refusal_;
  }

 private:
  mutable std::mutex mutex_;
  Method method_;  // guarded by mutex_
  const bool get_as_fallback_;
  std::string refusal_;  // guarded by mutex_
};

}  // namespace harvester::harvest
