#include "harvester/extract/text_decoder.hpp"

#include <catch2/catch.hpp>

using namespace harvester::extract;

TEST_CASE("text: a valid declared set is obeyed, also where the bytes look like UTF-8", "[charset]") {
  const auto decoded = TextDecoder("ISO_IR 100").decode("test\xC3\xA6\xC3\xB8");
  CHECK(decoded.text == "testÃ¦Ã¸");
  CHECK(decoded.fault == TextFault::none);
}

TEST_CASE("text: the single-byte sets become UTF-8", "[charset]") {
  const auto [set, bytes, text] = GENERATE(table<std::string, std::string, std::string>({
      {"ISO_IR 100", "M\xFCller", "Müller"},
      {"ISO_IR 101", "\xA3\xF3\x64\xBC", "Łódź"},
      {"ISO_IR 144", "\xBB\xEE\xDA", "Люк"},
      {"ISO_IR 126", "\xC4\xE9\xEF\xED", "Διον"},
      {"ISO_IR 127", "\xE2\xC8\xC7", "قبا"},
      {"ISO_IR 138", "\xF9\xEC", "של"},
      {"ISO_IR 148", "\xC7\xFD", "Çı"},
      {"ISO_IR 166", "\xB9\xD2\xC2", "นาย"},
      {"ISO_IR 203", "\xA4", "€"},
      {"ISO_IR 13", "\xD4\xCF\xC0\xDE", "ﾔﾏﾀﾞ"},
      {"ISO 2022 IR 100", "M\xFCller", "Müller"},
  }));
  const auto decoded = TextDecoder(set).decode(bytes);
  CHECK(decoded.text == text);
  CHECK(decoded.fault == TextFault::none);
}

TEST_CASE("text: the multi-byte sets become UTF-8", "[charset]") {
  CHECK(TextDecoder("ISO_IR 192").decode("王^小東").text == "王^小東");
  CHECK(TextDecoder("GB18030").decode("\xCD\xF5^\xD0\xA1\xB6\xAB").text == "王^小东");
  CHECK(TextDecoder("GBK").decode("\xCD\xF5^\xD0\xA1\xB6\xAB").text == "王^小东");
}

// The examples of PS3.5 Annexes H, I and K.
TEST_CASE("text: code extensions are followed through person names", "[charset]") {
  const auto japanese =
      TextDecoder("\\ISO 2022 IR 87")
          .decode("Yamada^Tarou=\x1b$B;3ED\x1b(B^\x1b$BB@O:\x1b(B=\x1b$B$d$^$@\x1b(B^\x1b$B$?$m$&\x1b(B");
  CHECK(japanese.text == "Yamada^Tarou=山田^太郎=やまだ^たろう");
  CHECK(japanese.fault == TextFault::none);
  const auto half_width = TextDecoder("ISO 2022 IR 13\\ISO 2022 IR 87")
                              .decode("\xD4\xCF\xC0\xDE^\xC0\xDB\xB3=\x1b$B;3ED\x1b(J^\x1b$BB@O:\x1b(J");
  CHECK(half_width.text == "ﾔﾏﾀﾞ^ﾀﾛｳ=山田^太郎");
  const auto korean = TextDecoder("\\ISO 2022 IR 149").decode("Hong^Gildong=\x1b$)C\xFB\xF3^\x1b$)C\xD1\xCE\xD4\xD7");
  CHECK(korean.text == "Hong^Gildong=洪^吉洞");
  const auto chinese = TextDecoder("\\ISO 2022 IR 58").decode("Zhang^XiaoDong=\x1b$)A\xD5\xC5^\x1b$)A\xD0\xA1\xB6\xAB");
  CHECK(chinese.text == "Zhang^XiaoDong=张^小东");
  const auto supplementary = TextDecoder("\\ISO 2022 IR 159").decode("\x1b$(D\x30\x21\x1b(B");
  CHECK(supplementary.text == "丂");
  CHECK(TextDecoder("ISO 2022 IR 100\\ISO 2022 IR 144").decode("\xFC \x1b-L\xBB\xEE\xDA").text == "ü Люк");
}

TEST_CASE("text: undeclared text is UTF-8 if it can be, else the default set, and is said to be guessed", "[charset]") {
  CHECK(TextDecoder("").decode("plain").fault == TextFault::none);
  CHECK(TextDecoder("").decode("Müller").text == "Müller");
  const auto latin = TextDecoder("").decode("M\xFCller");
  CHECK(latin.text == "Müller");
  CHECK(latin.fault == TextFault::guessed);
  CHECK(TextDecoder("", "ISO_IR 144").decode("\xBB\xEE\xDA").text == "Люк");
  CHECK(TextDecoder("NO SUCH SET").decode("M\xFCller").text == "Müller");
}

TEST_CASE("text: what the declared set cannot explain is guessed or kept with U+FFFD", "[charset]") {
  const auto wrong_utf8 = TextDecoder("ISO_IR 192").decode("M\xFCller");
  CHECK(wrong_utf8.text == "Müller");
  CHECK(wrong_utf8.fault == TextFault::guessed);
  const auto ascii = TextDecoder("ISO_IR 6").decode("M\xFCller");
  CHECK(ascii.text == "M\xEF\xBF\xBDller");
  CHECK(ascii.fault == TextFault::damaged);
  const auto cut = TextDecoder("\\ISO 2022 IR 87").decode("a\x1b$B;");
  CHECK(cut.text == "a\xEF\xBF\xBD");
  CHECK(cut.fault == TextFault::damaged);
  CHECK(TextDecoder("ISO_IR 100").decode("a\x1bQ").text == "a\xEF\xBF\xBDQ");
}
