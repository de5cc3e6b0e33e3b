#pragma once

#include <catch2/catch.hpp>
#include <filesystem>
#include <sstream>
#include <string>

#include "harvester/intake/importer.hpp"
#include "harvester/report/export_json.hpp"
#include "support/sr_builder.hpp"
#include "support/temp_dir.hpp"

namespace harvester::tests {

/// A database that objects are imported into, and what it exports.
class ImportSite {
 public:
  ImportSite() : connection_(*database::open_database(dir_ / "harvester.db")) {}

  intake::ImportOutcome import(const std::filesystem::path& file) {
    database::Transaction transaction(connection_);
    auto outcome = intake::import_object(connection_, file, policy, {std::nullopt, Instant{}});
    transaction.commit();
    return outcome;
  }
  intake::ImportOutcome import(const sr::Report& report) {
    sr::write(report, dir_ / "object.dcm");
    return import(dir_ / "object.dcm");
  }
  intake::ImportOutcome import(DcmDataset& dataset) {
    DcmFileFormat file(&dataset);
    sr::must(file.saveFile((dir_ / "object.dcm").c_str(), EXS_LittleEndianExplicit));
    return import(dir_ / "object.dcm");
  }
  std::string exported() {
    std::ostringstream out;
    REQUIRE(report::export_json(connection_, {}, out).has_value());
    return out.str();
  }
  [[nodiscard]] std::filesystem::path operator/(const std::string& name) const { return dir_ / name; }

  intake::ImportPolicy policy;

 private:
  TempDir dir_;
  database::Connection connection_;
};

}  // namespace harvester::tests
