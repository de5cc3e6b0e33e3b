#include "harvester/simulation/pacs_log.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "harvester/core/text.hpp"

namespace harvester::simulation {
namespace {

std::string or_dash(const std::string& text) { return text.empty() ? "-" : escaped_controls(text); }

std::string keys_text(const dicom::Attributes& keys) {
  std::vector<std::string> parts;
  for (const auto& [tag, value] : keys) parts.push_back(fmt::format("{:04X},{:04X}={}", tag.group, tag.element, value));
  return join(parts, ";");
}

std::string line_of(const PacsEvent& event) {
  return fmt::format("{}\t{}\t{:04X}\t{}\t{}\t{}\t{}\n", to_string(event.kind), or_dash(event.level), event.status,
                     event.answers, or_dash(event.calling_ae), or_dash(event.instance), or_dash(keys_text(event.keys)));
}

bool is_success(std::uint16_t status) { return status == 0x0000 || (status & 0xF000U) == 0xB000U; }

}  // namespace

const char* to_string(PacsEvent::Kind kind) {
  static constexpr const char* kNames[] = {"association", "echo", "find",     "move",  "get",
                                           "cancel",      "sent", "received", "abort", "asked"};
  return kNames[static_cast<std::size_t>(kind)];
}

PacsLog::PacsLog(std::filesystem::path file) {
  if (!file.empty()) file_ = ::open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
}

PacsLog::~PacsLog() {
  if (file_ >= 0) ::close(file_);
}

void PacsLog::add(PacsEvent event) {
  const auto line = line_of(event);
  std::lock_guard lock(mutex_);
  if (file_ >= 0) (void)!::write(file_, line.data(), line.size());
  events_.push_back(std::move(event));
  changed_.notify_all();
}

std::vector<PacsEvent> PacsLog::events() const {
  std::lock_guard lock(mutex_);
  return events_;
}

std::vector<PacsEvent> PacsLog::of_kind(PacsEvent::Kind kind) const {
  std::vector<PacsEvent> chosen;
  for (auto& event : events()) {
    if (event.kind == kind) chosen.push_back(std::move(event));
  }
  return chosen;
}

std::set<std::string> PacsLog::acknowledged() const {
  std::set<std::string> uids;
  for (const auto& event : of_kind(PacsEvent::Kind::sent)) {
    if (is_success(event.status)) uids.insert(event.instance);
  }
  return uids;
}

void PacsLog::clear() {
  std::lock_guard lock(mutex_);
  events_.clear();
}

bool PacsLog::wait_until(const std::function<bool(const std::vector<PacsEvent>&)>& holds,
                         std::chrono::milliseconds timeout) const {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, timeout, [&] { return holds(events_); });
}

}  // namespace harvester::simulation
