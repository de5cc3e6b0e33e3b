#include "harvester/extract/byte_scan.hpp"

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dcvr.h>

#include <catch2/catch.hpp>
#include <string>

using namespace harvester::extract;

namespace {

constexpr Encoding kExplicit{true, false};
constexpr Encoding kImplicit{false, false};
constexpr Encoding kBig{true, true};

ScanResult scan(const std::string& bytes, Encoding encoding) {
  return scan_dataset(std::as_bytes(std::span(bytes)), encoding);
}

std::string little(std::uint32_t value, int bytes) {
  std::string text;
  for (int i = 0; i < bytes; ++i) text += static_cast<char>(value >> (8 * i) & 0xff);
  return text;
}

std::string tag(std::uint32_t group, std::uint32_t element) { return little(group, 2) + little(element, 2); }

std::string text_element(const std::string& value) {
  return tag(0x0008, 0x0060) + "CS" + little(static_cast<std::uint32_t>(value.size()), 2) + value;
}

// `depth` sequences of undefined length in each other, explicit VR.
std::string nested(int depth) {
  std::string open, close;
  for (int i = 0; i < depth; ++i) {
    open +=
        tag(0x0040, 0xa730) + "SQ" + little(0, 2) + little(0xffffffff, 4) + tag(0xfffe, 0xe000) + little(0xffffffff, 4);
    close += tag(0xfffe, 0xe00d) + little(0, 4) + tag(0xfffe, 0xe0dd) + little(0, 4);
  }
  return open + text_element("CT") + close;
}

}  // namespace

TEST_CASE("byte scan: nesting up to the limit passes, one more is too deep, without recursion", "[scan]") {
  CHECK(scan(nested(64), kExplicit).fault == ScanFault::none);
  CHECK(scan(nested(65), kExplicit).fault == ScanFault::too_deep);
  CHECK(scan(nested(200000), kExplicit).fault == ScanFault::too_deep);
}

TEST_CASE("byte scan: a data set cut anywhere inside is truncated", "[scan]") {
  const auto whole = text_element("CT") + nested(3) + text_element("MG");
  CHECK(scan(whole, kExplicit).header_end == whole.size());
  for (std::size_t cut = 1; cut < whole.size(); ++cut) {
    if (cut == 10 || cut == whole.size() - 10) continue;  // at the border of an element the rest is a whole data set
    INFO(cut);
    CHECK(scan(whole.substr(0, cut), kExplicit).fault == ScanFault::truncated);
  }
}

TEST_CASE("byte scan: it ends where the pixel data begins", "[scan]") {
  const auto header = text_element("CT");
  const auto pixels = tag(0x7fe0, 0x0010) + "OW" + little(0, 2) + little(0xfffffff0, 4) + "abc";
  const auto result = scan(header + pixels, kExplicit);
  CHECK(result.fault == ScanFault::none);
  CHECK(result.header_end == header.size());
}

TEST_CASE("byte scan: implicit VR finds sequences of known length by their items, and forgives what only looks so",
          "[scan]") {
  const auto inner = tag(0x0008, 0x0060) + little(2, 4) + "CT";
  const auto item = tag(0xfffe, 0xe000) + little(static_cast<std::uint32_t>(inner.size()), 4) + inner;
  const auto sequence = tag(0x0040, 0xa730) + little(static_cast<std::uint32_t>(item.size()), 4) + item;
  CHECK(scan(sequence, kImplicit).fault == ScanFault::none);
  const auto lookalike = tag(0x0029, 0x1010) + little(12, 4) + tag(0xfffe, 0xe000) + "\xff\xff\xff\x7f" + "abcd";
  CHECK(scan(lookalike + inner, kImplicit).fault == ScanFault::none);
  std::string deep = inner;
  for (int i = 0; i < 70; ++i) {
    deep = tag(0xfffe, 0xe000) + little(static_cast<std::uint32_t>(deep.size()), 4) + deep;
    deep = tag(0x0040, 0xa730) + little(static_cast<std::uint32_t>(deep.size()), 4) + deep;
  }
  CHECK(scan(deep, kImplicit).fault == ScanFault::too_deep);
}

TEST_CASE("byte scan: big endian is read as such", "[scan]") {
  const std::string element(
      "\x00\x08\x00\x60"
      "CS\x00\x02"
      "CT",
      10);
  CHECK(scan(element, kBig).fault == ScanFault::none);
  CHECK(scan(element.substr(0, 9), kBig).fault == ScanFault::truncated);
}

TEST_CASE("scan: whatever stands where a VR should, its length is read as the toolkit will read it", "[scan]") {
  std::string differing;
  for (int pair = 0; pair < 0x10000; ++pair) {
    const char name[] = {static_cast<char>(pair >> 8), static_cast<char>(pair & 0xff), '\0'};
    // A short length is 4 and fits; a long one is 1 and does not.
    const auto bytes = tag(0x0018, 0x9345) + std::string(name, 2) + little(4, 2) + little(1, 4);
    const bool is_long = scan(bytes, kExplicit).fault != ScanFault::none;
    if (is_long != DcmVR(name).usesExtendedLengthEncoding()) differing += std::to_string(pair) + " ";
  }
  CHECK(differing.empty());
}
