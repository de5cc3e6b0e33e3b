#include "event_printer.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "harvester/core/text.hpp"
#include "harvester/serve/events.hpp"

namespace harvester::cli {
namespace {

using nlohmann::json;

std::string started_text(const json& event) {
  const auto from = event.value("from", ""), until = event.value("until", "");
  return fmt::format("{}: {} {} of {}", event.value("node", ""),
                     event.value("continued", false) ? "going on with harvest" : "harvest",
                     event.value("harvest", std::int64_t{0}), from == until ? from : from + ".." + until);
}

std::string progress_text(const json& event) {
  const auto number = [&](const char* name) { return event.value(name, std::int64_t{0}); };
  return fmt::format("{}: studies {} found, {} decided; series {} of {} fetched; date windows left {}",
                     event.value("node", ""), number("studies_found"), number("studies_decided"),
                     number("requests_ended"), number("requests_planned"), number("windows_open"));
}

}  // namespace

EventPrinter::EventPrinter(const Global& global, Results results)
    : json_(global.json),
      quiet_(global.quiet),
      results_(results == Results::shown),
      terminal_(::isatty(STDERR_FILENO) == 1),
      progress_(!global.json && !global.quiet && !global.no_progress),
      last_line_(std::chrono::steady_clock::now()) {}

void EventPrinter::clear_line() {
  if (drawn_ > 0) fmt::print(stderr, "\r{:{}}\r", "", drawn_);
  drawn_ = 0;
}

void EventPrinter::show_progress(const std::string& text) {
  constexpr std::chrono::minutes kLineEvery{1};
  if (!progress_) return;
  if (terminal_) {
    const auto width = static_cast<std::size_t>(std::max(0, display_width(text)));
    fmt::print(stderr, "\r{}{:{}}", text, "", drawn_ > width ? drawn_ - width : 0);
    std::fflush(stderr);
    drawn_ = width;
  } else if (std::chrono::steady_clock::now() - last_line_ >= kLineEvery) {
    last_line_ = std::chrono::steady_clock::now();
    fmt::print(stderr, "{}\n", text);
  }
}

void EventPrinter::print(const std::string& text) {
  const auto event = json::parse(text, nullptr, false);
  if (!event.is_object()) return;
  const auto kind = event.value("event", "");
  if (kind == "finished")
    seen_.push_back({event.value("node", ""), {event.value("harvest", std::int64_t{0})}, event.value("exit_code", 1)});
  if (json_) {
    if (results_) fmt::print("{}\n", text);
    std::fflush(stdout);
    return;
  }
  if (kind == "progress") return show_progress(progress_text(event));
  clear_line();
  const auto error = event.value("error", "");
  const auto node = event.value("node", "");
  if (kind == "started" && !quiet_) fmt::print(stderr, "{}\n", started_text(event));
  if (kind == "note" && !quiet_) fmt::print(stderr, "{}\n", event.value("text", ""));
  if (!error.empty()) fmt::print(stderr, "error: {}{}\n", node.empty() ? "" : node + ": ", error);
  if (kind == "finished" && results_) fmt::print("{}\n", event.value("line", ""));
  std::fflush(stdout);
}

void EventPrinter::finish(int exit_code) {
  clear_line();
  if (json_ && results_) fmt::print("{}\n", serve::events::done(exit_code));
}

}  // namespace harvester::cli
