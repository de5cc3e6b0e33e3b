#include "harvester/core/equipment_identity.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

using namespace harvester;

namespace {

Equipment scanner(const char* serial = "12345", const char* station = "CT1") {
  Equipment equipment;
  equipment.manufacturer = "SIEMENS";
  equipment.manufacturer_model_name = "SOMATOM Force";
  if (*serial != 0) equipment.device_serial_number = serial;
  if (*station != 0) equipment.station_name = station;
  equipment.institution_name = "St. Elsewhere";
  equipment.software_versions = "syngo CT VA50A";
  return equipment;
}

Equipment with_uid(Equipment equipment, const char* uid) {
  equipment.device_observer_uid = uid;
  return equipment;
}

using Indices = std::vector<std::size_t>;

}  // namespace

TEST_CASE("equipment: a new software version, department or spelling is the same machine", "[equipment]") {
  auto updated = scanner();
  updated.software_versions = "syngo CT VB20A";
  updated.institutional_department_name = "Radiology";
  auto spelled = scanner();
  spelled.manufacturer = "Siemens Healthineers";
  spelled.manufacturer_model_name = "Somatom FORCE ";
  CHECK(same_machines({scanner(), updated, spelled}) == Indices{0, 0, 0});
}

TEST_CASE("equipment: an image and a report of one machine are the same, whichever comes first", "[equipment]") {
  const auto report = with_uid(scanner(), "1.2.3");
  const auto image = scanner();
  const auto image_without_serial = scanner("");
  CHECK(same_machines({report, image, image_without_serial}) == Indices{0, 0, 0});
  CHECK(same_machines({image_without_serial, image, report}) == Indices{0, 0, 0});
}

TEST_CASE("equipment: one Device Observer UID is one machine, wherever it stands", "[equipment]") {
  CHECK(same_machines({with_uid(scanner("12345", "CT1"), "1.2.3"), with_uid(scanner("", "CT9"), "1.2.3")}) ==
        Indices{0, 0});
  CHECK(same_machines({with_uid(scanner("1"), "1.2.3"), with_uid(scanner("2", "CT2"), "1.2.3")}) == Indices{0, 1});
}

TEST_CASE("equipment: machines of one make that differ in serial number or station are not merged", "[equipment]") {
  CHECK(same_machines({scanner("1", "CT1"), scanner("2", "CT2")}) == Indices{0, 1});
  CHECK(same_machines({scanner("0", "CT1"), scanner("0", "CT2")}) == Indices{0, 1});  // no real serial number
  CHECK(same_machines({scanner("", "CT1"), scanner("", "CT2")}) == Indices{0, 1});
  CHECK(same_machines({scanner("", ""), scanner("", "")}) == Indices{0, 1});
}

TEST_CASE("equipment: what fits two machines is given to neither", "[equipment]") {
  CHECK(same_machines({scanner("1"), scanner("2"), scanner("")}) == Indices{0, 1, 2});
  auto elsewhere = scanner("");
  elsewhere.institution_name = "General";
  CHECK(same_machines({scanner(""), elsewhere}) == Indices{0, 1});
  auto nowhere = scanner("");
  nowhere.institution_name.reset();
  CHECK(same_machines({scanner(""), elsewhere, nowhere}) == Indices{0, 1, 2});
  CHECK(same_machines({scanner(""), nowhere}) == Indices{0, 0});
}

TEST_CASE("equipment: which descriptions belong together does not depend on their order", "[equipment]") {
  const std::vector<Equipment> all{scanner("1"),        with_uid(scanner("1", "CT2"), "1.2.3"),
                                   scanner("", "CT2"),  with_uid(scanner("", ""), "1.2.3"),
                                   scanner("2", "CT3"), scanner("2", ""),
                                   scanner("", "CT4"),  Equipment{}};
  Indices order{0, 1, 2, 3, 4, 5, 6, 7};
  const auto expected = same_machines(all);
  do {
    std::vector<Equipment> shuffled;
    for (const auto n : order) shuffled.push_back(all[n]);
    const auto found = same_machines(shuffled);
    for (std::size_t a = 0; a < all.size(); ++a)
      for (std::size_t b = 0; b < a; ++b)
        if ((found[a] == found[b]) != (expected[order[a]] == expected[order[b]])) FAIL("another order, other machines");
  } while (std::next_permutation(order.begin(), order.end()));
  SUCCEED();
}
