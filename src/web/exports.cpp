#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>

#include "filters.hpp"
#include "harvester/report/export_json.hpp"
#include "harvester/report/flat_export.hpp"
#include "harvester/report/xlsx_export.hpp"
#include "harvester/serve/audit.hpp"
#include "router.hpp"

namespace harvester::web {
namespace {

namespace flat = database::flat;

/// A file without a name in the data directory: it is gone with its last reader, whatever happens. Nothing is sent
/// before it is whole, so that a fault is an answer, and a slow caller holds no read of the database.
class Draft {
 public:
  static Result<Draft> make(const std::filesystem::path& folder) {
    auto path = (folder / ".export-XXXXXX").string();
    const int fd = ::mkostemp(path.data(), O_CLOEXEC);
    if (fd < 0)
      return Error{ErrorKind::storage, fmt::format("cannot write into the data directory: {}", std::strerror(errno)),
                   errno};
    return Draft(fd, path);
  }
  Draft(Draft&& other) noexcept : fd_(std::exchange(other.fd_, -1)), path_(std::move(other.path_)) {}
  Draft& operator=(Draft&&) = delete;
  ~Draft() {
    if (fd_ < 0) return;
    ::unlink(path_.c_str());
    ::close(fd_);
  }

  [[nodiscard]] const std::string& path() const { return path_; }

  /// What was written to the path, as it is there now: a writer may have put another file in its place.
  Result<std::shared_ptr<ReplyFile>> finished() {
    const int fd = ::open(path_.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    struct stat about {};
    if (fd < 0 || ::fstat(fd, &about) != 0) {
      if (fd >= 0) ::close(fd);
      return Error{ErrorKind::storage, "the export cannot be read back", errno};
    }
    return std::make_shared<ReplyFile>(fd, static_cast<std::size_t>(about.st_size));
  }

 private:
  Draft(int fd, std::string path) : fd_(fd), path_(std::move(path)) {}
  int fd_;
  std::string path_;
};

struct Wanted {
  std::string format;
  std::optional<flat::Family> family;  ///< of events; all: studies as rows; nothing: whole studies
  flat::Filter filter;
  bool with_patient = false;
  bool byte_order_mark = false;

  [[nodiscard]] report::FlatExport rows() const {
    const auto of = family.value_or(flat::Family::all);
    return {of == flat::Family::all ? flat::View::studies : flat::events_of(of), filter, with_patient};
  }
  /// Whole studies as JSON hold all that there is of a patient.
  [[nodiscard]] bool whole() const { return !family && (format == "json" || format == "ndjson"); }
};

Status write_text(database::Connection& c, const Wanted& wanted, std::ostream& out) {
  if (wanted.format == "csv") return report::export_csv(c, wanted.rows(), wanted.byte_order_mark, out);
  const bool lines = wanted.format == "ndjson";
  if (wanted.whole())
    return lines ? report::export_study_lines(c, wanted.filter, out) : report::export_json(c, wanted.filter, out);
  return lines ? report::export_ndjson(c, wanted.rows(), out) : report::export_rows_json(c, wanted.rows(), out);
}

std::string days_of(const flat::Filter& filter) {
  if (!filter.study.date_from && !filter.study.date_until) return "all";
  return fmt::format("{} to {}", filter.study.date_from.value_or(""), filter.study.date_until.value_or(""));
}

Status write(database::Connection& c, const Wanted& wanted, const std::string& path) {
  if (wanted.format == "xlsx")
    return report::export_xlsx(
        c, {wanted.family.value_or(flat::Family::all), wanted.filter, wanted.with_patient, days_of(wanted.filter)},
        path);
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  auto written = write_text(c, wanted, out);
  out.close();
  if (written && !out) return Error{ErrorKind::storage, "the export could not be written: is the disk full?"};
  return written;
}

Status record(App& app, const Caller& caller, const Wanted& wanted, const std::string& what) {
  const ordered_json detail{{"event", "exported"},
                            {"format", wanted.format},
                            {"what", what.empty() ? "studies" : what},
                            {"days", days_of(wanted.filter)},
                            {"with_patient", true},
                            {"by", caller.name}};
  return serve::record_act(app.engine, "export", "", text_of(detail));
}

const char* type_of(const std::string& format) {
  if (format == "csv") return "text/csv; charset=utf-8";
  if (format == "xlsx") return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
  return format == "ndjson" ? "application/x-ndjson" : "application/json";
}

Reply send(App& app, const Wanted& wanted, const std::string& what) {
  const auto place = app.exports.take();
  if (!place) return refusal(503, "busy", "two exports are being made already: try again");
  auto draft = Draft::make(app.engine.paths().root);
  if (!draft) return refusal(draft.error());
  const auto written =
      app.reads.with([&](database::Connection& c) -> Status { return write(c, wanted, draft->path()); });
  if (!written) return refusal(written.error());
  auto file = draft->finished();
  if (!file) return refusal(file.error());
  Reply reply;
  reply.type = type_of(wanted.format);
  reply.headers.emplace_back("Content-Disposition", fmt::format("attachment; filename=\"harvester-{}.{}\"",
                                                                what.empty() ? "studies" : what, wanted.format));
  reply.file = *std::move(file);
  return reply;
}

Reply download(App& app, const Call& call) {
  Wanted wanted;
  wanted.format = call.name("format");
  if (wanted.format != "csv" && wanted.format != "xlsx" && wanted.format != "json" && wanted.format != "ndjson")
    return not_found("such format: csv, xlsx, json, ndjson");
  Parameters parameters(call);
  const auto what = parameters.text("what");
  wanted.family = parameters.one_of<std::optional<flat::Family>>("what", {{"", {}},
                                                                          {"studies", flat::Family::all},
                                                                          {"ct", flat::Family::ct},
                                                                          {"xray", flat::Family::xray},
                                                                          {"mg", flat::Family::mg},
                                                                          {"nm", flat::Family::nm}});
  wanted.filter = flat_filter_of(parameters);
  wanted.with_patient = parameters.flag("patient");
  wanted.byte_order_mark = parameters.flag("bom");
  if (auto fault = parameters.fault()) return *fault;
  wanted.with_patient = wanted.with_patient || wanted.whole();
  if (!wanted.with_patient) return send(app, wanted, what);
  if (!call.caller.may(config::HttpRole::patient))
    return refusal(403, "forbidden", "an export with patient data needs the role patient");
  if (const auto recorded = record(app, call.caller, wanted, what); !recorded) return refusal(recorded.error());
  return send(app, wanted, what);
}

}  // namespace

void add_exports(std::vector<Route>& routes) { routes.push_back({"GET", "/exports/{format}", Needs::view, download}); }

}  // namespace harvester::web
