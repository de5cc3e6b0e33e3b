#include "taking.hpp"

#include <fcntl.h>
#include <openssl/sha.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <streambuf>

#include "harvester/dicom/byte_scan.hpp"
#include "harvester/dicom/part10.hpp"

namespace harvester::watch {
namespace {

constexpr std::size_t kBeginning = 64 * 1024;

/// The bytes of an open file. At their end it must be as it was when it was opened: else the stream is bad.
class FileBuffer final : public std::streambuf {
 public:
  FileBuffer(int fd, const Sighting& opened) : fd_(fd), opened_(opened) {}

  [[nodiscard]] bool changed() const { return changed_; }

 protected:
  int_type underflow() override {
    const auto count = ::read(fd_, buffer_.data(), buffer_.size());
    if (count < 0) throw std::ios_base::failure("read error");
    if (count == 0) return at_end();
    size_ += static_cast<std::uint64_t>(count);
    setg(buffer_.data(), buffer_.data(), buffer_.data() + count);
    return traits_type::to_int_type(buffer_[0]);
  }

 private:
  int_type at_end() {
    const auto now = sight_open(fd_, opened_.inode != 0);
    changed_ = !now || !same_content(*now, opened_) || size_ != opened_.size;
    if (changed_) throw std::ios_base::failure("changed while it was read");
    return traits_type::eof();
  }

  const int fd_;
  const Sighting opened_;
  std::uint64_t size_ = 0;
  bool changed_ = false;
  std::array<char, 65536> buffer_;
};

/// As `import` judges what it meets in a folder.
bool is_dicom(int fd) {
  std::vector<std::byte> beginning(kBeginning);
  const auto count = ::pread(fd, beginning.data(), beginning.size(), 0);
  beginning.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
  const auto header = dicom::read_part10_header(beginning);
  return header || header.error().kind != ErrorKind::not_found || dicom::guess_layout(beginning).has_value();
}

Attempt not_opened(int code) {
  const bool vanished = code == ENOENT || code == ENOTDIR || code == ELOOP || code == ENXIO;
  return {vanished ? Attempt::End::vanished : Attempt::End::unreadable, {}};
}

Attempt not_taken(const Error& error, const Sighting& opened, const FileBuffer& buffer, bool may_be_unfinished) {
  using End = Attempt::End;
  Attempt attempt{End::trouble, opened};
  if (buffer.changed())
    attempt.end = End::changed;
  else if (error.kind == ErrorKind::bad_data)
    attempt.end = may_be_unfinished ? End::cut_short : End::unreadable;
  else if (error.code == EFBIG)
    attempt.end = End::unreadable;
  attempt.error = error;
  return attempt;
}

Attempt take_open(int fd, const Sighting& opened, spool::Spool& spool, const spool::Arrival& arrival) {
  FileBuffer buffer(fd, opened);
  std::istream stream(&buffer);
  const auto taken = spool.take(stream, arrival);
  if (!taken) return not_taken(taken.error(), opened, buffer, arrival.may_be_unfinished);
  return {Attempt::End::taken, opened, *taken};
}

}  // namespace

std::int64_t hash_of(const std::string& path) {
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
  ::SHA256(reinterpret_cast<const unsigned char*>(path.data()), path.size(), digest.data());
  std::int64_t hash = 0;
  std::memcpy(&hash, digest.data(), sizeof(hash));
  return hash;
}

database::watched_files::File memory_of(const Place& place, const std::string& path, const Sighting& seen) {
  return {place.id, hash_of(path), static_cast<std::int64_t>(seen.size), seen.modified.count(),
          static_cast<std::int64_t>(seen.inode)};
}

Attempt take_file(const Place& place, const std::string& path, spool::Spool& spool, bool may_be_unfinished) {
  const auto folder = open_folder_of(place.root, path);
  if (!folder) return not_opened(folder.error().code);
  const Descriptor file(
      ::openat(folder->get(), name_of(path).c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | O_NOCTTY));
  if (!file) return not_opened(errno);
  const auto opened = sight_open(file.get(), place.inodes);
  if (!opened || opened->kind != FileKind::regular) return {Attempt::End::vanished, {}};
  if (!is_dicom(file.get())) return {Attempt::End::not_dicom, *opened};
  spool::Arrival arrival;
  arrival.way_in = "watch";
  arrival.watched = memory_of(place, path, *opened);
  arrival.may_be_unfinished = may_be_unfinished;
  return take_open(file.get(), *opened, spool, arrival);
}

}  // namespace harvester::watch
