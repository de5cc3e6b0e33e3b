#include "log_bridge.hpp"

#include <dcmtk/config/osconfig.h>
#include <dcmtk/oflog/oflog.h>
#include <dcmtk/oflog/spi/logevent.h>

#include "harvester/core/log.hpp"
#include "harvester/core/text.hpp"

namespace harvester::dicom {
namespace {

/// Warnings and errors become debug, everything else trace.
class SpdlogAppender final : public dcmtk::log4cplus::Appender {
 public:
  ~SpdlogAppender() override { destructorImpl(); }
  void close() override {}

 protected:
  void append(const dcmtk::log4cplus::spi::InternalLoggingEvent& event) override {
    const bool loud = event.getLogLevel() >= dcmtk::log4cplus::WARN_LOG_LEVEL;
    const auto& text = event.getMessage();
    room_log("dcmtk")->log(loud ? spdlog::level::debug : spdlog::level::trace, "{}: {}", event.getLoggerName().c_str(),
                           escaped_controls(repaired_utf8({text.c_str(), text.size()})));
  }
};

}  // namespace

void bridge_dcmtk_log() {
  const auto logger = room_log("dcmtk");
  const auto level = logger->should_log(spdlog::level::trace) ? OFLogger::INFO_LOG_LEVEL : OFLogger::WARN_LOG_LEVEL;
  OFLog::configure(logger->should_log(spdlog::level::debug) ? level : OFLogger::OFF_LOG_LEVEL);
  auto root = dcmtk::log4cplus::Logger::getRoot();
  root.removeAllAppenders();
  root.addAppender(dcmtk::log4cplus::SharedAppenderPtr(new SpdlogAppender));
  if (level == OFLogger::INFO_LOG_LEVEL) OFLog::getLogger("dcmtk.dcmdata").setLogLevel(OFLogger::WARN_LOG_LEVEL);
}

}  // namespace harvester::dicom
