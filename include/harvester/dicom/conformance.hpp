#pragma once

#include <string>
#include <vector>

/// What we speak, asked of the very functions that negotiate: for the conformance statement (PS3.2).
namespace harvester::dicom {

struct NamedUid {
  std::string uid;
  std::string name;
};

/// What the dictionary calls a UID; empty where it does not know it.
[[nodiscard]] std::string name_of_uid(const std::string& uid);

/// The storage classes of the dictionary that a store accepts. It takes private and newer ones, too.
[[nodiscard]] std::vector<NamedUid> accepted_storage_classes();

/// The transfer syntaxes that a store chooses where nothing else is proposed; `deflated` ones come last.
[[nodiscard]] std::vector<NamedUid> accepted_transfer_syntaxes();

/// The classes that are used as SCU: verification, and C-FIND, C-MOVE, C-GET of both models.
[[nodiscard]] std::vector<NamedUid> used_classes();

}  // namespace harvester::dicom
