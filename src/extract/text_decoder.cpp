#include "harvester/extract/text_decoder.hpp"

#include <algorithm>
#include <optional>

#include "code_extensions.hpp"
#include "harvester/core/text.hpp"
#include "iconv_text.hpp"

namespace harvester::extract {
namespace {

bool is_ascii_text(std::string_view bytes) {
  return std::all_of(bytes.begin(), bytes.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x80 && c != '\x1b'; });
}

// Sets that may stand alone and know no code extensions (PS3.5 6.1.2.5.4).
std::optional<const char*> multi_byte_set(const std::string& term) {
  if (term == "ISO_IR 192") return "UTF-8";
  if (term == "GB18030") return "GB18030";
  if (term == "GBK") return "GBK";
  return std::nullopt;
}

bool is_known(const std::string& term) { return multi_byte_set(term) || is_extension_term(term); }

std::vector<std::string> terms_of(std::string_view declared) {
  std::vector<std::string> terms;
  for (const auto& part : split(declared, '\\')) terms.emplace_back(trimmed(part));
  return terms;
}

}  // namespace

TextDecoder::TextDecoder(std::string_view declared, std::string_view undeclared)
    : declared_(terms_of(declared)), undeclared_(terms_of(undeclared)) {
  const bool nothing = std::all_of(declared_.begin(), declared_.end(), [](const auto& term) { return term.empty(); });
  valid_ = !nothing && std::all_of(declared_.begin(), declared_.end(),
                                   [](const auto& term) { return term.empty() || is_known(term); });
}

DecodedText TextDecoder::decode(std::string_view bytes) const {
  if (is_ascii_text(bytes)) return {std::string(bytes), TextFault::none};
  if (!valid_) return guess(bytes);
  auto decoded = decode_by(declared_, bytes);
  if (decoded.fault == TextFault::none) return decoded;
  if (bytes.find('\x1b') == std::string_view::npos && is_utf8(bytes)) return {std::string(bytes), TextFault::guessed};
  // A wrongly declared UTF-8 is most often a single-byte set of the site.
  return declared_.front() == "ISO_IR 192" ? guess(bytes) : decoded;
}

DecodedText TextDecoder::guess(std::string_view bytes) const {
  if (bytes.find('\x1b') != std::string_view::npos) {
    auto decoded = decode_by({"", "ISO 2022 IR 87"}, bytes);
    if (decoded.fault == TextFault::none) return {decoded.text, TextFault::guessed};
  }
  if (is_utf8(bytes)) return {std::string(bytes), TextFault::guessed};
  auto decoded = decode_by(undeclared_, bytes);
  if (decoded.fault == TextFault::none) decoded.fault = TextFault::guessed;
  return decoded;
}

DecodedText TextDecoder::decode_by(const std::vector<std::string>& terms, std::string_view bytes) const {
  if (const auto set = multi_byte_set(terms.front())) {
    auto converted = to_utf8(bytes, *set);
    return {std::move(converted.text), converted.damaged ? TextFault::damaged : TextFault::none};
  }
  auto converted = decode_code_extensions(bytes, terms);
  return {std::move(converted.text), converted.damaged ? TextFault::damaged : TextFault::none};
}

}  // namespace harvester::extract
