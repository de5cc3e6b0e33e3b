#include "iconv_text.hpp"

#include <iconv.h>

#include <array>
#include <cerrno>
#include <memory>
#include <type_traits>

namespace harvester::extract {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

struct CloseIconv {
  void operator()(void* handle) const { iconv_close(static_cast<iconv_t>(handle)); }
};
using IconvPtr = std::unique_ptr<void, CloseIconv>;

IconvPtr open_iconv(const char* set) {
  const iconv_t handle = iconv_open("UTF-8", set);
  return IconvPtr(handle == reinterpret_cast<iconv_t>(-1) ? nullptr : handle);
}

}  // namespace

ConvertedText to_utf8(std::string_view bytes, const char* set) {
  ConvertedText result;
  const auto handle = open_iconv(set);
  if (!handle) return {std::string(kReplacement), true};
  auto* in = const_cast<char*>(bytes.data());
  std::size_t left = bytes.size();
  std::array<char, 512> chunk;
  while (left > 0) {
    char* out = chunk.data();
    std::size_t room = chunk.size();
    const auto converted = iconv(static_cast<iconv_t>(handle.get()), &in, &left, &out, &room);
    const int fault = converted == static_cast<std::size_t>(-1) ? errno : 0;
    result.text.append(chunk.data(), chunk.size() - room);
    if (fault == EILSEQ || fault == EINVAL) {
      result.text += kReplacement;
      result.damaged = true;
      ++in;
      --left;
    }
  }
  return result;
}

}  // namespace harvester::extract
