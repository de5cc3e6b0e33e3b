#include "harvester/simulation/object_builder.hpp"

#include <dcmtk/dcmdata/dcostrmb.h>
#include <fmt/format.h>

#include <fstream>

#include "charset.hpp"
#include "images.hpp"
#include "item_writing.hpp"
#include "reports.hpp"

namespace harvester::simulation {
namespace {

class HeaderWriter {
 public:
  HeaderWriter(DcmItem& item, const StudyPlan& study, const SeriesPlan& series, const InstancePlan& instance)
      : item_(item), study_(study), series_(series), instance_(instance) {}

  void write() {
    patient();
    general_study();
    general_series();
    equipment();
    sop_common();
    times();
  }

 private:
  void text(const DcmTagKey& tag, const std::string& value) { put(item_, tag, encoded(value, study_.patient.charset)); }
  void text_if(const DcmTagKey& tag, const std::string& value) {
    if (!value.empty()) text(tag, value);
  }

  void patient() {
    const auto& patient = study_.patient;
    if (!patient.charset.empty()) put(item_, DCM_SpecificCharacterSet, patient.charset);
    text(DCM_PatientName, patient.name);
    text(DCM_PatientID, patient.id);
    put(item_, DCM_PatientBirthDate, patient.birth_date);
    put(item_, DCM_PatientSex, patient.sex);
    text_if(DCM_PatientAge, patient.age);
    text_if(DCM_PatientSize, patient.size_m);
    text_if(DCM_PatientWeight, patient.weight_kg);
  }

  void general_study() {
    put(item_, DCM_StudyInstanceUID, study_.uid);
    put(item_, DCM_StudyDate, study_.date ? dicom_date(*study_.date) : "");
    put(item_, DCM_StudyTime, study_.time ? dicom_time(*study_.time) : "");
    put(item_, DCM_StudyID, study_.id);
    text(DCM_AccessionNumber, study_.accession_number);
    put(item_, DCM_ReferringPhysicianName, "");
    text_if(DCM_StudyDescription, study_.description);
    text_if(DCM_RequestedProcedureDescription, study_.requested_procedure);
  }

  void general_series() {
    put(item_, DCM_SeriesInstanceUID, series_.uid);
    text_if(DCM_Modality, series_.modality);
    put(item_, DCM_SeriesNumber, series_.number);
    text_if(DCM_SeriesDescription, series_.description);
    if (is_image(instance_.content)) {
      text_if(DCM_ProtocolName, series_.protocol);
      text_if(DCM_BodyPartExamined, series_.body_part);
    }
  }

  void equipment() {
    const auto& equipment = study_.equipment;
    text(DCM_Manufacturer, equipment.manufacturer);
    text(DCM_ManufacturerModelName, equipment.model);
    text(DCM_StationName, series_.station.empty() ? equipment.station : series_.station);
    text_if(DCM_InstitutionName, equipment.institution);
    text_if(DCM_InstitutionalDepartmentName, equipment.department);
    text(DCM_DeviceSerialNumber, equipment.serial);
    text(DCM_SoftwareVersions, equipment.software);
  }

  void sop_common() {
    put(item_, DCM_SOPClassUID, sop_class_of(instance_.content));
    put(item_, DCM_SOPInstanceUID, instance_.uid);
    put(item_, DCM_InstanceNumber, instance_.instance_number);
  }

  void times() {
    const auto date = study_.date ? dicom_date(*study_.date) : "";
    const auto time = dicom_time(instance_.time);
    put(item_, DCM_ContentDate, date);
    put(item_, DCM_ContentTime, time);
    if (!is_image(instance_.content)) return;
    put(item_, DCM_AcquisitionDate, date);
    put(item_, DCM_AcquisitionTime, time);
  }

  DcmItem& item_;
  const StudyPlan& study_;
  const SeriesPlan& series_;
  const InstancePlan& instance_;
};

/// SR Document Series and SR Document General (PS3.3 C.17.1, C.17.2), and the content.
void write_report(DcmItem& item, const StudyPlan& study, const InstancePlan& instance) {
  put_empty_sequence(item, DCM_ReferencedPerformedProcedureStepSequence);
  put_empty_sequence(item, DCM_PerformedProcedureCodeSequence);
  put(item, DCM_CompletionFlag, "COMPLETE");
  put(item, DCM_VerificationFlag, "UNVERIFIED");
  if (instance.content == Content::broken_sr) return;
  write_tree(item, report_tree(study, instance), study.patient.charset);
}

std::string data_set_bytes(DcmDataset& data_set, E_TransferSyntax syntax) {
  std::string bytes(data_set.calcElementLength(syntax, EET_ExplicitLength) + 64, '\0');
  DcmOutputBufferStream stream(bytes.data(), static_cast<offile_off_t>(bytes.size()));
  data_set.transferInit();
  const auto condition = data_set.write(stream, syntax, EET_ExplicitLength, nullptr);
  data_set.transferEnd();
  if (condition.bad()) throw std::logic_error(std::string("cannot encode a synthetic object: ") + condition.text());
  void* written = nullptr;
  offile_off_t length = 0;
  stream.flushBuffer(written, length);
  bytes.resize(static_cast<std::size_t>(length));
  return bytes;
}

void append_element(std::string& out, unsigned element, const char* vr, std::string value) {
  if (value.size() % 2 != 0) value.push_back('\0');
  const auto byte = [&](std::size_t number) { out.push_back(static_cast<char>(number & 0xFFU)); };
  byte(2), byte(0), byte(element), byte(element >> 8U);
  out.append(vr);
  if (std::string_view(vr) == "OB") out.append(2, '\0');
  byte(value.size()), byte(value.size() >> 8U);
  if (std::string_view(vr) == "OB") byte(value.size() >> 16U), byte(value.size() >> 24U);
  out.append(value);
}

}  // namespace

EncodedObject encode(const StudyPlan& study, const SeriesPlan& series, const InstancePlan& instance) {
  DcmDataset data_set;
  HeaderWriter(data_set, study, series, instance).write();
  if (is_image(instance.content)) {
    write_image(data_set, study, instance);
  } else {
    write_report(data_set, study, instance);
  }
  return {SopClassUid(sop_class_of(instance.content)), SopInstanceUid(instance.uid),
          TransferSyntaxUid(UID_LittleEndianExplicitTransferSyntax),
          data_set_bytes(data_set, EXS_LittleEndianExplicit)};
}

std::string part10(const EncodedObject& object) {
  std::string meta;
  append_element(meta, 0x0001, "OB", std::string("\0\1", 2));
  append_element(meta, 0x0002, "UI", object.sop_class.str());
  append_element(meta, 0x0003, "UI", object.sop_instance.str());
  append_element(meta, 0x0010, "UI", object.transfer_syntax.str());
  append_element(meta, 0x0012, "UI", "2.999.1");
  std::string file(128, '\0');
  file.append("DICM");
  std::string length;
  for (unsigned shift = 0; shift < 32; shift += 8) length.push_back(static_cast<char>((meta.size() >> shift) & 0xFFU));
  append_element(file, 0x0000, "UL", length);
  return file + meta + object.data_set;
}

Result<int> write_study(const StudyPlan& study, const std::filesystem::path& folder, int first) {
  std::error_code code;
  std::filesystem::create_directories(folder, code);
  int number = first;
  for (const auto& series : study.series) {
    for (const auto& instance : series.instances) {
      const auto bytes = part10(encode(study, series, instance));
      std::ofstream file(folder / fmt::format("{:04}.dcm", number), std::ios::binary);
      if (!file.write(bytes.data(), static_cast<std::streamsize>(bytes.size())).flush()) {
        return Error{ErrorKind::storage, "cannot write synthetic objects into the folder", errno};
      }
      ++number;
    }
  }
  return number - first;
}

}  // namespace harvester::simulation
