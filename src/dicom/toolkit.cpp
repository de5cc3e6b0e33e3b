#include "harvester/dicom/toolkit.hpp"

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>
#include <dcmtk/dcmnet/dcmtrans.h>
#include <dcmtk/dcmnet/dul.h>

#include <cstdlib>
#include <mutex>
#include <optional>

#include "handles.hpp"
#include "log_bridge.hpp"

namespace harvester::dicom {
namespace {

void set_globals(const ToolkitOptions& options) {
  ::setenv("TCP_NODELAY", "1", 1);  // DCMTK asks the environment at each connection
  dcmDisableGethostbyaddr.set(OFTrue);
  dcmConnectionTimeout.set(static_cast<Sint32>(options.connect_timeout.count()));
  dcmSocketReceiveTimeout.set(static_cast<Sint32>(options.socket_timeout.count()));
  dcmSocketSendTimeout.set(static_cast<Sint32>(options.socket_timeout.count()));
}

/// The first network of a process sets up state that no lock guards.
void touch_network() {
  T_ASC_Network* network = nullptr;
  if (ASC_initializeNetwork(NET_REQUESTOR, 0, 10, &network).good()) NetworkPtr(network).reset();
}

Status start_once(const ToolkitOptions& options) {
  set_globals(options);
  bridge_dcmtk_log();
  touch_network();
  if (dcmDataDict.isDictionaryLoaded()) return ok();
  return Error{ErrorKind::config,
               "the DICOM data dictionary cannot be read: install the package libdcmtk17, or let DCMDICTPATH name its "
               "dicom.dic"};
}

}  // namespace

Status start_toolkit(const ToolkitOptions& options) {
  static std::mutex mutex;
  static std::optional<Status> first;
  const std::lock_guard lock(mutex);
  if (!first) first = start_once(options);
  return *first;
}

}  // namespace harvester::dicom
