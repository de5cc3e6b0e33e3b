#include "objects.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <stdexcept>

#include "harvester/simulation/generator.hpp"
#include "harvester/simulation/object_builder.hpp"

namespace harvester::bench {
namespace {

constexpr std::string_view kExplicitLittleEndian = "1.2.840.10008.1.2.1";

/// All of one length, so that one object's bytes become another's by writing over the UID.
std::string uid(int number) { return fmt::format("2.999.20.{:08}", 10'000'000 + number); }

simulation::StudyPlan plan(Size size) {
  simulation::StudyOptions options;
  options.date = CivilDate{std::chrono::year(2026), std::chrono::month(3), std::chrono::day(5)};
  options.images_per_series = 1;
  if (size == Size::image) options.image = {512, 512};
  return make_study(simulation::Scenario::ct_rdsr, options);
}

simulation::EncodedObject first_object(Size size) {
  auto study = plan(size);
  const auto wanted = size == Size::image ? simulation::Content::ct_image : simulation::Content::ct_rdsr;
  for (const auto& series : study.series)
    for (auto instance : series.instances) {
      if (instance.content != wanted) continue;
      instance.uid = uid(0);
      return simulation::encode(study, series, instance);
    }
  throw std::logic_error("the synthetic study lacks the object");
}

std::string with_uid(std::string data_set, const std::string& from, const std::string& to) {
  for (auto at = data_set.find(from); at != std::string::npos; at = data_set.find(from, at + to.size()))
    data_set.replace(at, to.size(), to);
  return data_set;
}

}  // namespace

const char* to_string(Size size) { return size == Size::report ? "RDSR 20 kB" : "CT 0.5 MB"; }

std::vector<Object> make_objects(Size size, int count) {
  const auto first = first_object(size);
  std::vector<Object> objects;
  for (int n = 0; n < count; ++n)
    objects.push_back({first.sop_class.str(), uid(n), with_uid(first.data_set, uid(0), uid(n))});
  return objects;
}

std::vector<Object> share(const std::vector<Object>& objects, int part, int parts) {
  const auto at = [&](int n) { return objects.begin() + static_cast<std::ptrdiff_t>(objects.size()) * n / parts; };
  return {at(part), at(part + 1)};
}

void write_files(const std::vector<Object>& objects, const std::filesystem::path& folder) {
  std::filesystem::create_directories(folder);
  for (const auto& object : objects) {
    const auto bytes = simulation::part10({SopClassUid(object.sop_class), SopInstanceUid(object.instance),
                                           TransferSyntaxUid(std::string(kExplicitLittleEndian)), object.data_set});
    std::ofstream file(folder / (object.instance + ".dcm"), std::ios::binary);
    if (!file.write(bytes.data(), static_cast<std::streamsize>(bytes.size())).flush())
      throw std::runtime_error("cannot write the objects to be sent");
  }
}

}  // namespace harvester::bench
