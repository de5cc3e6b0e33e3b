#pragma once

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>
#include <dcmtk/dcmnet/assoc.h>
#include <dcmtk/dcmnet/dimse.h>

#include <memory>
#include <string>

/// DCMTK's handles as unique_ptr: what is made is freed, whatever happens between.
namespace harvester::dicom {

struct NetworkDeleter {
  void operator()(T_ASC_Network* network) const { ASC_dropNetwork(&network); }
};
using NetworkPtr = std::unique_ptr<T_ASC_Network, NetworkDeleter>;

struct ParametersDeleter {
  void operator()(T_ASC_Parameters* parameters) const { ASC_destroyAssociationParameters(&parameters); }
};
using ParametersPtr = std::unique_ptr<T_ASC_Parameters, ParametersDeleter>;

/// Closes the connection and frees, without a word to the peer: what is said, and how long for, is decided by us
/// (DCMTK's abort waits until the peer closes).
struct SilentAssociationDeleter {
  void operator()(T_ASC_Association* association) const { ASC_destroyAssociation(&association); }
};
using SilentAssociationPtr = std::unique_ptr<T_ASC_Association, SilentAssociationDeleter>;

using DatasetPtr = std::unique_ptr<DcmDataset>;

/// Copies a text into a field of a DCMTK command, cut to its size.
template <std::size_t N>
void copy_text(char (&field)[N], const std::string& text) {
  field[text.copy(field, N - 1)] = '\0';
}

}  // namespace harvester::dicom
