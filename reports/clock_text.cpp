#include <holdfast/reports/clock_text.h>

#include <fmt/format.h>

#include <holdfast/model/duration_text.h>
#include <holdfast/reports/exploration_lines.h>

namespace holdfast {
namespace {

std::string longest_text(const Grid& grid, std::uint32_t units) {
  return units == Grid::unlimited ? "any time" : "at most " + duration_text(grid.us(units));
}

// "while one run of reconciler_cycle takes at most 9s".
std::string how_long(const BoundaryReport& report, std::int64_t us) {
  if (report.question.duration == after_start_name) {
    return fmt::format("within {} of a server's start", duration_text(us));
  }
  if (us == 0) return fmt::format("while one run of {} takes no time", report.question.duration);
  return fmt::format("while one run of {} takes at most {}", report.question.duration,
                     duration_text(us));
}

// "when it may take 10s: then 15s after a server's start".
std::string falling_text(const BoundaryReport& report) {
  const Boundary& found = report.found;
  const std::string duration = duration_text(*found.falls_us);
  if (report.question.duration == after_start_name) return "within " + duration;
  std::string text = fmt::format("when it may take {}", duration);
  if (found.since_start_us >= 0) {
    text += fmt::format(": then {} after a server's start", duration_text(found.since_start_us));
  }
  return text;
}

// Calls visit(name, units) for each procedure of which a run does not take as long as usual.
template <class Visit>
void for_each_other(const Grid& grid, Visit visit) {
  for (const std::string& name : startable_program_names()) {
    const std::uint32_t longest = grid.longest[static_cast<std::size_t>(startable_program(name))];
    if (longest != grid.usual_longest) visit(name, longest);
  }
}

void write_us(JsonWriter& json, std::string_view key, const std::optional<std::int64_t>& us) {
  if (us) {
    json.number(key, *us);
  } else {
    json.null(key);
  }
}

}  // namespace

std::vector<std::string> clock_words(const Bounds& bounds, const Grid& grid) {
  std::vector<std::string> words = {
      fmt::format("timed, unit {}", duration_text(grid.unit_us)),
      fmt::format("a run of a procedure takes {}", longest_text(grid, grid.usual_longest))};
  for_each_other(grid, [&](std::string_view name, std::uint32_t longest) {
    words.push_back(fmt::format("one of {} {}", name, longest_text(grid, longest)));
  });
  if (grid.after_start != Grid::unlimited) {
    words.push_back(fmt::format("no longer than {} after a server's start",
                                duration_text(grid.us(grid.after_start))));
  }
  words.emplace_back("what pods and agents and users and messages do any time");
  const AgeSet any_time = *bounds.ages & ~grid.timed;
  if (any_time != 0) words.push_back("and so " + ages_text(any_time));
  return words;
}

void write_clock(JsonWriter& json, const ScenarioExploration& found) {
  const Grid& grid = found.grid;
  json.begin_object("clock");
  json.text("kind", grid.keeps_time() ? "timed" : "untimed");
  if (grid.keeps_time()) {
    const auto write = [&](std::string_view key, std::uint32_t units) {
      if (units == Grid::unlimited) {
        json.null(key);
      } else {
        json.number(key, grid.us(units));
      }
    };
    json.number("unit_us", grid.unit_us);
    write("run_us", grid.usual_longest);
    json.begin_object("longest_us");
    for_each_other(grid, write);
    json.end_object();
    write("after_start_us", grid.after_start);
  }
  json.end_object();
}

std::string boundary_sentence(const BoundaryReport& report) {
  const Boundary& found = report.found;
  const std::string most = duration_text(report.question.most_us);
  if (!found.is_decided) return fmt::format("{}: a limit came before an answer", report.property);
  if (!found.falls_us) {
    return fmt::format("{} holds {}, and that is the most that was tried", report.property,
                       how_long(report, *found.holds_us));
  }
  if (!found.holds_us) {
    return fmt::format("{} falls even {}, and so with any more, up to {}", report.property,
                       how_long(report, *found.falls_us), most);
  }
  return fmt::format("{} holds {}, and falls {}", report.property,
                     how_long(report, *found.holds_us), falling_text(report));
}

std::string boundary_text(const BoundaryReport& report, Paint paint) {
  const Boundary& found = report.found;
  std::string text = fmt::format("{}, profile {}\n\n", paint(Tone::strong, report.scenario.name),
                                 report.scenario.profile);
  // Two lines: with which values it holds, and with which it does not.
  std::string sentence = boundary_sentence(report);
  const std::size_t comma = sentence.find(", and ");
  if (comma != sentence.npos) sentence.replace(comma, 2, ",\n          ");
  text += report_line("boundary", sentence);
  text += report_line("explored",
                      fmt::format("{} times, {} states in all{}", found.explorations, found.states,
                                  found.met_bounds ? ", within its bounds" : ""));
  text += report_list("clock", clock_words(found.bounds, found.grid));
  if (!report.course.empty()) text += report_line("course", report.course);
  return text + report_line("repeat", report.repeat);
}

void write_boundary(JsonWriter& json, const BoundaryReport& report) {
  const Boundary& found = report.found;
  json.begin_object();
  json.text("name", report.scenario.name);
  json.text("file", report.scenario.file);
  json.text("profile", report.scenario.profile);
  json.text("property", report.property);
  json.text("duration", report.question.duration);
  json.number("most_us", report.question.most_us);
  json.boolean("decided", found.is_decided);
  write_us(json, "holds_us", found.holds_us);
  write_us(json, "falls_us", found.falls_us);
  json.number("since_start_us", found.since_start_us);
  json.number("unit_us", found.grid.unit_us);
  json.number("explorations", found.explorations);
  json.number("states", found.states);
  json.text("sentence", boundary_sentence(report));
  json.text("repeat", report.repeat);
  json.end_object();
}

}  // namespace holdfast
