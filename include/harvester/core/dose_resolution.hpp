#pragma once

#include <optional>
#include <string>
#include <vector>

#include "harvester/core/dose.hpp"

/// Which of several dose reports of one study count: cumulative, continued, repeated and overlapping ones. Pure; the
/// result does not depend on the order in which the reports came.
namespace harvester {

/// What names each event of one report: its Irradiation Event UID, else its start and type; identical names within the
/// report are numbered in document order. Never the report's own UID. Same order as `events`.
[[nodiscard]] std::vector<std::string> event_keys(const std::vector<CtEvent>& events);

/// Removes events that repeat an earlier one with the same UID and the same values; how many were removed.
std::size_t drop_repeated_events(std::vector<CtEvent>& events);

/// What resolution needs to know of a report.
struct ReportForResolution {
  std::string sop_instance_uid;
  std::string content_date, content_time;  ///< ISO; empty where absent: the earliest
  std::string modality_type;               ///< only reports of one modality are compared with each other
  std::vector<std::string> event_keys;     ///< of its events, in document order, all different
};

struct ReportResolution {
  std::optional<std::string>
      superseded_by;          ///< SOP Instance UID of a report that holds all its events and counts itself
  std::vector<bool> counted;  ///< per event: whether it counts in the study
  bool overlaps = false;      ///< shares events with another report that counts
};

struct StudyResolution {
  std::vector<ReportResolution> reports;  ///< same order as the input
  std::size_t latest = 0;                 ///< the report whose study values hold: latest (date, time, SOP Instance UID)
};

/// Rules: a report whose events are a subset of another's is superseded; of equal sets the later one counts; each event
/// of partly overlapping reports counts once, in the latest report that holds it; disjoint reports all count. Later is
/// by (Content Date, Content Time, SOP Instance UID).
[[nodiscard]] StudyResolution resolve_reports(const std::vector<ReportForResolution>& reports);

/// One report's part of the totals.
struct CtReportTotals {
  std::vector<CtAccumulated> accumulated;
  std::vector<CtEvent> events;  ///< those that count
  bool superseded = false;
  bool overlaps = false;
};

/// The summary of one report on its own: totals as reported, else from its events.
[[nodiscard]] DoseSummary summarise_report(const std::vector<CtAccumulated>& accumulated,
                                           const std::vector<CtEvent>& events);

/// The summary of a study: reported totals where the counting reports have no events in common, else sums over events.
[[nodiscard]] DoseSummary summarise_study(const std::vector<CtReportTotals>& reports);

}  // namespace harvester
