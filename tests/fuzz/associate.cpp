// An association request, and what we would answer to it.

#include "fuzz/fuzz.hpp"
#include "harvester/dicom/negotiation.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace harvester;
  const auto request = dicom::parse_associate_request({data, size});
  if (!request) return 0;
  fuzz::require(request->contexts.size() <= 128, "at most 128 contexts");
  for (const bool query_retrieve : {false, true}) {
    const auto answer = dicom::negotiate({.storage = true, .query_retrieve = query_retrieve}, *request);
    fuzz::require(answer.rejected || answer.contexts.size() == request->contexts.size(), "every context is answered");
    for (const auto& context : answer.contexts)
      fuzz::require(context.result != dicom::ContextResult::accepted || !context.transfer_syntax.empty(),
                    "what is accepted has a transfer syntax");
  }
  return 0;
}
