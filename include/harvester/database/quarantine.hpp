#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "harvester/core/clock.hpp"
#include "harvester/core/ids.hpp"
#include "harvester/database/connection.hpp"

/// Objects whose import failed and whose file is kept. All functions run inside the caller's transaction and throw on
/// database errors.
namespace harvester::database::quarantine {

struct Item {
  ObjectId id;
  std::string reason;   ///< closed list of intake reasons
  std::string message;  ///< without patient data
  std::string object_kind;
  std::string way_in;
  std::int64_t size_bytes = 0;  ///< of the data set
  std::int64_t attempts = 0;    ///< to import it
  std::string received_at, ended_at;
};

struct Attempt {
  std::string started_at, ended_at, outcome;  ///< the last two are empty where the process ended with it
};

struct Detail {
  Item item;
  std::string sop_class_uid, sop_instance_uid, study_uid, series_uid, modality, transfer_syntax_uid;
  std::string calling_ae, called_ae, peer_address;
  std::string sha256;      ///< of the data set
  std::string spool_path;  ///< relative to the spool
  std::vector<Attempt> attempts;
};

/// The newest first, at most so many.
[[nodiscard]] std::vector<Item> list(Connection& connection, int limit);

[[nodiscard]] std::int64_t count(Connection& connection);

/// Nothing if no such object is in quarantine.
[[nodiscard]] std::optional<Detail> find(Connection& connection, ObjectId id);

/// Which objects: these, or all that are in quarantine.
struct Choice {
  std::vector<ObjectId> ids;
  bool all = false;
};

/// What was done; if some of the ids are not in quarantine, nothing was.
struct Done {
  std::vector<ObjectId> ids;
  std::vector<ObjectId> unknown;
};

/// Back to `received`. What killed its worker is tried alone and once: if it does so again it is set aside at once.
[[nodiscard]] Done retry(Connection& connection, const Choice& choice);

/// Ends them as failed(dropped), for the harvests that expect them, too; their files are doomed (doomed_files.hpp).
[[nodiscard]] Done drop(Connection& connection, const Choice& choice, Instant now);

}  // namespace harvester::database::quarantine
