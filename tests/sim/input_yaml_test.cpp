#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <holdfast/sim/input/yaml.h>

#include "input_support.h"

namespace holdfast {
namespace {

// The tree in one line, or the diagnostics.
std::string parsed(const std::string& text) {
  const Source source = source_of(text);
  Diagnostics diagnostics(source);
  const std::optional<Node> node = parse_yaml(source, diagnostics);
  return node ? outline(*node) : diagnostics.render();
}

std::string repeated(const std::string& text, int count) {
  std::string result;
  for (int i = 0; i < count; ++i) result += text;
  return result;
}

TEST(Yaml, ValuesOfEveryKind) {
  EXPECT_EQ(parsed("a: 1\n"
                   "b: [x, \"y z\", 'it''s', ~, null]\n"
                   "c: {d: true, e: }\n"
                   "f:\n"
                   "  - 1\n"
                   "  -\n"
                   "  - g: h\n"
                   "i: |\n"
                   "  two\n"
                   "  lines\n"
                   "j: >-\n"
                   "  folded\n"
                   "  text\n"
                   "\"k\\tl\": \"\\u4e2d\"\n"),
            "{a: 1, b: [x, \"y z\", \"it's\", null, null], c: {d: true, e: null}, "
            "f: [1, null, {g: h}], i: \"two\nlines\n\", j: \"folded text\", k\tl: \"中\"}");
}

TEST(Yaml, WordsOfYaml11AreText) {
  EXPECT_EQ(parsed("[no, yes, on, 09:30, 1_000]"), "[no, yes, on, 09:30, 1_000]");
}

TEST(Yaml, PlacesOfValuesAndKeys) {
  const Source source = source_of("a:\n  - {c: , d: *e1}\n");
  Diagnostics diagnostics(source);
  EXPECT_FALSE(parse_yaml(source, diagnostics));
  ASSERT_EQ(diagnostics.count(), 1U);
  EXPECT_EQ(diagnostics.kept()[0].place, (Place{2, 14}));

  const Source right = source_of("中: \"文\"\n'b':\n - x\n -\n - {c: , d: yes}\n");
  Diagnostics none(right);
  const std::optional<Node> node = parse_yaml(right, none);
  ASSERT_TRUE(node) << none.render();
  EXPECT_EQ(places(*node),
            "{中@1:1+1: \"文\"@1:4+3, b@2:1+3: [x@3:4+1, null@4:2+1, "
            "{c@5:5+1: null@5:5+1, d@5:10+1: yes@5:13+3}@5:4+1]@3:2+1}@1:1+1");
}

TEST(Yaml, LinesMayEndAsOnWindowsAndABlockIsPlacedAtItsText) {
  const Source source = source_of("a: 1\r\nb: |\r\n  text\r\nc: 3\r\n");
  Diagnostics diagnostics(source);
  const std::optional<Node> node = parse_yaml(source, diagnostics);
  ASSERT_TRUE(node) << diagnostics.render();
  EXPECT_EQ(outline(*node), "{a: 1, b: \"text\n\", c: 3}");
  EXPECT_EQ(node->at("c").span().start, (Place{4, 4}));
}

TEST(Yaml, AliasesAreCopies) {
  EXPECT_EQ(parsed("a: &x {b: [1]}\nc: *x\nd: [*x, &y z, *y]\n"),
            "{a: {b: [1]}, c: {b: [1]}, d: [{b: [1]}, z, z]}");
}

TEST(Yaml, AnAnchorCanBeGivenAgain) {
  EXPECT_EQ(parsed("[&x 1, *x, &x 2, *x]"), "[1, 1, 2, 2]");
}

struct Refused {
  std::string text;
  std::string message;
};

TEST(Yaml, WhatIsNoYamlIsRefusedWithItsPlace) {
  const std::vector<Refused> cases{
      {"a: \"abc\nb: 2\n", "x.yaml:1:4: a quote is not closed\n"
                           "  1 | a: \"abc\n"
                           "    |    ^ add the closing quote\n"},
      {"a: 'it\n", "x.yaml:1:4: a quote is not closed\n"
                   "  1 | a: 'it\n"
                   "    |    ^ add the closing quote\n"},
      {"a:\n\tb: 2\n", "x.yaml:2:1: a tab cannot indent in YAML\n"
                       "  2 | \\tb: 2\n"
                       "    | ^~ use spaces\n"},
      {"a: 1\n  b: 2\n",
       "x.yaml:1:4: a key stands inside the text that begins here\n"
       "  1 | a: 1\n"
       "    |    ^ check the indentation of the next line, or the ':' of this one\n"},
      {"a: b: c\n", "x.yaml:1:5: two keys with ':' on one line\n"
                    "  1 | a: b: c\n"
                    "    |     ^ quote a value that contains ': '\n"},
      {"a: [1, 2\nb: 3\n", "x.yaml:1:4: '[' is not closed\n"
                           "  1 | a: [1, 2\n"
                           "    |    ^ add the ']'\n"},
      {"a: {b: 1\n", "x.yaml:1:4: '{' is not closed\n"
                     "  1 | a: {b: 1\n"
                     "    |    ^ add the '}'\n"},
      {"pool: {id: x\ntasks: 1\n", "x.yaml:2:6: a comma is missing here\n"
                                   "  2 | tasks: 1\n"
                                   "    |      ^ or is the '{' in line 1 not closed?\n"},
      {"a: [b,,c]\n", "x.yaml:1:7: a value is missing before this comma\n"
                      "  1 | a: [b,,c]\n"
                      "    |       ^\n"},
      {"a: 1\n}\n", "x.yaml:2:1: this bracket closes nothing\n"
                    "  2 | }\n"
                    "    | ^ remove it\n"},
      {"a: 1\nb\n", "x.yaml:2:1: expected 'key: value' here\n"
                    "  2 | b\n"
                    "    | ^ is the ':' missing?\n"},
      {"- a\nb: c\n", "x.yaml:2:1: expected another '- item' here\n"
                      "  2 | b: c\n"
                      "    | ^ check the indentation\n"},
      {"a: - b\n", "x.yaml:1:4: a list cannot start on the line of its key\n"
                   "  1 | a: - b\n"
                   "    |    ^ put the first '- ' on a line of its own\n"},
      {"a:\n    b: 2\n  c: 3\n", "x.yaml:3:3: this indentation matches no line above\n"
                                 "  3 |   c: 3\n"
                                 "    |   ^ align it with the keys of its mapping\n"},
      {"a: @x\n", "x.yaml:1:4: text without quotes cannot start with '@'\n"
                  "  1 | a: @x\n"
                  "    |    ^ put the text in quotes\n"},
      {"a: \"x\" y\n", "x.yaml:1:8: text after the closing quote\n"
                       "  1 | a: \"x\" y\n"
                       "    |        ^ put all of it inside the quotes\n"},
      {"a: \"\\q\"\n", "x.yaml:1:4: '\\' followed by 'q' is no escape in double quotes\n"
                       "  1 | a: \"\\q\"\n"
                       "    |    ^ write \\\\ for a backslash, or use single quotes\n"},
      {"a: &\n", "x.yaml:1:5: an anchor needs a name after '&'\n"
                 "  1 | a: &\n"
                 "    |     ^ quote text that starts with '&'\n"},
      {"a:\n- 1\n-\n- 2\n", "x.yaml:4:1: a value is missing before this\n"
                             "  4 | - 2\n"
                             "    | ^ '~' stands for no value\n"},
      {": 1\n", "x.yaml:1:1: a key is missing before ':'\n"
                "  1 | : 1\n"
                "    | ^\n"},
      {"%YAML 9.9\n---\na: 1\n", "x.yaml:1:1: not valid YAML\n"
                                 "  1 | %YAML 9.9\n"
                                 "    | ^\n"}};
  for (const auto& [text, message] : cases) EXPECT_EQ(parsed(text), message);
}

TEST(Yaml, WhatScenariosHaveNoUseForIsRefusedByName) {
  const std::vector<Refused> cases{
      {"", "x.yaml: the file holds no values\n"},
      {"# only a comment\n", "x.yaml: the file holds no values\n"},
      {"---\n...\n", "x.yaml: the file holds no values\n"},
      {"a: 1\n---\nb: 2\n",
       "x.yaml:2:1: a second document starts here; one file holds one document\n"
       "  2 | ---\n"
       "    | ^\n"},
      {"a: !!python/object x\n", "x.yaml:1:4: the tag '!!python/object' is not supported\n"
                                 "  1 | a: !!python/object x\n"
                                 "    |    ^~~~~~~~~~~~~~~ write the value without a tag\n"},
      {"a: &x {b: 1}\n<<: *x\n", "x.yaml:2:1: merge keys ('<<') are not supported\n"
                                 "  2 | <<: *x\n"
                                 "    | ^~ write the keys out\n"},
      {"? [a]: b\n", "x.yaml:1:3: a key must be text, not a list or a mapping\n"
                     "  1 | ? [a]: b\n"
                     "    |   ^\n"},
      {"a: &x b\n*x : c\n", "x.yaml:2:1: an alias cannot be a key\n"
                            "  2 | *x : c\n"
                            "    | ^~\n"},
      {"&x a: b\n", "x.yaml:1:4: an anchor on a key is not supported\n"
                    "  1 | &x a: b\n"
                    "    |    ^\n"},
      {"a: x\x01y\n", "x.yaml:1:5: the character \\x01 is not allowed in YAML\n"
                      "  1 | a: x\\x01y\n"
                      "    |     ^~~~ write it as an escape in double quotes\n"}};
  for (const auto& [text, message] : cases) EXPECT_EQ(parsed(text), message);
}

TEST(Yaml, SeveralMistakesAreReportedAtOnce) {
  EXPECT_EQ(parsed("a: 1\nb: 2\na: 3\nc: !x 4\nd: *nobody\n"),
            "x.yaml:3:1: the key 'a' is given twice; first in line 1\n"
            "  3 | a: 3\n"
            "    | ^\n"
            "x.yaml:4:4: the tag '!x' is not supported\n"
            "  4 | c: !x 4\n"
            "    |    ^~ write the value without a tag\n"
            "x.yaml:5:4: no anchor 'nobody' stands before this alias\n"
            "  5 | d: *nobody\n"
            "    |    ^~~~~~~\n");
}

TEST(Yaml, AKeyMayBeThereOnceInEachMapping) {
  EXPECT_EQ(parsed("a: {b: 1}\nc: {b: 2}\n"), "{a: {b: 1}, c: {b: 2}}");
  EXPECT_EQ(parsed("{a: 1, \"a\": 2}"), "x.yaml:1:8: the key 'a' is given twice; first in line 1\n"
                                        "  1 | {a: 1, \"a\": 2}\n"
                                        "    |        ^~~\n");
}

TEST(Yaml, AnAliasInsideItsOwnValueIsRefused) {
  EXPECT_EQ(parsed("a: &x [b, *x]\n"), "x.yaml:1:11: the alias 'x' stands inside its own value\n"
                                       "  1 | a: &x [b, *x]\n"
                                       "    |           ^~\n");
}

TEST(Yaml, ManyLaughsEndAtTheLimitOfValues) {
  std::string text = "a0: &a0 [" + repeated("x,", 10) + "x]\n";
  for (int i = 1; i < 12; ++i) {
    const std::string before = "*a" + std::to_string(i - 1);
    const std::string name = "a" + std::to_string(i);
    text += name + ": &" + name + " [" + repeated(before + ", ", 9) + before + "]\n";
  }
  const std::string message = parsed(text);
  EXPECT_EQ(message.substr(0, message.find('\n')),
            "x.yaml:5:9: more than 200000 values, aliases followed");
}

TEST(Yaml, LongTextCopiedByAliasesEndsAtTheLimitOfText) {
  const std::string message =
      parsed("a: &a " + std::string(100'000, 'x') + "\nb: [" + repeated("*a,", 1000) + "]\n");
  EXPECT_EQ(message.substr(0, message.find('\n')),
            "x.yaml:2:500: more than 16 MiB of text, aliases followed");
}

TEST(Yaml, SixtyFourLevelsAreRightAndOneMoreIsNot) {
  EXPECT_EQ(parsed(repeated("[", 64) + repeated("]", 64)), repeated("[", 64) + repeated("]", 64));
  const std::string message = parsed(repeated("[", 65) + repeated("]", 65));
  EXPECT_EQ(message.substr(0, message.find('\n')), "x.yaml:1:65: nested deeper than 64 levels");
}

TEST(Yaml, LevelsThroughAnAliasCount) {
  const std::string deep = repeated("[", 40) + repeated("]", 40);
  const std::string message =
      parsed("a: &x " + deep + "\nb: " + repeated("[", 30) + "*x" + repeated("]", 30) + "\n");
  EXPECT_EQ(message.substr(0, message.find('\n')),
            "x.yaml:2:34: nested deeper than 64 levels through this alias");
}

TEST(Yaml, FloodsAreRefusedBeforeTheyCostMuch) {
  const std::vector<std::pair<std::string, std::string>> cases{
      {std::string(4'000'000, '['), "x.yaml:1:1001: nested deeper than 64 levels"},
      {repeated("{\n", 1'000'000), "x.yaml:1001:1: nested deeper than 64 levels"},
      {"[" + repeated("a,", 1'000'000), "x.yaml:1:262146: a line longer than 256 KiB"},
      {repeated("- ", 100'000), "x.yaml:1:129: nested deeper than 64 levels"},
      {repeated("- a\n", 500'000), "x.yaml:200001:3: more than 200000 values, aliases followed"}};
  for (const auto& [text, first_line] : cases) {
    const std::string message = parsed(text);
    EXPECT_EQ(message.substr(0, message.find('\n')), first_line);
  }
}

// Either a tree or diagnostics, never both, and never a crash.
void expect_one_answer(const std::string& text) {
  const auto made = make_source("x.yaml", text);
  if (!std::holds_alternative<Source>(made)) return;
  const Source& source = std::get<Source>(made);
  Diagnostics diagnostics(source);
  const std::optional<Node> node = parse_yaml(source, diagnostics);
  RC_ASSERT(node.has_value() == diagnostics.empty());
  if (node) outline(*node);
  RC_ASSERT(diagnostics.render().empty() == diagnostics.empty());
}

RC_GTEST_PROP(Yaml, RandomBytesNeverCrash, (const std::string& bytes)) {
  expect_one_answer(bytes);
}

RC_GTEST_PROP(Yaml, RandomPiecesOfYamlNeverCrash, ()) {
  const auto pieces = *rc::gen::container<std::vector<std::string>>(rc::gen::element<std::string>(
      "a", "b: ", "- ", "? ", ": ", "\n", "  ", "[", "]", "{", "}", ", ", "\"", "'", "\\", "|\n",
      ">\n", "&x ", "*x ", "!t ", "# c\n", "---\n", "...\n", "%YAML 1.2\n", "~", "<<: ", "\t",
      "中", "\r\n", "\xEF\xBB\xBF", "1", "@", "`"));
  std::string text;
  for (const std::string& piece : pieces) text += piece;
  expect_one_answer(text);
}

}  // namespace
}  // namespace holdfast
