#include "series.hpp"

#include <algorithm>
#include <array>

#include "harvester/core/sop_classes.hpp"
#include "harvester/core/text.hpp"

namespace harvester::select {
namespace {

/// Modalities (PS3.3 C.7.3.1.1.1) whose series hold no reports. Others, such as OT and DOC, are also what some nodes
/// keep reports under (quirk Q16).
bool never_holds_reports(const std::string& modality) {
  static const std::set<std::string> kOthers = {"CT",   "MR",  "PT",  "NM",      "US",     "XA",     "RF",      "DX",
                                                "CR",   "MG",  "PX",  "IO",      "ES",     "PR",     "KO",      "SEG",
                                                "IVUS", "OPT", "REG", "RTIMAGE", "RTDOSE", "RTPLAN", "RTSTRUCT"};
  return kOthers.contains(modality);
}

}  // namespace

std::optional<std::size_t> size_of(const CandidateSeries& series) {
  const bool listed = series.asked == Asked::all || series.asked == Asked::part;
  if (listed && !series.instances.empty()) return series.instances.size();
  if (!series.instance_count) return std::nullopt;
  return static_cast<std::size_t>(std::max(0, *series.instance_count));
}

bool is_small(const CandidateSeries& series) { return size_of(series).value_or(0) <= kFew; }

bool may_hold_reports(const CandidateSeries& series) { return !never_holds_reports(series.modality); }

Family family(const CandidateSeries& series) {
  if (series.modality == "SR") return Family::sr;
  if (contains_pattern(series.description, "dose info")) return Family::dose_info;
  if (!may_hold_reports(series)) return Family::images;
  return series.asked != Asked::no && is_small(series) ? Family::sr : Family::unknown;
}

bool is_secondary_capture(const SopClassUid& uid) {
  return uid.str() == sop_class::kSecondaryCapture || uid.str().starts_with(sop_class::kSecondaryCapturePrefix);
}

bool is_report_class(const SopClassUid& uid) { return uid.str().starts_with(sop_class::kStructuredReportPrefix); }

std::string_view modality_of_class(const SopClassUid& uid) {
  using namespace sop_class;
  using Row = std::pair<std::string_view, std::string_view>;
  static constexpr std::array kRows{Row{kCtImage, "CT"},
                                    Row{kEnhancedCtImage, "CT"},
                                    Row{kLegacyEnhancedCtImage, "CT"},
                                    Row{kMgForPresentation, "MG"},
                                    Row{kMgForProcessing, "MG"},
                                    Row{kBreastTomosynthesis, "MG"},
                                    Row{kBreastProjectionForPresentation, "MG"},
                                    Row{kBreastProjectionForProcessing, "MG"},
                                    Row{kDxForPresentation, "DX"},
                                    Row{kDxForProcessing, "DX"},
                                    Row{kCrImage, "CR"},
                                    Row{kPxForPresentation, "PX"},
                                    Row{kPxForProcessing, "PX"},
                                    Row{kXaImage, "XA"},
                                    Row{kEnhancedXaImage, "XA"},
                                    Row{kRfImage, "RF"},
                                    Row{kNmImage, "NM"},
                                    Row{kPetImage, "PT"},
                                    Row{kLegacyEnhancedPetImage, "PT"},
                                    Row{kEnhancedPetImage, "PT"}};
  for (const auto& [known, modality] : kRows)
    if (uid.str() == known) return modality;
  return is_report_class(uid) && uid.str() != kKeyObjectSelection ? "SR" : "";
}

std::string modality_of(const CandidateSeries& series) {
  if (!series.modality.empty() || series.instances.empty()) return series.modality;
  return std::string(modality_of_class(series.instances.front().sop_class));
}

namespace {

/// 1, then 0, then upwards; no number comes last.
std::pair<int, int> rank(const CandidateInstance& instance) {
  if (!instance.number) return {3, 0};
  if (*instance.number == 1) return {0, 0};
  return *instance.number == 0 ? std::pair{1, 0} : std::pair{2, *instance.number};
}

}  // namespace

const CandidateInstance& first_of(const CandidateSeries& series) {
  return *std::min_element(series.instances.begin(), series.instances.end(),
                           [](const auto& a, const auto& b) { return rank(a) < rank(b); });
}

}  // namespace harvester::select
