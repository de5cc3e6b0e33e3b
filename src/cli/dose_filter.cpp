#include "dose_filter.hpp"

#include "date_range.hpp"

namespace harvester::cli {

Result<database::flat::Filter> dose_filter(const DoseFilterOptions& options) {
  const auto now = schedule::civil_now(std::nullopt);
  if (!now) return now.error();
  const auto range = date_range(options.dates, *now);
  if (!range) return range.error();
  database::flat::Filter filter;
  if (*range) {
    filter.study.date_from = iso_date((*range)->from);
    filter.study.date_until = iso_date((*range)->until);
  }
  if (!options.accession.empty()) filter.study.accession_number = options.accession;
  if (!options.study.empty()) filter.study.study_instance_uid = options.study;
  filter.institution = options.institution;
  filter.station = options.station;
  filter.equipment = options.equipment;
  filter.protocol = options.protocol;
  filter.description = options.description;
  filter.without_tests = options.without_tests;
  return filter;
}

database::flat::Family family_of(const std::string& word) {
  using database::flat::Family;
  if (word == "ct") return Family::ct;
  if (word == "xray") return Family::xray;
  if (word == "mg") return Family::mg;
  if (word == "nm") return Family::nm;
  return Family::all;
}

}  // namespace harvester::cli
