#include "charset.hpp"
#include "entry_counts.hpp"
#include "finder.hpp"
#include "harvester/simulation/matching.hpp"
#include "item_writing.hpp"

namespace harvester::simulation {
namespace {

namespace tag = dicom::tag;
using dicom::Attributes;

std::string odd(const std::string& number, int place) { return place % 2 == 0 ? "+" + number : number + ".0"; }

void change_number(Attributes& attributes, dicom::Tag key, Numbers numbers, int place) {
  if (numbers == Numbers::missing) attributes.set(key, "");
  if (numbers == Numbers::odd) attributes.set(key, odd(attributes.text(key), place));
}

void change_instances(SeriesEntry& series, const Quirks& quirks) {
  const bool renumbered = quirks.first_instance_number != 1 || quirks.instance_number_step != 1;
  for (auto& instance : series.instances) {
    const int number = quirks.first_instance_number + quirks.instance_number_step * instance.number;
    if (renumbered) instance.attributes.set(tag::kInstanceNumber, std::to_string(number));
    change_number(instance.attributes, tag::kInstanceNumber, quirks.numbers, instance.number);
  }
}

void make_wrong(Attributes& attributes, dicom::Tag key) {
  attributes.set(key, std::to_string(attributes.integer(key).value_or(0) + 7));
}

void change_counts(StudyEntry& study) {
  make_wrong(study.attributes, tag::kNumberOfStudyRelatedSeries);
  make_wrong(study.attributes, tag::kNumberOfStudyRelatedInstances);
  for (auto& series : study.series) make_wrong(series.attributes, tag::kNumberOfSeriesRelatedInstances);
}

bool is_ascii(const std::string& text) {
  for (const char c : text) {
    if (static_cast<unsigned char>(c) >= 0x80) return false;
  }
  return true;
}

/// A UID that keeps the padding it is given.
class PaddedUid final : public DcmUniqueIdentifier {
 public:
  using DcmUniqueIdentifier::DcmUniqueIdentifier;

 protected:
  OFCondition makeMachineByteString(const Uint32 length) override {
    return DcmByteString::makeMachineByteString(length);
  }
};

/// Q25: eight digits with separators in between.
std::string separated(const std::string& date, Dates dates) {
  if (dates == Dates::plain || date.size() != 8) return date;
  const char* separator = dates == Dates::dotted ? "." : "-";
  return date.substr(0, 4) + separator + date.substr(4, 2) + separator + date.substr(6);
}

void put_padded_uid(DcmDataset& data_set, const DcmTagKey& key, const std::string& value) {
  const auto bytes = value + ' ';
  auto element = std::make_unique<PaddedUid>(DcmTag(key));
  element->putString(bytes.data(), static_cast<Uint32>(bytes.size()));
  if (data_set.insert(element.get(), OFTrue).good()) (void)element.release();
}

}  // namespace

StudyEntry presented(StudyEntry study, const Quirks& quirks) {
  for (auto& series : study.series) {
    const bool report = series.attributes.text(tag::kModality) == "SR";
    if (report && !quirks.sr_modality.empty()) series.attributes.set(tag::kModality, quirks.sr_modality);
    change_number(series.attributes, tag::kSeriesNumber, quirks.numbers, series.number);
    change_instances(series, quirks);
  }
  if (!quirks.sr_modality.empty()) set_counts(study);
  if (!quirks.study_station.empty()) study.attributes.set(tag::kStationName, quirks.study_station);
  if (quirks.related_counts == Counts::wrong) change_counts(study);
  return study;
}

std::unique_ptr<DcmDataset> answer_data_set(const Answer& answer, const Quirks& quirks, bool charset_asked) {
  auto data_set = std::make_unique<DcmDataset>();
  bool ascii = true;
  for (const auto& [key, value] : answer.attributes) {
    const DcmTagKey tag_key(key.group, key.element);
    ascii = ascii && is_ascii(value);
    if (kind_of(key) == KeyKind::uid && quirks.uids_padded && !value.empty()) {
      put_padded_uid(*data_set, tag_key, value);
    } else {
      const bool date = kind_of(key) == KeyKind::date;
      put(*data_set, tag_key, date ? separated(value, quirks.dates) : encoded(value, answer.charset));
    }
  }
  const bool declare =
      quirks.charset == Charset::declared || (quirks.charset == Charset::only_if_asked && charset_asked);
  if (declare && !answer.charset.empty() && (charset_asked || !ascii)) {
    put(*data_set, DCM_SpecificCharacterSet, quirks.charset_term.empty() ? answer.charset : quirks.charset_term);
  }
  return data_set;
}

}  // namespace harvester::simulation
