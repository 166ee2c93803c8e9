#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <rapidcheck/gtest.h>

#include <holdfast/model/duration_text.h>
#include <holdfast/sim/input/shape.h>
#include <holdfast/sim/input/yaml.h>

#include "input_support.h"

namespace holdfast {
namespace {

// "right", or the diagnostics.
std::string checked(const Shape& shape, const std::string& text) {
  const Source source = source_of(text);
  Diagnostics diagnostics(source);
  const std::optional<Node> node = parse_yaml(source, diagnostics);
  if (node && check(shape, *node, diagnostics)) return "right";
  return diagnostics.render();
}

// The message and the hint of the only mistake when the key `v` holds `value`.
std::string fault(const Shape& shape, const std::string& value) {
  const Source source = source_of("v: " + value + "\n");
  Diagnostics diagnostics(source);
  const std::optional<Node> node = parse_yaml(source, diagnostics);
  if (!node) return "no YAML: " + diagnostics.render();
  if (check(mapping_shape("test", {required_field("v", shape, "a value")}), *node, diagnostics)) {
    return "right";
  }
  if (diagnostics.count() != 1) return diagnostics.render();
  const Diagnostic& only = diagnostics.kept().front();
  return only.message + (only.hint.empty() ? "" : " | " + only.hint);
}

const Shape& pool_shape() {
  static const Shape shape = [] {
    Shape pool = mapping_shape(
        "pool", {required_field("id", text_shape(), "the pool's name"),
                 optional_field("min_replicas", integer_shape(0, 9), "fewest pods", "0"),
                 optional_field("max_replicas", integer_shape(0, 9), "most pods", "0")});
    pool.misplaced.push_back({"cpu_limit", "under resources.limits", "resources: ..."});
    return pool;
  }();
  return shape;
}

TEST(Shape, AnUnknownKeyNamesTheNearestAndAll) {
  EXPECT_EQ(checked(pool_shape(), "id: a\nmin_replica: 0\n"),
            "x.yaml:2:1: unknown key 'min_replica' in pool; "
            "expected one of id, min_replicas, max_replicas\n"
            "  2 | min_replica: 0\n"
            "    | ^~~~~~~~~~~ did you mean 'min_replicas'?\n");
  EXPECT_EQ(checked(pool_shape(), "id: a\nbanana: 0\n"),
            "x.yaml:2:1: unknown key 'banana' in pool; "
            "expected one of id, min_replicas, max_replicas\n"
            "  2 | banana: 0\n"
            "    | ^~~~~~\n");
}

TEST(Shape, ALostSpaceAfterAColonIsSeen) {
  EXPECT_EQ(checked(pool_shape(), "{id: a, min_replicas:0}\n"),
            "x.yaml:1:9: unknown key 'min_replicas:0' in pool; "
            "expected one of id, min_replicas, max_replicas\n"
            "  1 | {id: a, min_replicas:0}\n"
            "    |         ^~~~~~~~~~~~~~ is a space missing after ':'?\n");
  EXPECT_EQ(checked(pool_shape(), "id:a\n"), "x.yaml:1:1: expected a mapping (pool), found 'id:a'\n"
                                             "  1 | id:a\n"
                                             "    | ^~~~ is a space missing after ':'?\n");
}

TEST(Shape, AMisplacedKeySaysWhereItBelongs) {
  EXPECT_EQ(checked(pool_shape(), "id: a\ncpu_limit: 1\n"),
            "x.yaml:2:1: 'cpu_limit' does not belong in pool; it belongs under resources.limits\n"
            "  2 | cpu_limit: 1\n"
            "    | ^~~~~~~~~ resources: ...\n");
}

TEST(Shape, SeveralMistakesAtOnce) {
  EXPECT_EQ(checked(pool_shape(), "min_replicas: -1\nmax_replicas: many\n"),
            "x.yaml:1:1: the key 'id' is missing in pool; it is the pool's name\n"
            "  1 | min_replicas: -1\n"
            "    | ^\n"
            "x.yaml:1:15: expected an integer from 0 to 9 for 'min_replicas', "
            "found the number -1\n"
            "  1 | min_replicas: -1\n"
            "    |               ^~\n"
            "x.yaml:2:15: expected an integer from 0 to 9 for 'max_replicas', found 'many'\n"
            "  2 | max_replicas: many\n"
            "    |               ^~~~\n");
}

TEST(Shape, Integers) {
  const Shape shape = integer_shape(1, 7);
  for (const char* text : {"1", "7", "+3", "007"}) EXPECT_EQ(fault(shape, text), "right") << text;
  const std::vector<std::pair<std::string, std::string>> cases{
      {"0", "the number 0"},        {"8", "the number 8"},
      {"1.0", "the number 1.0"},    {"0x3", "the number 0x3"},
      {"true", "true"},             {"~", "nothing"},
      {"[1]", "a list"},            {"{a: 1}", "a mapping"},
      {"99999999999999999999", "the number 99999999999999999999"},
      {"'3'", "'3' | remove the quotes"}};
  for (const auto& [text, found] : cases) {
    EXPECT_EQ(fault(shape, text), "expected an integer from 1 to 7 for 'v', found " + found);
  }
}

TEST(Shape, TextMustBeQuotedWhenItLooksLikeSomethingElse) {
  for (const char* text : {"abc", "'1'", "\"true\"", "no", "1.2.3", "09:30"}) {
    EXPECT_EQ(fault(text_shape(), text), "right") << text;
  }
  EXPECT_EQ(fault(text_shape(), "598"),
            "expected text for 'v', found the number 598 | quote it: \"598\"");
  EXPECT_EQ(fault(text_shape(), "1.2"),
            "expected text for 'v', found the number 1.2 | quote it: \"1.2\"");
  EXPECT_EQ(fault(text_shape(), "false"),
            "expected text for 'v', found false | quote it: \"false\"");
  EXPECT_EQ(fault(text_shape(), "''"), "expected text for 'v', found ''; it must not be empty");
}

TEST(Shape, Booleans) {
  EXPECT_EQ(fault(boolean_shape(), "true"), "right");
  EXPECT_EQ(fault(boolean_shape(), "false"), "right");
  for (const std::string text : {"'yes'", "'true'", "'1'"}) {
    EXPECT_EQ(fault(boolean_shape(), text), "expected true or false for 'v', found " + text);
  }
  EXPECT_EQ(fault(boolean_shape(), "yes"), "expected true or false for 'v', found 'yes'");
  EXPECT_EQ(fault(boolean_shape(), "True"), "expected true or false for 'v', found True");
}

TEST(Shape, Durations) {
  for (const char* text : {"0s", "250ms", "3us", "1h30m", "2d", "\"5m\""}) {
    EXPECT_EQ(fault(duration_shape(), text), "right") << text;
  }
  const std::string expected = "expected a duration such as 250ms, 10s or 1h30m for 'v', found ";
  EXPECT_EQ(fault(duration_shape(), "-10s"), expected + "'-10s'; a duration cannot be negative");
  EXPECT_EQ(fault(duration_shape(), "soon"), expected + "'soon'");
  EXPECT_EQ(fault(duration_shape(), "[1s]"), expected + "a list");
  EXPECT_EQ(fault(duration_shape(1'000'000), "20ms"), expected + "'20ms'; at least 1s");
  EXPECT_TRUE(fault(duration_shape(), "10").starts_with(expected + "the number 10; "));
  EXPECT_TRUE(fault(duration_shape(), "10sec").starts_with(expected + "'10sec'; "));
}

RC_GTEST_PROP(Shape, ADurationIsReadAsItWasWritten, ()) {
  const auto us = *rc::gen::inRange<std::int64_t>(0, longest_duration_us);
  const Node node = Node::scalar(duration_text(us), false, {});
  Diagnostics diagnostics;
  RC_ASSERT(check(duration_shape(), node, diagnostics));
  RC_ASSERT(duration_us_of(node) == us);
}

TEST(Shape, InstantsTimesAndFractions) {
  EXPECT_EQ(fault(instant_shape(), "2025-11-08T15:50:00Z"), "right");
  EXPECT_EQ(fault(instant_shape(), "2025-11-31T15:50:00Z"),
            "expected an instant such as 2025-11-08T15:50:00Z for 'v', "
            "found '2025-11-31T15:50:00Z'; the day must be 01 to 30 in this month");
  EXPECT_EQ(fault(time_of_day_shape(), "09:30"), "right");
  EXPECT_EQ(fault(time_of_day_shape(), "9:30"),
            "expected a time of day HH:MM for 'v', found '9:30'; write 09:30");
  EXPECT_EQ(fault(fraction_shape(), "0.05"), "right");
  EXPECT_EQ(fault(fraction_shape(), "5%"), "right");
  EXPECT_EQ(fault(fraction_shape(), "1.5"),
            "expected a fraction such as 0.05 or 5% for 'v', found the number 1.5; "
            "more than the whole");
}

TEST(Shape, ChoicesNameTheNearest) {
  const Shape shape = choice_shape(std::vector<std::string>{"plan", "plan_and_apply", "no"});
  EXPECT_EQ(fault(shape, "plan"), "right");
  EXPECT_EQ(fault(shape, "no"), "right");
  EXPECT_EQ(fault(shape, "plan_and_aply"),
            "expected one of plan, plan_and_apply, no for 'v', found 'plan_and_aply' | "
            "did you mean 'plan_and_apply'?");
  EXPECT_EQ(fault(shape, "banana"), "expected one of plan, plan_and_apply, no for 'v', "
                                    "found 'banana'");
}

TEST(Shape, ALongListOfNamesIsCut) {
  std::vector<std::string> names;
  for (int i = 0; i < 30; ++i) names.push_back("n" + std::to_string(i));
  EXPECT_TRUE(fault(choice_shape(names), "x").ends_with("n22, n23 and 6 more for 'v', found 'x'"));
}

TEST(Shape, Sequences) {
  const Shape shape = sequence_shape(integer_shape(1, 7), 1, 2);
  EXPECT_EQ(fault(shape, "[1, 7]"), "right");
  EXPECT_EQ(fault(shape, "[]"), "expected at least 1 item in 'v', found 0");
  EXPECT_EQ(fault(shape, "[1, 2, 3]"), "expected at most 2 items in 'v', found 3");
  EXPECT_EQ(fault(shape, "[1, 9]"),
            "expected an integer from 1 to 7 for item 2 of 'v', found the number 9");
  EXPECT_EQ(fault(shape, "3"),
            "expected a list for 'v', found the number 3 | a list of one stands in brackets too: "
            "[...]");
}

TEST(Shape, KeysThatExcludeEachOther) {
  Shape step = mapping_shape("step", {optional_field("at", duration_shape(), "when"),
                                      optional_field("restart", or_null(duration_shape()), "x"),
                                      optional_field("submit", text_shape(), "y")});
  step.groups.push_back({{"restart", "submit"}, true});
  EXPECT_EQ(checked(step, "at: 1s\nsubmit: a\n"), "right");
  EXPECT_EQ(checked(step, "restart:\n"), "right");
  EXPECT_EQ(checked(step, "at: 1s\n"), "x.yaml:1:1: step needs one of restart, submit\n"
                                       "  1 | at: 1s\n"
                                       "    | ^\n");
  EXPECT_EQ(checked(step, "submit: a\nrestart:\n"),
            "x.yaml:2:1: 'submit' and 'restart' exclude each other in step\n"
            "  2 | restart:\n"
            "    | ^~~~~~~\n");
  step.groups[0].needs_one = false;
  EXPECT_EQ(checked(step, "at: 1s\n"), "right");
}

TEST(Shape, AKeyWithoutAValueIsRefusedUnlessItMayBe) {
  EXPECT_EQ(fault(text_shape(), ""), "expected text for 'v', found nothing");
  EXPECT_EQ(fault(or_null(text_shape()), ""), "right");
}

TEST(Shape, EitherTakesTheOneThatIsMeant) {
  const Shape shape = either_shape(
      {integer_shape(0, 9), choice_shape(std::vector<std::string>{"all", "none"}),
       sequence_shape(integer_shape(0, 9))});
  EXPECT_EQ(fault(shape, "3"), "right");
  EXPECT_EQ(fault(shape, "all"), "right");
  EXPECT_EQ(fault(shape, "[1, 2]"), "right");
  EXPECT_EQ(fault(shape, "[1, x]"),
            "expected an integer from 0 to 9 for item 2 of 'v', found 'x'");
  EXPECT_EQ(fault(shape, "some"),
            "expected an integer from 0 to 9 or one of all, none or a list for 'v', found 'some'");
  EXPECT_EQ(fault(shape, "{a: 1}"),
            "expected an integer from 0 to 9 or one of all, none or a list for 'v', "
            "found a mapping");
}

TextFault even_length(std::string_view text) {
  return text.size() % 2 == 0 ? TextFault{} : TextFault{"its length is odd", "add a letter"};
}
const TextFormat even{"text of even length", "^(..)*$", even_length};

TEST(Shape, DictionariesCheckKeysAndValues) {
  const Shape shape = dictionary_shape("pairs", text_shape(even), &even);
  EXPECT_EQ(checked(shape, "ab: cdef\n\"\": ''\n"), "right");
  EXPECT_EQ(checked(shape, "abc: d\n"),
            "x.yaml:1:1: expected text of even length as a key of pairs, found 'abc'; "
            "its length is odd\n"
            "  1 | abc: d\n"
            "    | ^~~ add a letter\n"
            "x.yaml:1:6: expected text of even length for 'abc', found 'd'; its length is odd\n"
            "  1 | abc: d\n"
            "    |      ^ add a letter\n");
}

void refuse_equal(const Node& mapping, Diagnostics& diagnostics) {
  if (integer_or(mapping, "a", 0) != integer_or(mapping, "b", 0)) return;
  diagnostics.add(mapping.at("a").span(), "a and b are equal");
}

TEST(Shape, ARuleIsAskedWhenEverythingElseIsRight) {
  Shape shape = mapping_shape("pair", {required_field("a", integer_shape(0, 9), "one"),
                                       required_field("b", integer_shape(0, 9), "another")});
  shape.rule = refuse_equal;
  EXPECT_EQ(checked(shape, "{a: 1, b: 2}\n"), "right");
  EXPECT_EQ(checked(shape, "{a: 1, b: 1}\n"), "x.yaml:1:5: a and b are equal\n"
                                              "  1 | {a: 1, b: 1}\n"
                                              "    |     ^\n");
  EXPECT_EQ(checked(shape, "{a: 1, b: x}\n"),
            "x.yaml:1:11: expected an integer from 0 to 9 for 'b', found 'x'\n"
            "  1 | {a: 1, b: x}\n"
            "    |           ^\n");
}

TEST(Shape, ValuesAreReadAfterTheCheck) {
  const Source source = source_of("{i: 7, t: text, d: 1h30m, b: true, f: 5%, l: [x, y],"
                                  " s: 2025-11-08T15:50:00Z, m: 09:30}");
  Diagnostics diagnostics(source);
  const std::optional<Node> node = parse_yaml(source, diagnostics);
  ASSERT_TRUE(node);
  EXPECT_EQ(integer_or(*node, "i", 1), 7);
  EXPECT_EQ(integer_or(*node, "other", 1), 1);
  EXPECT_EQ(text_or(*node, "t", "no"), "text");
  EXPECT_EQ(text_or(*node, "other", "no"), "no");
  EXPECT_EQ(duration_us_or(*node, "d", 0), 5'400'000'000);
  EXPECT_EQ(duration_us_or(*node, "other", 3), 3);
  EXPECT_TRUE(boolean_or(*node, "b", false));
  EXPECT_FALSE(boolean_or(*node, "other", false));
  EXPECT_EQ(fraction_ppm_of(node->at("f")), 50'000);
  EXPECT_EQ(texts_or_none(*node, "l"), (std::vector<std::string>{"x", "y"}));
  EXPECT_TRUE(texts_or_none(*node, "other").empty());
  EXPECT_EQ(instant_us_of(node->at("s")), 1'762'617'000'000'000);
  EXPECT_EQ(minute_of_day_of(node->at("m")), 570);
}

TEST(JsonSchema, OfAMappingIsExactlyThis) {
  Shape shape = pool_shape();
  shape.about = "A \"pool\".";
  shape.fields.push_back(optional_field(
      "mode", choice_shape(std::vector<Choice>{{"fast", "at once"}, {"slow", ""}}), "how"));
  shape.groups.push_back({{"min_replicas", "mode"}, true});
  EXPECT_EQ(json_schema(shape, "pool file"), R"({
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "title": "pool file",
  "description": "A \"pool\".",
  "type": "object",
  "properties": {
    "id": {
      "description": "the pool's name",
      "type": "string",
      "minLength": 1
    },
    "min_replicas": {
      "description": "fewest pods",
      "type": "integer",
      "minimum": 0,
      "maximum": 9,
      "default": 0
    },
    "max_replicas": {
      "description": "most pods",
      "type": "integer",
      "minimum": 0,
      "maximum": 9,
      "default": 0
    },
    "mode": {
      "description": "how",
      "oneOf": [
        {
          "const": "fast",
          "description": "at once"
        },
        {
          "const": "slow"
        }
      ]
    }
  },
  "required": [
    "id"
  ],
  "additionalProperties": false,
  "allOf": [
    {
      "oneOf": [
        {
          "required": [
            "min_replicas"
          ]
        },
        {
          "required": [
            "mode"
          ]
        }
      ]
    }
  ]
}
)");
}

TEST(JsonSchema, OfEveryKindIsJson) {
  std::vector<Shape> kinds{text_shape(), text_shape(even), integer_shape(-1, 1), fraction_shape(),
                           boolean_shape(), duration_shape(), instant_shape(), time_of_day_shape(),
                           choice_shape(std::vector<std::string>{"a", "b"}),
                           sequence_shape(text_shape(), 1, 3),
                           dictionary_shape("d", integer_shape(0, 1), &even),
                           or_null(boolean_shape())};
  Shape groups = mapping_shape("m", {optional_field("a", kinds[0], "first"),
                                     optional_field("b", kinds[1], "second", "xx")});
  groups.groups.push_back({{"a", "b"}, false});
  kinds.push_back(groups);
  const std::string schema = json_schema(either_shape(kinds), "all\nkinds");
  const nlohmann::json json = nlohmann::json::parse(schema);
  EXPECT_EQ(json.at("title"), "all\nkinds");
  ASSERT_EQ(json.at("anyOf").size(), kinds.size());
  EXPECT_EQ(json["anyOf"][5]["pattern"].get<std::string>().front(), '^');
  EXPECT_EQ(json["anyOf"][8], nlohmann::json({{"enum", {"a", "b"}}}));
  EXPECT_EQ(json["anyOf"][11]["anyOf"][1]["type"], "null");
  EXPECT_EQ(json["anyOf"][12]["allOf"][0]["oneOf"].size(), 3U);
  EXPECT_EQ(json["anyOf"][12]["properties"]["b"]["default"], "xx");
  EXPECT_EQ(schema, json_schema(either_shape(kinds), "all\nkinds"));
}

}  // namespace
}  // namespace holdfast
