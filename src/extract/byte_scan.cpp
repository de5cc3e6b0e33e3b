#include "harvester/extract/byte_scan.hpp"

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dcvr.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace harvester::extract {
namespace {

constexpr std::uint32_t kUndefined = 0xffffffff;
constexpr std::uint32_t kItem = 0xfffee000;
constexpr std::uint32_t kItemEnd = 0xfffee00d;
constexpr std::uint32_t kSequenceEnd = 0xfffee0dd;

constexpr std::array<std::string_view, 21> kShortVrs{"AE", "AS", "AT", "CS", "DA", "DS", "DT", "FD", "FL", "IS", "LO",
                                                     "LT", "PN", "SH", "SL", "SS", "ST", "TM", "UI", "UL", "US"};

enum class Inside { data_set, sequence, fragments };

// What is open: a data set or item, a sequence of items, or the fragments of encapsulated bytes.
struct Frame {
  Inside inside;
  Encoding encoding;
  std::optional<std::size_t> end;  // nothing: until its delimiter
  bool guessed = false;            // a value that only looks like a sequence (implicit VR): skipped if it is none
};

struct Header {
  std::uint32_t tag = 0;
  std::uint32_t length = 0;
  std::string_view vr;
};

class Scanner {
 public:
  Scanner(std::span<const std::byte> bytes, Encoding encoding, int max_depth)
      : bytes_(bytes), max_depth_(max_depth), frames_{{Inside::data_set, encoding, bytes.size()}} {}

  ScanResult scan() {
    while (!frames_.empty() && result_.fault == ScanFault::none && !at_pixels_) step();
    if (!at_pixels_) result_.header_end = at_;
    return result_;
  }

 private:
  void step() {
    const Frame frame = frames_.back();
    if (frame.end && at_ >= *frame.end) {
      frames_.pop_back();
      return;
    }
    if (frames_.size() == 1 && only_padding_left()) {
      frames_.pop_back();
      return;
    }
    if (!has(8)) return fail();
    frame.inside == Inside::data_set ? element(frame) : sequence_part(frame);
  }

  void sequence_part(const Frame& frame) {
    const auto tag = tag_at(at_, frame.encoding);
    const auto length = number(at_ + 4, 4, frame.encoding);
    if (tag == kSequenceEnd) {
      at_ += 8;
      frames_.pop_back();
    } else if (tag != kItem) {
      fail();
    } else if (frame.inside == Inside::fragments) {
      skip(8, length);
    } else {
      at_ += 8;
      open(Inside::data_set, frame.encoding, length, false);
    }
  }

  void element(const Frame& frame) {
    if (tag_at(at_, frame.encoding) == kItemEnd) {
      at_ += 8;
      if (frames_.size() > 1) frames_.pop_back();
      return;
    }
    std::size_t size = 8;
    Header header;
    if (!read_header(frame.encoding, header, size)) return fail();
    if (frames_.size() == 1 && (header.tag >> 16) == 0x7fe0 && (header.tag & 0xffff) >= 0x0008) {
      result_.header_end = at_;
      at_pixels_ = true;
      return;
    }
    enter_or_skip(frame, header, size);
  }

  void enter_or_skip(const Frame& frame, const Header& header, std::size_t size) {
    // A sequence of unknown VR is implicit little endian (PS3.5 6.2.2).
    const Encoding inner = header.vr == "UN" ? Encoding{false, false} : frame.encoding;
    const bool undefined = header.length == kUndefined;
    if (undefined && frame.encoding.explicit_vr && header.vr != "SQ" && header.vr != "UN") {
      at_ += size;
      open(Inside::fragments, frame.encoding, kUndefined, false);
    } else if (undefined || header.vr == "SQ") {
      at_ += size;
      open(Inside::sequence, inner, header.length, false);
    } else if (looks_like_items(header, size, inner)) {
      at_ += size;
      open(Inside::sequence, inner, header.length, true);
    } else {
      skip(size, header.length);
    }
  }

  bool looks_like_items(const Header& header, std::size_t size, Encoding inner) const {
    if (!header.vr.empty() && header.vr != "UN") return false;
    return header.length >= 8 && at_ + size + 8 <= bytes_.size() && tag_at(at_ + size, inner) == kItem;
  }

  bool read_header(Encoding encoding, Header& header, std::size_t& size) const {
    header.tag = tag_at(at_, encoding);
    if (!encoding.explicit_vr) {
      header.length = number(at_ + 4, 4, encoding);
      return true;
    }
    header.vr = {reinterpret_cast<const char*>(bytes_.data()) + at_ + 4, 2};
    if (!has_long_length(header.vr)) {
      header.length = number(at_ + 6, 2, encoding);
      return true;
    }
    size = 12;
    if (!has(12)) return false;
    header.length = number(at_ + 8, 4, encoding);
    return true;
  }

  /// The toolkit parses what is scanned here, so its rule holds for what is no VR of the standard: it takes names for
  /// VRs that it uses for itself ("px"), and a length read in another way is gigabytes where there are eight bytes.
  static bool has_long_length(std::string_view vr) {
    if (std::find(kShortVrs.begin(), kShortVrs.end(), vr) != kShortVrs.end()) return false;
    const char name[] = {vr[0], vr[1], '\0'};
    return DcmVR(name).usesExtendedLengthEncoding();
  }

  void open(Inside inside, Encoding encoding, std::uint32_t length, bool guessed) {
    std::optional<std::size_t> end;
    if (length != kUndefined) {
      end = at_ + length;
      if (*end > limit()) return fail();
    }
    frames_.push_back({inside, encoding, end, guessed});
    // Every item has a sequence around it.
    if (frames_.size() > static_cast<std::size_t>(2 * max_depth_ + 1)) result_.fault = ScanFault::too_deep;
  }

  void skip(std::size_t header, std::size_t length) {
    if (at_ + header + length > limit()) return fail();
    at_ += header + length;
  }

  // The nearest known end around the current position.
  std::size_t limit() const {
    for (auto frame = frames_.rbegin(); frame != frames_.rend(); ++frame)
      if (frame->end) return *frame->end;
    return bytes_.size();
  }

  // Broken inside a value that only looked like a sequence: it was none. Anywhere else the data set is cut or broken.
  void fail() {
    while (!frames_.empty() && !frames_.back().guessed) frames_.pop_back();
    if (frames_.empty()) {
      result_.fault = ScanFault::truncated;
      return;
    }
    at_ = *frames_.back().end;
    frames_.pop_back();
  }

  bool only_padding_left() const {
    const auto rest = bytes_.subspan(at_);
    return rest.size() < 8 && std::all_of(rest.begin(), rest.end(), [](std::byte b) { return b == std::byte{0}; });
  }

  bool has(std::size_t count) const { return at_ + count <= bytes_.size(); }

  std::uint32_t number(std::size_t at, std::size_t count, Encoding encoding) const {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < count; ++i) {
      const auto index = encoding.big_endian ? at + i : at + count - 1 - i;
      value = value << 8 | std::to_integer<std::uint32_t>(bytes_[index]);
    }
    return value;
  }

  std::uint32_t tag_at(std::size_t at, Encoding encoding) const {
    return number(at, 2, encoding) << 16 | number(at + 2, 2, encoding);
  }

  std::span<const std::byte> bytes_;
  const int max_depth_;
  std::vector<Frame> frames_;
  std::size_t at_ = 0;
  bool at_pixels_ = false;
  ScanResult result_;
};

}  // namespace

ScanResult scan_dataset(std::span<const std::byte> bytes, Encoding encoding, int max_depth) {
  return Scanner(bytes, encoding, max_depth).scan();
}

}  // namespace harvester::extract
