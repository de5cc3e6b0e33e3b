#include "harvester/dicom/negotiation.hpp"

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "harvester/core/sop_classes.hpp"

namespace harvester::dicom {
namespace {

constexpr std::array<std::string_view, 6> kQueryRetrieve{
    UID_FINDPatientRootQueryRetrieveInformationModel, UID_FINDStudyRootQueryRetrieveInformationModel,
    UID_MOVEPatientRootQueryRetrieveInformationModel, UID_MOVEStudyRootQueryRetrieveInformationModel,
    UID_GETPatientRootQueryRetrieveInformationModel,  UID_GETStudyRootQueryRetrieveInformationModel};

bool is_query_retrieve(const std::string& uid) {
  return std::find(kQueryRetrieve.begin(), kQueryRetrieve.end(), uid) != kQueryRetrieve.end();
}

bool is_plain(const std::string& transfer_syntax) {
  const DcmXfer known(transfer_syntax.c_str());
  return known.getXfer() != EXS_Unknown && known.getXfer() != EXS_DeflatedLittleEndianExplicit;
}

}  // namespace

bool may_be_storage(const std::string& abstract_syntax) {
  if (abstract_syntax.empty() || abstract_syntax == sop_class::kVerification) return false;
  if (abstract_syntax.starts_with(sop_class::kStoragePrefix)) return true;
  if (dcmIsaStorageSOPClassUID(abstract_syntax.c_str(), ESSC_All)) return true;
  const std::string_view name = dcmFindNameOfUID(abstract_syntax.c_str(), "");
  return name.empty() || name.ends_with("Storage");
}

std::string choose_transfer_syntax(const std::vector<std::string>& proposed) {
  const auto plain = std::find_if(proposed.begin(), proposed.end(), is_plain);
  if (plain != proposed.end()) return *plain;
  return proposed.empty() ? std::string() : proposed.front();
}

namespace {

ContextAnswer answer(const Services& services, const ProposedContext& context) {
  const bool storage = services.storage && may_be_storage(context.abstract_syntax);
  const bool query = services.query_retrieve && is_query_retrieve(context.abstract_syntax);
  if (!storage && !query && context.abstract_syntax != sop_class::kVerification) return {};
  ContextAnswer given;
  given.transfer_syntax = choose_transfer_syntax(context.transfer_syntaxes);
  if (given.transfer_syntax.empty()) return {ContextResult::transfer_syntaxes_not_supported, "", Role::standard};
  given.result = ContextResult::accepted;
  if (services.query_retrieve && storage) given.role = context.role;
  return given;
}

}  // namespace

Negotiation negotiate(const Services& services, const AssociationRequest& request) {
  Negotiation negotiation;
  negotiation.accepts_user = services.storage && request.names_user;
  if (request.contexts.empty()) negotiation.rejected = kNoReason;
  for (const auto& context : request.contexts) negotiation.contexts.push_back(answer(services, context));
  return negotiation;
}

}  // namespace harvester::dicom
