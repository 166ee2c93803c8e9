#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <holdfast/sim/input/diagnostics.h>
#include <holdfast/sim/input/nearest_name.h>
#include <holdfast/sim/input/source.h>
#include <holdfast/sim/input/utf8.h>

#include "input_support.h"

namespace holdfast {
namespace {

TEST(Diagnostic, ShowsPlaceLineCaretAndHint) {
  Diagnostics diagnostics(source_of("pool:\n  min_replica: 0\n", "scenarios/x.yaml"));
  diagnostics.add({{2, 3}, 11}, "unknown key 'min_replica' in pool",
                  "did you mean 'min_replicas'?");
  EXPECT_EQ(diagnostics.render(),
            "scenarios/x.yaml:2:3: unknown key 'min_replica' in pool\n"
            "  2 |   min_replica: 0\n"
            "    |   ^~~~~~~~~~~ did you mean 'min_replicas'?\n");
}

TEST(Diagnostic, WithoutAPlaceShowsNoLine) {
  EXPECT_EQ(render({"x.yaml", {}, "this file does not exist", {}, {}}),
            "x.yaml: this file does not exist\n");
  EXPECT_EQ(render({"x.yaml", {}, "no", "try yes", {}}), "x.yaml: no\n  try yes\n");
}

TEST(Diagnostic, CaretStandsUnderWideCharacters) {
  const Source source = source_of("中文: 錯誤 x\n");
  EXPECT_EQ(render(source.diagnose({{1, 5}, 2}, "wrong")),
            "x.yaml:1:5: wrong\n"
            "  1 | 中文: 錯誤 x\n"
            "    |       ^~~~\n");
}

TEST(Diagnostic, ControlAndHiddenCharactersAreEscaped) {
  const Source source = source_of("a\t\x1b[31m\xE2\x80\xAE z\n");
  EXPECT_EQ(render(source.diagnose({{1, 9}, 1}, "wrong")),
            "x.yaml:1:9: wrong\n"
            "  1 | a\\t\\x1b[31m\\u202e z\n"
            "    |                  ^\n");
}

TEST(Diagnostic, ALongLineIsCutOnBothSidesOfTheSpot) {
  const Source source = source_of(std::string(1'000'000, 'a') + "b" + std::string(1'000'000, 'c'));
  const Diagnostic diagnostic = source.diagnose({{1, 1'000'001}, 1}, "wrong");
  EXPECT_EQ(render(diagnostic), "x.yaml:1:1000001: wrong\n"
                                "  1 | ..." + std::string(40, 'a') + "b" + std::string(60, 'c') +
                                "...\n"
                                "    | " + std::string(43, ' ') + "^\n");
}

TEST(Diagnostic, AnUnderlineEndsWhereTheShownLineEnds) {
  const Source source = source_of(std::string(100'000, 'a'));
  const Diagnostic diagnostic = source.diagnose({{1, 1}, 100'000}, "wrong");
  EXPECT_EQ(diagnostic.excerpt.width, 61);
  EXPECT_EQ(diagnostic.excerpt.text, std::string(61, 'a') + "...");
}

TEST(Diagnostic, ASpotBehindTheLineHasItsCaretAtTheEnd) {
  EXPECT_EQ(make_excerpt("ab", 3, 1), (Excerpt{"ab", 2, 1}));
}

RC_GTEST_PROP(Diagnostic, AnExcerptOfAnyBytesIsShortAndPrintable, (const std::string& line)) {
  const int column = *rc::gen::inRange(1, 300);
  const Excerpt excerpt = make_excerpt(line, column, *rc::gen::inRange(1, 300));
  RC_ASSERT(excerpt.text.size() <= 1100U);
  RC_ASSERT(excerpt.width >= 1);
  RC_ASSERT(first_invalid_utf8(excerpt.text) == excerpt.text.size());
  for (const char c : excerpt.text) RC_ASSERT(static_cast<unsigned char>(c) >= 0x20);
}

TEST(Diagnostics, SeveralAreSortedByPlace) {
  Diagnostics diagnostics(source_of("a\nb\nc\n"));
  diagnostics.add({{3, 1}, 1}, "third");
  diagnostics.add({{1, 1}, 1}, "first");
  diagnostics.add({{3, 1}, 1}, "fourth");
  diagnostics.add({{2, 1}, 1}, "second");
  EXPECT_EQ(diagnostics.render(), "x.yaml:1:1: first\n  1 | a\n    | ^\n"
                                  "x.yaml:2:1: second\n  2 | b\n    | ^\n"
                                  "x.yaml:3:1: third\n  3 | c\n    | ^\n"
                                  "x.yaml:3:1: fourth\n  3 | c\n    | ^\n");
}

TEST(Diagnostics, TheFirstTwentyAreShownAndTheRestCounted) {
  std::string text;
  for (int i = 0; i < 50; ++i) text += "line\n";
  Diagnostics diagnostics(source_of(text));
  for (int line = 50; line >= 1; --line) diagnostics.add({{line, 1}, 1}, "wrong");
  EXPECT_EQ(diagnostics.count(), 50U);
  ASSERT_EQ(diagnostics.kept().size(), 20U);
  EXPECT_EQ(diagnostics.kept().front().place, (Place{1, 1}));
  EXPECT_EQ(diagnostics.kept().back().place, (Place{20, 1}));
  EXPECT_TRUE(diagnostics.render().ends_with("and 30 more\n"));
}

TEST(Source, PlacesCountCharactersAndEveryKindOfLineEnd) {
  const Source source = source_of("ä中x\r\nb\rc\n");
  EXPECT_EQ(source.place_at(0), (Place{1, 1}));
  EXPECT_EQ(source.place_at(2), (Place{1, 2}));
  EXPECT_EQ(source.place_at(5), (Place{1, 3}));
  EXPECT_EQ(source.place_at(8), (Place{2, 1}));
  EXPECT_EQ(source.place_at(10), (Place{3, 1}));
  EXPECT_EQ(source.place_at(12), (Place{4, 1}));
  EXPECT_EQ(source.line(1), "ä中x");
  EXPECT_EQ(source.line(2), "b");
  EXPECT_EQ(source.line(3), "c");
  EXPECT_EQ(source.line(4), "");
  EXPECT_EQ(source.line(5), "");
}

RC_GTEST_PROP(Source, APlaceIsWhatCountingFromTheStartGives, ()) {
  const auto parts = *rc::gen::container<std::vector<std::string>>(
      rc::gen::element<std::string>("a", "ä", "中", "😀", "\n", "\r\n", "\r", "  ",
                                    std::string(700, 'x')));
  std::string text;
  for (const std::string& part : parts) text += part;
  const Source source = source_of(text);
  Place expected{1, 1};
  for (std::size_t offset = 0; offset < text.size();) {
    RC_ASSERT(source.place_at(offset) == expected);
    const bool line_end =
        text[offset] == '\n' ||
        (text[offset] == '\r' && (offset + 1 == text.size() || text[offset + 1] != '\n'));
    offset += code_point_at(text, offset).bytes;
    expected = line_end ? Place{expected.line + 1, 1} : Place{expected.line, expected.column + 1};
  }
}

std::string refusal(std::string text) {
  const auto made = make_source("x.yaml", std::move(text));
  const auto* diagnostic = std::get_if<Diagnostic>(&made);
  return diagnostic == nullptr ? "accepted" : render(*diagnostic);
}

TEST(Source, BinaryAndOtherEncodingsAreRefusedWithTheirPlace) {
  EXPECT_EQ(refusal(std::string("a: 1\nb: \0x\n", 11)),
            "x.yaml:2:4: expected text, found a NUL byte\n"
            "  2 | b: \\x00x\n"
            "    |    ^~~~ is this a binary file?\n");
  EXPECT_EQ(refusal("a: caf\xE9\n"),
            "x.yaml:1:7: expected text in UTF-8, found a byte that is not\n"
            "  1 | a: caf\\xe9\n"
            "    |       ^~~~ save the file as UTF-8\n");
  EXPECT_EQ(refusal("a: \xED\xA0\x80\n").substr(0, 60),
            "x.yaml:1:4: expected text in UTF-8, found a byte that is not");
}

TEST(Source, TheLimitIsFourMebibytes) {
  EXPECT_EQ(refusal(std::string(max_source_bytes, 'a')), "accepted");
  EXPECT_EQ(refusal(std::string(max_source_bytes + 1, 'a')), "x.yaml: larger than 4 MiB\n");
}

TEST(Source, AByteOrderMarkIsDropped) {
  EXPECT_EQ(source_of("\xEF\xBB\xBF" "a: 1").text(), "a: 1");
}

const std::vector<std::string> names{"id", "min_replicas", "max_replicas", "restart", "submit",
                                     "server_stopped", "server_started"};

TEST(NearestName, FindsSlipsOfTheHand) {
  EXPECT_EQ(nearest_name("restrat", names), "restart");
  EXPECT_EQ(nearest_name("min_replica", names), "min_replicas");
  EXPECT_EQ(nearest_name("minReplicas", names), "min_replicas");
  EXPECT_EQ(nearest_name("max-replicas", names), "max_replicas");
  EXPECT_EQ(nearest_name("RESTART", names), "restart");
  EXPECT_EQ(nearest_name("sub", names), "submit");
  EXPECT_EQ(nearest_name("di", names), "id");
  EXPECT_EQ(did_you_mean("restrat", names), "did you mean 'restart'?");
}

TEST(NearestName, NonsenseSuggestsNothing) {
  EXPECT_EQ(nearest_name("banana", names), "");
  EXPECT_EQ(nearest_name("", names), "");
  EXPECT_EQ(nearest_name("x", names), "");
  EXPECT_EQ(nearest_name("server", names), "");
  EXPECT_EQ(nearest_name(std::string(1'000'000, 'a'), names), "");
  EXPECT_EQ(nearest_name("restart", {}), "");
  EXPECT_EQ(did_you_mean("banana", names), "");
}

TEST(InQuotes, LongAndStrangeTextIsCutAndEscaped) {
  EXPECT_EQ(in_quotes("a\nb\x07"), "'a\\nb\\x07'");
  EXPECT_EQ(in_quotes(std::string(1000, 'a')), "'" + std::string(60, 'a') + "...'");
}

}  // namespace
}  // namespace holdfast
