#include "harvester/dicom/conformance.hpp"

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>

#include "harvester/core/sop_classes.hpp"
#include "harvester/dicom/negotiation.hpp"
#include "harvester/dicom/scu.hpp"

namespace harvester::dicom {
namespace {

NamedUid named(const std::string& uid) { return {uid, dcmFindNameOfUID(uid.c_str(), "")}; }

/// Whether a server with these services accepts the class in that syntax when it is proposed alone.
bool accepts(const std::string& sop_class, const std::string& transfer_syntax) {
  AssociationRequest request;
  request.contexts.push_back({1, sop_class, {transfer_syntax}, Role::standard});
  const auto answer = negotiate({.storage = true, .query_retrieve = false}, request);
  return !answer.rejected && answer.contexts.front().result == ContextResult::accepted;
}

}  // namespace

std::string name_of_uid(const std::string& uid) { return dcmFindNameOfUID(uid.c_str(), ""); }

std::vector<NamedUid> accepted_storage_classes() {
  std::vector<NamedUid> classes;
  for (int n = 0; n < numberOfDcmAllStorageSOPClassUIDs; ++n)
    if (accepts(dcmAllStorageSOPClassUIDs[n], UID_LittleEndianImplicitTransferSyntax))
      classes.push_back(named(dcmAllStorageSOPClassUIDs[n]));
  return classes;
}

std::vector<NamedUid> accepted_transfer_syntaxes() {
  constexpr int kBeyondAll = 256;
  std::vector<NamedUid> syntaxes;
  for (int n = 0; n < kBeyondAll; ++n) {
    const DcmXfer syntax(static_cast<E_TransferSyntax>(n));
    const std::string uid = syntax.getXferID();
    const bool of_network = !uid.empty() && syntax.getXfer() == n;
    if (of_network && accepts(std::string(sop_class::kXRayRadiationDoseSr), uid))
      syntaxes.push_back({uid, syntax.getXferName()});
  }
  return syntaxes;
}

std::vector<NamedUid> used_classes() {
  std::vector<NamedUid> classes{named(verification().abstract_syntax)};
  for (const auto model : {Model::study_root, Model::patient_root})
    for (const auto& proposal : {find_service(model), move_service(model)})
      classes.push_back(named(proposal.abstract_syntax));
  classes.push_back(named(UID_GETStudyRootQueryRetrieveInformationModel));
  classes.push_back(named(UID_GETPatientRootQueryRetrieveInformationModel));
  return classes;
}

}  // namespace harvester::dicom
