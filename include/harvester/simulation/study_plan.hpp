#pragma once

#include <optional>
#include <string>
#include <vector>

#include "harvester/core/civil.hpp"

/// The plain description of synthetic studies. Data sets are made from it (object_builder.hpp), the simulated PACS
/// answers from it (archive.hpp), and tests write studies of their own with it. All text is UTF-8; it is encoded in the
/// study's character set when a data set or an answer is made.
namespace harvester::simulation {

/// A code (PS3.16): value, scheme designator, meaning.
struct Code {
  std::string value;
  std::string scheme;
  std::string meaning;
  bool operator==(const Code&) const = default;
};

struct PatientPlan {
  std::string name = "Test^Patient";
  std::string id = "SIM0000";
  std::string birth_date = "19600101";
  std::string sex = "O";
  std::string age;                     ///< AS, e.g. "064Y"; may be empty
  std::string size_m;                  ///< DS; may be empty
  std::string weight_kg;               ///< DS; may be empty
  std::string charset = "ISO_IR 100";  ///< (0008,0005) of everything in the study; empty: not declared
};

struct EquipmentPlan {
  std::string manufacturer = "Simulated Systems";
  std::string model = "Model One";
  std::string station = "STATION1";
  std::string institution = "Simulated Hospital";
  std::string department = "Radiology";
  std::string serial = "1001";
  std::string software = "VA10";
  std::string device_uid;  ///< Device Observer UID; empty: not told
  bool snomed_rt = false;  ///< codes as SRT (older devices) instead of SCT
};

/// TID 10014 and its neighbours: one X-ray source of a CT event.
struct CtSourcePlan {
  std::string name = "A";
  double kvp = 120;
  double current_ma = 200;
  double max_current_ma = 250;
  std::optional<double> seconds_per_rotation = 0.5;
};

/// TID 10015: alert (limits) and notification of one CT event.
struct DoseCheckPlan {
  std::optional<double> alert_dlp_mgy_cm;
  std::optional<double> alert_ctdi_mgy;
  std::optional<double> forward_dlp_mgy_cm;  ///< estimate that passed the notification value
  std::optional<double> forward_ctdi_mgy;
  std::optional<double> notification_dlp_mgy_cm;
  std::optional<double> notification_ctdi_mgy;
  std::string reason;         ///< for proceeding
  std::string authorised_by;  ///< person name
};

/// TID 10013: one CT irradiation event.
struct CtEventPlan {
  std::string uid;
  std::string protocol;
  Code region;
  Code acquisition_type;
  std::string started;                 ///< DT; may be empty
  std::optional<double> ctdi_vol_mgy;  ///< absent for constant-angle (localiser) acquisitions of many devices
  std::optional<double> dlp_mgy_cm;
  Code phantom;
  double scanning_length_mm = 300;
  double exposure_time_s = 4;
  std::optional<double> pitch;
  double single_collimation_mm = 0.6;
  double total_collimation_mm = 38.4;
  std::vector<CtSourcePlan> sources;
  std::optional<DoseCheckPlan> dose_check;
  std::string comment;
};

/// TID 10003: one projection X-ray event (fluoroscopy, radiography, mammography).
struct XRayEventPlan {
  std::string uid;
  std::string started;  ///< DT
  Code type;            ///< fluoroscopy, stationary acquisition …
  std::string protocol;
  Code region;
  Code laterality;  ///< empty value: none
  Code view;        ///< mammography; empty value: none
  std::optional<double> dap_gy_m2;
  std::optional<double> dose_rp_gy;
  double kvp = 70;
  double current_ma = 100;
  double exposure_uas = 2000;
  double exposure_time_ms = 20;
  int pulses = 1;
  std::optional<double> pulse_rate;
  std::optional<double> primary_angle_deg;
  std::optional<double> secondary_angle_deg;
  std::optional<double> distance_source_detector_mm;
  std::optional<double> average_glandular_dose_mgy;  ///< mammography
  std::optional<double> compression_thickness_mm;
  std::optional<double> compression_force_n;
  std::optional<double> half_value_layer_mm;
};

/// TID 10022: one administration.
struct RadiopharmaceuticalPlan {
  std::string uid;
  Code agent;
  Code radionuclide;
  double half_life_s = 6586.2;
  std::string started;  ///< DT
  std::string stopped;  ///< DT
  double administered_mbq = 300;
  Code route;
};

/// What a structured report of the plan says.
struct ReportPlan {
  std::vector<CtEventPlan> ct;
  std::vector<XRayEventPlan> xray;
  std::optional<RadiopharmaceuticalPlan> administration;
  std::string text;  ///< findings of a radiologist's report
};

/// What an instance is; decides SOP class and content.
enum class Content {
  ct_rdsr,           ///< X-Ray Radiation Dose SR, TID 10011
  ct_enhanced_sr,    ///< the same content as Enhanced SR (older GE systems), root (113701, DCM)
  projection_rdsr,   ///< X-Ray Radiation Dose SR, TID 10001
  mammography_rdsr,  ///< X-Ray Radiation Dose SR, TID 10001 with average glandular dose
  radiopharmaceutical_rdsr,
  basic_text_sr,  ///< a radiologist's report
  comprehensive_sr,
  enhanced_text_sr,  ///< Enhanced SR that holds no dose
  broken_sr,         ///< X-Ray Radiation Dose SR without any content
  enhanced_rdsr,     ///< Enhanced X-Ray Radiation Dose SR (its content is only a text here)
  patient_dose_sr,   ///< Patient Radiation Dose SR (the same)
  ct_image,
  philips_dose_info,  ///< Secondary Capture with the CT doses in its header
  dose_screen,        ///< Secondary Capture of older CT systems: the doses are pixels
  mg_image,
  dx_image,
  cr_image,
  xa_image,
  rf_image,
  nm_image,
  pet_image,
  px_image
};

/// Rows, columns and bits of a synthetic image.
struct ImagePlan {
  int rows = 16;
  int columns = 16;
};

struct InstancePlan {
  std::string uid;
  Content content = Content::ct_image;
  std::string instance_number = "1";  ///< IS as sent; may be empty or illegal
  CivilTime time{};                   ///< content and acquisition time
  ReportPlan report;                  ///< reports, and the doses in the header of images
  ImagePlan image;
  std::vector<std::string>
      wanted_by;  ///< modalities of the study whose harvest ought to fetch it ("CT"), "SR" of a
                  ///< harvest of reports alone, "CT+toshiba" with that option, "CT-toshiba" without; empty: nobody
};

struct SeriesPlan {
  std::string uid;
  std::string modality = "CT";
  std::string number = "1";  ///< IS as sent
  std::string description;
  std::string protocol;
  std::string body_part;
  std::string station;  ///< empty: the study's equipment's
  std::vector<InstancePlan> instances;
};

struct StudyPlan {
  std::string uid;
  std::optional<CivilDate> date;  ///< absent: no Study Date
  std::optional<CivilTime> time;  ///< absent: no Study Time
  std::string description;
  std::string accession_number;
  std::string id = "1";
  std::string requested_procedure;
  PatientPlan patient;
  EquipmentPlan equipment;
  std::vector<SeriesPlan> series;
  std::string story;  ///< which case this is, for messages of tests: "ct: cumulative reports"
};

/// The SOP class an instance of that content has.
[[nodiscard]] std::string sop_class_of(Content content);

/// Whether it is an image (has pixels).
[[nodiscard]] bool is_image(Content content);

}  // namespace harvester::simulation
