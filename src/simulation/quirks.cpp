#include "harvester/simulation/quirks.hpp"

#include <charconv>
#include <functional>
#include <map>

#include "harvester/core/text.hpp"

namespace harvester::simulation {
namespace {

/// Sets a member from text; false if the text is no value of it.
using Setter = std::function<bool(Quirks&, const std::string&)>;

template <class Number>
bool read_number(const std::string& text, Number& value, int base = 10) {
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  return failure == std::errc{} && end == text.data() + text.size();
}

Setter flag(bool Quirks::*member) {
  return [member](Quirks& quirks, const std::string& text) {
    quirks.*member = text == "true";
    return text == "true" || text == "false";
  };
}

Setter number(int Quirks::*member) {
  return [member](Quirks& quirks, const std::string& text) { return read_number(text, quirks.*member); };
}

Setter status(std::uint16_t Quirks::*member) {
  return [member](Quirks& quirks, const std::string& text) { return read_number(text, quirks.*member, 16); };
}

Setter milliseconds(std::chrono::milliseconds Quirks::*member) {
  return [member](Quirks& quirks, const std::string& text) {
    int count = 0;
    const bool read = read_number(text, count);
    quirks.*member = std::chrono::milliseconds(count);
    return read;
  };
}

Setter words(std::string Quirks::*member) {
  return [member](Quirks& quirks, const std::string& text) {
    quirks.*member = text;
    return true;
  };
}

template <class Enum>
Setter choice(Enum Quirks::*member, std::map<std::string, Enum> values) {
  return [member, values = std::move(values)](Quirks& quirks, const std::string& text) {
    const auto found = values.find(text);
    if (found != values.end()) quirks.*member = found->second;
    return found != values.end();
  };
}

bool set_move_callers(Quirks& quirks, const std::string& text) {
  quirks.move_callers.clear();
  for (const auto& title : split(text, ',')) quirks.move_callers.insert(std::string(trimmed(title)));
  return true;
}

const std::map<std::string, Counts> kCounts = {
    {"right", Counts::right}, {"absent", Counts::absent}, {"wrong", Counts::wrong}};

using Setters = std::map<std::string, Setter>;

/// What a C-FIND matches.
Setters matching_setters() {
  using M = ModalitiesKey;
  return {{"modalities", choice(&Quirks::modalities, {{"matched", M::matched},
                                                      {"unmatched", M::unmatched},
                                                      {"absent", M::absent},
                                                      {"absent_but_matched", M::absent_but_matched},
                                                      {"nothing", M::nothing}})},
          {"modality_at_study", choice(&Quirks::modality_at_study, {{"ignored", StudyModality::ignored},
                                                                    {"matched", StudyModality::matched},
                                                                    {"nothing", StudyModality::nothing},
                                                                    {"refused", StudyModality::refused}})},
          {"modality_list", choice(&Quirks::modality_list, {{"accepted", ModalityList::accepted},
                                                            {"nothing", ModalityList::nothing},
                                                            {"refused", ModalityList::refused}})},
          {"date_and_time_combined", flag(&Quirks::date_and_time_combined)},
          {"ignore_text_keys", flag(&Quirks::ignore_text_keys)},
          {"sop_class_matched", flag(&Quirks::sop_class_matched)},
          {"patient_id", choice(&Quirks::patient_id, {{"every_level", PatientKey::every_level},
                                                      {"below_study", PatientKey::below_study},
                                                      {"free", PatientKey::free}})},
          {"relational", choice(&Quirks::relational, {{"negotiated", Relational::negotiated},
                                                      {"always", Relational::always},
                                                      {"refused", Relational::refused}})},
          {"unknown_keys",
           choice(&Quirks::unknown_keys,
                  {{"ignored", UnknownKeys::ignored}, {"abort", UnknownKeys::abort}, {"slow", UnknownKeys::slow}})},
          {"slow_by", milliseconds(&Quirks::slow_by)},
          {"id_ranges", flag(&Quirks::id_ranges)}};
}

/// What a C-FIND answers.
Setters answering_setters() {
  return {{"modalities_single", flag(&Quirks::modalities_single)},
          {"answer_twice", flag(&Quirks::answer_twice)},
          {"cap", number(&Quirks::cap)},
          {"cap_is_silent", flag(&Quirks::cap_is_silent)},
          {"too_broad_days", number(&Quirks::too_broad_days)},
          {"too_broad_status", status(&Quirks::too_broad_status)},
          {"empty_image_level_for_sr", flag(&Quirks::empty_image_level_for_sr)},
          {"first_instance_number", number(&Quirks::first_instance_number)},
          {"instance_number_step", number(&Quirks::instance_number_step)},
          {"numbers",
           choice(&Quirks::numbers, {{"plain", Numbers::plain}, {"missing", Numbers::missing}, {"odd", Numbers::odd}})},
          {"no_sop_class", flag(&Quirks::no_sop_class)},
          {"sop_classes_in_study", flag(&Quirks::sop_classes_in_study)},
          {"no_series_modality", flag(&Quirks::no_series_modality)},
          {"sr_modality", words(&Quirks::sr_modality)},
          {"related_counts", choice(&Quirks::related_counts, kCounts)},
          {"study_station", words(&Quirks::study_station)},
          {"charset", choice(&Quirks::charset, {{"declared", Charset::declared},
                                                {"absent", Charset::absent},
                                                {"only_if_asked", Charset::only_if_asked}})},
          {"charset_term", words(&Quirks::charset_term)},
          {"uids_padded", flag(&Quirks::uids_padded)},
          {"dates",
           choice(&Quirks::dates, {{"plain", Dates::plain}, {"dotted", Dates::dotted}, {"dashed", Dates::dashed}})},
          {"availability", flag(&Quirks::availability)},
          {"answer_delay", milliseconds(&Quirks::answer_delay)},
          {"find_status", status(&Quirks::find_status)},
          {"find_fails_every", number(&Quirks::find_fails_every)},
          {"hung_finds", number(&Quirks::hung_finds)}};
}

/// What is told of a C-MOVE or C-GET.
Setters move_setters() {
  return {
      {"move_callers", set_move_callers},
      {"move_service", choice(&Quirks::move_service, {{"served", MoveService::served},
                                                      {"not_accepted", MoveService::not_accepted},
                                                      {"unsupported", MoveService::unsupported}})},
      {"get_service", flag(&Quirks::get_service)},
      {"move_uid_list",
       choice(&Quirks::move_uid_list,
              {{"accepted", UidList::accepted}, {"refused", UidList::refused}, {"first", UidList::first}})},
      {"unreachable_moves", number(&Quirks::unreachable_moves)},
      {"whole_studies_only", flag(&Quirks::whole_studies_only)},
      {"failed_list", flag(&Quirks::failed_list)},
      {"fail_every", number(&Quirks::fail_every)},
      {"success_whatever", flag(&Quirks::success_whatever)},
      {"empty_successes", number(&Quirks::empty_successes)},
      {"move_counts", choice(&Quirks::move_counts, kCounts)},
      {"endless_moves", number(&Quirks::endless_moves)},
      {"pending_interval", milliseconds(&Quirks::pending_interval)},
      {"hung_moves", number(&Quirks::hung_moves)},
      {"offline_every", number(&Quirks::offline_every)},
      {"offline_move", choice(&Quirks::offline_move, {{"a702", OfflineMove::a702}, {"endless", OfflineMove::endless}})},
      {"move_fails_every", number(&Quirks::move_fails_every)},
      {"drop_every", number(&Quirks::drop_every)},
      {"never_sends", flag(&Quirks::never_sends)},
      {"role_selection", flag(&Quirks::role_selection)}};
}

/// How objects are sent.
Setters sending_setters() {
  return {{"late_objects", number(&Quirks::late_objects)},
          {"late_by", milliseconds(&Quirks::late_by)},
          {"store_calling_ae", words(&Quirks::store_calling_ae)},
          {"originator",
           choice(&Quirks::originator,
                  {{"right", Originator::right}, {"absent", Originator::absent}, {"wrong", Originator::wrong}})},
          {"open_store_for_nothing", flag(&Quirks::open_store_for_nothing)},
          {"store_delay", milliseconds(&Quirks::store_delay)},
          {"other_study_every", number(&Quirks::other_study_every)},
          {"other_series_every", number(&Quirks::other_series_every)},
          {"bandwidth", number(&Quirks::bandwidth)},
          {"object_syntax", choice(&Quirks::object_syntax, {{"kept", ObjectSyntax::kept},
                                                            {"implicit", ObjectSyntax::implicit},
                                                            {"big_endian", ObjectSyntax::big_endian},
                                                            {"deflated", ObjectSyntax::deflated}})},
          {"send_twice", flag(&Quirks::send_twice)},
          {"extra_object", flag(&Quirks::extra_object)}};
}

Setters association_setters() {
  return {{"study_root", flag(&Quirks::study_root)},
          {"patient_root", flag(&Quirks::patient_root)},
          {"abort_after_answers", number(&Quirks::abort_after_answers)},
          {"abort_after_stores", number(&Quirks::abort_after_stores)},
          {"aborts", number(&Quirks::aborts)},
          {"operations_per_association", number(&Quirks::operations_per_association)},
          {"max_associations", number(&Quirks::max_associations)},
          {"verification", choice(&Quirks::verification, {{"served", Verification::served},
                                                          {"not_accepted", Verification::not_accepted},
                                                          {"alone", Verification::alone}})},
          {"idle_limit", milliseconds(&Quirks::idle_limit)},
          {"ignore_cancel", flag(&Quirks::ignore_cancel)},
          {"abort_after_cancel", milliseconds(&Quirks::abort_after_cancel)},
          {"reject_async", flag(&Quirks::reject_async)},
          {"reject_duplicate_ids", flag(&Quirks::reject_duplicate_ids)},
          {"max_pdu", number(&Quirks::max_pdu)},
          {"implementation_uid", words(&Quirks::implementation_uid)},
          {"latency", milliseconds(&Quirks::latency)}};
}

const Setters& setters() {
  static const Setters kAll = [] {
    auto all = matching_setters();
    for (auto more : {answering_setters(), move_setters(), sending_setters(), association_setters()}) all.merge(more);
    return all;
  }();
  return kAll;
}

}  // namespace

Quirks typical() { return {}; }

Quirks strict() {
  Quirks quirks;
  quirks.modality_list = ModalityList::refused;
  quirks.related_counts = Counts::absent;
  quirks.cap = 500;
  quirks.cap_is_silent = false;
  quirks.charset = Charset::only_if_asked;
  quirks.relational = Relational::refused;
  quirks.modality_at_study = StudyModality::refused;
  quirks.sop_classes_in_study = false;
  quirks.move_uid_list = UidList::refused;
  quirks.reject_duplicate_ids = true;
  quirks.max_associations = 4;
  return quirks;
}

Quirks awkward() {
  Quirks quirks;
  quirks.modalities = ModalitiesKey::unmatched;
  quirks.modality_list = ModalityList::nothing;
  quirks.answer_twice = true;
  quirks.cap = 20;
  quirks.no_sop_class = true;
  quirks.numbers = Numbers::odd;
  quirks.related_counts = Counts::wrong;
  quirks.ignore_text_keys = true;
  quirks.charset = Charset::absent;
  quirks.uids_padded = true;
  quirks.dates = Dates::dotted;
  quirks.move_uid_list = UidList::first;
  quirks.originator = Originator::wrong;
  quirks.move_fails_every = 8;
  quirks.fail_every = 9;
  quirks.success_whatever = true;
  quirks.move_counts = Counts::wrong;
  quirks.late_objects = 1;
  quirks.store_calling_ae = "PACSMOVER";
  quirks.abort_after_answers = 15;
  quirks.operations_per_association = 10;
  quirks.max_associations = 4;
  return quirks;
}

Status set_quirk(Quirks& quirks, const std::string& assignment) {
  const auto equals = assignment.find('=');
  const auto name = assignment.substr(0, equals);
  const auto found = setters().find(name);
  if (equals == std::string::npos || found == setters().end()) {
    return Error{ErrorKind::config, "no such quirk: \"" + assignment + "\"; there are " + join(quirk_names(), ", ")};
  }
  if (found->second(quirks, assignment.substr(equals + 1))) return ok();
  return Error{ErrorKind::config, "quirk " + name + " has no value \"" + assignment.substr(equals + 1) + "\""};
}

Result<Quirks> named_quirks(const std::string& name) {
  if (name == "typical") return typical();
  if (name == "strict") return strict();
  if (name == "awkward") return awkward();
  return Error{ErrorKind::config, "no such PACS: \"" + name + "\"; there are typical, strict, awkward"};
}

std::vector<std::string> quirk_names() {
  std::vector<std::string> names;
  for (const auto& [name, setter] : setters()) names.push_back(name);
  return names;
}

}  // namespace harvester::simulation
