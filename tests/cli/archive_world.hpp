#pragma once

#include <catch2/catch.hpp>
#include <map>
#include <set>
#include <span>
#include <string>

#include "harvester/dicom/part10.hpp"
#include "support/peers.hpp"
#include "support/site.hpp"

namespace harvester::tests {

/// The files that a folder holds, by SOP Instance UID: the bytes of their data sets.
inline std::map<std::string, std::string> objects_in(const std::filesystem::path& folder) {
  std::map<std::string, std::string> objects;
  if (!std::filesystem::exists(folder)) return objects;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    const auto bytes = content_of(entry.path());
    const auto header = dicom::read_part10_header(std::as_bytes(std::span(bytes)));
    REQUIRE(header);
    objects[header->meta.instance.str()] = bytes.substr(header->dataset_offset);
  }
  return objects;
}

inline std::set<std::string> keys_of(const std::map<std::string, std::string>& objects) {
  std::set<std::string> keys;
  for (const auto& [key, value] : objects) keys.insert(key);
  return keys;
}

/// A site, a port for storescp, and one archive that sends to both.
template <class Peer>
struct World {
  Site site;
  int storescp_port = free_port();
  Peer peer{site.store_port(), storescp_port};

  explicit World(const std::string& profile = "") { site.add_node("peer", peer.port(), peer.ae_title(), profile); }

  /// What storescp gets of a study from the same archive, by movescu.
  std::map<std::string, std::string> by_storescp(const std::string& study_uid) {
    const TempDir folder;
    const Process store(
        {"storescp", "+B", "-aet", "STORESCP", "-od", folder.path().string(), std::to_string(storescp_port)});
    REQUIRE(eventually([&] { return answers_echo(storescp_port, "STORESCP"); }));
    const auto moved =
        run({"movescu", "-S", "-aec", peer.ae_title(), "-aem", "STORESCP", "127.0.0.1", std::to_string(peer.port()),
             "-k", "QueryRetrieveLevel=STUDY", "-k", "StudyInstanceUID=" + study_uid},
            {{"TCP_NODELAY", "1"}});
    INFO(moved.output);
    return objects_in(folder.path());
  }
};

}  // namespace harvester::tests
