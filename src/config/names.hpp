#pragma once

#include <array>
#include <string_view>
#include <utility>

#include "harvester/config/profile.hpp"
#include "harvester/config/site.hpp"

/// The words of the YAML files for every enumeration: enum_names(E{}) gives an array of {word, value}.
namespace harvester::config {

template <class E>
using Name = std::pair<std::string_view, E>;

template <class E, std::size_t N>
constexpr std::array<Name<E>, N> names(const Name<E> (&list)[N]) {
  return std::to_array(list);
}

constexpr auto enum_names(Keep) { return names<Keep>({{"keep", Keep::keep}, {"delete", Keep::remove}}); }

constexpr auto enum_names(Tls::Profile) {
  using E = Tls::Profile;
  return names<E>({{"bcp195_nd", E::bcp195_nd}, {"bcp195", E::bcp195}, {"bcp195_extended", E::bcp195_extended}});
}

constexpr auto enum_names(Accept::CalledAeTitle) {
  using E = Accept::CalledAeTitle;
  return names<E>({{"strict", E::strict}, {"any", E::any}});
}

constexpr auto enum_names(Store::Role) {
  using E = Store::Role;
  return names<E>({{"harvest", E::harvest}, {"native", E::native}});
}

constexpr auto enum_names(Watch::Mode) {
  using E = Watch::Mode;
  return names<E>({{"auto", E::automatic}, {"inotify", E::inotify}, {"poll", E::poll}});
}

constexpr auto enum_names(Watch::AfterImport) {
  using E = Watch::AfterImport;
  return names<E>({{"keep", E::keep}, {"delete", E::remove}, {"move", E::move}});
}

constexpr auto enum_names(PatientIdentity::Policy) {
  using E = PatientIdentity::Policy;
  return names<E>({{"keep", E::keep}, {"hash", E::hash}, {"drop", E::drop}});
}

constexpr auto enum_names(PatientIdentity::BirthDatePolicy) {
  using E = PatientIdentity::BirthDatePolicy;
  return names<E>({{"keep", E::keep}, {"drop", E::drop}});
}

constexpr auto enum_names(PatientIdentity::Hash) {
  using E = PatientIdentity::Hash;
  return names<E>({{"hmac-sha256", E::hmac_sha256}, {"sha256", E::sha256}});
}

constexpr auto enum_names(Log::Level) {
  using E = Log::Level;
  return names<E>(
      {{"error", E::error}, {"warn", E::warn}, {"info", E::info}, {"debug", E::debug}, {"trace", E::trace}});
}

constexpr auto enum_names(Log::Format) {
  using E = Log::Format;
  return names<E>({{"text", E::text}, {"json", E::json}});
}

constexpr auto enum_names(HttpRole) {
  using E = HttpRole;
  return names<E>({{"view", E::view}, {"operate", E::operate}, {"patient", E::patient}});
}

constexpr auto enum_names(Http::Anonymous) {
  using E = Http::Anonymous;
  return names<E>(
      {{"auto", E::automatic}, {"none", E::none}, {"view", E::view}, {"operate", E::operate}, {"patient", E::patient}});
}

constexpr auto enum_names(ReferenceLevel::By) {
  using E = ReferenceLevel::By;
  return names<E>({{"standard_name", E::standard_name},
                   {"protocol", E::protocol},
                   {"study_description", E::study_description},
                   {"requested_procedure", E::requested_procedure}});
}

constexpr auto enum_names(ReferenceLevel::Measure) {
  using E = ReferenceLevel::Measure;
  return names<E>({{"dlp", E::dlp},
                   {"ctdivol", E::ctdivol},
                   {"dap", E::dap},
                   {"rp_dose", E::rp_dose},
                   {"agd", E::agd},
                   {"activity", E::activity}});
}

constexpr auto enum_names(Query::Model) {
  using E = Query::Model;
  return names<E>({{"study_root", E::study_root}, {"patient_root", E::patient_root}});
}

constexpr auto enum_names(Query::ModalityKey) {
  using E = Query::ModalityKey;
  return names<E>({{"modalities_in_study", E::modalities_in_study},
                   {"modality_at_study", E::modality_at_study},
                   {"both", E::both},
                   {"none", E::none}});
}

constexpr auto enum_names(Query::Level) {
  using E = Query::Level;
  return names<E>({{"study", E::study}, {"series", E::series}, {"image", E::image}});
}

constexpr auto enum_names(Query::EmptySr) {
  using E = Query::EmptySr;
  return names<E>({{"retrieve", E::retrieve}, {"skip", E::skip}});
}

constexpr auto enum_names(StationFilter::Level) {
  using E = StationFilter::Level;
  return names<E>({{"study", E::study}, {"series", E::series}});
}

constexpr auto enum_names(Filters::SkipKnown) {
  using E = Filters::SkipKnown;
  return names<E>({{"sop_instance", E::sop_instance}, {"study", E::study}, {"never", E::never}});
}

constexpr auto enum_names(ImageRule) {
  using E = ImageRule;
  return names<E>({{"all", E::all},
                   {"one_per_series", E::one_per_series},
                   {"dose_info_only", E::dose_info_only},
                   {"none", E::none}});
}

constexpr auto enum_names(Retrieve::Method) {
  using E = Retrieve::Method;
  return names<E>({{"c_move", E::c_move}, {"c_get", E::c_get}, {"auto", E::automatic}});
}

constexpr auto enum_names(Retrieve::Level) {
  using E = Retrieve::Level;
  return names<E>({{"study", E::study}, {"series", E::series}, {"image", E::image}, {"auto", E::automatic}});
}

constexpr auto enum_names(Retrieve::Prefer) {
  using E = Retrieve::Prefer;
  return names<E>({{"rdsr", E::rdsr},
                   {"enhanced_sr", E::enhanced_sr},
                   {"philips_dose_info", E::philips_dose_info},
                   {"toshiba_dose_screen", E::toshiba_dose_screen},
                   {"images", E::images}});
}

constexpr auto enum_names(Schedule::Overlap) {
  using E = Schedule::Overlap;
  return names<E>({{"skip", E::skip}, {"queue", E::queue}});
}

constexpr auto enum_names(Import::OnError) {
  return names<Import::OnError>({{"quarantine", Import::OnError::quarantine}});
}

}  // namespace harvester::config
