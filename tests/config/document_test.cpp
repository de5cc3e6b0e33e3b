#include "harvester/config/document.hpp"

#include <catch2/catch.hpp>

#include "config_files.hpp"

using namespace harvester;
using namespace harvester::config;
using harvester::tests::brief;

namespace {

std::string faults_of(std::string_view text) { return brief(parse_document(text, "f.yaml").faults); }

}  // namespace

TEST_CASE("a YAML file keeps its texts, keys and places", "[config]") {
  const auto document = parse_document("a: 0104\nb:\n  - yes\n  - {c: \"x y\"}\nd:\n", "f.yaml");
  REQUIRE(document.faults.empty());
  const auto& entries = document.root.entries;
  REQUIRE(entries.size() == 3);
  CHECK(entries[0].value.text == "0104");
  CHECK(entries[0].value.mark == Mark{1, 4});
  CHECK(entries[1].value.items[0].text == "yes");
  CHECK(entries[1].value.items[1].entries[0].value.text == "x y");
  CHECK(entries[1].value.items[1].entries[0].mark == Mark{4, 6});
  CHECK(entries[2].value.kind == Value::Kind::null);
  CHECK(key_paths(document) == std::vector<std::string>{"a", "b", "b[].c", "d"});
}

TEST_CASE("duplicate keys are faults at their second place, at any depth", "[config]") {
  CHECK(faults_of("a: 1\nb: 2\na: 3\n") == "3:1 a: the key is given twice, first in line 1 | keep one of the two");
  CHECK(faults_of("s:\n  - {p: 1}\n  - {p: 1, p: 2}\n") ==
        "3:12 s[1].p: the key is given twice, first in line 3 | keep one of the two");
}

TEST_CASE("a duplicate key does not replace the first value", "[config]") {
  const auto document = parse_document("a: 1\na: 2\n", "f.yaml");
  REQUIRE(document.root.entries.size() == 1);
  CHECK(document.root.entries[0].value.text == "1");
}

TEST_CASE("what makes YAML ambiguous is refused: anchors, aliases, merge keys, tags, keys that are no words",
          "[config]") {
  CHECK(faults_of("a: &x 1\nb: *x\n") ==
        "1:4 a: anchors (&name) are not supported | write the value out where it is needed\n"
        "2:4 b: aliases (*name) are not supported | write the value out; a text that begins with * needs quotes");
  CHECK(faults_of("a:\n  <<: {b: 1}\n") == "2:3 a: merge keys (<<) are not supported | write the keys out");
  CHECK(faults_of("a: !!int 5\n") ==
        "1:4 a: tags (!!type) are not supported | write the value without a tag; quote it if it is a text");
  CHECK(faults_of("? [a]\n: 1\n") == "1:3 a key has to be a plain word | write `key: value`");
}

TEST_CASE("only one document stands in a file", "[config]") {
  CHECK(faults_of("---\na: 1\n---\nb: 2\n") ==
        "3:1 a second YAML document begins here; only one is read | "
        "remove the line `---`, or move this part into a file of its own");
  CHECK(faults_of("---\na: 1\n...\n").empty());
}

TEST_CASE("a file without settings, or that is no map, is a fault", "[config]") {
  const std::string nothing = "0:0 the file holds no settings | `harvester init` writes a commented file to start from";
  CHECK(faults_of("") == nothing);
  CHECK(faults_of("# only a comment\n") == nothing);
  CHECK(faults_of("- a\n- b\n") == "1:1 the file has to hold keys with values | write `key: value` lines");
  CHECK(faults_of("hello\n") == "1:1 the file has to hold keys with values | write `key: value` lines");
}

TEST_CASE("text that is not YAML names the place", "[config]") {
  const auto document = parse_document("a: 1\nb: [1, 2\nc: 3\n", "f.yaml");
  REQUIRE(document.faults.size() == 1);
  CHECK(document.faults[0].line == 3);
  CHECK(document.faults[0].message.starts_with("not valid YAML: "));
  CHECK_FALSE(document.faults[0].hint.empty());
}

TEST_CASE("deep nesting is a fault, not a crash", "[config]") {
  const auto document = parse_document(std::string(100'000, '['), "f.yaml");
  CHECK_FALSE(document.faults.empty());
}

TEST_CASE("files that are binary or in another encoding are told by what they are", "[config]") {
  CHECK(faults_of(std::string_view("a\0b", 3)) == "0:0 the file is binary, not YAML text");
  CHECK(faults_of(std::string_view("\xFF\xFE"
                                   "a\0",
                                   4)) == "0:0 the file is UTF-16 | save it with the encoding UTF-8");
  CHECK(faults_of("a: 1\nb: K\xF6ln\n") == "2:5 the file is not UTF-8 here | save the file with the encoding UTF-8");
  CHECK(faults_of("\xEF\xBB\xBF"
                  "a: 1\r\nb: 2\r\n")
            .empty());
}

TEST_CASE("files that cannot be read are faults", "[config]") {
  const tests::TempDir dir;
  CHECK(brief(read_document(dir / "none.yaml").faults) ==
        "0:0 there is no such file | check the path; `harvester init` writes a first one");
  CHECK(brief(read_document(dir.path()).faults) == "0:0 is not a file");
  std::ofstream(dir / "big.yaml") << std::string((1 << 20) + 1, '#');
  CHECK(brief(read_document(dir / "big.yaml").faults) == "0:0 is larger than 1 MiB: this is no configuration file");
  std::ofstream(dir / "empty.yaml").flush();
  CHECK(read_document(dir / "empty.yaml").faults.size() == 1);
}

TEST_CASE("a fault is shown with its line, a caret below the character and the hint", "[config]") {
  const auto document = parse_document("name: \"山\"\nö: {port: 0104}\n", "profiles/p.yaml");
  const auto mark = document.root.entries[1].value.entries[0].value.mark;
  CHECK(mark == Mark{2, 11});
  CHECK(render(fault_at(document, mark, "ö.port", "is wrong", "did you mean 104?")) ==
        "profiles/p.yaml:2:11: ö.port: is wrong\n"
        "    ö: {port: 0104}\n"
        "              ^\n"
        "    hint: did you mean 104?");
  CHECK(render(fault_at(document, {1, 9}, "", "here")) ==
        "profiles/p.yaml:1:9: here\n"
        "    name: \"山\"\n"
        "             ^");
  CHECK(render(fault_at(document, {}, "", "empty")) == "profiles/p.yaml: empty");
}

TEST_CASE("control characters of a file do not reach the terminal", "[config]") {
  const Fault fault{"f.yaml", 1, 2, "k\x1b", "m\x1b[2J", "h\n", "\ta\x1b[2J"};
  const auto shown = render(fault);
  CHECK(shown.find('\x1b') == std::string::npos);
  CHECK(shown.find('\t') == std::string::npos);
}
