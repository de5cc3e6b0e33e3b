#include "study_maker.hpp"

#include <fmt/format.h>

namespace harvester::simulation {

StudyMaker::StudyMaker(const StudyOptions& options)
    : options_(options), random_(options.seed, static_cast<std::uint64_t>(options.index) + 1) {
  using namespace std::chrono;
  start_ = seconds(random_.between(7 * 3600, 19 * 3600));
  study_.uid = fmt::format("2.999.{}.{}", options.seed, options.index + 1);
  if (options.study_date) study_.date = options.date;
  if (options.study_time) study_.time = start_;
  if (options.study_time && options.fractional_time) *study_.time += milliseconds(options.index * 137 % 999 + 1);
  study_.id = std::to_string(options.index + 1);
  study_.accession_number = fmt::format("SIMA{:07}", options.index + 1);
  study_.patient = make_patient(random_, options);
}

std::string StudyMaker::event_uid() { return fmt::format("{}.0.{}", study_.uid, ++events_); }

std::string StudyMaker::moment(int seconds) const {
  return dicom_date(options_.date) + dicom_time(start_ + std::chrono::seconds(seconds));
}

SeriesPlan& StudyMaker::add_series(const std::string& modality, const std::string& description, int number) {
  SeriesPlan series;
  series.uid = fmt::format("{}.{}", study_.uid, study_.series.size() + 1);
  series.modality = modality;
  series.number = std::to_string(number);
  series.description = description;
  study_.series.push_back(std::move(series));
  return study_.series.back();
}

InstancePlan& StudyMaker::add_instance(SeriesPlan& series, Content content, std::vector<std::string> wanted_by) {
  InstancePlan instance;
  const auto number = series.instances.size() + 1;
  instance.uid = fmt::format("{}.{}", series.uid, number);
  instance.content = content;
  instance.instance_number = std::to_string(number);
  instance.time = start_ + std::chrono::seconds(120 + 5 * static_cast<int>(number));
  instance.image = options_.image;
  instance.wanted_by = std::move(wanted_by);
  series.instances.push_back(std::move(instance));
  return series.instances.back();
}

SeriesPlan& StudyMaker::add_images(Content content, const std::string& modality, const std::string& description,
                                   int number, const std::vector<std::string>& wanted_by) {
  auto& series = add_series(modality, description, number);
  for (int i = 0; i < options_.images_per_series; ++i) add_instance(series, content, wanted_by);
  return series;
}

}  // namespace harvester::simulation
