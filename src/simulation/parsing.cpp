#include "parsing.hpp"

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dcistrmb.h>
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

}  // namespace harvester::simulation
