#pragma once

#include <sstream>

#include "support/data_sets.hpp"
#include "support/spool_site.hpp"

namespace harvester::tests {

inline constexpr const char* kExplicitLittle = "1.2.840.10008.1.2.1";
inline constexpr const char* kImplicitLittle = "1.2.840.10008.1.2";
inline constexpr const char* kExplicitBig = "1.2.840.10008.1.2.2";
inline constexpr const char* kGePrivate = "1.2.840.113619.5.2";
inline constexpr const char* kDeflated = "1.2.840.10008.1.2.1.99";

inline dicom::FileMeta meta_of(const ObjectPlan& plan, const std::string& syntax = kExplicitLittle) {
  return {SopClassUid(plan.sop_class), SopInstanceUid(plan.instance), TransferSyntaxUid(syntax), "SENDER"};
}

inline spool::Arrival pushed() {
  spool::Arrival arrival;
  arrival.way_in = "native";
  arrival.calling_ae = "SENDER";
  return arrival;
}

/// An object as a store brings it in: begin, write in pieces, finish, scan, commit.
inline Result<database::inbox::Inserted> bring(spool::Spool& spool, const std::string& bytes,
                                               const dicom::FileMeta& meta, std::size_t piece = 16384) {
  auto object = spool.begin(meta);
  if (!object) return object.error();
  for (auto rest = std::as_bytes(std::span(bytes)); !rest.empty(); rest = rest.subspan(std::min(piece, rest.size())))
    if (auto written = (*object)->write(rest.first(std::min(piece, rest.size()))); !written) return written.error();
  if (auto finished = (*object)->finish(); !finished) return finished.error();
  const auto scanned = (*object)->scan();
  if (!scanned) return scanned.error();
  return spool.commit(std::move(*object), *scanned, pushed());
}

inline Result<database::inbox::Inserted> bring(spool::Spool& spool, const ObjectPlan& plan) {
  return bring(spool, object(plan), meta_of(plan));
}

/// A Part 10 file as another program might have written it: a preamble of its own.
inline std::string foreign_file(const ObjectPlan& plan, const std::string& data_set,
                                const std::string& syntax = kExplicitLittle) {
  auto meta = meta_of(plan, syntax);
  meta.source_ae = "ELSEWHERE";
  const auto header = dicom::part10_header(meta);
  std::string file(reinterpret_cast<const char*>(header.data()), header.size());
  file.replace(0, 4,
               "\x7f"
               "ELF");
  return file + data_set;
}

inline Result<database::inbox::Inserted> take(spool::Spool& spool, const std::string& file) {
  std::istringstream stream(file);
  spool::Arrival arrival;
  arrival.way_in = "import";
  return spool.take(stream, arrival);
}

}  // namespace harvester::tests
