#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <streambuf>

#include "harvester/spool/spool.hpp"

namespace harvester::spool {
namespace {

constexpr std::size_t kBeginning = 64 * 1024;
constexpr std::size_t kMaxAe = 16;
constexpr const char* kImplicitLittle = "1.2.840.10008.1.2";
constexpr const char* kExplicitLittle = "1.2.840.10008.1.2.1";
constexpr const char* kExplicitBig = "1.2.840.10008.1.2.2";

/// What another program wrote into a file's meta information, as far as it may stand in ours.
dicom::FileMeta sane(dicom::FileMeta meta) {
  if (!dicom::is_uid(meta.sop_class.str())) meta.sop_class = {};
  if (!dicom::is_uid(meta.instance.str())) meta.instance = {};
  if (meta.source_ae.size() > kMaxAe) meta.source_ae.clear();
  return meta;
}

/// The header of a file: how its data set is encoded and where it begins. No transfer syntax: it is not DICOM.
dicom::ReadMeta read_header(std::span<const std::byte> beginning) {
  const auto read = dicom::read_part10_header(beginning);
  if (read && dicom::is_uid(read->meta.transfer_syntax.str())) return {sane(read->meta), read->dataset_offset};
  dicom::ReadMeta bare;
  if (const auto layout = dicom::guess_layout(beginning)) {
    const char* syntax = kExplicitLittle;
    if (*layout == dicom::Layout::implicit_little) syntax = kImplicitLittle;
    if (*layout == dicom::Layout::explicit_big) syntax = kExplicitBig;
    bare.meta.transfer_syntax = TransferSyntaxUid(syntax);
  }
  return bare;
}

std::size_t fill(std::istream& stream, std::span<std::byte> buffer) {
  stream.read(reinterpret_cast<char*>(buffer.data()), static_cast<std::streamsize>(buffer.size()));
  return static_cast<std::size_t>(stream.gcount());
}

Status copy_rest(std::istream& stream, Incoming& object) {
  std::vector<std::byte> buffer(kBeginning);
  while (stream) {
    const auto count = fill(stream, buffer);
    if (auto written = object.write(std::span(buffer).first(count)); !written) return written;
  }
  if (stream.bad()) return Error{ErrorKind::bad_data, "the object could not be read to its end"};
  return object.finish();
}

/// What an object that came as a file is, before any importer looks at it.
struct Judged {
  dicom::ScannedObject scanned;
  IntakeReason failed = IntakeReason::none;
  std::string message;
};

/// Fails with `storage` if the file cannot be read back: that says nothing about the object.
Result<Judged> judge(const Incoming& object) {
  Judged judged;
  judged.scanned.sop_class = object.meta().sop_class;
  judged.scanned.instance = object.meta().instance;
  if (object.meta().transfer_syntax.empty()) {
    judged.failed = IntakeReason::not_dicom;
    judged.message = "not a DICOM object";
    return judged;
  }
  auto scanned = object.scan();
  if (!scanned && scanned.error().kind == ErrorKind::storage) return scanned.error();
  if (!scanned) {
    const bool deep = scanned.error().message.find("nested") != std::string::npos;
    judged.failed = deep ? IntakeReason::too_deep : IntakeReason::truncated;
    judged.message = scanned.error().message;
    return judged;
  }
  judged.scanned = std::move(*scanned);
  if (!dicom::is_uid(judged.scanned.instance.str())) {
    judged.failed = IntakeReason::missing_uid;
    judged.message = "no SOP Instance UID";
  }
  return judged;
}

/// A stream buffer over a descriptor; takes it.
class FileBuffer final : public std::streambuf {
 public:
  explicit FileBuffer(int fd) : fd_(fd) {}
  ~FileBuffer() override { ::close(fd_); }

 protected:
  int_type underflow() override {
    const auto count = ::read(fd_, buffer_.data(), buffer_.size());
    if (count < 0) throw std::ios_base::failure("read error");
    if (count == 0) return traits_type::eof();
    setg(buffer_.data(), buffer_.data(), buffer_.data() + count);
    return traits_type::to_int_type(buffer_[0]);
  }

 private:
  int fd_;
  std::array<char, 65536> buffer_;
};

}  // namespace

Result<database::inbox::Inserted> Spool::take(std::istream& stream, const Arrival& arrival) {
  std::vector<std::byte> beginning(kBeginning);
  beginning.resize(fill(stream, beginning));
  const auto header = read_header(beginning);
  auto object = begin(header.meta);
  if (!object) return object.error();
  const auto first = std::span<const std::byte>(beginning).subspan(header.dataset_offset);
  if (auto written = (*object)->write(first); !written) return written.error();
  if (auto copied = copy_rest(stream, **object); !copied) return copied.error();
  const auto judged = judge(**object);
  if (!judged) return judged.error();
  if (arrival.may_be_unfinished && judged->failed == IntakeReason::truncated)
    return Error{ErrorKind::bad_data, judged->message};
  return commit_as(**object, judged->scanned, arrival, judged->failed, judged->message);
}

Result<database::inbox::Inserted> Spool::take_file(const std::filesystem::path& file, const Arrival& arrival) {
  const int fd = ::open(file.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  if (fd < 0) {
    const bool absent = errno == ENOENT;
    return Error{absent ? ErrorKind::not_found : ErrorKind::bad_data, absent ? "no such file" : "cannot be opened",
                 errno};
  }
  FileBuffer buffer(fd);
  struct stat about {};
  if (::fstat(fd, &about) != 0 || !S_ISREG(about.st_mode)) return Error{ErrorKind::bad_data, "no regular file"};
  std::istream stream(&buffer);
  return take(stream, arrival);
}

}  // namespace harvester::spool
