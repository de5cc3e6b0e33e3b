#pragma once

#include "messages.hpp"
#include "patience.hpp"
#include "scu_state.hpp"

namespace harvester::dicom {

/// The messages of an association that we opened.
class ScuMessages final : public Messages {
 public:
  explicit ScuMessages(ScuAssociation::State& state);

  [[nodiscard]] bool is_open() const override { return state_.association != nullptr; }
  [[nodiscard]] T_ASC_Association* raw() const override { return state_.association.get(); }
  Error abort_because(const std::string& reason, bool by_provider) override;
  void close() override { state_.association.reset(); }  // aborts

 private:
  ScuAssociation::State& state_;
};

/// One operation with pending responses: what is heard, when it is cancelled, when it is given up.
class Conversation {
 public:
  using Message = Messages::Message;

  struct Limits {
    std::chrono::milliseconds silence;
    std::chrono::milliseconds total;
    ScuAssociation::LastSign last_sign{};  ///< may be empty
  };

  Conversation(ScuAssociation::State& state, Limits limits, const char* doing, std::stop_token stop);

  /// Sends the request with its identifier over the context of its service.
  Status ask(const char* abstract_syntax, T_DIMSE_Message message, std::uint16_t message_id,
             const Attributes& identifier);

  /// The next message, waiting as long as patience lasts.
  Result<Message> hear();
  /// The next message, which must be of this kind.
  Result<Message> hear(std::uint16_t field);

  /// Reads the data set that follows a message, with an eye on the clock: a stop is heard in a long one, too.
  Result<Reception> receive(ContextId context, DatasetSink& sink);
  /// The identifier that follows a response; nothing if it cannot be read.
  Result<std::optional<Attributes>> identifier(const Message& message);

  /// Answers a request of the peer.
  Status respond(ContextId context, T_DIMSE_Message& response, const std::string& comment);

  void cancel();
  [[nodiscard]] bool cancelled() const { return patience_.cancelled(); }

  /// Ends the association for what the peer did.
  Error breach(const char* what);

  [[nodiscard]] ScuMessages& messages() { return messages_; }

 private:
  class Watched;
  void watch_clock();
  [[nodiscard]] Error gave_up() const;
  [[nodiscard]] Error ended(const Error& why) const;

  ScuAssociation::State& state_;
  ScuMessages messages_;
  Limits limits_;
  const char* doing_;
  std::stop_token stop_;
  Patience patience_;
  SteadyTime latest_;
  ContextId context_ = 0;
  std::uint16_t message_id_ = 0;
};

/// What the requests of C-FIND, C-MOVE and C-GET share: a number of the association, the service, an identifier.
template <class Request>
void fill_request(Request& request, T_ASC_Association* association, const char* sop_class) {
  request.MessageID = association->nextMsgID++;
  copy_text(request.AffectedSOPClassUID, sop_class);
  request.Priority = DIMSE_PRIORITY_MEDIUM;
  request.DataSetType = DIMSE_DATASET_PRESENT;
}

/// What a response says besides its identifier.
[[nodiscard]] DimseStatus status_of(const CommandSet& set);
[[nodiscard]] std::string comment_of(const CommandSet& set);
[[nodiscard]] MoveCounts counts_of(const CommandSet& set);

/// Reads a C-MOVE or C-GET response into an outcome, its list of failed instances with it.
Status note_response(Conversation& talk, const Conversation::Message& message, MoveOutcome& outcome);

}  // namespace harvester::dicom
