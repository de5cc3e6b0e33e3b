#pragma once

#include <string>
#include <string_view>

#include "harvester/select/select.hpp"

/// What a series and its instances are, as far as the node told.
namespace harvester::select {

/// What a series can hold, by its own attributes.
enum class Family { sr, dose_info, images, unknown };

/// Modality SR for structured reports. A series without Modality, or under one that says little, may hold one: if it
/// was looked into and is small it is treated as an SR series (quirks Q12, Q15), larger ones need the class of their
/// instances.
[[nodiscard]] Family family(const CandidateSeries& series);

/// Whether a series may hold reports as far as its modality goes, whatever it is described as: "Radiation Dose
/// Information" reads like a dose info, and is a report as often.
[[nodiscard]] bool may_hold_reports(const CandidateSeries& series);

/// Whether a series is as small as series of reports are; one of which the node says nothing is.
[[nodiscard]] bool is_small(const CandidateSeries& series);

/// The number of instances where it is known: listed in full, or told.
[[nodiscard]] std::optional<std::size_t> size_of(const CandidateSeries& series);

/// The modality that objects of a class have: "CT", "SR", …; empty if the class does not say.
[[nodiscard]] std::string_view modality_of_class(const SopClassUid& uid);

/// The modality of a series: as told, else as the class of its instances says; may be empty.
[[nodiscard]] std::string modality_of(const CandidateSeries& series);

/// Secondary Capture of any kind: screens, among them dose screens.
[[nodiscard]] bool is_secondary_capture(const SopClassUid& uid);

/// A report of any kind, key object selections included.
[[nodiscard]] bool is_report_class(const SopClassUid& uid);

/// The instance that counts as the first: number 1, else 0, else the lowest number, else the first in the list.
/// The series lists at least one.
[[nodiscard]] const CandidateInstance& first_of(const CandidateSeries& series);

}  // namespace harvester::select
