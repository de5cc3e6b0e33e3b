#pragma once

#include "groups.hpp"
#include "series.hpp"

/// Which series and instances are a source of dose, and what has to be asked to know.
namespace harvester::select {

/// A study under its rules. Refers to both.
struct View {
  View(const CandidateStudy& study, const Rules& rules);

  const Rules& rules;
  std::vector<const CandidateSeries*> open;  ///< series that the station filter passes
  std::vector<const Group*> groups;          ///< that the study belongs to
  bool described = false;                    ///< the node describes at least one series
  bool unverified = false;                   ///< there is an SR of which the node does not say what it is
};

[[nodiscard]] bool passes_station(const CandidateSeries& series, const Rules& rules);

/// Whether an instance that the node lists is that source.
[[nodiscard]] bool is_source(const View& view, Source source, const CandidateSeries& series,
                             const CandidateInstance& instance);

/// The same of a series of which the node lists no instance: then all of it.
[[nodiscard]] bool is_source(const View& view, Source source, const CandidateSeries& series);

/// Whether an SR may be a dose report for all the node says (quirks Q12, Q15); it is decided on arrival.
[[nodiscard]] bool is_unverified(const Rules& rules, const CandidateSeries& series, const CandidateInstance& instance);
[[nodiscard]] bool is_unverified(const Rules& rules, const CandidateSeries& series);

/// Whether the study has that source, as far as is known.
[[nodiscard]] bool has(const View& view, Source source);
[[nodiscard]] bool has(const View& view, const Step& step);

/// The first step of a group that the study has; empty if none.
[[nodiscard]] Step chosen_step(const View& view, const Group& group);

/// Whether an object of that class may be that source.
[[nodiscard]] bool may_be(Source source, const SopClassUid& uid);

[[nodiscard]] bool is_report(Source source);

}  // namespace harvester::select
