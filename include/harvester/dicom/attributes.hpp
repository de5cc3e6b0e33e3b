#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

class DcmDataset;

namespace harvester::dicom {

/// A DICOM tag (PS3.5 7.1).
struct Tag {
  std::uint16_t group = 0;
  std::uint16_t element = 0;
  auto operator<=>(const Tag&) const = default;
};

/// The tags that queries and stores speak of (PS3.6).
namespace tag {
inline constexpr Tag kSpecificCharacterSet{0x0008, 0x0005};
inline constexpr Tag kSopClassUid{0x0008, 0x0016};
inline constexpr Tag kSopInstanceUid{0x0008, 0x0018};
inline constexpr Tag kStudyDate{0x0008, 0x0020};
inline constexpr Tag kStudyTime{0x0008, 0x0030};
inline constexpr Tag kAccessionNumber{0x0008, 0x0050};
inline constexpr Tag kQueryRetrieveLevel{0x0008, 0x0052};
inline constexpr Tag kRetrieveAeTitle{0x0008, 0x0054};
inline constexpr Tag kInstanceAvailability{0x0008, 0x0056};
inline constexpr Tag kFailedSopInstanceUidList{0x0008, 0x0058};
inline constexpr Tag kModality{0x0008, 0x0060};
inline constexpr Tag kModalitiesInStudy{0x0008, 0x0061};
inline constexpr Tag kSopClassesInStudy{0x0008, 0x0062};
inline constexpr Tag kManufacturer{0x0008, 0x0070};
inline constexpr Tag kInstitutionName{0x0008, 0x0080};
inline constexpr Tag kStationName{0x0008, 0x1010};
inline constexpr Tag kStudyDescription{0x0008, 0x1030};
inline constexpr Tag kSeriesDescription{0x0008, 0x103E};
inline constexpr Tag kPatientName{0x0010, 0x0010};
inline constexpr Tag kPatientId{0x0010, 0x0020};
inline constexpr Tag kPatientBirthDate{0x0010, 0x0030};
inline constexpr Tag kStudyInstanceUid{0x0020, 0x000D};
inline constexpr Tag kSeriesInstanceUid{0x0020, 0x000E};
inline constexpr Tag kSeriesNumber{0x0020, 0x0011};
inline constexpr Tag kInstanceNumber{0x0020, 0x0013};
inline constexpr Tag kNumberOfStudyRelatedSeries{0x0020, 0x1206};
inline constexpr Tag kNumberOfStudyRelatedInstances{0x0020, 0x1208};
inline constexpr Tag kNumberOfSeriesRelatedInstances{0x0020, 0x1209};
}  // namespace tag

/// A flat set of attributes as queries use them: values in UTF-8, several values separated by a backslash.
class Attributes {
 public:
  Attributes() = default;
  Attributes(std::initializer_list<std::pair<const Tag, std::string>> values) : values_(values) {}

  void set(Tag tag, std::string value) { values_[tag] = std::move(value); }
  [[nodiscard]] bool has(Tag tag) const { return values_.contains(tag); }

  /// The value without padding; empty if absent.
  [[nodiscard]] std::string text(Tag tag) const;
  /// The value as it was sent, padding included; empty if absent. What is asked back must be this (quirk Q24).
  [[nodiscard]] const std::string& raw(Tag tag) const;
  /// The values of a multi-valued attribute, each without padding; none if absent or empty.
  [[nodiscard]] std::vector<std::string> values(Tag tag) const;
  /// A number, read leniently ("1.0", "+4", " 7 "); nothing if absent or no number (quirk Q14).
  [[nodiscard]] std::optional<int> integer(Tag tag) const;

  [[nodiscard]] auto begin() const { return values_.begin(); }
  [[nodiscard]] auto end() const { return values_.end(); }
  [[nodiscard]] bool empty() const { return values_.empty(); }
  bool operator==(const Attributes&) const = default;

 private:
  std::map<Tag, std::string> values_;
};

/// The attributes as a data set, for sending; texts beyond ASCII are declared ISO_IR 192. Unknown tags get VR UN.
[[nodiscard]] std::unique_ptr<DcmDataset> to_dataset(const Attributes& attributes);

/// All non-sequence attributes of the top level of a data set, in UTF-8. A character set that is missing, unknown or
/// wrong never fails: `default_charset` (e.g. "ISO_IR 100") is tried for undeclared text, then bytes are replaced.
[[nodiscard]] Attributes from_dataset(DcmDataset& dataset, const std::string& default_charset = "ISO_IR 100");

}  // namespace harvester::dicom
