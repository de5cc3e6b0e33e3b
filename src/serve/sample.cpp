#include "sample.hpp"

#include <algorithm>

namespace harvester::serve {

Result<Sampled> sample_studies(dicom::Session& session, dicom::Model model, const dicom::Attributes& keys,
                               std::size_t most, std::stop_token stop) {
  Sampled sampled;
  const auto keep = [&](const dicom::Attributes& answer) {
    if (sampled.cut) return false;
    if (auto study = query::read_study(answer)) sampled.studies.push_back(*std::move(study));
    sampled.cut = sampled.studies.size() >= most;
    return !sampled.cut;
  };
  const auto outcome = session.find(model, keys, keep, stop);
  if (stop.stop_requested()) return Error{ErrorKind::cancelled, "stopped"};
  if (sampled.cut) return sampled;  // whatever the node makes of the C-CANCEL (quirk Q48)
  if (!outcome) return outcome.error();
  sampled.status = outcome->status;
  return sampled;
}

QueryWindow last_days(CivilDate today, int days, const std::string& modality) {
  QueryWindow window;
  window.modality = modality;
  window.from = plus_days(today, -days);
  window.until = today;
  return window;
}

std::vector<CandidateSeries> worth_trying(std::vector<CandidateSeries> series) {
  std::erase_if(series, [](const CandidateSeries& each) {
    return each.availability == "OFFLINE" || each.availability == "UNAVAILABLE";
  });
  const auto cost = [](const CandidateSeries& each) {
    constexpr int kUnknown = 1000;
    const int report = each.modality == "SR" || each.modality == "KO" || each.modality == "PR" ? 0 : 1;
    return std::pair(report, each.instance_count.value_or(kUnknown));
  };
  std::stable_sort(series.begin(), series.end(), [&](const auto& a, const auto& b) { return cost(a) < cost(b); });
  return series;
}

}  // namespace harvester::serve
