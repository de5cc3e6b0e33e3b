#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "call.hpp"
#include "harvester/core/clock.hpp"
#include "harvester/database/ledger.hpp"
#include "harvester/receive/store.hpp"

/// What is well and what is not, as lamps. Pure.
namespace harvester::web {

enum class Light { off, ok, warn, bad };

struct Lamp {
  Light light = Light::ok;
  std::string text{};
};

void put(ordered_json& json, const Lamp& lamp);  ///< {"lamp", "text"}
[[nodiscard]] ordered_json json_of(const Lamp& lamp);

/// One lamp for several: the worst, with how many are so.
[[nodiscard]] Lamp together(const std::vector<Lamp>& lamps);

[[nodiscard]] Lamp node_lamp(bool enabled, const std::optional<database::ledger::HarvestRow>& last);
[[nodiscard]] Lamp store_lamp(const receive::StoreStatus& store, bool autostart);
/// `fault`: why the folder is not watched; empty if it is. Files that were taken, and attempts to read one that failed.
[[nodiscard]] Lamp folder_lamp(const std::string& fault, std::int64_t taken, std::int64_t unreadable);
[[nodiscard]] Lamp disk_lamp(std::uint64_t free, std::uint64_t minimum);
[[nodiscard]] Lamp inbox_lamp(std::int64_t waiting, std::optional<Instant> oldest, Instant now);
[[nodiscard]] Lamp quarantine_lamp(std::int64_t objects);

/// Days since a date up to `today`; nothing for what is no date.
[[nodiscard]] std::optional<int> days_since(const std::string& date, const std::string& today);

/// Whether so many days of silence are odd for a system that had so many studies from its first to its last day.
[[nodiscard]] bool is_silent(std::int64_t studies, int days_active, int days_silent);

}  // namespace harvester::web
