#include "harvester/dicom/byte_scan.hpp"

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include "harvester/core/text.hpp"

namespace harvester::dicom {
namespace {

using Bytes = std::span<const std::byte>;

constexpr std::uint32_t kUndefined = 0xFFFFFFFF;
constexpr std::uint32_t kItem = 0xFFFEE000;
constexpr std::uint32_t kItemEnd = 0xFFFEE00D;
constexpr std::uint32_t kSequenceEnd = 0xFFFEE0DD;
constexpr std::size_t kMaxDepth = 64;

std::uint32_t number(Bytes bytes, std::size_t at, std::size_t count, bool big) {
  std::uint32_t value = 0;
  for (std::size_t n = 0; n < count; ++n)
    value = value << 8 | std::to_integer<std::uint32_t>(bytes[at + (big ? n : count - 1 - n)]);
  return value;
}

/// The VRs whose length has four bytes (PS3.5 7.1.2).
bool has_long_length(std::string_view vr) {
  static constexpr std::array<std::string_view, 13> kLong{"OB", "OD", "OF", "OL", "OV", "OW", "SQ",
                                                          "SV", "UC", "UN", "UR", "UT", "UV"};
  return std::find(kLong.begin(), kLong.end(), vr) != kLong.end();
}

/// Whether the dictionary knows a tag as a sequence: only those does a parser of implicit little endian descend into.
bool is_known_sequence(std::uint32_t tag) {
  const DcmTag known(static_cast<Uint16>(tag >> 16), static_cast<Uint16>(tag));
  return known.getEVR() == EVR_SQ;
}

struct Header {
  std::uint32_t tag = 0;
  std::string_view vr;  ///< empty in implicit layouts
  std::uint32_t length = 0;
  std::size_t value_at = 0;
};

/// What encloses the current position: a sequence, an item of it, or the fragments of encapsulated pixel data.
struct Frame {
  enum class Kind { sequence, item, fragments } kind;
  std::size_t end;       ///< of this frame, or of what encloses it if its own length is undefined
  bool undefined;        ///< ended by a delimiter
  bool implicit_before;  ///< layout to go back to
};

class Scanner {
 public:
  Scanner(Bytes bytes, Layout layout)
      : bytes_(bytes), big_(layout == Layout::explicit_big), implicit_(layout == Layout::implicit_little) {}

  Result<ScannedObject> run() {
    while (true) {
      leave_ended_frames();
      if (at_ == end() && at_ == bytes_.size()) break;
      if (frames_.empty() && only_zeros_left()) break;
      if (auto step = this->step(); !step) return step.error();
    }
    if (!frames_.empty()) return fault("the data set ends inside an open sequence");
    return object_;
  }

 private:
  [[nodiscard]] std::size_t end() const { return frames_.empty() ? bytes_.size() : frames_.back().end; }

  Error fault(const char* what) const { return {ErrorKind::bad_data, fmt::format("{} (at byte {})", what, at_)}; }

  void leave_ended_frames() {
    while (!frames_.empty() && !frames_.back().undefined && at_ == frames_.back().end) leave();
  }

  void leave() {
    implicit_ = frames_.back().implicit_before;
    frames_.pop_back();
  }

  /// Some writers pad the object with zeros.
  [[nodiscard]] bool only_zeros_left() const {
    if (bytes_[at_] != std::byte{0}) return false;
    return std::all_of(bytes_.begin() + static_cast<std::ptrdiff_t>(at_), bytes_.end(),
                       [](std::byte b) { return b == std::byte{0}; });
  }

  Status step() {
    auto header = read_header();
    if (!header) return header.error();
    if (!frames_.empty() && frames_.back().kind != Frame::Kind::item) return in_sequence(*header);
    return in_item(*header);
  }

  /// Tag and length of what comes next; moves behind it.
  Result<Header> read_header() {
    if (end() - at_ < 8) return fault("an element is cut");
    Header header;
    header.tag = number(bytes_, at_, 2, big_) << 16 | number(bytes_, at_ + 2, 2, big_);
    if (implicit_ || header.tag >> 16 == 0xFFFE) {
      header.length = number(bytes_, at_ + 4, 4, big_);
      header.value_at = at_ + 8;
    } else if (auto rest = read_explicit(header); !rest) {
      return rest.error();
    }
    if (header.length != kUndefined && header.length > end() - header.value_at)
      return fault("an element is longer than what encloses it");
    at_ = header.value_at;
    return header;
  }

  Status read_explicit(Header& header) {
    header.vr = {reinterpret_cast<const char*>(bytes_.data()) + at_ + 4, 2};
    const auto is_capital = [](char c) { return c >= 'A' && c <= 'Z'; };
    if (!std::all_of(header.vr.begin(), header.vr.end(), is_capital))
      return fault("an element has no value representation");
    if (!has_long_length(header.vr)) {
      header.length = number(bytes_, at_ + 6, 2, big_);
      header.value_at = at_ + 8;
      return ok();
    }
    if (end() - at_ < 12) return fault("an element is cut");
    header.length = number(bytes_, at_ + 8, 4, big_);
    header.value_at = at_ + 12;
    return ok();
  }

  Status in_sequence(const Header& header) {
    auto& frame = frames_.back();
    if (header.tag == kSequenceEnd && frame.undefined) {
      leave();
      return ok();
    }
    if (header.tag == kItemEnd && header.length == 0) return ok();  // some writers close what needs no closing
    if (header.tag != kItem) return fault("a sequence holds something that is no item");
    if (frame.kind == Frame::Kind::fragments) {
      if (header.length == kUndefined) return fault("a fragment has no length");
      at_ += header.length;
      return ok();
    }
    return enter(Frame::Kind::item, header.length, implicit_);
  }

  Status in_item(const Header& header) {
    if (header.tag == kItemEnd && !frames_.empty() && frames_.back().undefined) {
      leave();
      return ok();
    }
    if (header.tag >> 16 == 0xFFFE) return fault("a delimiter stands where an element is due");
    if (header.length == kUndefined) return enter_undefined(header);
    if (is_sequence(header)) return enter(Frame::Kind::sequence, header.length, implicit_);
    if (frames_.empty()) remember(header);
    at_ += header.length;
    return ok();
  }

  [[nodiscard]] bool is_sequence(const Header& header) const {
    if (!implicit_) return header.vr == "SQ";
    return header.length >= 8 && number(bytes_, header.value_at, 4, false) == 0xE000FFFE &&
           is_known_sequence(header.tag);
  }

  Status enter_undefined(const Header& header) {
    if (implicit_ || header.vr == "SQ") return enter(Frame::Kind::sequence, kUndefined, implicit_);
    if (header.vr == "UN") return enter(Frame::Kind::sequence, kUndefined, true);  // PS3.5 6.2.2, note on UN
    if (header.vr == "OB" || header.vr == "OW") return enter(Frame::Kind::fragments, kUndefined, implicit_);
    return fault("an element of undefined length can have none");
  }

  Status enter(Frame::Kind kind, std::uint32_t length, bool implicit) {
    if (length == 0) return ok();
    if (frames_.size() >= 2 * kMaxDepth) return fault("sequences are nested deeper than 64");
    const bool undefined = length == kUndefined;
    frames_.push_back({kind, undefined ? end() : at_ + length, undefined, implicit_});
    implicit_ = implicit;
    return ok();
  }

  [[nodiscard]] std::string value_of(const Header& header) const {
    const auto* first = reinterpret_cast<const char*>(bytes_.data()) + header.value_at;
    return std::string(trimmed({first, std::min<std::size_t>(header.length, 1024)}));
  }

  void remember(const Header& header) {
    switch (header.tag) {
      case 0x00080008:
        object_.image_type = value_of(header);
        break;
      case 0x00080016:
        object_.sop_class = SopClassUid(value_of(header));
        break;
      case 0x00080018:
        object_.instance = SopInstanceUid(value_of(header));
        break;
      case 0x00080023:
        object_.content_date = value_of(header);
        break;
      case 0x00080033:
        object_.content_time = value_of(header);
        break;
      case 0x00080060:
        object_.modality = value_of(header);
        break;
      case 0x00080070:
        object_.manufacturer = value_of(header);
        break;
      case 0x0008103E:
        object_.series_description = value_of(header);
        break;
      case 0x0020000D:
        object_.study = StudyUid(value_of(header));
        break;
      case 0x0020000E:
        object_.series = SeriesUid(value_of(header));
        break;
      default:
        break;
    }
  }

  const Bytes bytes_;
  const bool big_;
  bool implicit_;
  std::size_t at_ = 0;
  std::vector<Frame> frames_;
  ScannedObject object_;
};

}  // namespace

Layout layout_of(std::string_view transfer_syntax) {
  if (transfer_syntax == UID_LittleEndianImplicitTransferSyntax) return Layout::implicit_little;
  if (transfer_syntax == UID_PrivateGE_LEI_WithBigEndianPixelDataTransferSyntax) return Layout::implicit_little;
  if (transfer_syntax == UID_BigEndianExplicitTransferSyntax) return Layout::explicit_big;
  if (transfer_syntax == UID_DeflatedExplicitVRLittleEndianTransferSyntax) return Layout::deflated;
  if (transfer_syntax == UID_JPIPReferencedDeflateTransferSyntax) return Layout::deflated;
  if (transfer_syntax == "1.2.840.10008.1.2.4.205") return Layout::deflated;  // JPIP HTJ2K Referenced Deflate
  return Layout::explicit_little;
}

Result<ScannedObject> scan(std::span<const std::byte> dataset, Layout layout) {
  if (dataset.empty()) return Error{ErrorKind::bad_data, "the data set is empty"};
  if (layout != Layout::deflated) return Scanner(dataset, layout).run();
  ScannedObject unknown;
  unknown.scanned = false;
  return unknown;
}

Result<Layout> guess_layout(std::span<const std::byte> beginning) {
  const Error no{ErrorKind::not_found, "not a DICOM file"};
  if (beginning.size() < 12) return no;
  const auto group = number(beginning, 0, 2, false);
  const auto vr = std::string_view(reinterpret_cast<const char*>(beginning.data()) + 4, 2);
  const bool has_vr = std::all_of(vr.begin(), vr.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
  if (group == 0x0008) {
    if (has_vr) return Layout::explicit_little;
    if (number(beginning, 4, 4, false) <= 1024) return Layout::implicit_little;
  }
  if (group == 0x0800 && has_vr) return Layout::explicit_big;
  return no;
}

bool is_uid(std::string_view text) {
  if (text.empty() || text.size() > 64 || text.front() == '.' || text.back() == '.') return false;
  if (text.find("..") != std::string_view::npos) return false;
  return std::all_of(text.begin(), text.end(), [](char c) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    return letter || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
  });
}

}  // namespace harvester::dicom
