// The small texts that reports are made of: times, harmless text, JSON, expectations.
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <rapidcheck/gtest.h>

#include <holdfast/reports/expectation_text.h>
#include <holdfast/reports/json_writer.h>
#include <holdfast/reports/plain_text.h>
#include <holdfast/reports/time_text.h>

namespace holdfast {
namespace {

constexpr Moment start{1'762'617'000 * second};  // 2025-11-08T15:50:00Z

TEST(TimeText, a_time_of_the_first_day_stands_without_its_date) {
  EXPECT_EQ(time_of_day({start.us + 18'104'233}, start), "15:50:18.104233");
}

TEST(TimeText, a_time_of_another_day_has_its_date) {
  EXPECT_EQ(time_of_day({start.us + 9 * hour}, start), "2025-11-09 00:50:00.000000");
  EXPECT_EQ(time_of_day({start.us + 18'104'233}, start, 8 * hour), "23:50:18.104233");
  EXPECT_EQ(time_of_day({start.us + 11 * minute}, start, 8 * hour), "2025-11-09 00:01:00.000000");
}

TEST(TimeText, moments_before_1970_are_shown_as_its_beginning) {
  EXPECT_EQ(instant_text({-5}), "1970-01-01T00:00:00Z");
}

TEST(TimeText, lengths_have_only_the_units_that_count) {
  EXPECT_EQ(length_text(0), "0s");
  EXPECT_EQ(length_text(630 * second), "10m30s");
  EXPECT_EQ(length_text(day + 2 * hour + 5), "1d2h5us");
}

TEST(SinceStart, is_as_wide_as_the_longest_run_asks_for) {
  EXPECT_EQ(SinceStart(start, 10 * minute).text({start.us + 18'104'999}), "+00:18.104");
  EXPECT_EQ(SinceStart(start, 2 * hour).text({start.us + 62 * minute}), "+1:02:00.000");
  EXPECT_EQ(SinceStart(start, 12 * day).text({start.us + 3 * day}), "+ 3d 00:00:00.000");
}

TEST(SinceStart, says_how_far_it_is_beyond_the_longest_run_too) {
  EXPECT_EQ(SinceStart(start, 10 * minute).text({start.us + 30 * hour}), "+1800:00.000");
  EXPECT_EQ(SinceStart(start, hour).text({start.us + day + 6'014 * millisecond}), "+24:00:06.014");
  EXPECT_EQ(SinceStart(start, day).text({start.us + 100 * day}), "+100d 00:00:00.000");
}

RC_GTEST_PROP(SinceStart, every_moment_of_a_run_has_the_same_width, ()) {
  const auto longest = *rc::gen::inRange<std::int64_t>(1, 400 * day);
  const auto at = *rc::gen::inRange<std::int64_t>(0, longest + 1);
  const SinceStart since(start, longest);
  RC_ASSERT(since.text({start.us + at}).size() == since.width());
}

TEST(ShellQuoted, leaves_plain_words_alone) {
  EXPECT_EQ(shell_quoted("scenarios/incident-598/restart.yaml"),
            "scenarios/incident-598/restart.yaml");
  EXPECT_EQ(shell_quoted("slots+delay"), "slots+delay");
}

TEST(ShellQuoted, quotes_what_a_shell_would_take_apart) {
  EXPECT_EQ(shell_quoted(""), "''");
  EXPECT_EQ(shell_quoted("a b"), "'a b'");
  EXPECT_EQ(shell_quoted("it's"), "'it'\\''s'");
  EXPECT_EQ(shell_quoted("$(ls)"), "'$(ls)'");
  EXPECT_EQ(shell_quoted("a\nb\xff"), "$'a\\012b\\377'");
}

TEST(PlainText, nothing_reaches_a_terminal_that_it_would_act_on) {
  EXPECT_EQ(printable_text("red \x1b[31m\x07"), "red \\x1b[31m\\x07");
}

TEST(PlainText, what_is_no_utf8_is_replaced) { EXPECT_EQ(as_utf8("a\xff"), "a\xEF\xBF\xBD"); }

TEST(JsonWriter, nests_and_indents) {
  JsonWriter json;
  json.begin_object();
  json.text("name", "a \"b\"");
  json.begin_array("seeds");
  json.begin_object();
  json.number("n", 7);
  json.null("found");
  json.end_object();
  json.end_array();
  json.begin_array("none");
  json.end_array();
  json.boolean("good", true);
  json.end_object();
  EXPECT_EQ(json.finish(),
            "{\n  \"name\": \"a \\\"b\\\"\",\n  \"seeds\": [\n    {\n      \"n\": 7,\n"
            "      \"found\": null\n    }\n  ],\n  \"none\": [],\n  \"good\": true\n}\n");
}

RC_GTEST_PROP(JsonWriter, any_bytes_come_out_as_json, (const std::string& text)) {
  JsonWriter json;
  json.begin_object();
  json.text("text", text);
  json.end_object();
  const auto read = nlohmann::json::parse(json.finish());
  RC_ASSERT(read.at("text").get<std::string>() == as_utf8(text));
}

TEST(ExpectationText, says_what_the_file_says) {
  Expectation expectation;
  expectation.kind = ExpectationKind::violates;
  expectation.property = "pool_settles";
  expectation.within_us = 5 * minute;
  EXPECT_EQ(expectation_text(expectation), "violates pool_settles within 5m");

  Expectation at;
  at.kind = ExpectationKind::at;
  at.at_us = 30 * second;
  at.test.pods = 0;
  at.test.tasks.push_back({598, TaskStatus::apply_pending, std::uint16_t{1}, false});
  at.test.pod_lives.emplace_back(std::uint16_t{2}, false);
  EXPECT_EQ(expectation_text(at),
            "at 30s: pods 0, task 598 apply_pending planned on pod 1 in no slot, "
            "pod 2 does not live");
}

}  // namespace
}  // namespace holdfast
