// The header of a Part 10 file; what we write we read back.

#include "harvester/dicom/part10.hpp"

#include "fuzz/fuzz.hpp"
#include "harvester/dicom/byte_scan.hpp"

namespace {

using namespace harvester;

/// Values too long for their two bytes of length are never written: they are checked first (receive, spool).
bool is_writable(const dicom::FileMeta& meta) {
  return dicom::is_uid(meta.sop_class.str()) && dicom::is_uid(meta.instance.str()) &&
         dicom::is_uid(meta.transfer_syntax.str()) && meta.source_ae.size() <= 16;
}

void check_written_again(const dicom::FileMeta& meta) {
  if (!is_writable(meta)) return;
  const auto header = dicom::part10_header(meta);
  const auto again = dicom::read_part10_header(header);
  fuzz::require(again.has_value(), "our own header is read");
  fuzz::require(again->dataset_offset == header.size(), "our own header is read to its end");
  fuzz::require(again->meta.sop_class == meta.sop_class && again->meta.instance == meta.instance &&
                    again->meta.transfer_syntax == meta.transfer_syntax && again->meta.source_ae == meta.source_ae,
                "our own header says what was written");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto bytes = fuzz::bytes_of(data, size);
  const auto read = dicom::read_part10_header(bytes);
  if (!read) {
    (void)dicom::guess_layout(bytes);
    return 0;
  }
  fuzz::require(read->dataset_offset <= size, "the data set begins within the file");
  (void)dicom::scan(bytes.subspan(read->dataset_offset), dicom::layout_of(read->meta.transfer_syntax.str()));
  check_written_again(read->meta);
  return 0;
}
