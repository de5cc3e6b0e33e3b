#pragma once

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>

#include <stdexcept>
#include <string>

namespace harvester::simulation {

/// Writes a value; a tag that cannot be written is a mistake of the generator, not of its input.
inline void put(DcmItem& item, const DcmTagKey& tag, const std::string& value) {
  if (item.putAndInsertOFStringArray(tag, value.c_str()).bad()) {
    throw std::logic_error(std::string("cannot write ") + DcmTag(tag).getTagName());
  }
}

inline void put_number(DcmItem& item, const DcmTagKey& tag, int value) {
  if (item.putAndInsertUint16(tag, static_cast<Uint16>(value)).bad()) {
    throw std::logic_error(std::string("cannot write ") + DcmTag(tag).getTagName());
  }
}

/// Appends an item to a sequence; the data set owns it.
inline DcmItem& new_item(DcmItem& item, const DcmTagKey& sequence) {
  DcmItem* made = nullptr;
  if (item.findOrCreateSequenceItem(sequence, made, -2).bad() || made == nullptr) {
    throw std::logic_error(std::string("cannot write ") + DcmTag(sequence).getTagName());
  }
  return *made;
}

/// A sequence of type 2 that has no items.
inline void put_empty_sequence(DcmItem& item, const DcmTagKey& sequence) {
  if (item.insertEmptyElement(sequence).bad()) {
    throw std::logic_error(std::string("cannot write ") + DcmTag(sequence).getTagName());
  }
}

}  // namespace harvester::simulation
