#pragma once

#include <optional>
#include <string>
#include <vector>

#include "harvester/core/dose.hpp"

/// Which of several dose reports of one study count: cumulative, continued, repeated and overlapping ones. Pure; the
/// result does not depend on the order in which the reports came.
namespace harvester {

/// What names each event of one report: its Irradiation Event UID (of an administration: its event UID), else its start
/// and type; identical names within the report are numbered in document order. Never the report's own UID. Same order
/// as `events`.
[[nodiscard]] std::vector<std::string> event_keys(const std::vector<CtEvent>& events);
[[nodiscard]] std::vector<std::string> event_keys(const std::vector<XrayEvent>& events);
[[nodiscard]] std::vector<std::string> event_keys(const std::vector<NmEvent>& events);

/// Removes events that repeat an earlier one with the same UID and the same values; how many were removed.
std::size_t drop_repeated_events(std::vector<CtEvent>& events);
std::size_t drop_repeated_events(std::vector<XrayEvent>& events);

/// What tells whether an image and an event of a report, or two images, are of one exposure or administration.
struct EventFacts {
  std::string uid;                  ///< Irradiation Event UID; of an image the one in its header
  std::string date_time;            ///< ISO; empty where absent
  std::string what;                 ///< breast, radionuclide or number of a CT acquisition; empty: agrees with anything
  std::vector<std::string> images;  ///< SOP Instance UIDs that an event of a report names
};

/// What resolution needs to know of a report, or of an image that stands in for one.
struct ReportForResolution {
  std::string sop_instance_uid;
  std::string content_date, content_time;  ///< ISO; empty where absent: the earliest
  std::string modality_type;               ///< only reports of CT, of NM, or of projection X-ray are compared
  std::vector<std::string> event_keys;     ///< of its events, in document order, all different
  std::vector<EventFacts> facts{};         ///< of the same events; needed of images and where there are images
  bool image = false;
  bool pairs = true;          ///< of an image: with others of the same time (for processing, for presentation)
  std::string device{};       ///< serial number; where one of two is unknown their stations are compared
  std::string station{};      ///< empty where unknown: agrees with any
  bool has_dose = true;       ///< it tells a dose: a total, or a scan's CTDIvol
  bool stands_in = false;     ///< a dose info: gives way to any report of its kind that has events
  std::string examination{};  ///< of totals without events: when that which they sum up began; empty where unknown
};

struct ReportResolution {
  std::optional<std::string> superseded_by;  ///< SOP Instance UID of what holds all its events and counts itself
  std::vector<bool> counted;                 ///< per event: whether it counts in the study
  bool overlaps = false;                     ///< shares events with another report that counts
  bool beside_report = false;  ///< an image that counts though there is a report of its kind: perhaps told twice
};

struct StudyResolution {
  std::vector<ReportResolution> reports;  ///< same order as the input
  std::size_t latest = 0;                 ///< the report whose study values hold: latest (date, time, SOP Instance UID)
};

/// Rules: a report whose events are a subset of another's is superseded; of equal sets the later one counts; each event
/// of partly overlapping reports counts once, in the latest report that holds it; disjoint reports all count. Later is
/// by (Content Date, Content Time, SOP Instance UID). An image is superseded by a report that holds its exposure: by
/// event UID, by the images that the event names, else by device, time (2 s apart at most), breast and view; of an
/// administration by the radionuclide. Of images of one exposure the one with the lowest SOP Instance UID counts.
/// What stands in for reports names no events, so any report of its kind in the study supersedes it. All images of
/// a device give way to its CT reports, which tell of every scan, and to totals without events. Totals of different
/// examinations all count. A report without modality tells of no exposure: nothing is compared with it. Study values
/// come from a report where there is one, else from an image.
[[nodiscard]] StudyResolution resolve_reports(const std::vector<ReportForResolution>& reports);

/// One report's part of the totals.
struct ReportTotals {
  std::vector<CtAccumulated> ct_accumulated;
  std::vector<CtEvent> ct_events;  ///< here and below: those that count
  std::vector<XrayAccumulated> xray_accumulated;
  std::vector<XrayEvent> xray_events;
  std::vector<NmEvent> nm_events;
  bool superseded = false;
  bool overlaps = false;
};

/// The summary of one report on its own: totals as reported, else from its events.
[[nodiscard]] DoseSummary summarise_report(const ReportTotals& report);

/// The summary of a study: reported totals where the counting reports have no events in common, else sums over events.
[[nodiscard]] DoseSummary summarise_study(const std::vector<ReportTotals>& reports);

}  // namespace harvester
