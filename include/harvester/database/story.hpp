#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "harvester/database/connection.hpp"

/// The whole story of a study, series, instance or accession number: found, chosen or skipped and why, asked for,
/// received, imported. All functions only read, run inside the caller's transaction, and throw on database errors.
namespace harvester::database::story {

struct Instance {
  std::string uid, sop_class, verdict, reason;
  std::string expected_state, expected_reason;  ///< empty: not expected
  std::optional<std::int64_t> object;           ///< its inbox row
};

struct Request {
  std::int64_t id = 0;
  std::string level, state, message;
  std::int64_t attempts = 0;
  std::optional<int> dimse_status, completed, failed;
};

struct Series {
  std::string uid, modality, description, verdict, reason;
  std::vector<Request> requests;
  std::vector<Instance> instances;  ///< as far as the node was asked, and what came of a series that it did not list
};

/// A study as one harvest found it.
struct Finding {
  std::int64_t harvest = 0;
  std::string node, harvest_state, harvest_began;
  std::int64_t study_row = 0;
  std::string study, date, modalities, verdict, reason, message;
  std::vector<Series> series;
  std::string trimmed_at{};  ///< when retention let go of the harvest's series and instances; empty: never
};

/// An object that came in, and what became of it.
struct Object {
  std::int64_t id = 0;
  std::string study, series, instance, sop_class, way_in, calling_ae, peer_address, received_at;
  std::int64_t size_bytes = 0;
  std::string state, reason, message, kind;
  std::int64_t attempts = 0;
  bool file_kept = false;
  std::optional<std::string> superseded_by;  ///< of its dose report, if it has one that counts no more
  bool has_dose = false;
};

struct Story {
  std::vector<Finding> findings;  ///< the newest harvests first
  std::vector<Object> objects;    ///< in the order in which they came
};

/// The story of a UID (study, series or instance) or an accession number as it is kept. Empty where nothing is known.
/// `limit`: at most so many findings, and so many objects.
[[nodiscard]] Story tell(Connection& connection, const std::string& what, int limit);

}  // namespace harvester::database::story
