// The lines that the reports of all explorations share, for people and as JSON. Pure.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <holdfast/reports/json_writer.h>
#include <holdfast/reports/tone.h>
#include <holdfast/sim/explore_scenario.h>

namespace holdfast {

// Where the counterexample of a property lies, and what shows it again.
struct SavedCounterexample {
  std::string property;
  std::size_t number = 0;  // 0: the nearest; else the place among the others, from 1
  std::string file;        // quoted for a shell
};

std::string report_line(std::string_view label, std::string_view text);
// The same for words with commas behind `lead`, broken where a line would become too long.
std::string report_list(std::string_view label, const std::vector<std::string>& words,
                        std::string_view lead = {});
// A number with blanks between groups of three digits.
std::string grouped(std::uint64_t number);
// "17 states, 20 moves, depth 4"
std::string size_text(std::uint64_t states, std::uint64_t moves, int depth);
// Of a search that ended as `complete`.
std::string exhausted_text(const Coverage& coverage);
// The same in one word: "complete", or "exhausted" where a bound was met; of any other its name.
std::string_view ending_word(Ending ending, bool met_bounds);
// "holds", "not asked" and "undecided", each with the properties of which it is said.
template <class Answers>
std::string answer_lines(const Answers& answers) {
  std::string text;
  const auto list = [&](std::string_view label, Answer wanted) {
    std::vector<std::string> names;
    for (const auto& one : answers) {
      if (one.answer == wanted) names.emplace_back(one.property->name);
    }
    if (!names.empty()) text += report_list(label, names);
  };
  list("holds", Answer::holds);
  list("not asked", Answer::not_asked);
  list("undecided", Answer::undecided);
  return text;
}
// The bounds with what they left out, the ages that come true, and what is abstracted.
std::string bounds_lines(const Bounds& bounds, const Coverage& coverage);
// The steps that change something, each with the number after the last; those between that only
// read are counted.
std::string steps_text(std::span<const CourseStep> steps, int& number, Paint paint);
// Whether the clock lets a course happen.
std::string timing_line(bool possible);
// What shows the course `number` of the property again, if it was saved.
std::string saved_lines(std::span<const SavedCounterexample> saved, std::string_view property,
                        std::size_t number);

void write_bounds(JsonWriter& json, const Bounds& bounds, const Coverage& coverage);
void write_steps(JsonWriter& json, std::string_view key, std::span<const CourseStep> steps);
void write_saved(JsonWriter& json, std::span<const SavedCounterexample> saved,
                 std::string_view property, std::size_t number);

}  // namespace holdfast
