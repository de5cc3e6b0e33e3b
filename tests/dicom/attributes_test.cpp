#include "harvester/dicom/attributes.hpp"

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>

#include <catch2/catch.hpp>

using namespace harvester::dicom;

TEST_CASE("attributes are trimmed for comparing and kept as sent for asking back", "[dicom]") {
  const Attributes answer{{tag::kStudyInstanceUid, "1.2.3 "}, {tag::kModalitiesInStudy, "CT \\SR"}};
  CHECK(answer.text(tag::kStudyInstanceUid) == "1.2.3");
  CHECK(answer.raw(tag::kStudyInstanceUid) == "1.2.3 ");
  CHECK(answer.values(tag::kModalitiesInStudy) == std::vector<std::string>{"CT", "SR"});
  CHECK(answer.values(tag::kModality).empty());
}

TEST_CASE("numbers are read as archives write them", "[dicom]") {
  const auto read = [](const char* text) {
    return Attributes{{tag::kInstanceNumber, text}}.integer(tag::kInstanceNumber);
  };
  CHECK(read(" 7 ") == 7);
  CHECK(read("1.0") == 1);
  CHECK(read("+4") == 4);
  CHECK_FALSE(read(""));
  CHECK_FALSE(read("four"));
  CHECK_FALSE(read("99999999999"));
}

TEST_CASE("texts of answers come as UTF-8, whatever they declare", "[dicom]") {
  DcmDataset declared;
  declared.putAndInsertString(DCM_SpecificCharacterSet, "ISO_IR 100");
  declared.putAndInsertString(DCM_StudyDescription,
                              "Sch\xE4"
                              "del");
  CHECK(from_dataset(declared).text(tag::kStudyDescription) == "Schädel");
  DcmDataset undeclared;
  undeclared.putAndInsertString(DCM_StudyDescription,
                                "Sch\xE4"
                                "del");
  CHECK(from_dataset(undeclared).text(tag::kStudyDescription) == "Schädel");
  DcmDataset unknown;
  unknown.putAndInsertString(DCM_SpecificCharacterSet, "NO SUCH SET");
  unknown.putAndInsertString(DCM_StudyDescription,
                             "Sch\xE4"
                             "del");
  CHECK(from_dataset(unknown).text(tag::kStudyDescription) ==
        "Sch\xEF\xBF\xBD"
        "del");
}

TEST_CASE("what is asked survives the way into a data set and back", "[dicom]") {
  const Attributes keys{{tag::kQueryRetrieveLevel, "STUDY"},
                        {tag::kStudyDate, "20260101-20260102"},
                        {tag::kStudyDescription, "Schädel*"}};
  auto dataset = to_dataset(keys);
  auto back = from_dataset(*dataset);
  for (const auto& [tag, value] : keys) CHECK(back.text(tag) == value);
}
