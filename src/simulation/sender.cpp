#include "sender.hpp"

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>

#include <map>
#include <set>

#include "harvester/core/sop_classes.hpp"
#include "parsing.hpp"

namespace harvester::simulation {

Result<dicom::ScuAssociation> open_store(const dicom::Peer& peer, const std::vector<ObjectPlace>& objects) {
  std::set<std::pair<std::string, std::string>> kinds;
  for (const auto& object : objects) kinds.emplace(object.sop_class, object.transfer_syntax);
  std::vector<dicom::Proposal> proposals;
  for (const auto& [sop_class, syntax] : kinds) proposals.push_back({sop_class, {syntax}});
  if (proposals.empty()) proposals.push_back({std::string(sop_class::kCtImage), {}});
  dicom::ScuOptions options;
  options.acse_timeout = std::chrono::seconds(10);
  options.dimse_timeout = std::chrono::seconds(60);
  return dicom::ScuAssociation::open(peer, options, proposals);
}

Result<dicom::DimseStatus> send_object(dicom::ScuAssociation& store, const ObjectPlace& place,
                                       const MoveOrigin& origin) {
  auto data_set = parsed(place.load());
  if (!data_set) return data_set.error();
  const dicom::StoreRequest request{SopClassUid(place.sop_class), SopInstanceUid(place.sop_instance), origin.ae_title,
                                    origin.message_id};
  return store.store(request, **data_set);
}

}  // namespace harvester::simulation
