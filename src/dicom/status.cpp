#include "harvester/dicom/status.hpp"

#include <fmt/format.h>

namespace harvester::dicom {
namespace {

bool in_c000(DimseStatus status) { return (status.code & 0xF000) == 0xC000; }
bool in_a000(DimseStatus status) { return (status.code & 0xF000) == 0xA000; }

/// A900H identifier does not match class, 0120H missing attribute, 0122H class not supported, 0124H not authorized.
bool tells_of_configuration(DimseStatus status) {
  return status.code == 0xA900 || status.code == 0x0120 || status.code == 0x0122 || status.code == 0x0124;
}

}  // namespace

std::string to_string(DimseStatus status) { return fmt::format("{:04X}H", status.code); }

FindNext find_next(DimseStatus status) {
  if (status.success()) return FindNext::done;
  if (status.cancelled()) return FindNext::cancelled;
  if (status.code == 0xA700) return FindNext::split;
  if (tells_of_configuration(status)) return FindNext::stop_and_tell;
  if (in_c000(status)) return FindNext::retry_then_split;
  if (in_a000(status)) return FindNext::retry;
  return FindNext::failed;
}

MoveNext move_next(DimseStatus status, const MoveCounts& counts, bool anything_expected) {
  if (status.cancelled()) return MoveNext::cancelled;
  if (status.success()) {
    const bool said_nothing_moved =
        counts.completed == 0 && counts.failed.value_or(0) == 0 && counts.warning.value_or(0) == 0;
    if (counts.failed.value_or(0) > 0) return MoveNext::partial;  // quirk Q32
    return said_nothing_moved && anything_expected ? MoveNext::retry : MoveNext::settle;
  }
  if ((status.code & 0xF000) == 0xB000) return MoveNext::partial;
  if (status.code == 0xA701) return MoveNext::smaller_level;
  if (status.code == 0xA801 || tells_of_configuration(status)) return MoveNext::stop_and_tell;
  if (in_a000(status) || in_c000(status)) return MoveNext::retry;
  return MoveNext::failed;
}

std::string explain_find(DimseStatus status) {
  const auto code = to_string(status);
  switch (find_next(status)) {
    case FindNext::done:
      return code + " success";
    case FindNext::cancelled:
      return code + " the query was cancelled";
    case FindNext::split:
      return code + " the node is out of resources for this query: asking for smaller pieces";
    case FindNext::stop_and_tell:
      return code +
             " the node does not take this kind of query: check query.model, query.modality_key and query.levels in "
             "the profile";
    case FindNext::retry_then_split:
      return code + " the node could not process the query: trying again, then in smaller pieces";
    case FindNext::retry:
      return code + " the node failed for a reason of its own: trying again";
    case FindNext::failed:
      break;
  }
  return code + " the query failed; the node's log tells why";
}

std::string explain_move(DimseStatus status, const std::string& destination) {
  const auto code = to_string(status);
  if (status.code == 0xA801)
    return fmt::format(
        "{} move destination unknown: the node has no entry for AE title \"{}\"; ask its administrator to add that"
        " title with this machine's address and the port of our store",
        code, destination);
  if (status.code == 0xA702)
    return code +
           " the node could not send the objects: our store's port is closed to it (firewall, wrong port in its "
           "entry), it is busy, or it cannot send objects of this kind";
  if (status.code == 0xA701)
    return code + " the node is out of resources to count the objects: asking for fewer at once";
  if (status.code == 0xA900)
    return code + " the node does not take this kind of move: check retrieve.level and query.model in the profile";
  if (status.code == 0x0122)
    return code + " the node does not offer C-MOVE for this query model: check query.model in the profile";
  if (status.code == 0x0124)
    return code + " the node does not permit us to move: ask its administrator to allow our AE title";
  if ((status.code & 0xF000) == 0xB000)
    return code + " some objects could not be sent: asking again for what is missing";
  if ((status.code & 0xF000) == 0xC000) return code + " the node could not process the request: trying again";
  if (status.success()) return code + " success";
  return code + " the move failed; the node's log tells why";
}

}  // namespace harvester::dicom
