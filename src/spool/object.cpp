#include "harvester/spool/object.hpp"

namespace harvester::spool {

dicom::DimseStatus status_for(const Error& error) {
  switch (error.kind) {
    case ErrorKind::storage:
      return {0xA700};
    case ErrorKind::bad_data:
      return {0xC000};
    case ErrorKind::config:
      return {0xA900};
    default:
      return {0x0110};
  }
}

namespace {

/// An error of kind `config` here means: the identifiers do not match the command.
Error mismatch(const char* what) { return {ErrorKind::config, what}; }

Status check_command(const dicom::StoreCommand& command) {
  if (!dicom::is_uid(command.sop_class)) return mismatch("the command's SOP Class UID is no UID");
  if (!dicom::is_uid(command.instance)) return mismatch("the command's SOP Instance UID is no UID");
  return ok();
}

/// The identifiers in the data set against those of the command: an object that lies about itself is not stored.
Status check_identifiers(const dicom::ScannedObject& object, const dicom::StoreCommand& command) {
  if (object.instance.str() != command.instance) return mismatch("the data set has another SOP Instance UID");
  if (object.sop_class.str() != command.sop_class) return mismatch("the data set has another SOP Class UID");
  if (!object.scanned) return ok();
  if (!dicom::is_uid(object.study.str())) return mismatch("the data set has no Study Instance UID");
  if (!object.series.empty() && !dicom::is_uid(object.series.str()))
    return mismatch("the data set's Series Instance UID is no UID");
  return ok();
}

/// Lets the data set run into nothing, so that the refusal can be answered.
class Refusing final : public dicom::DatasetSink {
 public:
  Status write(std::span<const std::byte>) override { return Error{ErrorKind::storage, "refused"}; }
};

Result<std::unique_ptr<Incoming>> begin(Spool& spool, const dicom::StoreCommand& command,
                                        const std::string& source_ae) {
  if (auto checked = check_command(command); !checked) return checked.error();
  return spool.begin({SopClassUid(command.sop_class), SopInstanceUid(command.instance),
                      TransferSyntaxUid(command.transfer_syntax), source_ae});
}

Result<ObjectId> keep(Spool& spool, const dicom::StoreCommand& command, std::unique_ptr<Incoming> object,
                      const Arrival& arrival) {
  if (auto finished = object->finish(); !finished) return finished.error();
  auto scanned = object->scan();
  if (!scanned) return scanned.error();
  if (auto checked = check_identifiers(*scanned, command); !checked) return checked.error();
  auto stored = spool.commit(std::move(object), *scanned, arrival);
  if (!stored) return stored.error();
  return stored->id;
}

Taken refused(const Error& why, std::uint64_t bytes) { return {{status_for(why), why.message}, bytes, why, {}}; }

}  // namespace

Result<Taken> take_object(Spool& spool, const dicom::StoreCommand& command, const dicom::ReceiveDataset& receive,
                          const Arrival& arrival, const std::string& source_ae) {
  auto incoming = begin(spool, command, source_ae);
  Refusing nowhere;
  dicom::DatasetSink& sink = incoming ? static_cast<dicom::DatasetSink&>(**incoming) : nowhere;
  auto received = receive(sink);
  if (!received) return received.error();
  if (!incoming) return refused(incoming.error(), received->bytes);
  if (received->sink_failure) return refused(*received->sink_failure, received->bytes);
  const auto kept = keep(spool, command, std::move(*incoming), arrival);
  if (!kept) return refused(kept.error(), received->bytes);
  return Taken{{{0x0000}}, received->bytes, {}, *kept};
}

}  // namespace harvester::spool
