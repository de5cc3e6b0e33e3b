#include "image_terms.hpp"

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "harvester/core/text.hpp"
#include "harvester/extract/dataset_reader.hpp"

namespace harvester::extract {
namespace {

struct Term {
  std::string_view keyword, value, scheme, meaning;
};

constexpr std::array kMaterials{
    Term{"ALUMINUM", "C-120F9", "SRT", "Aluminum or Aluminum compound"},
    Term{"ALUMINIUM", "C-120F9", "SRT", "Aluminum or Aluminum compound"},
    Term{"AL", "C-120F9", "SRT", "Aluminum or Aluminum compound"},
    Term{"COPPER", "C-127F9", "SRT", "Copper or Copper compound"},
    Term{"CU", "C-127F9", "SRT", "Copper or Copper compound"},
    Term{"MOLYBDENUM", "C-150F9", "SRT", "Molybdenum or Molybdenum compound"},
    Term{"MO", "C-150F9", "SRT", "Molybdenum or Molybdenum compound"},
    Term{"RHODIUM", "C-167F9", "SRT", "Rhodium or Rhodium compound"},
    Term{"RH", "C-167F9", "SRT", "Rhodium or Rhodium compound"},
    Term{"SILVER", "C-137F9", "SRT", "Silver or Silver compound"},
    Term{"AG", "C-137F9", "SRT", "Silver or Silver compound"},
    Term{"TUNGSTEN", "C-164F9", "SRT", "Tungsten or Tungsten compound"},
    Term{"W", "C-164F9", "SRT", "Tungsten or Tungsten compound"},
    Term{"LEAD", "C-132F9", "SRT", "Lead or Lead compound"},
    Term{"TANTALUM", "C-156F9", "SRT", "Tantalum or Tantalum compound"},
    Term{"NIOBIUM", "C-1190E", "SRT", "Niobium or Niobium compound"},
    Term{"EUROPIUM", "C-1190F", "SRT", "Europium or Europium compound"},
    Term{"TIN", "", "", "Tin or Tin compound"},
    Term{"SN", "", "", "Tin or Tin compound"},
};

constexpr std::array kGrids{
    Term{"FIXED", "111641", "DCM", "Fixed grid"},
    Term{"FOCUSED", "111642", "DCM", "Focused grid"},
    Term{"RECIPROCATING", "111643", "DCM", "Reciprocating grid"},
    Term{"PARALLEL", "111644", "DCM", "Parallel grid"},
    Term{"CROSSED", "111645", "DCM", "Crossed grid"},
    Term{"NONE", "111646", "DCM", "No grid"},
};

constexpr std::array kFilterTypes{
    Term{"STRIP", "113650", "DCM", "Strip filter"},
    Term{"WEDGE", "113651", "DCM", "Wedge filter"},
    Term{"BUTTERFLY", "113652", "DCM", "Butterfly filter"},
    Term{"FLAT", "113653", "DCM", "Flat filter"},
    Term{"NONE", "111609", "DCM", "No Filter"},
};

std::string upper(std::string_view text) {
  std::string word(trimmed(text));
  std::transform(word.begin(), word.end(), word.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return word;
}

Code code_of(const Term& term) {
  return {std::string(term.value), std::string(term.scheme), std::string(term.meaning)};
}

template <std::size_t N>
MaybeCode exactly(const std::array<Term, N>& terms, std::string_view keyword) {
  const auto found =
      std::find_if(terms.begin(), terms.end(), [&](const Term& term) { return term.keyword == keyword; });
  return found == terms.end() ? std::nullopt : MaybeCode(code_of(*found));
}

/// Acquisition Type (0018,9302) as PS3.16 CID 10013 names it.
constexpr std::array kScans{
    Term{"SPIRAL", "P5-08001", "SRT", "Spiral Acquisition"},
    Term{"SEQUENCED", "113804", "DCM", "Sequenced Acquisition"},
    Term{"CONSTANT_ANGLE", "113805", "DCM", "Constant Angle Acquisition"},
    Term{"STATIONARY", "113806", "DCM", "Stationary Acquisition"},
    Term{"FREE", "113807", "DCM", "Free Acquisition"},
};

MaybeText date_and_time(const DatasetReader& reader, const DcmTagKey& date, const DcmTagKey& time) {
  const auto day = reader.date(date);
  if (!day) return std::nullopt;
  return *day + "T" + reader.time(time).value_or("00:00:00");
}

}  // namespace

MaybeText acquired_at(const DatasetReader& reader) {
  if (auto at = date_and_time(reader, DCM_AcquisitionDate, DCM_AcquisitionTime)) return at;
  for (const auto& tag : {DCM_AcquisitionDateTime, DCM_FrameAcquisitionDateTime})
    if (auto at = reader.datetime(tag)) return at;
  if (auto at = date_and_time(reader, DCM_ContentDate, DCM_ContentTime)) return at;
  return date_and_time(reader, DCM_StudyDate, DCM_StudyTime);
}

MaybeCode scan_type_of(std::string_view keyword) {
  if (trimmed(keyword).empty()) return std::nullopt;
  if (auto known = exactly(kScans, upper(keyword))) return known;
  return Code{"", "", std::string(trimmed(keyword))};
}

MaybeCode material_of(std::string_view keyword) { return exactly(kMaterials, upper(keyword)); }

MaybeCode grid_of(std::string_view keyword) {
  const auto word = upper(keyword);
  if (word.size() < 2) return std::nullopt;
  const auto found =
      std::find_if(kGrids.begin(), kGrids.end(), [&](const Term& term) { return term.keyword.starts_with(word); });
  return found == kGrids.end() ? std::nullopt : MaybeCode(code_of(*found));
}

MaybeCode filter_type_of(std::string_view keyword) { return exactly(kFilterTypes, upper(keyword)); }

MaybeCode side_of(std::string_view letter) {
  if (letter == "R") return Code{"G-A100", "SRT", "Right"};
  if (letter == "L") return Code{"G-A101", "SRT", "Left"};
  return std::nullopt;
}

std::optional<XrayFilter> filter_in_type(std::string_view type) {
  const auto parts = split(type, '_');
  if (parts.size() < 2) return std::nullopt;
  const auto material = material_of(parts[0]);
  const auto thickness = parse_number(parts[1]);
  if (!material || !thickness) return std::nullopt;
  return XrayFilter{std::nullopt, material, thickness, thickness};
}

}  // namespace harvester::extract
