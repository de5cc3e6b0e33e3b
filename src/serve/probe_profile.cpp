#include <fmt/format.h>

#include "harvester/config/show.hpp"
#include "harvester/core/text.hpp"
#include "harvester/serve/node_probe.hpp"

namespace harvester::serve {
namespace {

using Key = config::Query::ModalityKey;

/// Study Root wherever objects can be had by it.
config::Query::Model model_for(const Findings& f) {
  const bool study = f.find_study_root && (f.move_study_root || f.get_study_root || !f.find_patient_root);
  return study ? config::Query::Model::study_root : config::Query::Model::patient_root;
}

config::Retrieve::Method method_for(const Findings& f) {
  const bool study = model_for(f) == config::Query::Model::study_root;
  const bool move = study ? f.move_study_root : f.move_patient_root;
  const bool get = study ? f.get_study_root : f.get_patient_root;
  return !move && get ? config::Retrieve::Method::c_get : config::Retrieve::Method::c_move;
}

/// ModalitiesInStudy unless it is proved to be of no use: a harvest notices by itself where it is not matched.
Key modality_key_for(const Findings& f) {
  if (f.modalities_matched == Seen::yes) return Key::modalities_in_study;
  const bool useless = f.modalities_matched == Seen::no;
  if (useless && f.modality_at_study == Seen::yes) return Key::modality_at_study;
  return useless ? Key::none : Key::modalities_in_study;
}

const char* name_of(Key key) {
  switch (key) {
    case Key::modality_at_study:
      return "modality_at_study";
    case Key::both:
      return "both";
    case Key::none:
      return "none";
    case Key::modalities_in_study:
      break;
  }
  return "modalities_in_study";
}

std::string either(Seen seen, const char* yes, const char* no, const char* unknown) {
  return seen == Seen::yes ? yes : seen == Seen::no ? no : unknown;
}

std::string models(bool study, bool patient) {
  if (study && patient) return "Study Root and Patient Root";
  return study ? "Study Root" : patient ? "Patient Root" : "not";
}

std::string modality_words(const Findings& f) {
  if (f.modalities_answer_nothing) return "a query with ModalitiesInStudy finds nothing at all";
  return either(f.modalities_matched, "ModalitiesInStudy is matched",
                "ModalitiesInStudy is not matched: every study answers",
                "whether ModalitiesInStudy is matched could not be proved: harvests find out");
}

std::string association_words(const Findings& f) {
  if (f.association_limit) return fmt::format("{} at once were accepted, one more was refused", f.associations);
  return fmt::format("{} at once were accepted; more were not tried", f.associations);
}

}  // namespace

std::vector<Finding> in_words(const Findings& f) {
  std::vector<Finding> all;
  const auto add = [&](const char* key, std::string text) { all.push_back({key, std::move(text)}); };
  add("", f.studies == 0 ? (f.study_query_refused ? "the node refused the study query: what follows is the safe default"
                                                  : "no study was found: what follows is the safe default")
                         : fmt::format("found out with {} studies of the last {} days", f.studies, f.look_back_days));
  add("", either(f.series_described, "series are described", "series are not described",
                 "whether series are described could not be seen"));
  add("", either(f.availability, "it is told whether studies are online", "it is not told whether studies are online",
                 "whether it tells what is online could not be seen"));
  add("query.model", "C-FIND is offered: " + models(f.find_study_root, f.find_patient_root));
  add("query.modality_key", modality_words(f));
  add("query.modality_key",
      either(f.modality_at_study, "Modality at study level is matched", "Modality at study level is not matched",
             "whether Modality at study level is matched could not be proved"));
  add("query.modality_key", either(f.modalities_returned, "ModalitiesInStudy is answered",
                                   "ModalitiesInStudy is not answered", "no answer to look at"));
  if (f.modalities_returned == Seen::yes)
    add("query.modality_key", either(f.modalities_several, "with all modalities of a study",
                                     "with one modality of several: harvests look closer",
                                     "whether with all modalities of a study could not be seen"));
  add("query.modality_per_query", either(f.modality_lists, "lists of modalities are taken; one by one is safer",
                                         "lists of modalities are not taken", "lists of modalities were not tried"));
  add("query.levels", either(f.image_level, "the image level is answered", "the image level is refused",
                             "whether the image level is answered could not be seen"));
  add("query.levels", either(f.sop_class_at_image, "the SOP class is told there",
                             "the SOP class is not told there: reports are told apart once they are fetched",
                             "whether the SOP class is told there could not be seen"));
  add("query.empty_sr", either(f.empty_sr, "SR series show nothing at image level",
                               "SR series are listed at image level", "no SR series was seen"));
  add("query.sop_classes_in_study",
      either(f.sop_classes_in_study, "SOPClassesInStudy is told, and right",
             "SOPClassesInStudy is not told, or not in full", "that SOPClassesInStudy is right could not be proved"));
  add("query.relational", either(f.relational, "all reports of a study are listed by one relational query",
                                 "a relational query is not answered in full",
                                 "relational queries could not be tried: no study with reports"));
  add("retrieve.method", fmt::format("C-MOVE is offered: {}; C-GET: {}", models(f.move_study_root, f.move_patient_root),
                                     models(f.get_study_root, f.get_patient_root)));
  add("retrieve.uids_per_request", "1 is safe; not tried, since that would fetch something");
  add("pacing.associations", association_words(f));
  return all;
}

config::Profile profile_from(const Findings& f, config::Profile base) {
  using Level = config::Query::Level;
  base.query.model = model_for(f);
  base.query.modality_key = modality_key_for(f);
  base.query.levels = f.image_level == Seen::no ? std::vector{Level::study, Level::series}
                                                : std::vector{Level::study, Level::series, Level::image};
  base.query.empty_sr = config::Query::EmptySr::retrieve;
  base.query.sop_classes_in_study = f.sop_classes_in_study == Seen::yes;
  base.query.relational = f.relational == Seen::yes;
  base.retrieve.method = method_for(f);
  const bool one_alone = f.association_limit && f.associations < 2;
  base.pacing.associations = one_alone ? 1 : std::max(1, base.pacing.associations);
  return base;
}

namespace {

std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (static_cast<unsigned char>(c) >= ' ') out += c;
  }
  return out + "\"";
}

/// The comments of one key, indented.
std::string comments(const std::vector<Finding>& findings, const std::string& key, const char* indent) {
  std::string text;
  for (const auto& finding : findings)
    if (finding.key == key) text += fmt::format("{}# {}\n", indent, finding.text);
  return text;
}

std::string heading(CivilDate today) {
  return fmt::format(
      "# Written by `harvester node probe` on {}. What could not be proved has its safe default.\n"
      "# All keys: profiles/example.yaml.\n",
      iso_date(today));
}

/// A section with one line for each key, what was found above it.
class Section {
 public:
  Section(std::string name, const std::vector<Finding>& findings) : name_(std::move(name)), findings_(findings) {
    text_ = name_ + ":\n";
  }
  Section& add(const char* key, const std::string& value) {
    text_ += comments(findings_, name_ + "." + key, "  ") + fmt::format("  {}: {}\n", key, value);
    return *this;
  }
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  std::string name_, text_;
  const std::vector<Finding>& findings_;
};

const char* truth(bool value) { return value ? "true" : "false"; }

}  // namespace

std::string profile_text(const Findings& findings, const config::Profile& base, CivilDate today) {
  const auto profile = profile_from(findings, base);
  const auto words = in_words(findings);
  const bool study_root = profile.query.model == config::Query::Model::study_root;
  auto text = heading(today) + comments(words, "", "");
  text += fmt::format("schema: 1\ndescription: {}\nenabled: true\n", quoted(profile.description));
  text += fmt::format("remote:\n  host: {}\n  port: {}\n  ae_title: {}\n", quoted(profile.remote.host),
                      profile.remote.port, quoted(profile.remote.ae_title.str()));
  if (profile.local.calling_ae)
    text += fmt::format("local:\n  calling_ae: {}\n", quoted(profile.local.calling_ae->str()));
  text += Section("query", words)
              .add("model", study_root ? "study_root" : "patient_root")
              .add("modality_key", name_of(profile.query.modality_key))
              .add("modality_per_query", "true")
              .add("levels", profile.query.levels.size() == 3 ? "[study, series, image]" : "[study, series]")
              .add("empty_sr", "retrieve")
              .add("sop_classes_in_study", truth(profile.query.sop_classes_in_study))
              .add("relational", truth(profile.query.relational))
              .text();
  text += Section("retrieve", words)
              .add("method", profile.retrieve.method == config::Retrieve::Method::c_get ? "c_get" : "c_move")
              .add("uids_per_request", std::to_string(profile.retrieve.uids_per_request))
              .text();
  text += Section("pacing", words).add("associations", std::to_string(profile.pacing.associations)).text();
  return text;
}

std::string renewed_text(const Findings& findings, const config::Profile& base, CivilDate today) {
  auto text = heading(today);
  for (const auto& finding : in_words(findings))
    text += fmt::format("# {}{}{}\n", finding.key, finding.key.empty() ? "" : ": ", finding.text);
  return text + config::show(profile_from(findings, base));
}

}  // namespace harvester::serve
