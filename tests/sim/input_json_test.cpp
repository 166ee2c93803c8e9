#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <holdfast/sim/input/json.h>

#include "input_support.h"

namespace holdfast {
namespace {

std::string parsed(const std::string& text) {
  const Source source = source_of(text, "x.json");
  Diagnostics diagnostics(source);
  const std::optional<Node> node = parse_json(source, diagnostics);
  return node ? outline(*node) : diagnostics.render();
}

std::string repeated(const std::string& text, int count) {
  std::string result;
  for (int i = 0; i < count; ++i) result += text;
  return result;
}

TEST(Json, ValuesOfEveryKind) {
  EXPECT_EQ(parsed(R"({"a": 1, "b": [true, null, "x\ny", -1.5e3], "c": {}, "d\t": "\u4e2d"})"),
            "{a: 1, b: [true, null, \"x\ny\", -1.5e3], c: {}, d\t: \"中\"}");
  EXPECT_EQ(parsed("[]"), "[]");
  EXPECT_EQ(parsed("\xEF\xBB\xBF{}"), "{}");
}

TEST(Json, PlacesOfValuesAndKeys) {
  const Source source = source_of("{\"中\": \"文\",\n \"a\\\"b\" : [ 12 , {} ]}", "x.json");
  Diagnostics diagnostics(source);
  const std::optional<Node> node = parse_json(source, diagnostics);
  ASSERT_TRUE(node) << diagnostics.render();
  EXPECT_EQ(places(*node), "{中@1:2+3: \"文\"@1:7+3, a\"b@2:2+6: [12@2:13+2, {}@2:18+1]@2:11+1}"
                           "@1:1+1");
}

TEST(Json, WrongStructureIsRefusedWithItsPlace) {
  const std::vector<std::pair<std::string, std::string>> cases{
      {"", "x.json: the file holds no values\n"},
      {" \n", "x.json: the file holds no values\n"},
      {"5", "x.json:1:1: expected an object or an array, found '5'\n"
            "  1 | 5\n"
            "    | ^\n"},
      {"yes", "x.json:1:1: expected a value, found 'yes'\n"
              "  1 | yes\n"
              "    | ^ text stands in double quotes\n"},
      {"{\"a\": 1,}", "x.json:1:8: nothing stands after this comma\n"
                      "  1 | {\"a\": 1,}\n"
                      "    |        ^ remove it\n"},
      {"[1,\n 2,\n]", "x.json:2:3: nothing stands after this comma\n"
                      "  2 |  2,\n"
                      "    |   ^ remove it\n"},
      {"{\"a\": 1 \"b\": 2}", "x.json:1:9: expected ',' or '}', found '\"b\"'\n"
                             "  1 | {\"a\": 1 \"b\": 2}\n"
                             "    |         ^\n"},
      {"[1 2]", "x.json:1:4: expected ',' or ']', found '2'\n"
                "  1 | [1 2]\n"
                "    |    ^\n"},
      {"[{} 2]", "x.json:1:5: expected ',' or ']', found '2'\n"
                 "  1 | [{} 2]\n"
                 "    |     ^\n"},
      {"{\"a\": [1, 2}", "x.json:1:12: expected ',' or ']', found '}'\n"
                         "  1 | {\"a\": [1, 2}\n"
                         "    |            ^\n"},
      {"{\"a\" 1}", "x.json:1:6: expected ':' after the key, found '1'\n"
                    "  1 | {\"a\" 1}\n"
                    "    |      ^\n"},
      {"{a: 1}", "x.json:1:2: expected a key in double quotes, found 'a'\n"
                 "  1 | {a: 1}\n"
                 "    |  ^\n"},
      {"{'a': 1}", "x.json:1:2: text in JSON stands in double quotes\n"
                   "  1 | {'a': 1}\n"
                   "    |  ^\n"},
      {"{\"a\":}", "x.json:1:6: expected a value, found '}'\n"
                   "  1 | {\"a\":}\n"
                   "    |      ^\n"},
      {"{\"a\": tru}", "x.json:1:7: expected a value, found 'tru'\n"
                       "  1 | {\"a\": tru}\n"
                       "    |       ^ text stands in double quotes\n"},
      {"[,1]", "x.json:1:2: a value is missing before this comma\n"
               "  1 | [,1]\n"
               "    |  ^\n"}};
  for (const auto& [text, message] : cases) EXPECT_EQ(parsed(text), message) << text;
}

TEST(Json, WrongNumbersTextsAndEndsAreRefusedWithTheirPlace) {
  const std::vector<std::pair<std::string, std::string>> cases{
      {"[01, 2]", "x.json:1:2: '01' is no number in JSON\n"
                  "  1 | [01, 2]\n"
                  "    |  ^~\n"},
      {"[99999999999999999999, 2]",
       "x.json:1:2: the number '99999999999999999999' is too large\n"
       "  1 | [99999999999999999999, 2]\n"
       "    |  ^~~~~~~~~~~~~~~~~~~~\n"},
      {"[\"a\\qb\"]", "x.json:1:2: an escape in this text is not valid in JSON\n"
                     "  1 | [\"a\\qb\"]\n"
                     "    |  ^ write \\\\ for a backslash\n"},
      {"{\"a\": \"b\n}", "x.json:1:7: a quote is not closed on its line\n"
                         "  1 | {\"a\": \"b\n"
                         "    |       ^ add the closing quote\n"},
      {"[\"a\x02\"]", "x.json:1:4: the character \\x02 needs an escape in JSON\n"
                      "  1 | [\"a\\x02\"]\n"
                      "    |    ^~~~\n"},
      {"{\"a\": [1", "x.json:1:7: '[' is not closed\n"
                     "  1 | {\"a\": [1\n"
                     "    |       ^ add the ']'\n"},
      {"[", "x.json:1:1: '[' is not closed\n"
            "  1 | [\n"
            "    | ^ add the ']'\n"},
      {"{\"a\": 1, // c\n\"b\": 2}", "x.json:1:10: JSON has no comments\n"
                                    "  1 | {\"a\": 1, // c\n"
                                    "    |          ^ remove it, or use a YAML file\n"},
      {"{} x", "x.json:1:4: expected the end of the file, found 'x'\n"
               "  1 | {} x\n"
               "    |    ^\n"},
      {"{\"a\": 1,\n \"a\": 2}", "x.json:2:2: the key 'a' is given twice; first in line 1\n"
                                "  2 |  \"a\": 2}\n"
                                "    |  ^~~\n"}};
  for (const auto& [text, message] : cases) EXPECT_EQ(parsed(text), message) << text;
}

TEST(Json, SixtyFourLevelsAreRightAndOneMoreIsNot) {
  EXPECT_EQ(parsed(repeated("[", 64) + repeated("]", 64)), repeated("[", 64) + repeated("]", 64));
  for (const int levels : {65, 4'000'000}) {
    const std::string message = parsed(repeated("[", levels));
    EXPECT_EQ(message.substr(0, message.find('\n')), "x.json:1:65: nested deeper than 64 levels");
  }
}

TEST(Json, TheNumberOfValuesIsLimited) {
  const std::string message = parsed("[" + repeated("1,", 250'000) + "1]");
  EXPECT_EQ(message.substr(0, message.find('\n')), "x.json:1:400000: more than 200000 values");
}

void expect_one_answer(const std::string& text) {
  const auto made = make_source("x.json", text);
  if (!std::holds_alternative<Source>(made)) return;
  const Source& source = std::get<Source>(made);
  Diagnostics diagnostics(source);
  const std::optional<Node> node = parse_json(source, diagnostics);
  RC_ASSERT(node.has_value() == diagnostics.empty());
  if (node) outline(*node);
}

RC_GTEST_PROP(Json, RandomBytesNeverCrash, (const std::string& bytes)) {
  expect_one_answer(bytes);
}

RC_GTEST_PROP(Json, RandomPiecesOfJsonNeverCrash, ()) {
  const auto pieces = *rc::gen::container<std::vector<std::string>>(rc::gen::element<std::string>(
      "{", "}", "[", "]", ",", ":", "\"", "\"a\"", "1", "-", ".5", "e3", "true", "nul", "null", " ",
      "\n", "\\", "\\u12", "//", "'", "\x01", "中"));
  std::string text;
  for (const std::string& piece : pieces) text += piece;
  expect_one_answer(text);
}

}  // namespace
}  // namespace holdfast
