#include <algorithm>
#include <array>

#include "harvester/core/sop_classes.hpp"
#include "harvester/core/text.hpp"
#include "messages.hpp"
#include "patience.hpp"
#include "scu_state.hpp"

namespace harvester::dicom {
namespace {

constexpr const char* kDoing = "getting";
constexpr std::size_t kMostContexts = 128;
constexpr std::uint64_t kDiscardLimit = std::uint64_t{1} << 30;
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

/// The messages of an association that we opened.
class ScuMessages final : public Messages {
 public:
  explicit ScuMessages(ScuAssociation::State& state) : state_(state) {
    for (int id = 1; id < 256; id += 2) {
      T_ASC_PresentationContext found{};
      const auto context = static_cast<T_ASC_PresentationContextID>(id);
      if (ASC_findAcceptedPresentationContext(raw()->params, context, &found).good())
        contexts[context] = {found.abstractSyntax, found.acceptedTransferSyntax};
    }
  }

  [[nodiscard]] bool is_open() const override { return state_.association != nullptr; }
  [[nodiscard]] T_ASC_Association* raw() const override { return state_.association.get(); }
  Error abort_because(const std::string& reason, bool) override {
    close();
    return {ErrorKind::transient, reason};
  }
  void close() override { state_.association.reset(); }  // aborts

  [[nodiscard]] bool any_storage() const {
    return std::any_of(contexts.begin(), contexts.end(),
                       [](const auto& each) { return may_be_storage(each.second.abstract_syntax); });
  }

 private:
  ScuAssociation::State& state_;
};

MoveCounts counts_of(const CommandSet& set) {
  const auto count = [&](std::uint16_t element) {
    const auto value = set.number(element);
    return value ? std::optional<int>(*value) : std::nullopt;
  };
  return {count(command_element::kRemaining), count(command_element::kCompleted), count(command_element::kFailed),
          count(command_element::kWarning)};
}

}  // namespace

/// One C-GET: responses and objects as they come, in one thread.
class Getting {
 public:
  Getting(ScuAssociation::State& state, const MoveTimers& timers, const TakeObject& take, std::stop_token stop)
      : state_(state),
        messages_(state),
        take_(take),
        stop_(std::move(stop)),
        patience_(timers.stall, state.options.cancel_wait),
        latest_(std::chrono::steady_clock::now() + timers.total) {}

  Result<MoveOutcome> run(Model model, const Attributes& keys) {
    if (auto asked = ask(get_class(model), keys); !asked) return asked.error();
    MoveOutcome outcome;
    do {
      auto message = hear();
      if (!message) return message.error();
      if (auto handled = handle(*message, outcome); !handled) return handled.error();
    } while (!answered_ || outcome.status.pending());
    return outcome;
  }

 private:
  using Message = Messages::Message;

  /// Where a data set goes, with an eye on the clock: a stop is heard in the middle of a long object, too.
  class Watched final : public DatasetSink {
   public:
    Watched(Getting& getting, DatasetSink& sink) : getting_(getting), sink_(sink) {}
    Status write(std::span<const std::byte> bytes) override {
      getting_.watch_clock();
      if (!getting_.patience_.over()) getting_.patience_.heard_at(std::chrono::steady_clock::now());
      if (!getting_.patience_.over()) return sink_.write(bytes);
      getting_.messages_.close();
      return Error{ErrorKind::transient, "given up"};
    }

   private:
    Getting& getting_;
    DatasetSink& sink_;
  };

  Status ask(const char* sop_class, const Attributes& keys) {
    auto context = state_.context_for(sop_class);
    if (!context) return context.error();
    if (!messages_.any_storage())
      return Error{ErrorKind::refused,
                   fmt::format("{} accepts C-GET, but to send no kind of object over it", peer_name(state_.peer))};
    context_ = *context;
    message_id_ = state_.association->nextMsgID++;
    T_DIMSE_Message message{};
    message.CommandField = DIMSE_C_GET_RQ;
    auto& request = message.msg.CGetRQ;
    request.MessageID = message_id_;
    copy_text(request.AffectedSOPClassUID, sop_class);
    request.Priority = DIMSE_PRIORITY_MEDIUM;
    request.DataSetType = DIMSE_DATASET_PRESENT;
    return state_.send(context_, message, to_dataset(keys).get(), kDoing);
  }

  void watch_clock() {
    const bool over = std::chrono::steady_clock::now() > latest_;
    if ((!stop_.stop_requested() && !over) || patience_.cancelled()) return;
    patience_.cancel();
    (void)DIMSE_sendCancelRequest(state_.association.get(), context_, message_id_);
  }

  [[nodiscard]] Error gave_up() const {
    if (!patience_.cancelled()) return broken(DIMSE_NODATAAVAILABLE, kDoing);
    const auto kind = stop_.stop_requested() ? ErrorKind::cancelled : ErrorKind::transient;
    return {kind, fmt::format("{}: cancelled, and the node did not answer that", kDoing)};
  }

  Error ended(const Error& why) const {
    if (patience_.over()) return gave_up();
    return {ErrorKind::transient, fmt::format("{}: {}", kDoing, why.message), why.code};
  }

  Result<Message> hear() {
    for (;;) {
      watch_clock();
      if (patience_.over()) return gave_up();
      if (!messages_.buffered() && !ASC_dataWaiting(state_.association.get(), 1)) continue;
      auto message = messages_.read_command();
      if (!message) return ended(message.error());
      patience_.heard_at(std::chrono::steady_clock::now());
      return message;
    }
  }

  Status handle(const Message& message, MoveOutcome& outcome) {
    if (message.set.field() == command_field::kStoreRequest) return take(message);
    if (message.set.field() == command_field::kGetResponse) return note(message, outcome);
    return messages_.abort_because(fmt::format("{}: the node answered with a message of another kind", kDoing), true);
  }

  Status note(const Message& message, MoveOutcome& outcome) {
    answered_ = true;
    outcome.status = {message.set.number(command_element::kStatus).value_or(0x0110)};
    outcome.counts = counts_of(message.set);
    outcome.comment = repaired_utf8(message.set.text(command_element::kErrorComment));
    outcome.stopped = patience_.cancelled();
    if (!message.set.has_dataset()) return ok();
    auto identifier = messages_.read_attributes(message.context, state_.options.default_charset);
    if (!identifier) return ended(identifier.error());
    outcome.failed.clear();
    for (const auto& uid : identifier->values(tag::kFailedSopInstanceUidList)) outcome.failed.emplace_back(uid);
    return ok();
  }

  Result<Reception> receive(const StoreCommand& command, DatasetSink& sink) {
    Watched watched(*this, sink);
    auto received = messages_.read_dataset(command.context, watched, kDiscardLimit);
    if (!received) return ended(received.error());
    return received;
  }

  /// Over a context of another class an object is not taken (PS3.7 9.1.1.1.9).
  Result<StoreReply> refused(const StoreCommand& command) {
    class Nowhere final : public DatasetSink {
      Status write(std::span<const std::byte>) override { return ok(); }
    } nowhere;
    if (auto read = receive(command, nowhere); !read) return read.error();
    return StoreReply{kClassNotSupported};
  }

  Status take(const Message& message) {
    const auto& context = messages_.contexts.at(message.context);
    const auto command = store_command(message, context);
    if (!message.set.has_dataset())
      return messages_.abort_because("getting: an object came without its data set", true);
    const bool in_place = command.sop_class == context.abstract_syntax && may_be_storage(context.abstract_syntax);
    auto reply =
        in_place ? take_(command, [&](DatasetSink& sink) { return receive(command, sink); }) : refused(command);
    if (!reply) return reply.error();
    auto response = store_response(command, reply->status);
    patience_.heard_at(std::chrono::steady_clock::now());
    if (auto sent = messages_.send(command.context, response, reply->comment, nullptr); !sent)
      return ended(sent.error());
    return ok();
  }

  ScuAssociation::State& state_;
  ScuMessages messages_;
  const TakeObject& take_;
  std::stop_token stop_;
  Patience patience_;
  SteadyTime latest_;
  T_ASC_PresentationContextID context_ = 0;
  std::uint16_t message_id_ = 0;
  bool answered_ = false;
};

Result<MoveOutcome> ScuAssociation::get(Model model, const Attributes& keys, const MoveTimers& timers,
                                        const TakeObject& take, std::stop_token stop) {
  return Getting(*state_, timers, take, std::move(stop)).run(model, keys);
}

}  // namespace harvester::dicom
