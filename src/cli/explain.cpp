#include "harvester/report/explain.hpp"

#include <fmt/format.h>

#include "commands.hpp"
#include "context.hpp"
#include "harvester/core/text.hpp"
#include "harvester/serve/site_setup.hpp"

namespace harvester::cli {
namespace {

constexpr int kMostFindings = 50;

/// What is known of it; an accession number is looked for as it is kept, too.
Result<database::story::Story> story_of(database::Connection& database, const config::Configuration& configuration,
                                        const std::string& what) {
  using database::story::tell;
  auto story = database::reading(database, [&](database::Connection& c) { return tell(c, what, kMostFindings); });
  if (!story || !story->findings.empty() || !story->objects.empty()) return story;
  const auto identity = serve::identity_policy(configuration.site.patient_identity);
  if (!identity) return identity.error();
  const auto kept = serve::kept_accession(*identity, what);
  if (kept.empty() || kept == what) return story;
  return database::reading(database, [&](database::Connection& c) { return tell(c, kept, kMostFindings); });
}

}  // namespace

int run(const Global& global, const ExplainOptions& options) {
  const auto configuration = load(global);
  if (!configuration) return kUsage;
  auto database = open_reading(*configuration);
  if (!database) return fail(database.error());
  const auto what = std::string(trimmed(options.what));
  const auto story = story_of(*database, *configuration, what);
  if (!story) return fail(story.error());
  if (global.json) fmt::print("{}\n", report::story_json(*story));
  if (story->findings.empty() && story->objects.empty())
    return fail({ErrorKind::not_found,
                 "nothing is known of it: no harvest found it and no object of it came in. It must be a study, series "
                 "or SOP instance UID, or an accession number (found only if patient_identity does not drop it)"});
  if (!global.json) fmt::print("{}", report::story_text(*story));
  return kDone;
}

}  // namespace harvester::cli
