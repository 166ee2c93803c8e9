#include <holdfast/reports/exploration_text.h>

#include <fmt/format.h>

#include <holdfast/reports/clock_text.h>
#include <holdfast/reports/exploration_lines.h>
#include <holdfast/reports/labelled.h>

namespace holdfast {
namespace {

std::string ending_text(const ScenarioExploration& found) {
  const Exploration& all = found.exploration;
  if (all.ending == Ending::complete) return exhausted_text(found.coverage);
  std::string text = fmt::format("ended by {}", name_of(all.ending));
  if (all.complete_depth >= 0) text += fmt::format(", complete to depth {}", all.complete_depth);
  return text;
}

std::string critical_text(const ShortestCourse& found) {
  const CriticalStep& critical = *found.critical;
  if (!critical.is_known) return "not known: the graph of every step in every order is too large";
  if (critical.before_all) return "from the start on every fair course ends in the violation";
  const auto& steps = found.course->steps;
  if (critical.step + 1 == steps.size()) {
    return "no step before the last: until then a good end is left";
  }
  return fmt::format("step {}, {}: from then on every fair course ends in the violation",
                     critical.step + 1, steps[critical.step].text);
}

// `number`: as SavedCounterexample::number.
std::string violated_text(const ExplorationReport& report, const PropertyAnswer& answer,
                          std::size_t number, Paint paint) {
  const ShortestCourse& found = number == 0 ? *answer.counterexample : answer.others[number - 1];
  if (!found.course) {
    return report_line("violated",
                       fmt::format("{}, but its course could not be walked again: an error "
                                   "of holdfast",
                                   answer.property->name));
  }
  std::string text =
      labelled(number == 0 ? "violated" : "also",
               fmt::format("{}: {}", answer.property->name, found.sentence), Tone::bad, paint);
  text += report_line(
      "at",
      fmt::format(
          "change {}, step {} of the course, by {}", found.changes, found.course->steps.size(),
          found.course->violation.by.empty() ? "nobody's procedure" : found.course->violation.by));
  if (!found.cause.empty()) text += report_line("cause", found.cause);
  text += report_line("because", "a shortest course:");
  int change = 0;
  text += steps_text(found.course->steps, change, paint);
  if (found.critical) text += report_line("critical", critical_text(found));
  text += timing_line(found.timing_possible);
  const CourseParameters& parameters = found.parameters;
  if (!parameters.matter.empty() || !parameters.others.empty()) {
    std::vector<std::string> words = parameters.matter;
    if (words.empty()) words.emplace_back("nothing");
    words.back() += fmt::format("; not on {} others", parameters.others.size());
    text += report_list("depends", words, "on");
  }
  return text + saved_lines(report.saved, answer.property->name, number);
}

// What was never come to, and how much was.
std::string coverage_text(const ExplorationReport& report, Paint paint) {
  const CoverageGaps gaps = gaps_of(report.found.coverage);
  std::string text =
      report_line("coverage", fmt::format("{} of {} steps of the procedures that began",
                                          gaps.steps_taken, gaps.steps_of_begun));
  if (report.shows_coverage) {
    const auto list = [&](std::string_view label, std::string_view lead,
                          const std::vector<std::string>& words) {
      if (!words.empty()) text += report_list(label, words, lead);
    };
    std::vector<std::string> words;
    for (const Frame& frame : gaps.steps) words.push_back(frame_text(frame));
    list("", "never taken:", words);
    words.clear();
    for (const StepCoverage& step : gaps.ways) {
      words.push_back(frame_text(step.frame) + " -> " + ways_text(step.frame, step.ways, " or "));
    }
    list("", "never went on so:", words);
    words.clear();
    for (const Program program : gaps.not_begun) words.emplace_back(info(program).name);
    list("", "never begun:", words);
    words.clear();
    for (const Property* goal : gaps.goals) words.emplace_back(goal->name);
    list("", "goals never reached:", words);
  }
  for (const RequiredCoverage& required : report.required) {
    if (required.missing.empty()) continue;
    text += labelled_list("missing", fmt::format("{}:", name(required.kind)), required.missing,
                          Tone::bad, paint);
  }
  return text;
}

void write_found(JsonWriter& json, const ExplorationReport& report, const PropertyAnswer& one,
                 std::size_t number) {
  const ShortestCourse& found = number == 0 ? *one.counterexample : one.others[number - 1];
  if (!found.course) {  // an error of the explorer: to be seen
    if (!found.cause.empty()) json.text("cause", found.cause);
    return json.boolean("walked_again", false);
  }
  json.text("sentence", found.sentence);
  if (!found.cause.empty()) json.text("cause", found.cause);
  json.number("changes", found.changes);
  json.boolean("timing_possible", found.timing_possible);
  json.begin_array("depends_on");
  for (const std::string& parameter : found.parameters.matter) json.text(parameter);
  json.end_array();
  write_saved(json, report.saved, one.property->name, number);
  if (found.critical && found.critical->is_known) {
    json.number("critical_step", found.critical->before_all ? 0 : found.critical->step + 1);
  }
  write_steps(json, "course", found.course->steps);
}

void write_answer(JsonWriter& json, const ExplorationReport& report, const PropertyAnswer& one) {
  json.begin_object();
  json.text("property", one.property->name);
  json.text("answer", name(one.answer));
  if (one.counterexample) write_found(json, report, one, 0);
  if (!one.others.empty()) {
    json.begin_array("others");
    for (std::size_t number = 1; number <= one.others.size(); ++number) {
      json.begin_object();
      write_found(json, report, one, number);
      json.end_object();
    }
    json.end_array();
  }
  json.end_object();
}

void write_coverage(JsonWriter& json, const ExplorationReport& report) {
  const CoverageGaps gaps = gaps_of(report.found.coverage);
  json.begin_object("coverage");
  json.number("steps_taken", gaps.steps_taken);
  json.number("steps_of_begun", gaps.steps_of_begun);
  json.begin_array("never_begun");
  for (const Program program : gaps.not_begun) json.text(info(program).name);
  json.end_array();
  json.begin_array("never_taken");
  for (const Frame& frame : gaps.steps) json.text(frame_text(frame));
  json.end_array();
  json.begin_array("never_went_on_so");
  for (const StepCoverage& step : gaps.ways) {
    json.begin_object();
    json.text("step", frame_text(step.frame));
    json.text("ways", ways_text(step.frame, step.ways));
    json.end_object();
  }
  json.end_array();
  json.begin_array("goals_never_reached");
  for (const Property* goal : gaps.goals) json.text(goal->name);
  json.end_array();
  json.begin_array("missing");
  for (const RequiredCoverage& required : report.required) {
    for (const std::string& gap : required.missing) json.text(gap);
  }
  json.end_array();
  json.end_object();
}

}  // namespace

std::string exploration_text(const ExplorationReport& report, Paint paint) {
  const ScenarioExploration& found = report.found;
  const Exploration& all = found.exploration;
  std::string text = fmt::format("{}, profile {}\n\n", paint(Tone::strong, report.scenario.name),
                                 report.scenario.profile);
  text += report_line(
      "explored",
      fmt::format("{}: {}", size_text(all.stored.states, all.stored.transitions, all.depth),
                  ending_text(found)));
  text += bounds_lines(found.bounds, found.coverage);
  if (found.grid.keeps_time()) {
    text += report_list("clock", clock_words(found.bounds, found.grid));
  }
  if (all.collision_bound > 0) {
    text += report_line("hashes",
                        fmt::format("two states were taken for one with a probability below {:.2g}",
                                    all.collision_bound));
  }
  for (const PropertyAnswer& one : found.answers) {
    if (one.answer != Answer::violated) continue;
    for (std::size_t number = 0; number <= one.others.size(); ++number) {
      text += '\n' + violated_text(report, one, number, paint);
    }
  }
  text += '\n' + answer_lines(found.answers);
  if (found.more_causes) text += report_line("causes", "there are more than could be told apart");
  text += coverage_text(report, paint);
  text += report_line("repeat", report.repeat);
  text += report.passed ? paint(Tone::good, "passed") : paint(Tone::bad, "failed");
  return text + '\n';
}

void write_exploration(JsonWriter& json, const ExplorationReport& report) {
  const ScenarioExploration& found = report.found;
  json.begin_object();
  json.text("name", report.scenario.name);
  json.text("file", report.scenario.file);
  json.text("profile", report.scenario.profile);
  json.text("ending", ending_word(found.exploration.ending, found.coverage.met_bounds()));
  json.number("states", found.exploration.stored.states);
  json.number("moves", found.exploration.stored.transitions);
  json.number("depth", found.exploration.depth);
  json.number("complete_depth", found.exploration.complete_depth);
  write_clock(json, found);
  write_bounds(json, found.bounds, found.coverage);
  json.begin_array("answers");
  for (const PropertyAnswer& one : found.answers) write_answer(json, report, one);
  json.end_array();
  write_coverage(json, report);
  json.text("repeat", report.repeat);
  json.boolean("passed", report.passed);
  json.end_object();
}

}  // namespace holdfast
