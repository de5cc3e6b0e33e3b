#include "harvester/dicom/conformance.hpp"

#include <fmt/format.h>

#include "commands.hpp"
#include "context.hpp"
#include "harvester/core/text.hpp"
#include "harvester/dicom/part10.hpp"
#include "harvester/dicom/status.hpp"
#include "harvester/dicom/tls.hpp"
#include "harvester/dicom/toolkit.hpp"
#include "harvester/serve/node_setup.hpp"
#include "harvester/serve/site_setup.hpp"

// The DICOM conformance statement in the structure of PS3.2 Annex A, as Markdown.

namespace harvester::cli {
namespace {

void print_uids(const std::vector<dicom::NamedUid>& uids) {
  fmt::print("| name | UID |\n| --- | --- |\n");
  for (const auto& each : uids) fmt::print("| {} | {} |\n", each.name.empty() ? "(private)" : each.name, each.uid);
  fmt::print("\n");
}

void print_overview() {
  fmt::print(
      "# DICOM conformance statement: PACS Harvester {}\n\n## 1 Overview\n\n"
      "PACS Harvester finds studies on archives and modalities (C-FIND), has dose objects sent to its own store "
      "(C-MOVE, or\n"
      "C-GET), takes objects that are pushed to it (C-STORE) and imports the dose of them. It does not send objects, "
      "does not\n"
      "print, and is no archive: what it has received cannot be queried.\n\n"
      "| service | as user (SCU) | as provider (SCP) |\n| --- | --- | --- |\n"
      "| Verification | yes | yes |\n| Query/Retrieve, find and move, study root and patient root | yes | no |\n"
      "| Query/Retrieve, get | yes | no |\n| Storage | no | yes |\n\n",
      HARVESTER_VERSION);
}

std::string tls_of(const config::Tls& tls) {
  if (!tls.enabled) return "no";
  return fmt::format("{}{}", dicom::to_string(serve::tls_profile(tls.profile)),
                     tls.ca_file ? ", callers by certificate" : "");
}

void print_entities(const config::Configuration& configuration) {
  fmt::print(
      "## 2 Networking\n\n### 2.1 Application entities\n\n"
      "| store | AE title | port | role | most associations | callers | TLS |\n"
      "| --- | --- | --- | --- | --- | --- | --- |\n");
  for (const auto& store : configuration.site.stores) {
    const bool open_to_all = store.accept.calling_ae_titles.empty() && store.accept.addresses.empty();
    fmt::print("| {} | {} | {} | {} | {} | {} | {} |\n", store.name, store.ae_title.str(), store.port,
               config::to_string(store.role), store.max_associations, open_to_all ? "any" : "restricted",
               tls_of(store.tls));
  }
  fmt::print("\nAs a user it calls itself what the profile of each node says ({} nodes).\n\n",
             configuration.profiles.size());
}

void print_association_policy() {
  fmt::print(
      "### 2.2 Association policies\n\n"
      "- Application context name 1.2.840.10008.3.1.1.1.\n"
      "- Implementation class UID {}, version name {}.\n"
      "- Largest PDU that is received: 131072 bytes.\n"
      "- No asynchronous operations: one operation at a time on an association.\n"
      "- As user: as many associations with a node as its profile allows (pacing.associations), further apart or "
      "fewer\n"
      "  where the node asks for it. As provider: refused with `local limit exceeded` where all are in use.\n"
      "- User identity negotiation: a user's name is accepted whoever it is, and that is answered where an answer is "
      "asked for.\n  It decides nothing.\n"
      "- TLS, as user and as provider, where the configuration says so (section 5).\n\n",
      dicom::kImplementationClassUid, dicom::kImplementationVersion);
}

void print_user() {
  fmt::print("### 2.3 As user\n\n");
  print_uids(dicom::used_classes());
  fmt::print(
      "Proposed are Explicit and Implicit VR Little Endian. Relational queries are proposed by extended negotiation "
      "where the\n"
      "profile has query.relational. C-FIND is asked at study, series and image level with date ranges and, where the "
      "node\n"
      "takes them, modalities and lists of UIDs. C-CANCEL is sent when somebody stops. What final statuses mean to "
      "us:\n\n"
      "| C-FIND |\n| --- |\n");
  constexpr std::uint16_t kCodes[] = {0x0000, 0xA700, 0xA900, 0x0122, 0xA702, 0xC001, 0xFE00, 0x0110};
  for (const auto code : kCodes) fmt::print("| {} |\n", dicom::explain_find({code}));
  fmt::print("\n| C-MOVE and C-GET |\n| --- |\n");
  constexpr std::uint16_t kMoveCodes[] = {0x0000, 0xB000, 0xA701, 0xA702, 0xA801, 0xA900, 0xC001, 0xFE00, 0x0110};
  for (const auto code : kMoveCodes) fmt::print("| {} |\n", dicom::explain_move({code}, "the store"));
  fmt::print("\n");
}

void print_provider() {
  fmt::print(
      "### 2.4 As provider of storage\n\nLevel 2 (full): the data set is kept byte for byte. Of several transfer "
      "syntaxes the first "
      "in the order of the\nproposer is chosen, deflated and unknown ones only where nothing else is proposed. Classes "
      "that the "
      "dictionary\ndoes not know, private ones too, are accepted in any syntax. Known classes:\n\n");
  print_uids(dicom::accepted_storage_classes());
  fmt::print("Transfer syntaxes:\n\n");
  print_uids(dicom::accepted_transfer_syntaxes());
  fmt::print(
      "| status of C-STORE | meaning |\n| --- | --- |\n"
      "| 0000H | the object is on stable storage; a repeated one is acknowledged, and imported once |\n"
      "| A700H | the disk is full or below its watermark: send again later |\n"
      "| A900H | UIDs of the command and of the data set differ, or cannot be |\n"
      "| C000H | the data set ends inside an element or is broken |\n"
      "| 0110H | the object could not be made durable: send again later |\n\n");
}

void print_audit(const config::Audit& audit) {
  fmt::print(
      "### 5.1 Audit trail\n\nAudit messages (PS3.15 A.5) over UDP (PS3.15 A.7), MSGID `DICOM+RFC3881`, no "
      "structured data: {}.\nNone are received.\n\n"
      "| message | sent when |\n| --- | --- |\n"
      "| Application Activity | the daemon starts or stops |\n"
      "| Query | an association that asked a node has ended; the data sets of the queries are withheld |\n"
      "| DICOM Instances Transferred | an association, or a C-GET, that brought objects has ended; one for each study "
      "|\n"
      "| Export | patient data is exported |\n"
      "| DICOM Instances Accessed | the page shows patient data of a study |\n"
      "| Security Alert, Node Authentication | a caller is turned away by title, address or TLS; a node refuses us "
      "|\n\n"
      "User ID is the number of our process, the AE title of another, `login@host` of a person. The Patient ID is "
      "given as\n`<withheld>` in all of them.\n",
      audit.syslog ? fmt::format("they go to {}", audit.syslog->str()) : "not configured");
}

void print_rest() {
  fmt::print(
      "## 3 Media\n\nPart 10 files are read (`import`, watched folders), none are written for others.\n\n"
      "## 4 Character sets\n\nAll of PS3.3 C.12.1.1.2 in one and several bytes, with and without code extensions. "
      "Queries are "
      "sent in the default\nrepertoire.\n\n"
      "## 5 Security\n\nTLS 1.2 and 1.3 as user and as provider, by these profiles of PS3.15; sessions are not "
      "resumed, and as provider not\nrenegotiated. A store with a CA file asks callers for a certificate that it "
      "vouches "
      "for.\n\n"
      "| profile | cipher suites |\n| --- | --- |\n");
  for (const auto profile :
       {dicom::TlsProfile::bcp195, dicom::TlsProfile::bcp195_nd, dicom::TlsProfile::bcp195_extended})
    fmt::print("| {} | {} |\n", dicom::to_string(profile), join(dicom::cipher_suites(profile), ", "));
  fmt::print(
      "\nStores accept callers by AE title and address. What of the patient's identity is kept is a policy of the "
      "site.\n\n");
}

}  // namespace

int run(const Global& global, const ConformanceOptions&) {
  const auto configuration = load(global);
  if (!configuration) return kUsage;
  if (const auto ready = dicom::start_toolkit(serve::toolkit_options(configuration->site)); !ready)
    return fail(ready.error());
  print_overview();
  print_entities(*configuration);
  print_association_policy();
  print_user();
  print_provider();
  print_rest();
  print_audit(configuration->site.audit);
  return kDone;
}

}  // namespace harvester::cli
