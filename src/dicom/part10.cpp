#include "harvester/dicom/part10.hpp"

#include <algorithm>
#include <array>

#include "harvester/core/text.hpp"

namespace harvester::dicom {
namespace {

using Bytes = std::span<const std::byte>;

constexpr std::size_t kPreamble = 128;
constexpr std::string_view kMagic = "DICM";

void put_little(std::vector<std::byte>& out, std::size_t value, int count) {
  for (int n = 0; n < count; ++n) out.push_back(static_cast<std::byte>(value >> (8 * n) & 0xFF));
}

void put_text(std::vector<std::byte>& out, std::string_view text) {
  for (const char c : text) out.push_back(static_cast<std::byte>(c));
}

/// An element of the meta information: explicit little endian, even length.
void put_element(std::vector<std::byte>& out, std::size_t element, std::string_view vr, std::string value,
                 char padding) {
  if (value.size() % 2 != 0) value.push_back(padding);
  put_little(out, 0x0002, 2);
  put_little(out, element, 2);
  put_text(out, vr);
  if (vr == "OB") put_little(out, 0, 2);
  put_little(out, value.size(), vr == "OB" ? 4 : 2);
  put_text(out, value);
}

std::vector<std::byte> meta_elements(const FileMeta& meta) {
  std::vector<std::byte> out;
  put_element(out, 0x0001, "OB", std::string("\0\1", 2), '\0');
  put_element(out, 0x0002, "UI", meta.sop_class.str(), '\0');
  put_element(out, 0x0003, "UI", meta.instance.str(), '\0');
  put_element(out, 0x0010, "UI", meta.transfer_syntax.str(), '\0');
  put_element(out, 0x0012, "UI", std::string(kImplementationClassUid), '\0');
  put_element(out, 0x0013, "SH", std::string(kImplementationVersion), ' ');
  if (!meta.source_ae.empty()) put_element(out, 0x0016, "AE", meta.source_ae, ' ');
  return out;
}

}  // namespace

std::vector<std::byte> part10_header(const FileMeta& meta) {
  const auto elements = meta_elements(meta);
  std::vector<std::byte> out(kPreamble, std::byte{0});
  put_text(out, kMagic);
  put_little(out, 0x0002, 2);
  put_little(out, 0x0000, 2);
  put_text(out, "UL");
  put_little(out, 4, 2);
  put_little(out, elements.size(), 4);
  out.insert(out.end(), elements.begin(), elements.end());
  return out;
}

namespace {

std::size_t little(Bytes bytes, std::size_t at, std::size_t count) {
  std::size_t value = 0;
  for (std::size_t n = count; n > 0; --n) value = value << 8 | std::to_integer<std::size_t>(bytes[at + n - 1]);
  return value;
}

std::string_view text_at(Bytes bytes, std::size_t at, std::size_t count) {
  return {reinterpret_cast<const char*>(bytes.data()) + at, count};
}

bool has_long_length(std::string_view vr) {
  static constexpr std::array<std::string_view, 6> kLong{"OB", "OW", "UN", "SQ", "UT", "UC"};
  return std::find(kLong.begin(), kLong.end(), vr) != kLong.end();
}

void remember(FileMeta& meta, std::size_t element, std::string_view value) {
  const std::string text(trimmed(value));
  if (element == 0x0002) meta.sop_class = SopClassUid(text);
  if (element == 0x0003) meta.instance = SopInstanceUid(text);
  if (element == 0x0010) meta.transfer_syntax = TransferSyntaxUid(text);
  if (element == 0x0016) meta.source_ae = text;
}

const Error kBroken{ErrorKind::bad_data, "the file meta information is broken"};

}  // namespace

Result<ReadMeta> read_part10_header(std::span<const std::byte> beginning) {
  if (beginning.size() < kPreamble + 4 || text_at(beginning, kPreamble, 4) != kMagic)
    return Error{ErrorKind::not_found, "no DICOM file header"};
  ReadMeta read;
  std::size_t at = kPreamble + 4;
  while (beginning.size() - at >= 8 && little(beginning, at, 2) == 0x0002) {
    const bool is_long = has_long_length(text_at(beginning, at + 4, 2));
    const std::size_t head = is_long ? 12 : 8;
    if (beginning.size() - at < head) return kBroken;
    const auto length = is_long ? little(beginning, at + 8, 4) : little(beginning, at + 6, 2);
    if (beginning.size() - at - head < length) return kBroken;
    remember(read.meta, little(beginning, at + 2, 2), text_at(beginning, at + head, length));
    at += head + length;
  }
  if (read.meta.transfer_syntax.empty()) return kBroken;
  read.dataset_offset = at;
  return read;
}

}  // namespace harvester::dicom
