#include "scp_state.hpp"

namespace harvester::dicom {
namespace {

constexpr auto kLinger = std::chrono::milliseconds(1000);

}  // namespace

ScpAssociation::State::~State() {
  if (open) (void)abort_because("");
}

void ScpAssociation::State::close() {
  open = false;
  connection = nullptr;
  association.reset();
}

Error ScpAssociation::State::abort_because(const std::string& reason, bool by_provider) {
  if (open && connection != nullptr) connection->last_words(by_provider ? abort_pdu(2, 6) : abort_pdu(0, 0), kLinger);
  close();
  return {ErrorKind::transient, reason};
}

bool ScpAssociation::State::something_there() {
  return !open || buffered() || connection->wait(std::chrono::steady_clock::now()) == Connection::Waited::data;
}

}  // namespace harvester::dicom
