#include "scalar.hpp"

#include <catch2/catch.hpp>

using namespace harvester;
using namespace harvester::config;
using namespace std::chrono_literals;

namespace {

constexpr Range<Duration> kAny{0ms, std::chrono::hours(24 * 366)};

std::string said(const MaybeProblem& problem) {
  if (!problem) return "good";
  return problem->message + (problem->hint.empty() ? "" : " | " + problem->hint);
}

std::string port_said(std::string_view text) {
  std::uint16_t port = 0;
  return said(parse_scalar(text, port));
}

std::string duration_said(std::string_view text) {
  Duration value{};
  return said(parse_scalar(text, value, kAny));
}

template <class T>
std::string said_of(std::string_view text) {
  T value{};
  return said(parse_scalar(text, value));
}

}  // namespace

TEST_CASE("how long something is kept: days, years, for ever", "[config]") {
  KeepTime kept;
  CHECK_FALSE(parse_scalar("90d", kept));
  CHECK(kept.days == std::chrono::days(90));
  CHECK(show_scalar(kept) == "90d");
  CHECK_FALSE(parse_scalar("3y", kept));
  CHECK(kept.days == std::chrono::days(1095));
  CHECK(show_scalar(kept) == "3y");
  CHECK_FALSE(parse_scalar("forever", kept));
  CHECK_FALSE(kept.days);
  CHECK(show_scalar(kept) == "forever");
  CHECK(said_of<KeepTime>("6d") == "\"6d\" is out of range (7d to 100y)");
  CHECK(said_of<KeepTime>("90").ends_with("did you mean 90d?"));
  CHECK(said_of<KeepTime>("3 years").ends_with("did you mean 3y?"));
  CHECK(said_of<KeepTime>("never") != "good");
}

TEST_CASE("a host with a port: a name, an address, an IPv6 address in brackets", "[config]") {
  Endpoint there;
  for (const auto* text : {"audit.example.org:514", "10.1.2.3:6514", "[fd00::1]:514"}) {
    CHECK(said(parse_scalar(text, there)) == "good");
    CHECK(show_scalar(there) == text);
  }
  CHECK(there.host == "fd00::1");
  CHECK(said_of<Endpoint>("audit.example.org") ==
        "\"audit.example.org\" is not a host with a port | did you mean audit.example.org:514?");
  CHECK(said_of<Endpoint>("fd00::1").ends_with("did you mean [fd00::1]:514?"));
  CHECK(said_of<Endpoint>("fd00::1:x:514") ==
        "\"fd00::1:x:514\" is not a host with a port | write audit.example.org:514, an IPv6 address as "
        "\"[fd00::1]:514\"");
  CHECK(said_of<Endpoint>("a:0514").ends_with("did you mean 514?"));
  for (const auto* text : {"", ":514", "a:", "a b:514", "[fd00::1]", "[fd00::1]514", "[]:514", "-a:1"})
    CHECK(said_of<Endpoint>(text) != "good");
}

TEST_CASE("ports are whole numbers in base 10 without leading zero", "[config]") {
  std::uint16_t port = 0;
  CHECK_FALSE(parse_scalar("104", port));
  CHECK(port == 104);
  CHECK(port_said("65535") == "good");
  CHECK(port_said("0104") == "\"0104\" is not a port number (1-65535, no leading zero) | did you mean 104?");
  CHECK(port_said("0x50") == "\"0x50\" is not a port number (1-65535, no leading zero) | did you mean 80?");
  CHECK(port_said("11,112") == "\"11,112\" is not a port number (1-65535, no leading zero) | did you mean 11112?");
  for (const auto* bad : {"", "0", "65536", "-1", "104.0", "1e3", "port", "99999999999999999999", "0b11", "０"})
    CHECK(port_said(bad) == "\"" + std::string(bad) + "\" is not a port number (1-65535, no leading zero)");
}

TEST_CASE("whole numbers stay inside their range", "[config]") {
  int value = 7;
  CHECK(said(parse_scalar("65", value, Range{1, 64})) == "\"65\" is not a whole number that fits here (1-64)");
  CHECK(said(parse_scalar("007", value, Range{1, 64})) ==
        "\"007\" is not a whole number that fits here (1-64) | did you mean 7?");
  CHECK(said(parse_scalar("2", value, Range{1, 1})) == "\"2\" is not a whole number that fits here (only 1)");
  CHECK(value == 7);
  CHECK(said(parse_scalar("64", value, Range{1, 64})) == "good");
  CHECK(value == 64);
}

TEST_CASE("booleans are true and false alone", "[config]") {
  CHECK(said_of<bool>("true") == "good");
  CHECK(said_of<bool>("yes") == "\"yes\" is not true or false | did you mean true?");
  CHECK(said_of<bool>("Off") == "\"Off\" is not true or false | did you mean false?");
  CHECK(said_of<bool>("TRUE") == "\"TRUE\" is not true or false | did you mean true?");
  CHECK(said_of<bool>("maybe") == "\"maybe\" is not true or false");
}

TEST_CASE("durations have one unit", "[config]") {
  const auto parsed = [](std::string_view text) {
    Duration value{};
    CHECK_FALSE(parse_scalar(text, value, kAny));
    return value;
  };
  CHECK(parsed("250ms") == 250ms);
  CHECK(parsed("5s") == 5s);
  CHECK(parsed("15m") == 15min);
  CHECK(parsed("24h") == 24h);
  CHECK(parsed("3d") == 72h);
  const std::string rule = " is not a duration (a whole number with ms, s, m, h or d: 30s)";
  CHECK(duration_said("5") == "\"5\"" + rule + " | did you mean 5s?");
  CHECK(duration_said("5 min") == "\"5 min\"" + rule + " | did you mean 5m?");
  CHECK(duration_said("10 millis") == "\"10 millis\"" + rule + " | did you mean 10ms?");
  CHECK(duration_said("-5s") == "\"-5s\"" + rule);
  CHECK(duration_said("05s") == "\"05s\"" + rule);
  CHECK(duration_said("400d") == "\"400d\" is out of range (0s to 366d)");
}

TEST_CASE("sizes have a unit", "[config]") {
  ByteSize size;
  CHECK_FALSE(parse_scalar("2GiB", size));
  CHECK(size.bytes == 2ull << 30);
  CHECK_FALSE(parse_scalar("500MB", size));
  CHECK(size.bytes == 500'000'000);
  const std::string rule = " is not a size (a whole number with B, KiB, MiB, GiB, TiB, MB, GB or TB: 2GiB)";
  CHECK(said_of<ByteSize>("2G") == "\"2G\"" + rule + " | did you mean 2GiB?");
  CHECK(said_of<ByteSize>("2") == "\"2\"" + rule + " | did you mean 2GiB?");
  CHECK(said_of<ByteSize>("99999999TiB").starts_with("\"99999999TiB\"" + rule));
}

TEST_CASE("a secret is a reference and its text is never repeated", "[config]") {
  SecretRef secret;
  CHECK_FALSE(parse_scalar("file:/etc/key", secret));
  CHECK(secret == SecretRef{SecretRef::From::file, "/etc/key"});
  CHECK_FALSE(parse_scalar("env:KEY", secret));
  CHECK(secret == SecretRef{SecretRef::From::env, "KEY"});
  const auto problem = parse_scalar("hunter2", secret);
  REQUIRE(problem);
  CHECK(problem->secret);
  CHECK(said(problem).find("hunter2") == std::string::npos);
}

TEST_CASE("times of day have two digits on both sides", "[config]") {
  ClockMinute time;
  CHECK_FALSE(parse_scalar("20:30", time));
  CHECK(time.since_midnight == 20h + 30min);
  CHECK(said_of<ClockMinute>("24:00") == "good");
  const std::string rule = " is not a time of day (\"00:00\" to \"24:00\")";
  CHECK(said_of<ClockMinute>("6:00") == "\"6:00\"" + rule + " | did you mean \"06:00\"?");
  CHECK(said_of<ClockMinute>("2030") == "\"2030\"" + rule + " | did you mean \"20:30\"?");
  CHECK(said_of<ClockMinute>("24:01") == "\"24:01\"" + rule);
  CHECK(said_of<ClockMinute>("20:60") == "\"20:60\"" + rule);
}

TEST_CASE("days are names and ranges, which may run over the week's end", "[config]") {
  WeekDays days;
  CHECK_FALSE(add_days("sat-mon", days));
  CHECK(day_names(days) == std::vector<std::string>{"mon", "sat", "sun"});
  CHECK(said(add_days("Mon-Friday", days)) ==
        "\"Mon-Friday\" is no day of the week, nor a range of them | did you mean mon-fri?");
  CHECK(said(add_days("workday", days)) ==
        "\"workday\" is no day of the week, nor a range of them | the days are mon, tue, wed, thu, fri, sat, sun");
}

TEST_CASE("words of a closed list are suggested", "[config]") {
  CHECK(said_of<Store::Role>("harvets") == "\"harvets\" is none of harvest, native | did you mean harvest?");
  CHECK(said_of<Import::OnError>("delete") == "\"delete\" is not quarantine");
  CHECK(said(check_modality("MT")).starts_with("\"MT\" is none of CT, MG"));
  CHECK(said(check_notify_event("fialure")).ends_with("did you mean failure?"));
  CHECK(said(check_notify_event("no_data_14d")) == "good");
  CHECK(said(check_notify_event("no_data_0d")) != "good");
  CHECK(said(check_no_phi("true")).starts_with("notifications never carry patient data"));
  CHECK(said(check_no_phi("false")) == "good");
}

TEST_CASE("AE titles, hosts and addresses are checked for what they are", "[config]") {
  AeTitle title = AeTitle::of("X");
  CHECK(said(parse_scalar("SEVENTEENLETTERSX", title)).find("at most 16") != std::string::npos);
  CHECK(said(check_host("pacs.example.org")) == "good");
  CHECK(said(check_host("10.1.2.3")) == "good");
  CHECK(said(check_host("pacs:104")) == "\"pacs:104\" is not a host name | write host: pacs and port: 104");
  CHECK(said(check_host("http://pacs")) == "\"http://pacs\" is not a host name or address");
  CHECK(said(check_host("10.1.2.300")) == "\"10.1.2.300\" is not a host name or address");
  CHECK(said(check_bind("0.0.0.0")) == "good");
  CHECK(said(check_bind("localhost")) != "good");
  CHECK(said(check_url("ftp://x")) != "good");
  CHECK(said(check_url("https://example.org/ping")) == "good");
}

TEST_CASE("cron expressions have five fields in their ranges, or a known word", "[config]") {
  for (const auto* good : {"30 22 * * *", "*/15 0-6,22 1 jan-mar mon-fri", "@nightly", "@hourly", "0 0 1-31/2 * 7"})
    CHECK(said(check_cron(good)) == "good");
  CHECK(said(check_cron("30 22 * *")).starts_with("\"30 22 * *\" has 4 fields, not 5"));
  CHECK(said(check_cron("60 22 * * *")) == "\"60\" is no minute (0-59, *, lists, ranges and /steps)");
  CHECK(said(check_cron("0 22 * * funday")) == "\"funday\" is no day of the week (0-7, *, lists, ranges and /steps)");
  CHECK(said(check_cron("*/0 22 * * *")) == "\"*/0\" is no minute (0-59, *, lists, ranges and /steps)");
  CHECK(said(check_cron("@nightlyy")).ends_with("did you mean @nightly?"));
}

TEST_CASE("date ranges are days and pairs of days", "[config]") {
  for (const auto* good : {"today", "yesterday..today", "today-7..yesterday", "2026-11-01", "2026-11-01..today"})
    CHECK(said(check_date_range(good)) == "good");
  for (const auto* bad : {"", "tomorrow", "today-", "2026-13-01", "today..", "20261101"})
    CHECK(said(check_date_range(bad)) != "good");
}

TEST_CASE("time zones are those of this machine", "[config]") {
  CHECK(said(check_timezone("Europe/Berlin")) == "good");
  CHECK(said(check_timezone("Europe/Berlim")) != "good");
  CHECK(said(check_timezone("../../etc/passwd")) != "good");
}

TEST_CASE("values are shown as they are written", "[config]") {
  CHECK(show_scalar(Duration(250)) == "250ms");
  CHECK(show_scalar(Duration(24h)) == "24h");
  CHECK(show_scalar(Duration(72h)) == "3d");
  CHECK(show_scalar(Duration(90s)) == "90s");
  CHECK(show_scalar(Duration(0)) == "0s");
  CHECK(show_scalar(ByteSize{2ull << 30}) == "2GiB");
  CHECK(show_scalar(ByteSize{500'000'000}) == "500MB");
  CHECK(show_scalar(ByteSize{1001}) == "1001B");
  CHECK(show_scalar(ClockMinute{6h}) == "06:00");
  CHECK(show_scalar(ResultCap{}) == "auto");
  CHECK(show_scalar(ResultCap{500}) == "500");
}
