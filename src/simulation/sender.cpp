#include "sender.hpp"

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>

#include <map>
#include <set>

#include "harvester/core/sop_classes.hpp"
#include "item_writing.hpp"
#include "parsing.hpp"

namespace harvester::simulation {
namespace {

/// Every n-th object by its place, so that the same object is always the same.
bool is_nth(const ObjectPlace& place, int every) {
  return every > 0 && (place.study + place.series + place.instance + 1) % every == 0;
}

void put_other_uid(DcmDataset& data_set, const DcmTagKey& key) {
  OFString uid;
  data_set.findAndGetOFString(key, uid);
  put(data_set, key, std::string(uid.c_str()) + ".99");
}

std::vector<dicom::Proposal> proposals_for(const std::vector<ObjectPlace>& objects) {
  std::set<std::pair<std::string, std::string>> kinds;
  for (const auto& object : objects) kinds.emplace(object.sop_class, object.transfer_syntax);
  std::vector<dicom::Proposal> proposals;
  for (const auto& [sop_class, syntax] : kinds) proposals.push_back({sop_class, {syntax}});
  if (proposals.empty()) proposals.push_back({std::string(sop_class::kCtImage), {}});
  return proposals;
}

}  // namespace

MoveOrigin told_origin(const std::string& ae_title, std::uint16_t message_id, const Quirks& quirks) {
  if (quirks.originator == Originator::absent) return {};
  if (quirks.originator == Originator::wrong) return {"SOMEBODY", static_cast<std::uint16_t>(message_id + 1000)};
  return {ae_title, message_id};
}

Result<StoreAssociation> open_store(const dicom::Peer& peer, const std::vector<ObjectPlace>& objects,
                                    const Quirks& quirks) {
  dicom::ScuOptions options;
  options.acse_timeout = std::chrono::seconds(10);
  options.dimse_timeout = std::chrono::seconds(quirks.bandwidth > 0 ? 3600 : 60);
  auto target = peer;
  std::unique_ptr<SlowLine> line;
  if (quirks.bandwidth > 0) {
    line = std::make_unique<SlowLine>(peer.host, peer.port, quirks.bandwidth);
    target.host = "127.0.0.1";
    target.port = line->port();
  }
  auto opened = dicom::ScuAssociation::open(target, options, proposals_for(objects));
  if (!opened) return opened.error();
  return StoreAssociation{std::move(line), *std::move(opened)};
}

Result<std::unique_ptr<DcmDataset>> outgoing(const ObjectPlace& place, const Quirks& quirks) {
  auto data_set = parsed_as(place.load(), place.transfer_syntax);
  if (!data_set) return data_set;
  if (is_nth(place, quirks.other_study_every)) put_other_uid(**data_set, DCM_StudyInstanceUID);
  if (is_nth(place, quirks.other_series_every)) put_other_uid(**data_set, DCM_SeriesInstanceUID);
  return data_set;
}

Result<dicom::DimseStatus> send_object(StoreAssociation& store, const ObjectPlace& place, const MoveOrigin& origin,
                                       const Quirks& quirks) {
  auto data_set = outgoing(place, quirks);
  if (!data_set) return data_set.error();
  const dicom::StoreRequest request{SopClassUid(place.sop_class), SopInstanceUid(place.sop_instance), origin.ae_title,
                                    origin.message_id};
  return store.association.store(request, **data_set);
}

}  // namespace harvester::simulation
