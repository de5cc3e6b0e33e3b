#include "code_extensions.hpp"

#include <algorithm>
#include <array>

namespace harvester::extract {
namespace {

// A graphic character set as iconv can read it: its bytes with the high bit set, each character behind `prefix`.
struct GraphicSet {
  const char* iconv_name;
  std::size_t width;
  char prefix;
};

constexpr GraphicSet kKanji{"EUC-JP", 2, 0};                    // JIS X 0208
constexpr GraphicSet kSupplementaryKanji{"EUC-JP", 2, '\x8f'};  // JIS X 0212
constexpr GraphicSet kKatakana{"EUC-JP", 1, '\x8e'};            // JIS X 0201
constexpr GraphicSet kKorean{"EUC-KR", 2, 0};                   // KS X 1001
constexpr GraphicSet kChinese{"EUC-CN", 2, 0};                  // GB 2312
constexpr GraphicSet kLatin1{"ISO-8859-1", 1, 0};
constexpr GraphicSet kLatin2{"ISO-8859-2", 1, 0};
constexpr GraphicSet kLatin3{"ISO-8859-3", 1, 0};
constexpr GraphicSet kLatin4{"ISO-8859-4", 1, 0};
constexpr GraphicSet kCyrillic{"ISO-8859-5", 1, 0};
constexpr GraphicSet kArabic{"ISO-8859-6", 1, 0};
constexpr GraphicSet kGreek{"ISO-8859-7", 1, 0};
constexpr GraphicSet kHebrew{"ISO-8859-8", 1, 0};
constexpr GraphicSet kLatin5{"ISO-8859-9", 1, 0};
constexpr GraphicSet kLatin9{"ISO-8859-15", 1, 0};
constexpr GraphicSet kThai{"TIS-620", 1, 0};

struct Term {
  std::string_view number;  // of the registration: "ISO_IR n" and "ISO 2022 IR n"
  std::string_view escape;  // without ESC; empty: ASCII or no escape of its own
  const GraphicSet* set;
  bool in_g0;
};

constexpr std::array<Term, 19> kTerms{{
    {"6", "(B", nullptr, true},      {"100", "-A", &kLatin1, false},
    {"101", "-B", &kLatin2, false},  {"109", "-C", &kLatin3, false},
    {"110", "-D", &kLatin4, false},  {"144", "-L", &kCyrillic, false},
    {"127", "-G", &kArabic, false},  {"126", "-F", &kGreek, false},
    {"138", "-H", &kHebrew, false},  {"148", "-M", &kLatin5, false},
    {"203", "-b", &kLatin9, false},  {"166", "-T", &kThai, false},
    {"13", ")I", &kKatakana, false}, {"14", "(J", nullptr, true},
    {"87", "$B", &kKanji, true},     {"159", "$(D", &kSupplementaryKanji, true},
    {"149", "$)C", &kKorean, false}, {"58", "$)A", &kChinese, false},
    {"42", "$@", &kKanji, true},
}};

const Term* term_named(std::string_view name) {
  for (const std::string_view form : {"ISO_IR ", "ISO 2022 IR "}) {
    if (!name.starts_with(form)) continue;
    const auto number = name.substr(form.size());
    const auto found = std::find_if(kTerms.begin(), kTerms.end(), [&](const Term& t) { return t.number == number; });
    if (found != kTerms.end()) return &*found;
  }
  return nullptr;
}

const Term* term_escaped(std::string_view after_escape) {
  const auto found =
      std::find_if(kTerms.begin(), kTerms.end(), [&](const Term& t) { return after_escape.starts_with(t.escape); });
  return found == kTerms.end() ? nullptr : &*found;
}

class Decoder {
 public:
  explicit Decoder(const GraphicSet* initial_g1) : initial_g1_(initial_g1), g1_(initial_g1) {}

  ConvertedText decode(std::string_view bytes) {
    while (!bytes.empty()) bytes.remove_prefix(step(bytes));
    flush();
    return std::move(result_);
  }

 private:
  // Takes what stands at the front of `bytes`; how many bytes that was.
  std::size_t step(std::string_view bytes) {
    const auto byte = static_cast<unsigned char>(bytes[0]);
    if (byte == 0x1b) return designate(bytes);
    if (byte >= 0x80) return take(bytes, g1_);
    if (byte > 0x20 && byte < 0x7f && g0_) return take(bytes, g0_);
    flush();
    result_.text += bytes[0];
    if (byte < 0x20 || byte == '\\' || byte == '^' || byte == '=') reset();
    return 1;
  }

  std::size_t designate(std::string_view bytes) {
    flush();
    const Term* term = term_escaped(bytes.substr(1));
    if (!term) {
      damage();
      return 1;
    }
    (term->in_g0 ? g0_ : g1_) = term->set;
    return 1 + term->escape.size();
  }

  std::size_t take(std::string_view bytes, const GraphicSet* set) {
    if (!set || bytes.size() < set->width) {
      damage();
      return 1;
    }
    if (set != run_set_) flush();
    run_set_ = set;
    if (set->prefix) run_ += set->prefix;
    for (const char c : bytes.substr(0, set->width)) run_ += static_cast<char>(c | '\x80');
    return set->width;
  }

  void flush() {
    if (run_.empty()) return;
    auto converted = to_utf8(run_, run_set_->iconv_name);
    result_.text += converted.text;
    result_.damaged |= converted.damaged;
    run_.clear();
  }

  void damage() {
    flush();
    result_.text += "\xEF\xBF\xBD";
    result_.damaged = true;
  }

  // At delimiters the first set is active again (PS3.5 6.1.2.5.3). Where that has no G1, writers that do not repeat
  // their escape sequence are still understood.
  void reset() {
    g0_ = nullptr;
    if (initial_g1_) g1_ = initial_g1_;
  }

  const GraphicSet* const initial_g1_;
  const GraphicSet* g0_ = nullptr;  // null: ASCII
  const GraphicSet* g1_;
  const GraphicSet* run_set_ = nullptr;
  std::string run_;
  ConvertedText result_;
};

}  // namespace

bool is_extension_term(std::string_view term) { return term_named(term) != nullptr; }

ConvertedText decode_code_extensions(std::string_view bytes, const std::vector<std::string>& terms) {
  const Term* first = terms.empty() ? nullptr : term_named(terms.front());
  return Decoder(first && !first->in_g0 ? first->set : nullptr).decode(bytes);
}

}  // namespace harvester::extract
