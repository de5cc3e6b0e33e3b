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
  CHECK(from_dataset(unknown, "ISO_IR 192").text(tag::kStudyDescription) ==
        "Sch\xEF\xBF\xBD"
        "del");
  CHECK(from_dataset(unknown).text(tag::kStudyDescription) == "Schädel");
}

TEST_CASE("a character set that is misspelt, of several values or unknown costs no text", "[dicom]") {
  const auto* declared = GENERATE("ISO IR 100", "ISO-IR 100", "iso_ir 100", "ISO_IR_100", "ISO_IR 100\\NO SUCH SET",
                                  "NO SUCH SET\\ISO_IR 100", "\\ISO 2022 IR 100", "\\NO SUCH SET", "LATIN1");
  DcmDataset dataset;
  dataset.putAndInsertString(DCM_SpecificCharacterSet, declared);
  dataset.putAndInsertString(DCM_StudyDescription,
                             "Sch\xE4"
                             "del");
  dataset.putAndInsertString(DCM_StudyInstanceUID, "1.2.3");
  INFO(declared);
  const auto read = from_dataset(dataset);
  CHECK(read.text(tag::kStudyDescription) == "Schädel");
  CHECK(read.text(tag::kStudyInstanceUid) == "1.2.3");
}

TEST_CASE("UTF-8 is taken for what it is under its usual names", "[dicom]") {
  const auto* declared = GENERATE("ISO_IR 192", "ISO IR 192", "UTF-8", "utf8");
  DcmDataset dataset;
  dataset.putAndInsertString(DCM_SpecificCharacterSet, declared);
  dataset.putAndInsertString(DCM_StudyDescription, "Schädel");
  CHECK(from_dataset(dataset).text(tag::kStudyDescription) == "Schädel");
}

TEST_CASE("kanji that cannot be converted here leave the rest of an answer as it is", "[dicom]") {
  DcmDataset dataset;
  dataset.putAndInsertString(DCM_SpecificCharacterSet, "\\ISO 2022 IR 87");
  dataset.putAndInsertString(DCM_PatientName, "Yamada^Tarou=\033$B;3ED\033(B^\033$BB@O:\033(B");
  dataset.putAndInsertString(DCM_StudyDescription, "Head");
  dataset.putAndInsertString(DCM_StudyInstanceUID, "1.2.3");
  const auto read = from_dataset(dataset);
  CHECK(read.text(tag::kStudyDescription) == "Head");
  CHECK(read.text(tag::kStudyInstanceUid) == "1.2.3");
}

TEST_CASE("what is asked survives the way into a data set and back", "[dicom]") {
  const Attributes keys{{tag::kQueryRetrieveLevel, "STUDY"},
                        {tag::kStudyDate, "20260101-20260102"},
                        {tag::kStudyDescription, "Schädel*"}};
  auto dataset = to_dataset(keys);
  auto back = from_dataset(*dataset);
  for (const auto& [tag, value] : keys) CHECK(back.text(tag) == value);
}
