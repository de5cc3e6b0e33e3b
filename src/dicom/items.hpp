#pragma once

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmnet/assoc.h>
#include <dcmtk/dcmnet/extneg.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "harvester/dicom/negotiation.hpp"

/// Items of an association request or its answer, as DCMTK wants them.
namespace harvester::dicom {

[[nodiscard]] inline T_ASC_SC_ROLE role_of(Role role) {
  switch (role) {
    case Role::scu:
      return ASC_SC_ROLE_SCU;
    case Role::scp:
      return ASC_SC_ROLE_SCP;
    case Role::both:
      return ASC_SC_ROLE_SCUSCP;
    case Role::standard:
      break;
  }
  return ASC_SC_ROLE_DEFAULT;
}

/// Extended negotiation (PS3.7 D.3.3.5), by SOP class. DCMTK owns what is put into association parameters, and frees
/// it with them.
[[nodiscard]] inline SOPClassExtendedNegotiationSubItemList* make_extended(
    const std::map<std::string, std::vector<std::uint8_t>>& extended) {
  auto* list = new SOPClassExtendedNegotiationSubItemList;
  for (const auto& [uid, bytes] : extended) {
    auto* item = new SOPClassExtendedNegotiationSubItem;
    item->sopClassUID = uid.c_str();
    item->serviceClassAppInfo = new unsigned char[bytes.size()];
    std::copy(bytes.begin(), bytes.end(), item->serviceClassAppInfo);
    item->serviceClassAppInfoLength = static_cast<unsigned short>(bytes.size());
    list->push_back(item);
  }
  return list;
}

}  // namespace harvester::dicom
