#include "harvester/intake/importer.hpp"

#include "harvester/core/sop_classes.hpp"
#include "harvester/extract/classify.hpp"
#include "harvester/extract/extractor_table.hpp"
#include "harvester/extract/object_file.hpp"
#include "harvester/intake/identity.hpp"

namespace harvester::intake {
namespace {

ParsedObject without_record(IntakeReason reason, ObjectKind kind, std::string message) {
  return {{reason, kind, std::move(message)}, std::nullopt};
}

/// By its class a dose report, but there is nothing in it.
bool is_empty_report(const extract::ObjectFacts& facts) {
  return facts.sop_class_uid == sop_class::kXRayRadiationDoseSr && facts.root_concept.value.empty() &&
         facts.root_concept.meaning.empty() && facts.child_concepts.empty();
}

ParsedObject not_extracted(ObjectKind kind, const extract::ObjectFacts& facts) {
  if (is_empty_report(facts))
    return without_record(IntakeReason::empty_report, kind, "a dose report without any content");
  if (kind == ObjectKind::enhanced_sr || kind == ObjectKind::other_sr)
    return without_record(IntakeReason::no_dose_report_content, kind, "a structured report that is no dose report");
  if (!extract::holds_dose(kind)) return without_record(IntakeReason::not_dose, kind, "an object without dose");
  return without_record(IntakeReason::not_supported_yet, kind, "dose of this kind is not read yet");
}

/// An image that tells no dose is as good as it will ever be; a report without content is broken, and a failure.
IntakeReason reason_of(const Error& error) {
  return error.kind == ErrorKind::not_found ? IntakeReason::no_readable_dose : IntakeReason::empty_report;
}

ParsedObject extracted(DcmDataset& dataset, ObjectKind kind, extract::Extractor extractor, const ImportPolicy& policy) {
  auto record = extractor(dataset, {policy.default_charset});
  if (!record) return without_record(reason_of(record.error()), kind, record.error().message);
  if (record->report.sop_instance_uid.empty() || record->report.study_instance_uid.empty())
    return without_record(IntakeReason::missing_uid, kind, "SOP or Study Instance UID is missing");
  apply_identity(policy.identity, policy.not_patient, *record);
  return {{IntakeReason::none, kind, {}}, std::move(*record)};
}

}  // namespace

ParsedObject parse_object(const std::filesystem::path& file, const ImportPolicy& policy) {
  auto loaded = extract::load_object(file);
  if (!loaded.dataset) {
    const auto kind = loaded.reason == IntakeReason::not_dicom ? ObjectKind::not_dicom : ObjectKind::other;
    return without_record(loaded.reason, kind, std::move(loaded.message));
  }
  const auto facts = extract::object_facts(*loaded.dataset);
  const auto kind = extract::classify(facts);
  const auto extractor = extract::extractor_for(kind);
  return extractor ? extracted(*loaded.dataset, kind, extractor, policy) : not_extracted(kind, facts);
}

ImportOutcome store_object(database::Connection& connection, const ParsedObject& parsed,
                           const database::dose::Origin& origin) {
  if (!parsed.record) return parsed.outcome;
  switch (database::dose::store(connection, *parsed.record, origin)) {
    case database::dose::Stored::stored:
      break;
    case database::dose::Stored::already_there:
      return {IntakeReason::duplicate, parsed.outcome.kind, "this object is imported already"};
    case database::dose::Stored::series_known:
      return {IntakeReason::series_known, parsed.outcome.kind, "an image of its series tells the same dose"};
  }
  return parsed.outcome;
}

ImportOutcome import_object(database::Connection& connection, const std::filesystem::path& file,
                            const ImportPolicy& policy, const database::dose::Origin& origin) {
  return store_object(connection, parse_object(file, policy), origin);
}

}  // namespace harvester::intake
