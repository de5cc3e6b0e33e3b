#pragma once

#include <functional>
#include <optional>
#include <stop_token>

#include "finder.hpp"
#include "harvester/dicom/status.hpp"
#include "harvester/simulation/pacs_log.hpp"

namespace harvester::simulation {

/// One object that a retrieval sends.
struct ObjectPlace {
  std::shared_ptr<Archive> archive;
  int study = 0;
  int series = 0;
  int instance = 0;
  std::string sop_class;
  std::string sop_instance;
  std::string transfer_syntax;

  [[nodiscard]] EncodedObject load() const { return archive->object(study, series, instance); }
};

/// What a C-MOVE or C-GET identifier names (PS3.4 C.4.2.1.4): the objects, or the status of a fault in it.
struct Resolved {
  std::uint16_t fault = 0;
  std::vector<ObjectPlace> objects;
};
[[nodiscard]] Resolved resolve(const Archives& archives, const dicom::Attributes& keys, QueryModel model,
                               const Quirks& quirks);

/// An object of another study than the first of these; nothing if there is none.
[[nodiscard]] std::optional<ObjectPlace> unasked_object(const std::vector<ObjectPlace>& objects, const Quirks& quirks);

/// Whether some of these belong to an offline study (Q40).
[[nodiscard]] bool any_offline(const std::vector<ObjectPlace>& objects, const Quirks& quirks);

/// How the sub-operations of one retrieval stand.
struct Tally {
  int total = 0;
  int completed = 0;
  int failed = 0;
  int warning = 0;
  std::vector<std::string> failed_uids;

  [[nodiscard]] int remaining() const { return total - completed - failed - warning; }
  /// So many sub-operations, all failed, or all completed.
  [[nodiscard]] static Tally all_failed(const std::vector<ObjectPlace>& objects);
  [[nodiscard]] static Tally all_completed(const std::vector<ObjectPlace>& objects);
  void add(dicom::DimseStatus status, const std::string& uid);
  void fail(const std::string& uid);
};

/// The counts as this PACS sends them; remaining only while it goes on.
[[nodiscard]] MoveCounts told_counts(const Tally& tally, const Quirks& quirks, bool final);

/// The final status as this PACS sends it. `no_association`: the destination could not be reached.
[[nodiscard]] std::uint16_t told_status(const Tally& tally, const Quirks& quirks, bool no_association);

}  // namespace harvester::simulation
