#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "harvester/core/ids.hpp"
#include "harvester/core/ledger.hpp"
#include "harvester/core/result.hpp"
#include "harvester/dicom/attributes.hpp"
#include "harvester/dicom/negotiation.hpp"
#include "harvester/dicom/objects.hpp"
#include "harvester/dicom/status.hpp"
#include "harvester/dicom/tls.hpp"

namespace harvester::dicom {

/// The other side of an association that we open.
struct Peer {
  std::string host;
  int port = 104;
  AeTitle called;
  AeTitle calling;
};

/// The code of an Error that says: the peer said nothing for too long.
inline constexpr int kFellSilent = 0x10000;
/// The code of an Error that says: the peer accepts no presentation context for what is to be done.
inline constexpr int kNotOffered = 0x10001;

/// How an association that we opened ended, or why there was none.
struct AssociationEnd {
  std::string outcome;  ///< released, aborted (by us or the peer), refused, unreachable
  std::string host;
  std::string calling, called;          ///< AE titles
  std::chrono::milliseconds lasted{0};  ///< since it was asked for
  int queries = 0;
  int retrievals = 0;
};

struct ScuOptions {
  std::chrono::milliseconds acse_timeout{30000};    ///< for the association request and release
  std::chrono::milliseconds dimse_timeout{120000};  ///< longest silence of the peer within an operation
  std::chrono::milliseconds cancel_wait{5000};      ///< how long a cancelled operation may still answer before we abort
  std::string default_charset = "ISO_IR 100";       ///< for answers that declare none
  std::shared_ptr<TlsClient> tls{};                 ///< null: plain TCP
  /// Hears of each association once it has ended, on the thread that ended it; must not throw.
  std::function<void(const AssociationEnd&)> on_end{};
};

/// One abstract syntax we propose, with its transfer syntaxes; none means explicit and implicit little endian.
struct Proposal {
  std::string abstract_syntax;
  std::vector<std::string> transfer_syntaxes;
  Role role = Role::standard;            ///< ours (PS3.7 D.3.3.4)
  std::vector<std::uint8_t> extended{};  ///< service class application information (PS3.7 D.3.3.5); empty: none
};

enum class Model { study_root, patient_root };

/// Proposals for the query/retrieve services (PS3.4 Annex C) and verification.
[[nodiscard]] Proposal verification();
[[nodiscard]] Proposal find_service(Model model);
[[nodiscard]] Proposal move_service(Model model);

/// Proposals for a C-GET: the service, and as SCP the storage contexts that its objects may come over (PS3.4 C.4.3,
/// PS3.7 D.3.3.4). Each class once uncompressed; then, as far as 128 contexts reach, images once for each common
/// compression, so that a node need not decompress them. Classes beyond what fits are left out, the last first.
[[nodiscard]] std::vector<Proposal> get_services(Model model, const std::vector<SopClassUid>& classes);

/// The classes that dose is found in: for a C-GET from a node that does not tell which ones a series holds.
[[nodiscard]] const std::vector<SopClassUid>& dose_classes();

/// A query/retrieve proposal that also asks for relational queries or retrieval by extended negotiation (PS3.4
/// C.5.1.1, C.5.2.1): keys of a level without the unique keys above it (quirk Q27). Not asked for unless needed: nodes
/// may ignore it, see ScuAssociation::relational().
[[nodiscard]] Proposal with_relational(Proposal proposal);

/// What a C-FIND came to.
struct FindOutcome {
  DimseStatus status;
  std::size_t answers = 0;
  std::size_t unreadable = 0;  ///< of the answers: their identifier could not be read, and was left out
  std::string comment;         ///< (0000,0902); free text of the peer: for the database only, never for logs
  bool stopped = false;        ///< we cancelled it: `on_match` had enough or a stop was asked for
};

/// What a C-MOVE or C-GET came to. Counts that the peer did not send are absent.
struct MoveOutcome {
  DimseStatus status;
  MoveCounts counts;
  std::vector<SopInstanceUid> failed;  ///< (0008,0058) where sent
  std::string comment;                 ///< as in FindOutcome
  bool stopped = false;
};

struct MoveTimers {
  std::chrono::milliseconds stall{600000};    ///< longest time without answer or arrival
  std::chrono::milliseconds total{21600000};  ///< longest time for the whole operation
};

/// An object to send, and how it may be sent.
struct StoreRequest {
  SopClassUid sop_class;
  SopInstanceUid instance;
  std::string move_originator_ae;  ///< empty: not a sub-operation of a C-MOVE
  std::uint16_t move_originator_id = 0;
};

/// An association that we opened. One thread at a time. A good Result is not success: look at its status.
/// Errors: `transient` (abort, time-out, cut, transient rejection), `refused` (permanent rejection, no accepted
/// presentation context), `cancelled`. After an error the association is unusable; the destructor aborts what was not
/// released.
class ScuAssociation {
 public:
  /// Opens an association (PS3.8 7.1). `refused` when the peer accepts none of the proposals, and where TLS fails for
  /// good: certificates, versions, a peer that speaks none; the message says which. The error's code: source and
  /// reason of a rejection (PS3.8 9.3.4, e.g. 0107H), ETIMEDOUT where nobody answers or hangs up, EPROTO with TLS,
  /// kNotOffered.
  static Result<ScuAssociation> open(const Peer& peer, const ScuOptions& options,
                                     const std::vector<Proposal>& proposals);

  ScuAssociation(ScuAssociation&&) noexcept;
  ScuAssociation& operator=(ScuAssociation&&) noexcept;
  ~ScuAssociation();

  [[nodiscard]] bool accepted(const std::string& abstract_syntax) const;

  /// Whether the peer agreed to relational queries (or retrieval) with this service; false if that was not proposed.
  [[nodiscard]] bool relational(const std::string& abstract_syntax) const;

  /// C-ECHO (PS3.7 9.1.5).
  Result<DimseStatus> echo();

  /// Called with each match as it comes; false ends the query with C-CANCEL.
  using OnMatch = std::function<bool(const Attributes&)>;

  /// C-FIND (PS3.4 C.4.1). The keys name the level; matches are streamed, not held. An answer that cannot be read, that
  /// is nested too deep or longer than 1 MiB is counted and left out; no character set ends a query (quirk Q23).
  Result<FindOutcome> find(Model model, const Attributes& keys, const OnMatch& on_match, std::stop_token stop);

  /// Asked while a C-MOVE is silent: the time of the last sign of life, e.g. the last arrival at our store.
  using LastSign = std::function<std::chrono::steady_clock::time_point()>;

  /// C-MOVE (PS3.4 C.4.2). A stop sends C-CANCEL, waits `cancel_wait`, then gives up with `cancelled`.
  Result<MoveOutcome> move(Model model, const Attributes& keys, const AeTitle& destination, const MoveTimers& timers,
                           const LastSign& last_sign, std::stop_token stop);

  /// C-GET (PS3.4 C.4.3, PS3.7 9.1.3): each object that comes on this association goes through `take` and is answered
  /// as that says. An object or a response is a sign of life. A stop is as with move(). Fails with `refused` where the
  /// node accepted no storage context.
  Result<MoveOutcome> get(Model model, const Attributes& keys, const MoveTimers& timers, const TakeObject& take,
                          std::stop_token stop);

  /// C-STORE (PS3.7 9.1.1) of a data set in a context accepted for its class and transfer syntax.
  Result<DimseStatus> store(const StoreRequest& request, DcmDataset& dataset);

  /// Releases politely (PS3.8 7.2); aborts if the peer does not answer.
  void release();

  struct State;  ///< DCMTK's side of it; internal

 private:
  explicit ScuAssociation(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace harvester::dicom
