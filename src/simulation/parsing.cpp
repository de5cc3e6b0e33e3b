#include "parsing.hpp"

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dcistrmb.h>
#include <dcmtk/dcmdata/dcostrmb.h>
#include <dcmtk/dcmdata/dctk.h>

namespace harvester::simulation {

Result<std::unique_ptr<DcmDataset>> parsed(const EncodedObject& object) {
  auto data_set = std::make_unique<DcmDataset>();
  DcmInputBufferStream stream;
  stream.setBuffer(object.data_set.data(), static_cast<offile_off_t>(object.data_set.size()));
  stream.setEos();
  data_set->transferInit();
  const auto condition = data_set->read(stream, DcmXfer(object.transfer_syntax.str().c_str()).getXfer());
  data_set->transferEnd();
  if (condition.bad()) return Error{ErrorKind::bad_data, "the data set cannot be read"};
  data_set->loadAllDataIntoMemory();  // the buffer is not ours to keep
  return data_set;
}

namespace {

std::string written(DcmDataset& data_set, E_TransferSyntax syntax) {
  std::string bytes(data_set.calcElementLength(syntax, EET_ExplicitLength) + 1024, '\0');
  DcmOutputBufferStream stream(bytes.data(), static_cast<offile_off_t>(bytes.size()));
  data_set.transferInit();
  const auto condition = data_set.write(stream, syntax, EET_ExplicitLength, nullptr);
  data_set.transferEnd();
  if (condition.bad()) return {};
  stream.flush();  // what the deflating filter still holds
  void* start = nullptr;
  offile_off_t length = 0;
  stream.flushBuffer(start, length);
  bytes.resize(static_cast<std::size_t>(length));
  return bytes;
}

}  // namespace

Result<std::unique_ptr<DcmDataset>> parsed_as(const EncodedObject& object, const std::string& transfer_syntax) {
  auto data_set = parsed(object);
  if (!data_set || object.transfer_syntax.str() == transfer_syntax) return data_set;
  const auto syntax = DcmXfer(transfer_syntax.c_str()).getXfer();
  if ((*data_set)->chooseRepresentation(syntax, nullptr).bad())
    return Error{ErrorKind::bad_data, "the data set cannot be written in this transfer syntax"};
  auto other = object;
  other.transfer_syntax = TransferSyntaxUid(transfer_syntax);
  other.data_set = written(**data_set, syntax);
  return parsed(other);
}

}  // namespace harvester::simulation
