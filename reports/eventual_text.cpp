#include <holdfast/reports/eventual_text.h>

#include <algorithm>

#include <fmt/format.h>

#include <holdfast/reports/exploration_lines.h>
#include <holdfast/reports/labelled.h>

namespace holdfast {
namespace {

std::span<const CourseStep> stem_of(const EndlessCourse& course) {
  return std::span(course.course.steps).first(course.loop_begin);
}
std::span<const CourseStep> loop_of(const EndlessCourse& course) {
  return std::span(course.course.steps).subspan(course.loop_begin);
}

std::string course_text(const EndlessCourse& course, Paint paint) {
  int number = 0;
  if (course.loop_begin == 0 && !loop_of(course).empty()) {
    return report_line("because", "from the start on, for ever:") +
           steps_text(loop_of(course), number, paint);
  }
  std::string text = report_line("because", "a short course:");
  text += steps_text(stem_of(course), number, paint);
  if (loop_of(course).empty()) return text + report_line("", "and then nothing happens any more");
  text += report_line("", "and then for ever:");
  return text + steps_text(loop_of(course), number, paint);
}

std::string violated_text(const EventualReport& report, const EventualAnswer& answer, Paint paint) {
  if (!answer.course) {
    return report_line("violated", fmt::format("{}, but its course could not be walked again: an "
                                               "error of holdfast",
                                               answer.property->name));
  }
  std::string text =
      labelled("violated", fmt::format("{}: {}", answer.property->name, answer.course->sentence),
               Tone::bad, paint);
  text += course_text(*answer.course, paint);
  text += timing_line(answer.scenario.has_value());
  return text + saved_lines(report.saved, answer.property->name, 0);
}

std::string graph_line(std::string_view label, const GraphSize& size, std::string_view whole) {
  if (size.states == 0) return {};
  const std::string ending = size.ending == Ending::complete
                                 ? std::string(whole)
                                 : fmt::format("ended by {}", name_of(size.ending));
  return report_line(label,
                     fmt::format("{}: {}", size_text(size.states, size.moves, size.depth), ending));
}

void write_graph(JsonWriter& json, std::string_view key, const GraphSize& size,
                 const Coverage& coverage) {
  if (size.states == 0) return;
  json.begin_object(key);
  json.text("ending", ending_word(size.ending, coverage.met_bounds()));
  json.number("states", size.states);
  json.number("moves", size.moves);
  json.number("depth", size.depth);
  json.end_object();
}

}  // namespace

std::string eventual_text(const EventualReport& report, Paint paint) {
  const EventualExploration& found = report.found;
  std::string text = fmt::format("{}, profile {}\n\n", paint(Tone::strong, report.scenario.name),
                                 report.scenario.profile);
  text += graph_line("reduced", found.reduced, "exhausted with the reduction lazy_reads");
  text += graph_line("explored", found.graph, exhausted_text(found.coverage));
  text += bounds_lines(found.bounds, found.coverage);
  text += report_line("fair",
                      "who could go on for ever at last does; users, faults and freeze windows "
                      "need not");
  for (const EventualAnswer& one : found.answers) {
    if (one.answer == Answer::violated) text += '\n' + violated_text(report, one, paint);
  }
  text += '\n' + answer_lines(found.answers);
  for (const EventualAnswer& one : found.answers) {
    if (!one.leads_beyond) continue;
    text += report_line("", fmt::format("({}: from somewhere every course goes beyond a bound)",
                                        one.property->name));
  }
  if (found.reduced.ending == Ending::complete && found.reduced.states != 0 &&
      std::any_of(found.answers.begin(), found.answers.end(),
                  [](const EventualAnswer& one) { return one.answer == Answer::undecided; })) {
    text += report_line("", "(with the reduction lazy_reads none is violated)");
  }
  text += report_line("repeat", report.repeat);
  text += report.passed ? paint(Tone::good, "passed") : paint(Tone::bad, "failed");
  return text + '\n';
}

void write_eventual(JsonWriter& json, const EventualReport& report) {
  const EventualExploration& found = report.found;
  json.begin_object();
  json.text("name", report.scenario.name);
  json.text("file", report.scenario.file);
  json.text("profile", report.scenario.profile);
  write_graph(json, "reduced", found.reduced, found.coverage);
  write_graph(json, "explored", found.graph, found.coverage);
  write_bounds(json, found.bounds, found.coverage);
  json.begin_array("answers");
  for (const EventualAnswer& one : found.answers) {
    json.begin_object();
    json.text("property", one.property->name);
    json.text("answer", name(one.answer));
    if (one.course) {
      json.text("sentence", one.course->sentence);
      json.boolean("timing_possible", one.scenario.has_value());
      write_saved(json, report.saved, one.property->name, 0);
      write_steps(json, "course", stem_of(*one.course));
      write_steps(json, "loop", loop_of(*one.course));
    }
    json.end_object();
  }
  json.end_array();
  json.text("repeat", report.repeat);
  json.boolean("passed", report.passed);
  json.end_object();
}

}  // namespace holdfast
