#include "harvester/core/result.hpp"

namespace harvester {

const char* to_string(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::transient:
      return "transient";
    case ErrorKind::refused:
      return "refused";
    case ErrorKind::bad_data:
      return "bad_data";
    case ErrorKind::not_found:
      return "not_found";
    case ErrorKind::config:
      return "config";
    case ErrorKind::storage:
      return "storage";
    case ErrorKind::cancelled:
      return "cancelled";
  }
  return "unknown";
}

}  // namespace harvester
