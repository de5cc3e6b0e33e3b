#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <filesystem>

#include "cron.hpp"
#include "harvester/config/day_range.hpp"
#include "harvester/core/text.hpp"
#include "scalar.hpp"

namespace harvester::config {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

bool only(std::string_view text, std::string_view others) {
  const auto allowed = [&](char c) { return is_digit(c) || is_letter(c) || others.find(c) != std::string_view::npos; };
  return !text.empty() && std::all_of(text.begin(), text.end(), allowed);
}

bool is_address(std::string_view text, int family) {
  std::array<unsigned char, 16> bytes{};
  return inet_pton(family, std::string(text).c_str(), bytes.data()) == 1;
}

std::optional<int> small_number(std::string_view text) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || !is_digit(text.front()) || error != std::errc{} || end != text.data() + text.size()) return {};
  return value;
}

}  // namespace

MaybeProblem check_word(std::string_view text) {
  const auto control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; };
  if (trimmed(text).empty()) return Problem{"is empty", ""};
  if (std::any_of(text.begin(), text.end(), control)) return Problem{"holds control characters", ""};
  return {};
}

MaybeProblem check_name(std::string_view text) {
  if (only(text, "._-") && text.size() <= 64 && text.front() != '.' && text.front() != '-') return {};
  return Problem{fmt::format("{} is not a name (up to 64 letters, digits, \".\", \"_\" and \"-\")", in_quotes(text)),
                 ""};
}

MaybeProblem check_host(std::string_view text) {
  if (is_address(text, AF_INET) || is_address(text, AF_INET6)) return {};
  const auto colon = text.rfind(':');
  if (colon != std::string_view::npos && only(text.substr(0, colon), ".-") && small_number(text.substr(colon + 1)))
    return Problem{fmt::format("{} is not a host name", in_quotes(text)),
                   fmt::format("write host: {} and port: {}", text.substr(0, colon), text.substr(colon + 1))};
  const bool numbers = std::all_of(text.begin(), text.end(), [](char c) { return is_digit(c) || c == '.'; });
  if (only(text, ".-_") && text.size() <= 253 && text.front() != '-' && text.front() != '.' && !numbers) return {};
  return Problem{fmt::format("{} is not a host name or address", in_quotes(text)), ""};
}

MaybeProblem check_bind(std::string_view text) {
  if (is_address(text, AF_INET)) return {};
  return Problem{fmt::format("{} is not an IPv4 address to listen on", in_quotes(text)),
                 "0.0.0.0 listens on all, 127.0.0.1 on this machine alone"};
}

MaybeProblem check_modality(std::string_view text) {
  static const std::vector<std::string> kModalities{"CT", "MG", "DX", "CR", "RF", "XA", "PX", "NM", "PT", "SR"};
  if (std::find(kModalities.begin(), kModalities.end(), text) != kModalities.end()) return {};
  return not_one_of(text, kModalities);
}

MaybeProblem check_timezone(std::string_view text) {
  static const std::filesystem::path kZones = "/usr/share/zoneinfo";
  std::error_code error;
  const bool form = only(text, "_+-/") && text.front() != '/';
  const bool known = !std::filesystem::is_directory(kZones, error) ||
                     (form && std::filesystem::is_regular_file(kZones / std::string(text), error));
  if (form && known) return {};
  return Problem{fmt::format("{} is not a time zone that this machine knows", in_quotes(text)),
                 "write a name such as Europe/Berlin (`timedatectl list-timezones`)"};
}

MaybeProblem check_cron(std::string_view text) {
  const auto read = read_cron(text);
  const auto* problem = std::get_if<Problem>(&read);
  return problem != nullptr ? MaybeProblem(*problem) : MaybeProblem();
}

MaybeProblem check_date_range(std::string_view text) {
  if (parse_day_range(text)) return {};
  return Problem{fmt::format("{} is not a day or a range of days", in_quotes(text)),
                 "write today, yesterday, today-7 or 2026-11-01, or two of them as in yesterday..today"};
}

MaybeProblem check_notify_event(std::string_view text) {
  if (text.starts_with("no_data_") && text.ends_with('d') && text.size() > 9 &&
      small_number(text.substr(8, text.size() - 9)).value_or(0) > 0)
    return {};
  static const std::vector<std::string> kEvents{"failure", "partial", "success", "no_data_2d"};
  if (std::find(kEvents.begin(), kEvents.end(), text) != kEvents.end()) return {};
  return not_one_of(text, kEvents);
}

MaybeProblem check_no_phi(std::string_view text) {
  if (text != "true") return {};
  return Problem{"notifications never carry patient data",
                 "leave it false: a notification names the harvest to look at"};
}

MaybeProblem check_url(std::string_view text) {
  const auto host = text.starts_with("https://") ? text.substr(8) : text.starts_with("http://") ? text.substr(7) : "";
  const auto visible = [](char c) { return c > 0x20 && c < 0x7F; };
  if (!host.empty() && std::all_of(text.begin(), text.end(), visible)) return {};
  return Problem{fmt::format("{} is not an address that begins with https:// or http://", in_quotes(text)), ""};
}

}  // namespace harvester::config
