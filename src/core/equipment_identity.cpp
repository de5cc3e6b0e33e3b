#include "harvester/core/equipment_identity.hpp"

#include <algorithm>
#include <cctype>
#include <map>
#include <numeric>
#include <string>

#include "harvester/core/text.hpp"

namespace harvester {
namespace {

/// What of a description is compared: without case, blanks and punctuation.
struct Features {
  std::string manufacturer;  ///< its first word: "Philips" and "Philips Medical Systems" are one
  std::string model, serial, station, institution, observer_uid;
};

std::string plain(const MaybeText& text) {
  std::string out;
  for (const char c : lower(text.value_or("")))
    if (std::isalnum(static_cast<unsigned char>(c)) != 0 || static_cast<unsigned char>(c) >= 0x80) out += c;
  return out;
}

std::string first_word(const MaybeText& text) { return plain(split(trimmed(text.value_or("")), ' ').front()); }

Features features_of(const Equipment& equipment) {
  return {first_word(equipment.manufacturer),    plain(equipment.manufacturer_model_name),
          plain(equipment.device_serial_number), plain(equipment.station_name),
          plain(equipment.institution_name),     std::string(trimmed(equipment.device_observer_uid.value_or("")))};
}

using Group = std::vector<std::size_t>;
using Feature = std::string Features::*;

class Machines {
 public:
  explicit Machines(const std::vector<Equipment>& descriptions) : first_(descriptions.size()) {
    std::iota(first_.begin(), first_.end(), std::size_t{0});
    for (const auto& each : descriptions) features_.push_back(features_of(each));
  }

  std::vector<std::size_t> resolve() {
    for (const auto& group : alike({&Features::observer_uid}, {&Features::observer_uid}))
      for (const auto& part : consistent(group, &Features::serial)) unite(part);
    for (const auto& group :
         alike({&Features::manufacturer, &Features::model, &Features::serial}, {&Features::model, &Features::serial}))
      for (const auto& part : consistent(group, &Features::station)) unite(part);
    for (const auto& group :
         alike({&Features::manufacturer, &Features::model, &Features::station}, {&Features::model, &Features::station}))
      for (const auto& place : consistent(group, &Features::institution))
        for (const auto& part : consistent(place, &Features::serial)) unite(part);
    for (std::size_t n = 0; n < first_.size(); ++n) first_[n] = root(n);
    return first_;
  }

 private:
  /// Those with the same features, if they have the needed ones.
  [[nodiscard]] std::vector<Group> alike(const std::vector<Feature>& same, const std::vector<Feature>& needed) const {
    std::map<std::vector<std::string>, Group> groups;
    for (std::size_t n = 0; n < features_.size(); ++n) {
      bool complete = true;
      for (const auto feature : needed) complete = complete && !(features_[n].*feature).empty();
      if (!complete) continue;
      std::vector<std::string> key;
      for (const auto feature : same) key.push_back(features_[n].*feature);
      groups[key].push_back(n);
    }
    std::vector<Group> all;
    for (auto& [key, group] : groups) all.push_back(std::move(group));
    return all;
  }

  /// The group as a whole if it tells at most one value of a feature; else a part for each, and one for those without.
  [[nodiscard]] std::vector<Group> consistent(const Group& group, Feature feature) const {
    std::map<std::string, Group> parts;
    for (const auto n : group) parts[features_[n].*feature].push_back(n);
    if (parts.size() - parts.count("") <= 1) return {group};
    std::vector<Group> all;
    for (auto& [value, part] : parts) all.push_back(std::move(part));
    return all;
  }

  std::size_t root(std::size_t n) {
    while (first_[n] != n) n = first_[n] = first_[first_[n]];
    return n;
  }

  void unite(const Group& group) {
    for (const auto n : group) {
      const auto a = root(group.front()), b = root(n);
      first_[std::max(a, b)] = std::min(a, b);
    }
  }

  std::vector<Features> features_;
  std::vector<std::size_t> first_;  ///< a description before it of the same machine, or itself
};

}  // namespace

std::vector<std::size_t> same_machines(const std::vector<Equipment>& descriptions) {
  return Machines(descriptions).resolve();
}

}  // namespace harvester
