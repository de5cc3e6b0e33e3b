#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "harvester/dicom/byte_scan.hpp"

/// Data sets byte by byte, in the layouts of PS3.5 Annex A, for tests that need to know every byte.
namespace harvester::tests {

/// One data set under construction; elements are appended as they are given, whatever they are.
class DataSet {
 public:
  explicit DataSet(dicom::Layout layout = dicom::Layout::explicit_little) : layout_(layout) {}

  DataSet& add(std::uint32_t tag, const std::string& vr, std::string value) {
    if (value.size() % 2 != 0) value.push_back(vr == "UI" || vr == "OB" ? '\0' : ' ');
    head(tag, vr, static_cast<std::uint32_t>(value.size()));
    bytes_ += value;
    return *this;
  }

  /// The head of an element alone: its length may be a lie.
  DataSet& head(std::uint32_t tag, const std::string& vr, std::uint32_t length) {
    put(tag >> 16, 2);
    put(tag & 0xFFFF, 2);
    if (layout_ != dicom::Layout::implicit_little && tag >> 16 != 0xFFFE) {
      bytes_ += vr;
      const bool is_long = vr == "OB" || vr == "OW" || vr == "SQ" || vr == "UN" || vr == "UT";
      if (is_long) put(0, 2);
      put(length, is_long ? 4 : 2);
    } else {
      put(length, 4);
    }
    return *this;
  }

  DataSet& raw(const std::string& bytes) {
    bytes_ += bytes;
    return *this;
  }

  [[nodiscard]] const std::string& bytes() const { return bytes_; }

 private:
  void put(std::uint32_t value, int count) {
    const bool big = layout_ == dicom::Layout::explicit_big;
    for (int n = 0; n < count; ++n)
      bytes_.push_back(static_cast<char>(value >> (8 * (big ? count - 1 - n : n)) & 0xFF));
  }

  dicom::Layout layout_;
  std::string bytes_;
};

/// Who an object is, and how much pixel data it carries.
struct ObjectPlan {
  std::string sop_class = "1.2.840.10008.5.1.4.1.1.7";  ///< Secondary Capture
  std::string instance = "2.999.1.1.1";
  std::string study = "2.999.1";
  std::string series = "2.999.1.1";
  std::size_t pixels = 64;  ///< bytes
  char pixel = 'x';
  dicom::Layout layout = dicom::Layout::explicit_little;
};

inline constexpr std::uint32_t kPixelData = 0x7FE00010;
inline constexpr std::uint32_t kUndefinedLength = 0xFFFFFFFF;

/// The header elements that every object has; empty UIDs are left out.
inline DataSet object_header(const ObjectPlan& plan) {
  DataSet set(plan.layout);
  const auto uid = [&](std::uint32_t tag, const std::string& value) {
    if (!value.empty()) set.add(tag, "UI", value);
  };
  uid(0x00080016, plan.sop_class);
  uid(0x00080018, plan.instance);
  set.add(0x00080060, "CS", "OT").add(0x00100010, "PN", "Marker^Patient").add(0x00100020, "LO", "MARKERID");
  uid(0x0020000D, plan.study);
  uid(0x0020000E, plan.series);
  return set;
}

/// A small whole object.
inline std::string object(const ObjectPlan& plan = {}) {
  auto set = object_header(plan);
  set.add(0x00280010, "US", std::string("\1\0", 2));
  set.add(kPixelData, "OW", std::string(plan.pixels, plan.pixel));
  return set.bytes();
}

/// The same with encapsulated pixel data (PS3.5 A.4): an empty offset table and one fragment.
inline std::string encapsulated_object(const ObjectPlan& plan, std::string fragment) {
  if (fragment.size() % 2 != 0) fragment.push_back('\0');
  auto set = object_header(plan);
  set.head(kPixelData, "OB", kUndefinedLength).head(0xFFFEE000, "", 0);
  set.head(0xFFFEE000, "", static_cast<std::uint32_t>(fragment.size())).raw(fragment).head(0xFFFEE0DD, "", 0);
  return set.bytes();
}

/// An object with sequences nested so deep.
inline std::string nested_object(const ObjectPlan& plan, int depth) {
  auto set = object_header(plan);
  for (int n = 0; n < depth; ++n) set.head(0x0040A730, "SQ", kUndefinedLength).head(0xFFFEE000, "", kUndefinedLength);
  for (int n = 0; n < depth; ++n) set.head(0xFFFEE00D, "", 0).head(0xFFFEE0DD, "", 0);
  return set.bytes();
}

}  // namespace harvester::tests
