#include <holdfast/reports/exploration_text.h>

#include <fmt/format.h>

#include <holdfast/reports/clock_text.h>
#include <holdfast/reports/labelled_line.h>

namespace holdfast {
namespace {

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

std::string bounds_text(const ScenarioExploration& found) {
  std::string text;
  for (std::size_t i = 0; i < count_of<Bound>; ++i) {
    if (!text.empty()) text += ", ";
    const BoundInfo& bound = bound_table()[i];
    text += fmt::format("{} {}", bound.name, found.bounds.*bound.value);
    const std::uint64_t hits = found.coverage.hits[i];
    if (hits != 0) text += fmt::format(" (left out {} steps)", grouped(hits));
  }
  return text;
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

std::string violated_text(const ExplorationReport& report, const PropertyAnswer& answer,
                          Paint paint) {
  const ShortestCourse& found = *answer.counterexample;
  if (!found.course) {
    return line("violated", fmt::format("{}, but its course could not be walked again: an error "
                                        "of holdfast",
                                        answer.property->name));
  }
  std::string text = fmt::format("{} {}: {}\n", paint(Tone::bad, "violated "),
                                 answer.property->name, found.sentence);
  text += line("at", fmt::format("change {}, step {} of the course, by {}", found.changes,
                                 found.course->steps.size(),
                                 found.course->violation.by.empty() ? "nobody's procedure"
                                                                    : found.course->violation.by));
  text += line("because", "a shortest course:");
  text += course_text(*found.course, paint);
  text += line("timing", found.timing_possible ? "possible: the clock lets it happen step by step"
                                               : "not shown possible");
  for (const SavedCounterexample& saved : report.saved) {
    if (saved.property != answer.property->name) continue;
    text += line("repeat", "holdfast run " + saved.file);
    text += line("saved", saved.file);
  }
  return text;
}

std::string names_with(const ScenarioExploration& found, Answer wanted) {
  std::string names;
  for (const PropertyAnswer& one : found.answers) {
    if (one.answer != wanted) continue;
    if (!names.empty()) names += ", ";
    names += one.property->name;
  }
  return names;
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

void write_answer(JsonWriter& json, const ExplorationReport& report, const PropertyAnswer& one) {
  json.begin_object();
  json.text("property", one.property->name);
  json.text("answer", name(one.answer));
  if (one.counterexample && one.counterexample->course) {
    const ShortestCourse& found = *one.counterexample;
    json.text("sentence", found.sentence);
    json.number("changes", found.changes);
    json.boolean("timing_possible", found.timing_possible);
    for (const SavedCounterexample& saved : report.saved) {
      if (saved.property == one.property->name) json.text("saved", saved.file);
    }
    write_course(json, *found.course);
  }
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
  text += list_line("bounds", bounds_text(found));
  if (found.grid.keeps_time()) text += list_line("clock", clock_text(found.bounds, found.grid));
  const std::string ages = ages_text(*found.bounds.ages);
  text += list_line("ages", ages.empty() ? "none comes true" : ages);
  const std::string left_out = left_out_text(found.bounds);
  if (!left_out.empty()) text += line("abstracts", left_out);
  if (all.collision_bound > 0) {
    text +=
        line("hashes", fmt::format("two states were taken for one with a probability below {:.2g}",
                                   all.collision_bound));
  }
  for (const PropertyAnswer& one : found.answers) {
    if (one.answer == Answer::violated) text += '\n' + violated_text(report, one, paint);
  }
  const auto list = [&](std::string_view label, Answer answer) {
    const std::string names = names_with(found, answer);
    if (!names.empty()) text += list_line(label, names);
  };
  text += '\n';
  list("holds", Answer::holds);
  list("not asked", Answer::not_asked);
  list("undecided", Answer::undecided);
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
  json.text("repeat", report.repeat);
  json.boolean("passed", report.passed);
  json.end_object();
}

}  // namespace holdfast
