#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace harvester::bench {

enum class Size { report, image };

/// What a size is called in tables: "RDSR 20 kB", "CT 0.5 MB".
[[nodiscard]] const char* to_string(Size size);

/// An object as it is sent: explicit little endian.
struct Object {
  std::string sop_class;
  std::string instance;
  std::string data_set;
};

/// So many objects of one size, with UIDs of their own, all of one study.
[[nodiscard]] std::vector<Object> make_objects(Size size, int count);

/// The objects of sender `part` of `parts`.
[[nodiscard]] std::vector<Object> share(const std::vector<Object>& objects, int part, int parts);

/// Writes them as Part 10 files for a sender that reads files.
void write_files(const std::vector<Object>& objects, const std::filesystem::path& folder);

}  // namespace harvester::bench
