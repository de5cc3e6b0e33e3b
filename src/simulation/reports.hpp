#pragma once

#include "harvester/simulation/study_plan.hpp"
#include "sr_tree.hpp"

namespace harvester::simulation {

/// The content tree of a report for the instance's content (a report kind; images have none).
[[nodiscard]] SrNode report_tree(const StudyPlan& study, const InstancePlan& instance);

[[nodiscard]] SrNode ct_report(const StudyPlan& study, const ReportPlan& report);                   ///< TID 10011
[[nodiscard]] SrNode projection_report(const StudyPlan& study, const ReportPlan& report);           ///< TID 10001
[[nodiscard]] SrNode mammography_report(const StudyPlan& study, const ReportPlan& report);          ///< TID 10001
[[nodiscard]] SrNode radiopharmaceutical_report(const StudyPlan& study, const ReportPlan& report);  ///< TID 10021
[[nodiscard]] SrNode text_report(const StudyPlan& study, const ReportPlan& report);  ///< TID 2000, in short

/// Language, observer and scope: what the dose reports share. `first_started`/`last_ended` are DT and may be empty.
void add_observer(SrNode& root, const StudyPlan& study);
void add_scope_of_study(SrNode& root, const StudyPlan& study, const std::string& relation);

}  // namespace harvester::simulation
