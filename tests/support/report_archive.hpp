#pragma once

#include <catch2/catch.hpp>
#include <memory>

#include "harvester/dicom/toolkit.hpp"
#include "harvester/simulation/generator.hpp"
#include "harvester/simulation/pacs.hpp"
#include "support/site.hpp"

namespace harvester::tests {

/// A simulated archive of the dose reports of so many CT studies, which were on 5 January 2026 and the days after. It
/// moves them to the site's store.
inline std::unique_ptr<simulation::SimulatedPacs> report_archive(const Site& site, int studies, int days,
                                                                 const simulation::Quirks& quirks = {}) {
  REQUIRE(dicom::start_toolkit());
  simulation::CtArchiveOptions archive;
  archive.studies = studies;
  archive.days = days;
  archive.only_rdsr = true;
  simulation::PacsOptions options;
  options.quirks = quirks;
  options.destinations["HARVESTER"] = {"127.0.0.1", site.store_port()};
  auto opened = simulation::SimulatedPacs::open(options, simulation::make_archive(simulation::ct_archive(archive)));
  REQUIRE(opened);
  return std::move(*opened);
}

}  // namespace harvester::tests
