#include "harvester/core/log.hpp"

#include <spdlog/formatter.h>
#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <mutex>
#include <nlohmann/json.hpp>

#include "harvester/core/clock.hpp"
#include "harvester/core/text.hpp"

namespace harvester {
namespace {

/// Levels as syslog(3) counts them.
int priority_of(spdlog::level::level_enum level) {
  constexpr int kError = 3, kWarning = 4, kInformation = 6, kDebug = 7;
  if (level >= spdlog::level::err) return kError;
  if (level == spdlog::level::warn) return kWarning;
  return level == spdlog::level::info ? kInformation : kDebug;
}

/// One JSON object a line; spdlog's own pattern does not escape.
class JsonFormatter final : public spdlog::formatter {
 public:
  explicit JsonFormatter(bool for_journal) : for_journal_(for_journal) {}

  void format(const spdlog::details::log_msg& message, spdlog::memory_buf_t& out) override {
    const auto level = spdlog::level::to_string_view(message.level);
    const nlohmann::json line = {
        {"time", utc_text(std::chrono::time_point_cast<std::chrono::milliseconds>(message.time))},
        {"level", std::string(level.data(), level.size())},
        {"logger", std::string(message.logger_name.data(), message.logger_name.size())},
        {"message", repaired_utf8({message.payload.data(), message.payload.size()})}};
    const auto level_mark = for_journal_ ? fmt::format("<{}>", priority_of(message.level)) : std::string();
    const auto text = fmt::format("{}{}\n", level_mark, line.dump());
    out.append(text.data(), text.data() + text.size());
  }

  [[nodiscard]] std::unique_ptr<spdlog::formatter> clone() const override {
    return std::make_unique<JsonFormatter>(for_journal_);
  }

 private:
  const bool for_journal_;
};

/// For the journal, which knows the time itself and takes the level from "<6>" at the head of each line.
class JournalFormatter final : public spdlog::formatter {
 public:
  void format(const spdlog::details::log_msg& message, spdlog::memory_buf_t& out) override {
    for (const auto& line : split({message.payload.data(), message.payload.size()}, '\n')) {
      const auto text = fmt::format("<{}>[{}] {}\n", priority_of(message.level),
                                    std::string_view(message.logger_name.data(), message.logger_name.size()), line);
      out.append(text.data(), text.data() + text.size());
    }
  }

  [[nodiscard]] std::unique_ptr<spdlog::formatter> clone() const override {
    return std::make_unique<JournalFormatter>();
  }
};

/// Whether standard error is the journal: systemd tells which file that is.
bool writes_to_journal() {
  const char* stream = std::getenv("JOURNAL_STREAM");
  struct stat error {};
  if (stream == nullptr || ::fstat(STDERR_FILENO, &error) != 0) return false;
  return fmt::format("{}:{}", error.st_dev, error.st_ino) == stream;
}

spdlog::sink_ptr make_sink(const LogOptions& options) {
  if (options.file.empty()) return std::make_shared<spdlog::sinks::stderr_color_sink_mt>();
  try {
    return std::make_shared<spdlog::sinks::basic_file_sink_mt>(options.file);
  } catch (const spdlog::spdlog_ex&) {
    return std::make_shared<spdlog::sinks::stderr_color_sink_mt>();
  }
}

/// The sink and level that new loggers get.
struct Common {
  std::mutex mutex;
  spdlog::sink_ptr sink = std::make_shared<spdlog::sinks::stderr_color_sink_mt>();
  spdlog::level::level_enum level = spdlog::level::warn;
};

Common& common() {
  static Common value;
  return value;
}

}  // namespace

void start_logging(const LogOptions& options) {
  auto& shared = common();
  std::lock_guard lock(shared.mutex);
  shared.sink = make_sink(options);
  const bool for_journal = options.file.empty() && writes_to_journal();
  if (options.json)
    shared.sink->set_formatter(std::make_unique<JsonFormatter>(for_journal));
  else if (for_journal)
    shared.sink->set_formatter(std::make_unique<JournalFormatter>());
  else
    shared.sink->set_pattern("%Y-%m-%dT%H:%M:%S.%e %^%l%$ [%n] %v");
  shared.level = spdlog::level::from_str(options.level);
  spdlog::drop_all();
}

std::shared_ptr<spdlog::logger> room_log(const std::string& room) {
  auto& shared = common();
  std::lock_guard lock(shared.mutex);
  const auto name = "harvester." + room;
  if (auto known = spdlog::get(name)) return known;
  auto logger = std::make_shared<spdlog::logger>(name, shared.sink);
  logger->set_level(shared.level);
  logger->flush_on(spdlog::level::warn);
  spdlog::register_logger(logger);
  return logger;
}

}  // namespace harvester
