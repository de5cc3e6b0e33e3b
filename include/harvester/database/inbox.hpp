#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "harvester/core/clock.hpp"
#include "harvester/core/ids.hpp"
#include "harvester/core/intake_reason.hpp"
#include "harvester/database/connection.hpp"

/// The inbox as those see it who bring objects in: associations, received objects, what recovery asks. All functions
/// run inside the caller's transaction and throw on database errors. Claims are in intake_queue.hpp.
namespace harvester::database::inbox {

using AssociationId = RowId<struct AssociationIdTag>;

struct NewAssociation {
  std::string store;
  std::string calling_ae;
  std::string called_ae;
  std::string peer_address;
  Instant now;
};

AssociationId begin_association(Connection& connection, const NewAssociation& association);

/// `outcome`: released, aborted, cut, stopped; a closed list of the caller.
void end_association(Connection& connection, AssociationId id, const std::string& outcome, std::int64_t objects,
                     Instant now);

/// One that we opened, or tried to, and that has ended.
struct OutgoingAssociation {
  std::string node;
  std::string calling_ae;
  std::string called_ae;
  std::string host;
  Instant started;
  std::string outcome;  ///< released, aborted, refused, unreachable
  int queries = 0;
  int retrievals = 0;
  Instant ended{};
};

void record_outgoing_association(Connection& connection, const OutgoingAssociation& association);

/// Deletes rows of associations that ended before that and that no object refers to: C-ECHO, refused objects. The
/// oldest first, at most so many at once. Returns how many.
int delete_associations_without_objects(Connection& connection, Instant ended_before, int most);

/// An object whose file lies in the spool, durable.
struct NewObject {
  std::optional<AssociationId> association;
  std::string way_in;  ///< harvest, native, watch or import
  SopClassUid sop_class;
  SopInstanceUid instance;  ///< may be empty where none could be read
  StudyUid study;
  SeriesUid series;
  std::string modality;
  TransferSyntaxUid transfer_syntax;
  std::string calling_ae;
  std::string called_ae;
  std::string peer_address;
  std::string move_originator_ae;
  std::optional<int> move_originator_id;
  std::int64_t size_bytes = 0;
  std::string sha256;                        ///< of the data set, hexadecimal, lower case
  std::string spool_path;                    ///< relative to the spool
  IntakeReason failed = IntakeReason::none;  ///< an object that is set aside at once, e.g. not_dicom
  std::string message;                       ///< with `failed`; no patient data
  bool node_test = false;                    ///< a test of a node asked for it, see insert()
  Instant now;
};

/// What became of a new object.
struct Inserted {
  ObjectId id;
  IntakeState state = IntakeState::imported;  ///< `imported` stands for: received, to be imported
  IntakeReason reason = IntakeReason::none;   ///< duplicate, duplicate_changed, node_test or why it was set aside

  /// A second copy of the same bytes is not kept; its row has no spool path.
  [[nodiscard]] bool keeps_file() const { return reason != IntakeReason::duplicate; }
};

/// Adds the inbox row and credits the harvests that expect the instance. The same SOP Instance UID with the same bytes
/// that came before and did not fail is ignored(duplicate), with other bytes ignored(duplicate_changed) (G2, G3). What
/// a test of a node asked for is ignored(node_test) and counts as nothing that came: unless a harvest waits for it,
/// then it is that harvest's object.
Inserted insert(Connection& connection, const NewObject& object);

/// How far an object is.
struct ObjectState {
  ObjectId id;
  std::string state;  ///< received, claimed, imported, ignored, failed
  std::string reason;
  std::string message;
};

/// The states of these objects, in their order; rows that are not there are left out.
[[nodiscard]] std::vector<ObjectState> states_of(Connection& connection, const std::vector<ObjectId>& ids);

/// The spool paths of objects received at or after a moment; walks back from the newest row.
[[nodiscard]] std::vector<std::string> spool_paths_since(Connection& connection, Instant since);

/// Whether any row has this spool path. Slow: reads the whole table.
[[nodiscard]] bool has_spool_path(Connection& connection, const std::string& path);

/// Each row that names a file, and that file's path in the spool.
void for_each_file(Connection& connection, const std::function<void(ObjectId, const std::string&)>& visit);

/// The day ("YYYY-MM-DD") up to which recovery compared files and rows; empty if never.
[[nodiscard]] std::string verified_day(Connection& connection);
void set_verified_day(Connection& connection, const std::string& day);

/// Associations that a dead process left open are ended as `cut`.
int end_open_associations(Connection& connection, Instant now);

}  // namespace harvester::database::inbox
