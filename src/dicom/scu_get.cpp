#include <algorithm>
#include <array>

#include "conversation.hpp"
#include "harvester/core/sop_classes.hpp"

namespace harvester::dicom {
namespace {

constexpr std::size_t kMostContexts = 128;
constexpr DimseStatus kClassNotSupported{0x0122};

/// By how common they are with the images that dose is read from.
constexpr std::array kCompressed{UID_JPEGProcess14SV1TransferSyntax, UID_JPEG2000LosslessOnlyTransferSyntax,
                                 UID_JPEGProcess1TransferSyntax,     UID_RLELosslessTransferSyntax,
                                 UID_JPEGLSLosslessTransferSyntax,   UID_JPEG2000TransferSyntax,
                                 UID_JPEGProcess2_4TransferSyntax,   UID_JPEGLSLossyTransferSyntax};

const char* get_class(Model model) {
  return model == Model::study_root ? UID_GETStudyRootQueryRetrieveInformationModel
                                    : UID_GETPatientRootQueryRetrieveInformationModel;
}

bool is_document(const std::string& sop_class) { return sop_class.starts_with("1.2.840.10008.5.1.4.1.1.88."); }

}  // namespace

const std::vector<SopClassUid>& dose_classes() {
  static const std::vector<SopClassUid> kAll = [] {
    using namespace sop_class;
    std::vector<SopClassUid> all;
    for (const auto uid : {kXRayRadiationDoseSr,
                           kEnhancedXRayRadiationDoseSr,
                           kRadiopharmaceuticalDoseSr,
                           kPatientRadiationDoseSr,
                           kEnhancedSr,
                           kComprehensiveSr,
                           kComprehensive3dSr,
                           kBasicTextSr,
                           kSecondaryCapture,
                           kCtImage,
                           kEnhancedCtImage,
                           kMgForPresentation,
                           kMgForProcessing,
                           kBreastTomosynthesis,
                           kDxForPresentation,
                           kDxForProcessing,
                           kCrImage,
                           kPxForPresentation,
                           kPxForProcessing,
                           kXaImage,
                           kEnhancedXaImage,
                           kRfImage,
                           kNmImage,
                           kPetImage})
      all.emplace_back(std::string(uid));
    return all;
  }();
  return kAll;
}

std::vector<Proposal> get_services(Model model, const std::vector<SopClassUid>& classes) {
  std::vector<Proposal> all{{get_class(model), {}}};
  std::vector<std::string> once;
  for (const auto& each : classes)
    if (std::find(once.begin(), once.end(), each.str()) == once.end()) once.push_back(each.str());
  once.resize(std::min(once.size(), kMostContexts - 1));
  for (const auto& sop_class : once) all.push_back({sop_class, {}, Role::scp});
  for (const auto* syntax : kCompressed)
    for (const auto& sop_class : once)
      if (all.size() < kMostContexts && !is_document(sop_class)) all.push_back({sop_class, {syntax}, Role::scp});
  return all;
}

namespace {

T_DIMSE_Message get_request(T_ASC_Association* association, Model model) {
  T_DIMSE_Message message{};
  message.CommandField = DIMSE_C_GET_RQ;
  fill_request(message.msg.CGetRQ, association, get_class(model));
  return message;
}

class Nowhere final : public DatasetSink {
 public:
  Status write(std::span<const std::byte>) override { return ok(); }
};

bool any_storage(const Messages& messages) {
  return std::any_of(messages.contexts.begin(), messages.contexts.end(),
                     [](const auto& each) { return may_be_storage(each.second.abstract_syntax); });
}

/// Takes the object that a C-STORE request announces. Over a context of another class it is not taken (PS3.7 9.1.1).
Status take_object(Conversation& talk, const Conversation::Message& message, const TakeObject& take) {
  if (!message.set.has_dataset()) return talk.breach("an object came without its data set");
  const auto& context = talk.messages().contexts.at(message.context);
  const auto command = store_command(message, context);
  const auto receive = [&](DatasetSink& sink) { return talk.receive(command.context, sink); };
  Result<StoreReply> reply = StoreReply{kClassNotSupported};
  if (command.sop_class == context.abstract_syntax && may_be_storage(context.abstract_syntax)) {
    reply = take(command, receive);
  } else {
    Nowhere nowhere;
    if (auto read = receive(nowhere); !read) return read.error();
  }
  if (!reply) return reply.error();
  auto response = store_response(command, reply->status);
  return talk.respond(command.context, response, reply->comment);
}

}  // namespace

Result<MoveOutcome> ScuAssociation::get(Model model, const Attributes& keys, const MoveTimers& timers,
                                        const TakeObject& take, std::stop_token stop) {
  ++state_->retrievals;
  Conversation talk(*state_, {timers.stall, timers.total}, "getting", std::move(stop));
  if (!any_storage(talk.messages()))
    return Error{ErrorKind::refused,
                 fmt::format("{} accepts to send no kind of object over C-GET", peer_name(state_->peer))};
  const auto request = get_request(state_->association.get(), model);
  if (auto asked = talk.ask(get_class(model), request, request.msg.CGetRQ.MessageID, keys); !asked)
    return asked.error();
  MoveOutcome outcome;
  outcome.status = {0xFF00};
  while (outcome.status.pending()) {
    auto heard = talk.hear();
    if (!heard) return heard.error();
    const auto field = heard->set.field();
    if (field != command_field::kStoreRequest && field != command_field::kGetResponse)
      return talk.breach("the node answered with a message of another kind");
    auto handled =
        field == command_field::kStoreRequest ? take_object(talk, *heard, take) : note_response(talk, *heard, outcome);
    if (!handled) return handled.error();
  }
  return outcome;
}

}  // namespace harvester::dicom
