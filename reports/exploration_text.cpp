#include <holdfast/reports/exploration_text.h>

#include <fmt/format.h>

#include <holdfast/reports/clock_text.h>
#include <holdfast/reports/labelled.h>

namespace holdfast {
namespace {

std::string line(std::string_view label, std::string_view text) {
  return labelled(label, text, Tone::plain, paint_nothing);
}

std::string list_line(std::string_view label, const std::vector<std::string>& words,
                      std::string_view lead = {}) {
  return labelled_list(label, lead, words, Tone::plain, paint_nothing);
}

// A number with blanks between groups of three digits.
std::string grouped(std::uint64_t number) {
  const std::string digits = fmt::format("{}", number);
  std::string text;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i != 0 && (digits.size() - i) % 3 == 0) text += ' ';
    text += digits[i];
  }
  return text;
}

std::string ending_text(const ScenarioExploration& found) {
  const Exploration& all = found.exploration;
  if (all.ending == Ending::complete) {
    return found.met_bounds() ? "exhausted within its bounds" : "complete: no bound was met";
  }
  std::string text = fmt::format("ended by {}", name_of(all.ending));
  if (all.complete_depth >= 0) text += fmt::format(", complete to depth {}", all.complete_depth);
  return text;
}

std::vector<std::string> bounds_words(const ScenarioExploration& found) {
  std::vector<std::string> words;
  for (std::size_t i = 0; i < count_of<Bound>; ++i) {
    const BoundInfo& bound = bound_table()[i];
    words.push_back(fmt::format("{} {}", bound.name, found.bounds.*bound.value));
    const std::uint64_t hits = found.coverage.hits[i];
    if (hits != 0) words.back() += fmt::format(" (left out {} steps)", grouped(hits));
  }
  return words;
}

std::string ages_line(AgeSet ages) {
  std::vector<std::string> words;
  for (std::size_t i = 0; i < count_of<Age>; ++i) {
    if ((ages >> i & 1) != 0) words.emplace_back(names_of<Age>[i]);
  }
  return words.empty() ? line("ages", "none comes true") : list_line("ages", words);
}

std::string left_out_text(const Bounds& bounds) {
  std::string text;
  for (const AbstractionInfo& abstraction : abstraction_table()) {
    if (!(bounds.*abstraction.value)) continue;
    if (!text.empty()) text += ", ";
    text += abstraction.name;
  }
  return text;
}

// The steps that change something, each numbered; those between that only read are counted.
std::string course_text(const Course& course, Paint paint) {
  std::string text;
  int number = 0;
  int reading = 0;
  const auto tell_reading = [&] {
    if (reading == 0) return;
    text += paint(Tone::quiet, fmt::format("           {} step{} that only read{}\n", reading,
                                           reading == 1 ? "" : "s", reading == 1 ? "s" : ""));
    reading = 0;
  };
  for (const CourseStep& step : course.steps) {
    if (!step.changes) {
      ++reading;
      continue;
    }
    tell_reading();
    text += fmt::format("      {:>3}  {}\n", ++number, step.text);
  }
  tell_reading();
  return text;
}

// `number`: as SavedCounterexample::number.
std::string violated_text(const ExplorationReport& report, const PropertyAnswer& answer,
                          std::size_t number, Paint paint) {
  const ShortestCourse& found = number == 0 ? *answer.counterexample : answer.others[number - 1];
  if (!found.course) {
    return line("violated", fmt::format("{}, but its course could not be walked again: an error "
                                        "of holdfast",
                                        answer.property->name));
  }
  std::string text =
      labelled(number == 0 ? "violated" : "also",
               fmt::format("{}: {}", answer.property->name, found.sentence), Tone::bad, paint);
  text += line("at", fmt::format("change {}, step {} of the course, by {}", found.changes,
                                 found.course->steps.size(),
                                 found.course->violation.by.empty() ? "nobody's procedure"
                                                                    : found.course->violation.by));
  if (!found.cause.empty()) text += line("cause", found.cause);
  text += line("because", "a shortest course:");
  text += course_text(*found.course, paint);
  text += line("timing", found.timing_possible ? "possible: the clock lets it happen step by step"
                                               : "not shown possible");
  const CourseParameters& parameters = found.parameters;
  if (!parameters.matter.empty() || !parameters.others.empty()) {
    std::vector<std::string> words = parameters.matter;
    if (words.empty()) words.emplace_back("nothing");
    words.back() += fmt::format("; not on {} others", parameters.others.size());
    text += list_line("depends", words, "on");
  }
  for (const SavedCounterexample& saved : report.saved) {
    if (saved.property != answer.property->name || saved.number != number) continue;
    text += line("repeat", "holdfast run " + saved.file);
    text += line("saved", saved.file);
  }
  return text;
}

std::vector<std::string> names_with(const ScenarioExploration& found, Answer wanted) {
  std::vector<std::string> names;
  for (const PropertyAnswer& one : found.answers) {
    if (one.answer == wanted) names.emplace_back(one.property->name);
  }
  return names;
}

// What was never come to, and how much was.
std::string coverage_text(const ExplorationReport& report, Paint paint) {
  const CoverageGaps gaps = gaps_of(report.found.coverage);
  std::string text = line("coverage", fmt::format("{} of {} steps of the procedures that began",
                                                  gaps.steps_taken, gaps.steps_of_begun));
  if (report.shows_coverage) {
    const auto list = [&](std::string_view label, std::string_view lead,
                          const std::vector<std::string>& words) {
      if (!words.empty()) text += list_line(label, words, lead);
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

void write_course(JsonWriter& json, const Course& course) {
  json.begin_array("course");
  for (const CourseStep& step : course.steps) {
    json.begin_object();
    json.text("step", step.text);
    json.boolean("changes", step.changes);
    json.end_object();
  }
  json.end_array();
}

void write_found(JsonWriter& json, const ExplorationReport& report, const PropertyAnswer& one,
                 std::size_t number) {
  const ShortestCourse& found = number == 0 ? *one.counterexample : one.others[number - 1];
  json.text("sentence", found.sentence);
  if (!found.cause.empty()) json.text("cause", found.cause);
  json.number("changes", found.changes);
  json.boolean("timing_possible", found.timing_possible);
  json.begin_array("depends_on");
  for (const std::string& parameter : found.parameters.matter) json.text(parameter);
  json.end_array();
  for (const SavedCounterexample& saved : report.saved) {
    const bool same = saved.property == one.property->name && saved.number == number;
    if (same) json.text("saved", saved.file);
  }
  write_course(json, *found.course);
}

void write_answer(JsonWriter& json, const ExplorationReport& report, const PropertyAnswer& one) {
  json.begin_object();
  json.text("property", one.property->name);
  json.text("answer", name(one.answer));
  if (one.counterexample && one.counterexample->course) write_found(json, report, one, 0);
  if (!one.others.empty()) {
    json.begin_array("others");
    for (std::size_t number = 1; number <= one.others.size(); ++number) {
      if (!one.others[number - 1].course) continue;
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
  text +=
      line("explored", fmt::format("{} states, {} moves, depth {}: {}", grouped(all.stored.states),
                                   grouped(all.stored.transitions), all.depth, ending_text(found)));
  text += list_line("bounds", bounds_words(found));
  if (found.grid.keeps_time()) {
    text += list_line("clock", clock_words(found.bounds, found.grid));
  }
  text += ages_line(*found.bounds.ages);
  const std::string left_out = left_out_text(found.bounds);
  if (!left_out.empty()) text += line("abstracts", left_out);
  if (all.collision_bound > 0) {
    text +=
        line("hashes", fmt::format("two states were taken for one with a probability below {:.2g}",
                                   all.collision_bound));
  }
  for (const PropertyAnswer& one : found.answers) {
    if (one.answer != Answer::violated) continue;
    for (std::size_t number = 0; number <= one.others.size(); ++number) {
      text += '\n' + violated_text(report, one, number, paint);
    }
  }
  const auto list = [&](std::string_view label, Answer answer) {
    const std::vector<std::string> names = names_with(found, answer);
    if (!names.empty()) text += list_line(label, names);
  };
  text += '\n';
  list("holds", Answer::holds);
  list("not asked", Answer::not_asked);
  list("undecided", Answer::undecided);
  if (found.more_causes) text += line("causes", "there are more than could be told apart");
  text += coverage_text(report, paint);
  text += line("repeat", report.repeat);
  text += report.passed ? paint(Tone::good, "passed") : paint(Tone::bad, "failed");
  return text + '\n';
}

void write_exploration(JsonWriter& json, const ExplorationReport& report) {
  const ScenarioExploration& found = report.found;
  json.begin_object();
  json.text("name", report.scenario.name);
  json.text("file", report.scenario.file);
  json.text("profile", report.scenario.profile);
  json.text("ending", name_of(found.exploration.ending));
  json.number("states", found.exploration.stored.states);
  json.number("moves", found.exploration.stored.transitions);
  json.number("depth", found.exploration.depth);
  json.number("complete_depth", found.exploration.complete_depth);
  write_clock(json, found);
  json.begin_object("bounds");
  for (const BoundInfo& bound : bound_table()) {
    json.number(bound.name, found.bounds.*bound.value);
  }
  json.end_object();
  json.begin_object("left_out");
  for (std::size_t i = 0; i < count_of<Bound>; ++i) {
    json.number(bound_table()[i].name, found.coverage.hits[i]);
  }
  json.end_object();
  json.begin_array("answers");
  for (const PropertyAnswer& one : found.answers) write_answer(json, report, one);
  json.end_array();
  write_coverage(json, report);
  json.text("repeat", report.repeat);
  json.boolean("passed", report.passed);
  json.end_object();
}

}  // namespace holdfast
