#pragma once

#include <memory>

#include "harvester/core/result.hpp"
#include "harvester/simulation/object_builder.hpp"

class DcmDataset;

namespace harvester::simulation {

/// The data set of an encoded object, to be sent. `bad_data` if its bytes cannot be read.
[[nodiscard]] Result<std::unique_ptr<DcmDataset>> parsed(const EncodedObject& object);

/// The same data set in another transfer syntax that needs no codec.
[[nodiscard]] Result<std::unique_ptr<DcmDataset>> parsed_as(const EncodedObject& object,
                                                            const std::string& transfer_syntax);

}  // namespace harvester::simulation
