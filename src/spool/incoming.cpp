#include <fcntl.h>
#include <openssl/evp.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "harvester/spool/spool.hpp"

namespace harvester::spool {
namespace {

constexpr std::size_t kHold = 128 * 1024;
constexpr std::uint64_t kAskDiskEvery = 32 << 20;

std::string hexadecimal(std::span<const unsigned char> bytes) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (const auto byte : bytes) {
    text.push_back(kDigits[byte >> 4]);
    text.push_back(kDigits[byte & 15]);
  }
  return text;
}

/// A file as one span of memory, for as long as it lives.
class Mapped {
 public:
  explicit Mapped(const std::filesystem::path& file) {
    const int fd = ::open(file.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0) return;
    struct stat about {};
    if (::fstat(fd, &about) == 0 && about.st_size > 0) {
      size_ = static_cast<std::size_t>(about.st_size);
      memory_ = ::mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, fd, 0);
    }
    ::close(fd);
  }
  Mapped(const Mapped&) = delete;
  Mapped& operator=(const Mapped&) = delete;
  ~Mapped() {
    if (memory_ != MAP_FAILED) ::munmap(memory_, size_);
  }

  [[nodiscard]] std::span<const std::byte> bytes() const {
    if (memory_ == MAP_FAILED) return {};
    return {static_cast<const std::byte*>(memory_), size_};
  }

 private:
  void* memory_ = MAP_FAILED;
  std::size_t size_ = 0;
};

}  // namespace

struct Incoming::Hash {
  struct Free {
    void operator()(EVP_MD_CTX* ended) const { EVP_MD_CTX_free(ended); }
  };
  Hash() : context(EVP_MD_CTX_new()) { EVP_DigestInit_ex(context.get(), EVP_sha256(), nullptr); }

  std::unique_ptr<EVP_MD_CTX, Free> context;
};

Incoming::Incoming(FileSystem& files, const SpoolOptions& options, UnderWay& under_way, std::filesystem::path file,
                   int fd, dicom::FileMeta meta)
    : files_(files),
      options_(options),
      file_(std::move(file)),
      fd_(fd),
      meta_(std::move(meta)),
      under_way_(under_way, meta_.instance),
      hash_(std::make_unique<Hash>()) {
  if (!meta_.transfer_syntax.empty()) held_ = dicom::part10_header(meta_);
  header_size_ = held_.size();
}

Incoming::~Incoming() {
  if (fd_ >= 0) (void)files_.close(fd_);
  if (!file_.empty()) (void)files_.remove(file_);
}

Status Incoming::check_limits(std::size_t more) {
  if (options_.max_object > 0 && size_ + more > options_.max_object)
    return Error{ErrorKind::storage, "the object is larger than allowed", EFBIG};
  unchecked_ += more;
  if (unchecked_ < kAskDiskEvery) return ok();
  unchecked_ = 0;
  const auto free = files_.free_bytes(options_.folder);
  if (!free) return free.error();
  if (*free < options_.minimum_free) return Error{ErrorKind::storage, "the disk of the spool is full", ENOSPC};
  return ok();
}

Status Incoming::write(std::span<const std::byte> bytes) {
  under_way_.touch();
  if (auto checked = check_limits(bytes.size()); !checked) return checked;
  EVP_DigestUpdate(hash_->context.get(), bytes.data(), bytes.size());
  size_ += bytes.size();
  if (held_.size() + bytes.size() > kHold)
    if (auto flushed = flush(); !flushed) return flushed;
  if (bytes.size() >= kHold) return files_.write(fd_, bytes);
  held_.insert(held_.end(), bytes.begin(), bytes.end());
  return ok();
}

Status Incoming::flush() {
  auto written = files_.write(fd_, held_);
  held_.clear();
  return written;
}

Status Incoming::finish() {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int length = 0;
  EVP_DigestFinal_ex(hash_->context.get(), digest, &length);
  sha256_ = hexadecimal({digest, length});
  if (held_.size() != header_size_ + size_) return flush();
  whole_ = std::move(held_);
  return files_.write(fd_, whole_);
}

Result<dicom::ScannedObject> Incoming::scan() const {
  if (!whole_.empty()) return scan(whole_);
  const Mapped file(file_);
  if (file.bytes().size() != header_size_ + size_)
    return Error{ErrorKind::storage, "a file of the spool is not what was written"};
  return scan(file.bytes());
}

Result<dicom::ScannedObject> Incoming::scan(std::span<const std::byte> file) const {
  auto scanned = dicom::scan(file.subspan(header_size_), dicom::layout_of(meta_.transfer_syntax.str()));
  if (!scanned || scanned->scanned) return scanned;
  scanned->sop_class = meta_.sop_class;  // deflated: the sender's word is all there is
  scanned->instance = meta_.instance;
  return scanned;
}

}  // namespace harvester::spool
