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

std::map<std::string, Setter> find_setters() {
  return {{"modalities", choice(&Quirks::modalities, {{"matched", ModalitiesKey::matched},
                                                      {"unmatched", ModalitiesKey::unmatched},
                                                      {"absent", ModalitiesKey::absent},
                                                      {"absent_but_matched", ModalitiesKey::absent_but_matched}})},
          {"modality_list", choice(&Quirks::modality_list, {{"accepted", ModalityList::accepted},
                                                            {"nothing", ModalityList::nothing},
                                                            {"refused", ModalityList::refused}})},
          {"answer_twice", flag(&Quirks::answer_twice)},
          {"cap", number(&Quirks::cap)},
          {"cap_is_silent", flag(&Quirks::cap_is_silent)},
          {"too_broad_days", number(&Quirks::too_broad_days)},
          {"too_broad_status", status(&Quirks::too_broad_status)},
          {"date_and_time_combined", flag(&Quirks::date_and_time_combined)},
          {"empty_image_level_for_sr", flag(&Quirks::empty_image_level_for_sr)},
          {"first_instance_number", number(&Quirks::first_instance_number)},
          {"instance_number_step", number(&Quirks::instance_number_step)},
          {"numbers",
           choice(&Quirks::numbers, {{"plain", Numbers::plain}, {"missing", Numbers::missing}, {"odd", Numbers::odd}})},
          {"no_sop_class", flag(&Quirks::no_sop_class)},
          {"no_series_modality", flag(&Quirks::no_series_modality)},
          {"sr_modality", words(&Quirks::sr_modality)},
          {"related_counts", choice(&Quirks::related_counts, kCounts)},
          {"ignore_text_keys", flag(&Quirks::ignore_text_keys)},
          {"charset", choice(&Quirks::charset, {{"declared", Charset::declared},
                                                {"absent", Charset::absent},
                                                {"only_if_asked", Charset::only_if_asked}})},
          {"relational", flag(&Quirks::relational)},
          {"uids_padded", flag(&Quirks::uids_padded)},
          {"answer_delay", milliseconds(&Quirks::answer_delay)},
          {"find_status", status(&Quirks::find_status)}};
}

std::map<std::string, Setter> move_setters() {
  return {{"move_callers", set_move_callers},
          {"uid_list", choice(&Quirks::uid_list, {{"accepted", UidList::accepted},
                                                  {"refused", UidList::refused},
                                                  {"first_only", UidList::first_only}})},
          {"failed_list", flag(&Quirks::failed_list)},
          {"fail_every", number(&Quirks::fail_every)},
          {"success_whatever", flag(&Quirks::success_whatever)},
          {"empty_successes", number(&Quirks::empty_successes)},
          {"move_counts", choice(&Quirks::move_counts, kCounts)},
          {"late_objects", number(&Quirks::late_objects)},
          {"late_by", milliseconds(&Quirks::late_by)},
          {"store_calling_ae", words(&Quirks::store_calling_ae)},
          {"open_store_for_nothing", flag(&Quirks::open_store_for_nothing)},
          {"store_delay", milliseconds(&Quirks::store_delay)},
          {"abort_after_answers", number(&Quirks::abort_after_answers)},
          {"abort_after_stores", number(&Quirks::abort_after_stores)},
          {"aborts", number(&Quirks::aborts)},
          {"operations_per_association", number(&Quirks::operations_per_association)},
          {"max_associations", number(&Quirks::max_associations)}};
}

const std::map<std::string, Setter>& setters() {
  static const std::map<std::string, Setter> kAll = [] {
    auto all = find_setters();
    all.merge(move_setters());
    return all;
  }();
  return kAll;
}

}  // namespace

Quirks typical() { return {}; }

Quirks strict() {
  Quirks quirks;
  quirks.modality_list = ModalityList::refused;
  quirks.relational = false;
  quirks.related_counts = Counts::absent;
  quirks.cap = 500;
  quirks.cap_is_silent = false;
  quirks.charset = Charset::only_if_asked;
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
