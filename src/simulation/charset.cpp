#include "charset.hpp"

#include <iconv.h>

#include <algorithm>
#include <map>
#include <memory>

#include "harvester/core/text.hpp"

namespace harvester::simulation {
namespace {

/// The converter's name of a DICOM character set (PS3.3 C.12.1.1.2); code extensions by their last, telling value.
std::string converter_name(std::string_view charset) {
  static const std::map<std::string, std::string, std::less<>> kNames = {
      {"ISO_IR 100", "ISO-8859-1"}, {"ISO_IR 101", "ISO-8859-2"}, {"ISO_IR 109", "ISO-8859-3"},
      {"ISO_IR 110", "ISO-8859-4"}, {"ISO_IR 144", "ISO-8859-5"}, {"ISO_IR 127", "ISO-8859-6"},
      {"ISO_IR 126", "ISO-8859-7"}, {"ISO_IR 138", "ISO-8859-8"}, {"ISO_IR 148", "ISO-8859-9"},
      {"ISO_IR 192", "UTF-8"},      {"GB18030", "GB18030"},       {"ISO 2022 IR 87", "ISO-2022-JP"}};
  const auto last = trimmed(charset.substr(charset.find_last_of('\\') + 1));
  const auto found = kNames.find(last);
  return found == kNames.end() ? "ISO-8859-1" : found->second;
}

struct CloseConverter {
  void operator()(void* converter) const { iconv_close(converter); }
};
using Converter = std::unique_ptr<void, CloseConverter>;

/// Converts; a byte that cannot be converted is replaced by `substitute`.
std::string converted(std::string_view text, const std::string& to, const std::string& from,
                      std::string_view substitute) {
  Converter converter(iconv_open(to.c_str(), from.c_str()));
  if (converter.get() == reinterpret_cast<void*>(-1)) return (void)converter.release(), std::string(text);
  std::string input(text);
  std::string output(input.size() * 6 + 16, '\0');
  char* in = input.data();
  char* out = output.data();
  auto in_left = input.size();
  auto out_left = output.size();
  while (in_left > 0 && iconv(converter.get(), &in, &in_left, &out, &out_left) == static_cast<std::size_t>(-1)) {
    if (in_left == 0 || out_left < substitute.size()) break;
    out = std::copy(substitute.begin(), substitute.end(), out);
    out_left -= substitute.size();
    do {  // to the next character of UTF-8 input
      ++in;
      --in_left;
    } while (in_left > 0 && (static_cast<unsigned char>(*in) & 0xC0U) == 0x80U && from == "UTF-8");
  }
  iconv(converter.get(), nullptr, nullptr, &out, &out_left);  // back to the initial shift state
  output.resize(output.size() - out_left);
  return output;
}

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x80 && c != '\x1b'; });
}

}  // namespace

std::string encoded(std::string_view utf8, std::string_view charset) {
  const auto name = converter_name(charset);
  if (is_ascii(utf8) || name == "UTF-8") return std::string(utf8);
  return converted(utf8, name, "UTF-8", "?");
}

std::string decoded(std::string_view bytes, std::string_view charset) {
  const auto name = converter_name(charset);
  if (is_ascii(bytes)) return std::string(bytes);
  if (name == "UTF-8") return repaired_utf8(bytes);
  return repaired_utf8(converted(bytes, "UTF-8", name, "\xEF\xBF\xBD"));
}

}  // namespace harvester::simulation
