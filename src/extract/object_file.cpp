#include "harvester/extract/object_file.hpp"

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dcdeftag.h>
#include <dcmtk/dcmdata/dcfilefo.h>
#include <dcmtk/dcmdata/dcistrmb.h>
#include <dcmtk/dcmdata/dcxfer.h>

#include <cstdint>
#include <cstring>
#include <optional>

#include "harvester/core/text.hpp"
#include "harvester/extract/byte_scan.hpp"
#include "inflate.hpp"
#include "mapped_file.hpp"

namespace harvester::extract {
namespace {

using Bytes = std::span<const std::byte>;

struct MetaHeader {
  std::string transfer_syntax;
  std::size_t end = 0;  // where the data set begins
};

std::uint32_t little(Bytes bytes, std::size_t at, std::size_t count) {
  std::uint32_t value = 0;
  for (std::size_t i = count; i-- > 0;) value = value << 8 | std::to_integer<std::uint32_t>(bytes[at + i]);
  return value;
}

// The file meta information (PS3.10 7.1): group 0002, explicit little endian. Nothing if there is none.
std::optional<MetaHeader> read_meta_header(Bytes file) {
  constexpr std::size_t kPreamble = 128;
  if (file.size() < kPreamble + 4 || std::memcmp(file.data() + kPreamble, "DICM", 4) != 0) return std::nullopt;
  MetaHeader meta;
  meta.end = kPreamble + 4;
  while (meta.end + 8 <= file.size() && little(file, meta.end, 2) == 0x0002) {
    const std::string_view vr(reinterpret_cast<const char*>(file.data()) + meta.end + 4, 2);
    const bool long_length = vr == "OB" || vr == "UN" || vr == "UT";
    const std::size_t header = long_length ? 12 : 8;
    if (meta.end + header > file.size()) return std::nullopt;
    const std::size_t length = long_length ? little(file, meta.end + 8, 4) : little(file, meta.end + 6, 2);
    if (length > file.size() - meta.end - header) return std::nullopt;
    if (little(file, meta.end + 2, 2) == 0x0010) {
      const std::string_view value(reinterpret_cast<const char*>(file.data()) + meta.end + header, length);
      meta.transfer_syntax = trimmed(value);
    }
    meta.end += header + length;
  }
  return meta;
}

LoadedObject failed(IntakeReason reason, std::string message) { return {nullptr, reason, std::move(message)}; }

LoadedObject fault_of(ScanFault fault) {
  if (fault == ScanFault::too_deep) return failed(IntakeReason::too_deep, "sequences are nested too deeply");
  return failed(IntakeReason::truncated, "the data set ends inside an element or is broken");
}

LoadedObject parse(Bytes header, E_TransferSyntax syntax) {
  DcmInputBufferStream stream;
  stream.setBuffer(header.data(), static_cast<offile_off_t>(header.size()));
  stream.setEos();
  DatasetPtr dataset(new DcmDataset);
  dataset->transferInit();
  const auto condition = dataset->read(stream, syntax, EGL_noChange);
  dataset->transferEnd();
  if (condition.bad() && condition != EC_EndOfStream)
    return failed(IntakeReason::unreadable, std::string("the data set cannot be parsed: ") + condition.text());
  return {std::move(dataset), IntakeReason::none, {}};
}

LoadedObject scan_and_parse(Bytes bytes, E_TransferSyntax syntax, const LoadLimits& limits) {
  const DcmXfer xfer(syntax);
  const auto scan = scan_dataset(bytes, {xfer.isExplicitVR(), xfer.isBigEndian()}, limits.depth);
  if (scan.fault != ScanFault::none) return fault_of(scan.fault);
  if (scan.header_end == 0) return failed(IntakeReason::truncated, "the data set is empty");
  if (scan.header_end > limits.header_bytes) return failed(IntakeReason::too_large, "the header is too large");
  return parse(bytes.first(scan.header_end), syntax);
}

LoadedObject inflate_and_parse(Bytes deflated, const LoadLimits& limits) {
  constexpr std::size_t kSmall = std::size_t{16} << 20;
  const auto ceiling = std::min(limits.inflated_bytes, std::max(kSmall, deflated.size() * limits.inflation));
  const auto inflated = inflate_bytes(deflated, ceiling);
  if (inflated.fault == InflateFault::too_large)
    return failed(IntakeReason::too_large, "the deflated data set is too large when inflated");
  if (inflated.fault == InflateFault::broken)
    return failed(IntakeReason::truncated, "the deflated data set is cut or broken");
  return scan_and_parse(inflated.bytes, EXS_LittleEndianExplicit, limits);
}

}  // namespace

void DeleteDataset::operator()(DcmDataset* dataset) const { delete dataset; }

LoadedObject load_object(const std::filesystem::path& path, const LoadLimits& limits) {
  const auto file = MappedFile::open(path);
  if (!file) return failed(IntakeReason::unreadable, file.error().message);
  const auto meta = read_meta_header(file->bytes());
  if (!meta)
    return failed(IntakeReason::not_dicom, "no DICOM file: the marker DICM or the meta information is missing");
  const auto rest = file->bytes().subspan(meta->end);
  const DcmXfer xfer(meta->transfer_syntax.c_str());
  if (xfer.getStreamCompression() == ESC_zlib) return inflate_and_parse(rest, limits);
  // Private and newer compressed syntaxes are explicit little endian before their pixel data (PS3.5 A.4).
  const auto known = xfer.getXfer() == EXS_Unknown ? EXS_LittleEndianExplicit : xfer.getXfer();
  return scan_and_parse(rest, known, limits);
}

}  // namespace harvester::extract
