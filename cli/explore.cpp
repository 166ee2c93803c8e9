// holdfast explore: every interleaving within a scenario's bounds, and of every property a proof
// within these bounds or a shortest counterexample.
#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include <holdfast/cli/explore_clock.h>
#include <holdfast/cli/interrupt.h>
#include <holdfast/cli/output_file.h>
#include <holdfast/cli/requested_scenario.h>
#include <holdfast/model/duration_text.h>
#include <holdfast/reports/clock_text.h>
#include <holdfast/reports/eventual_text.h>
#include <holdfast/reports/exploration_text.h>
#include <holdfast/reports/plain_text.h>
#include <holdfast/sim/input/nearest_name.h>
#include <holdfast/sim/input/utf8.h>
#include <holdfast/sim/scenario_text.h>

namespace holdfast {
namespace {

std::vector<std::string> coverage_kinds() {
  return {names_of<CoverageKind>.begin(), names_of<CoverageKind>.end()};
}

constexpr OptionInfo table[] = {
    profile_option,
    set_option,
    {.name = "--property",
     .value = "NAME",
     .about = "look for this one only, and end when it is violated; with --all go on",
     .takes = Takes::words,
     .words = checked_names},
    {.name = "--all",
     .value = {},
     .about = "a shortest course for every cause of a violation, not only for the nearest"},
    {.name = "--eventually",
     .value = {},
     .about = "answer the properties that must at last hold, by every step in every order; so does "
              "--property with one of them"},
    {.name = "--critical-step",
     .value = {},
     .about =
         "of each violation, say after which step every fair course ends in it; looks at every "
         "step in every order"},
    search_threads_option,
    clock_option,
    longest_option,
    after_start_option,
    unit_option,
    boundary_option,
    most_option,
    {.name = "--symmetry",
     .value = {},
     .about = "take states for one that differ by the names of pods, tasks and workspaces, where "
              "no step takes them in their order"},
    {.name = "--eager",
     .value = {},
     .about = "without the reduction that puts off steps which only read: many more states, and "
              "the shortest courses count every step"},
    {.name = "--hashes",
     .value = {},
     .about = "keep 64 bits of each state and say how probable a mistake is"},
    {.name = "--max-depth",
     .value = "N",
     .about = "end after so many moves",
     .takes = Takes::count,
     .low = 1,
     .high = 1'000'000},
    {.name = "--max-states",
     .value = "N",
     .about = "end with so many states",
     .takes = Takes::count,
     .low = 1},
    {.name = "--max-memory",
     .value = "MIB",
     .about = "end when the states take so many MiB",
     .takes = Takes::count,
     .by_default = "8192",
     .low = 16,
     .high = 1 << 24},
    {.name = "--max-time",
     .value = "DURATION",
     .about = "end after so long",
     .takes = Takes::duration},
    {.name = "--coverage",
     .value = {},
     .about = "list the steps, guards and goals that were never come to"},
    {.name = "--require-coverage",
     .value = "KIND",
     .about =
         "fail if some were not: steps of procedures that began, ways in which steps that were "
         "taken go on, expected goals, properties expected to hold or named by --property",
     .takes = Takes::words,
     .repeatable = true,
     .words = coverage_kinds},
    {.name = "--save",
     .value = "FILE",
     .about = "write the counterexample here, with --property; without it each unexpected one is "
              "saved under a name of its own in the current folder",
     .takes = Takes::file},
};

class ExploreCommand {
 public:
  ExploreCommand(const Arguments& arguments, Terminal& terminal)
      : arguments_(arguments), terminal_(terminal) {}

  ExitStatus run();

 private:
  std::string fault() const;
  std::string eventual_fault() const;
  bool asks_for_eventual() const;
  ExitStatus explore_eventual(const RequestedScenario& requested);
  ExitStatus judge(const RequestedScenario& requested, const EventualExploration& found) const;
  ExitStatus explore_one(const RequestedScenario& requested);
  ExitStatus find_boundary_of(const RequestedScenario& requested);
  ScenarioExploreOptions options();
  bool is_expected(const RequestedScenario& requested, const Property& property) const;
  ExitStatus judge(const RequestedScenario& requested, const ScenarioExploration& found) const;
  bool save(const RequestedScenario& requested, const PropertyAnswer& answer, std::size_t number,
            std::vector<SavedCounterexample>& saved);
  bool save(const RequestedScenario& requested, const Property& property, std::size_t number,
            Scenario scenario, const std::string& sentence,
            std::vector<SavedCounterexample>& saved);
  // Whether all that is required was come to; what was not goes into the report.
  bool judge_coverage(ExplorationReport& report) const;
  std::string repeat_command(const RequestedScenario& requested) const;
  std::string course_command(const RequestedScenario& requested, const Boundary& found) const;

  const Arguments& arguments_;
  Terminal& terminal_;
  JsonWriter json_;
  bool has_told_ = false;
};

bool ExploreCommand::asks_for_eventual() const {
  const Property* property = find_property(arguments_.text("--property"));
  return arguments_.has("--eventually") ||
         (property != nullptr && property->kind == PropertyKind::eventually);
}

// Whom something is owed to is told by its name, and courses are walked again from whole states.
std::string ExploreCommand::eventual_fault() const {
  for (const std::string_view other : {"--symmetry", "--hashes", "--critical-step", "--all",
                                       "--coverage", "--require-coverage", "--boundary"}) {
    if (arguments_.has(other)) return fmt::format("{} goes with never-properties only", other);
  }
  if (is_timed(arguments_)) return "--clock timed goes with never-properties only";
  const Property* property = find_property(arguments_.text("--property"));
  if (property == nullptr || property->kind == PropertyKind::eventually) return {};
  return fmt::format("--eventually goes with a property that must at last hold, not with {}",
                     property->name);
}

std::string ExploreCommand::fault() const {
  std::string about_time = clock_fault(arguments_);
  if (!about_time.empty()) return about_time;
  if (asks_for_eventual()) {
    const std::string fault = eventual_fault();
    if (!fault.empty()) return fault;
  }
  if (!arguments_.has("--save")) return settings_fault(arguments_);
  if (!arguments_.has("--property") || arguments_.operands().size() > 1) {
    return "--save goes with --property and one scenario";
  }
  const std::string fault = output_fault(arguments_.text("--save"), arguments_.operands());
  return fault.empty() ? settings_fault(arguments_) : fault;
}

ScenarioExploreOptions ExploreCommand::options() {
  constexpr std::uint64_t mib = 1 << 20;
  ScenarioExploreOptions options;
  options.property = arguments_.text("--property");
  options.critical_step = arguments_.has("--critical-step");
  options.space.lazy_reads = !arguments_.has("--eager");
  options.space.by_cause = arguments_.has("--all");
  options.parameters = true;
  options.space.timed = is_timed(arguments_);
  ExploreOptions& explore = options.explore;
  explore.threads = search_threads(arguments_);
  explore.symmetry = arguments_.has("--symmetry");
  explore.keep = arguments_.has("--hashes") ? Keep::hashes : Keep::states;
  explore.most_depth = static_cast<int>(arguments_.count("--max-depth", INT32_MAX));
  explore.most_states = static_cast<std::uint64_t>(arguments_.count("--max-states", INT64_MAX));
  explore.most_bytes = static_cast<std::uint64_t>(arguments_.count("--max-memory", 8192)) * mib;
  if (arguments_.has("--max-time")) {
    explore.most_us = static_cast<std::uint64_t>(arguments_.duration_us("--max-time", 0));
  }
  explore.interrupted = &interrupted();
  if (terminal_.shows_progress()) {
    explore.progress = [this](const ExploreProgress& now) {
      terminal_.show_progress(fmt::format("{} states, depth {}, {} states/s, {} wait, {} MiB",
                                          now.states, now.depth, now.states_per_s, now.frontier,
                                          now.bytes / mib));
    };
  }
  return options;
}

bool ExploreCommand::is_expected(const RequestedScenario& requested,
                                 const Property& property) const {
  if (requested.knobs_changed) return false;
  const auto& expect = requested.scenario.expect;
  return std::any_of(expect.begin(), expect.end(), [&](const Expectation& one) {
    return one.kind == ExpectationKind::violates && one.property == property.name;
  });
}

ExitStatus ExploreCommand::judge(const RequestedScenario& requested,
                                 const ScenarioExploration& found) const {
  ExitStatus status = ExitStatus::good;
  for (const PropertyAnswer& one : found.answers) {
    const bool violated = one.answer == Answer::violated;
    const bool expected = is_expected(requested, *one.property);
    if (one.answer == Answer::undecided) {
      if (status == ExitStatus::good) status = ExitStatus::inconclusive;
    } else if (violated != expected) {
      return ExitStatus::failed;
    }
  }
  if (found.exploration.ending == Ending::interrupted) return ExitStatus::interrupted;
  return status;
}

bool ExploreCommand::judge_coverage(ExplorationReport& report) const {
  report.shows_coverage = arguments_.has("--coverage");
  bool good = true;
  for (const std::string& word : arguments_.all("--require-coverage")) {
    const auto kind = value_named<CoverageKind>(word);
    report.required.push_back({*kind, gaps_of_kind(report.scenario, report.found, *kind)});
    good = good && report.required.back().missing.empty();
  }
  return good;
}

std::string ExploreCommand::repeat_command(const RequestedScenario& requested) const {
  std::string text = "holdfast explore " + shell_quoted(requested.path);
  for (const OptionInfo& option : table) {
    if (option.name == "--threads" || option.name == "--save") continue;
    for (const std::string& value : arguments_.all(option.name)) {
      text += fmt::format(" {}", option.name);
      if (option.takes != Takes::nothing) text += ' ' + shell_quoted(value);
    }
  }
  return text;
}

// False if it could not be written. `number`: 0 for the nearest, else the place among the others.
bool ExploreCommand::save(const RequestedScenario& requested, const PropertyAnswer& answer,
                          std::size_t number, std::vector<SavedCounterexample>& saved) {
  const ShortestCourse& found = number == 0 ? *answer.counterexample : answer.others[number - 1];
  if (!found.course) return true;
  return save(requested, *answer.property, number, found.scenario, found.sentence, saved);
}

bool ExploreCommand::save(const RequestedScenario& requested, const Property& property,
                          std::size_t number, Scenario scenario, const std::string& sentence,
                          std::vector<SavedCounterexample>& saved) {
  const bool asked = arguments_.has("--save") && number == 0;
  if (!asked && is_expected(requested, property)) return true;
  const std::string suffix = number == 0 ? std::string() : fmt::format("-{}", number + 1);
  const std::string file = asked ? arguments_.text("--save")
                                 : fmt::format("{}-{}-{}{}.yaml", stem_of(requested.path),
                                               requested.scenario.profile, property.name, suffix);
  scenario.about = fmt::format("Found by exploring every interleaving: {}.", sentence);
  const std::string fault = write_file(file, scenario_text(scenario));
  if (!fault.empty()) {
    terminal_.complain(fmt::format("holdfast explore: {}\n", fault));
    return false;
  }
  saved.push_back({std::string(property.name), number, shell_quoted(file)});
  return true;
}

ExitStatus ExploreCommand::explore_one(const RequestedScenario& requested) {
  const ScenarioExploration found = explore_scenario(requested.scenario, options());
  terminal_.clear_progress();
  ExplorationReport report{
      requested.scenario, found, requested.knobs_changed, {}, {}, false, {}, false};
  ExitStatus status = judge(requested, found);
  if (!judge_coverage(report)) status = worse_of(status, ExitStatus::failed);
  for (const PropertyAnswer& one : found.answers) {
    if (!one.counterexample) continue;
    for (std::size_t number = 0; number <= one.others.size(); ++number) {
      if (!save(requested, one, number, report.saved)) status = ExitStatus::refused;
    }
  }
  report.repeat = repeat_command(requested);
  report.passed = status == ExitStatus::good;
  if (format_of(arguments_) == Format::json) {
    write_exploration(json_, report);
  } else if (!is_quiet(arguments_) || !report.passed) {
    if (has_told_) terminal_.print("\n");
    has_told_ = true;
    terminal_.print(exploration_text(report, terminal_.paint()));
  }
  return status;
}

// The same, without the boundary and with the duration at which the property falls.
std::string ExploreCommand::course_command(const RequestedScenario& requested,
                                           const Boundary& found) const {
  if (!found.falls_us) return {};
  const std::string name = arguments_.text("--boundary");
  const std::string value = duration_text(*found.falls_us);
  std::string text = "holdfast explore " + shell_quoted(requested.path);
  for (const OptionInfo& option : table) {
    if (option.name == "--threads" || option.name == "--boundary" || option.name == "--most" ||
        (option.name == "--after-start" && name == after_start_name)) {
      continue;
    }
    for (const std::string& given : arguments_.all(option.name)) {
      text += fmt::format(" {}", option.name);
      if (option.takes != Takes::nothing) text += ' ' + shell_quoted(given);
    }
  }
  return text + (name == after_start_name ? fmt::format(" --after-start {}", value)
                                          : fmt::format(" --longest {}={}", name, value));
}

ExitStatus ExploreCommand::find_boundary_of(const RequestedScenario& requested) {
  const BoundaryQuestion question = boundary_question(arguments_);
  const Boundary found = find_boundary(requested.scenario, options(), question);
  terminal_.clear_progress();
  const BoundaryReport report{requested.scenario,
                              found,
                              arguments_.text("--property"),
                              question,
                              repeat_command(requested),
                              course_command(requested, found)};
  if (format_of(arguments_) == Format::json) {
    write_boundary(json_, report);
  } else if (!is_quiet(arguments_) || !found.is_decided) {
    if (has_told_) terminal_.print("\n");
    has_told_ = true;
    terminal_.print(boundary_text(report, terminal_.paint()));
  }
  if (interrupted()) return ExitStatus::interrupted;
  return found.is_decided ? ExitStatus::good : ExitStatus::inconclusive;
}

ExitStatus ExploreCommand::judge(const RequestedScenario& requested,
                                 const EventualExploration& found) const {
  ExitStatus status = ExitStatus::good;
  for (const EventualAnswer& one : found.answers) {
    if (one.answer == Answer::undecided) {
      if (status == ExitStatus::good) status = ExitStatus::inconclusive;
    } else if ((one.answer == Answer::violated) != is_expected(requested, *one.property)) {
      return ExitStatus::failed;
    }
  }
  const bool ended =
      found.graph.ending == Ending::interrupted || found.reduced.ending == Ending::interrupted;
  return ended ? ExitStatus::interrupted : status;
}

ExitStatus ExploreCommand::explore_eventual(const RequestedScenario& requested) {
  const ScenarioExploreOptions asked = options();
  const EventualExploration found = explore_eventually(
      requested.scenario, {asked.explore, asked.property, !arguments_.has("--eager")});
  terminal_.clear_progress();
  ExitStatus status = judge(requested, found);
  std::vector<SavedCounterexample> saved;
  for (const EventualAnswer& one : found.answers) {
    if (!one.scenario) continue;
    if (!save(requested, *one.property, 0, *one.scenario, one.course->sentence, saved)) {
      status = ExitStatus::refused;
    }
  }
  const EventualReport report{requested.scenario, found, saved, repeat_command(requested),
                              status == ExitStatus::good};
  if (format_of(arguments_) == Format::json) {
    write_eventual(json_, report);
  } else if (!is_quiet(arguments_) || !report.passed) {
    if (has_told_) terminal_.print("\n");
    has_told_ = true;
    terminal_.print(eventual_text(report, terminal_.paint()));
  }
  return status;
}

ExitStatus run_explore(const Arguments& arguments, Terminal& terminal) {
  return ExploreCommand(arguments, terminal).run();
}

constexpr Example examples[] = {
    {"holdfast explore scenarios/incident-598/restart.yaml",
     "can the reserved pod be deleted, and how"},
    {"holdfast explore restart.yaml --profile slots+rebuild+guard --property reserved_pod_kept",
     "does this fix hold in every interleaving"},
    {"holdfast explore restart.yaml --profile described+delay --clock timed --property "
     "reserved_pod_kept --boundary reconciler_cycle",
     "how long may a reconcile take"},
};

}  // namespace

extern const Command explore_command;
const Command explore_command{
    .name = "explore",
    .about = "walk every interleaving within a scenario's bounds: a proof or a shortest course",
    .description =
        "Takes every step of the model in every order, within the bounds that the scenario's "
        "`explore` states, without a clock: a timer may fire whenever it is armed, and every "
        "predicate of the clock may come true. Of each property it says that it is violated, with "
        "a shortest course that is walked again and saved as a scenario for `run`; that it holds "
        "within the bounds; that nothing ever asked for it; or that a limit came first (exit "
        "status 3). A bound that left steps out is told with their number. Steps that were never "
        "taken and ways in which a step never went on, though it does elsewhere, tell what a proof "
        "does not speak of. With --clock timed a timer fires exactly when it is due and a run of a "
        "procedure ends in time; what pods, agents, users and messages do takes any time. What "
        "must at last hold is asked for by --eventually, or by --property: whether some course "
        "leads to where it is owed for ever, although whoever could always go on at last does "
        "(users, faults and freeze windows need not). Such a course is shown with the loop in "
        "which it goes on, and saved if the clock lets it happen. Without --eager such courses are "
        "looked for with the reduction first; "
        "that there are none is said of every step in every order only. One thread searches, and "
        "the bound of pods is for those that there are at a time. As JSON: an object with "
        "`scenarios`, each with `ending` (complete, exhausted where a bound left steps out, or "
        "what "
        "ended it), `states`, `moves`, `depth`, `complete_depth` (with "
        "--eventually the first four are in `reduced` and `explored`), `clock`, `bounds`, "
        "`left_out`, `answers` (property, answer, and of what is violated sentence, changes, "
        "timing_possible, saved, critical_step, course; or sentence, timing_possible, saved, "
        "course, "
        "loop), `coverage`, "
        "`repeat` and `passed`; with --boundary each with `property`, `duration`, `most_us`, "
        "`decided`, `holds_us`, `falls_us`, `since_start_us`, `unit_us`, `explorations`, "
        "`states`, `sentence` and `repeat`.",
    .operand = {.name = "SCENARIO",
                .about = "scenario files (YAML); - is standard input",
                .takes = Takes::file,
                .least = 1,
                .most = 100'000},
    .options = table,
    .examples = examples,
    .run = run_explore,
};

namespace {

ExitStatus ExploreCommand::run() {
  std::string wrong = fault();
  if (!wrong.empty()) return refuse(explore_command, terminal_, wrong);
  std::vector<RequestedScenario> scenarios;
  for (const std::string& path : arguments_.operands()) {
    wrong = read_requested(path, arguments_, scenarios);
    if (!wrong.empty()) {
      terminal_.complain(wrong);
      continue;
    }
    apply_durations(arguments_, scenarios.back().scenario);
    wrong = space_refusal(scenarios.back().scenario);
    if (wrong.empty() && is_timed(arguments_)) wrong = grid_refusal(scenarios.back().scenario);
    if (wrong.empty() && arguments_.has("--symmetry")) {
      wrong = symmetry_refusal(scenarios.back().scenario);
    }
    if (wrong.empty()) continue;
    terminal_.complain(fmt::format("{}: {}\n", printable_text(path), wrong));
    scenarios.pop_back();
  }
  if (scenarios.size() < arguments_.operands().size()) return ExitStatus::refused;
  catch_interrupts();
  ExitStatus status = ExitStatus::good;
  json_.begin_object();
  json_.text("command", "explore");
  json_.begin_array("scenarios");
  for (const RequestedScenario& requested : scenarios) {
    if (interrupted()) break;
    if (asks_for_eventual()) {
      status = worse_of(status, explore_eventual(requested));
    } else {
      status = worse_of(status, arguments_.has("--boundary") ? find_boundary_of(requested)
                                                             : explore_one(requested));
    }
  }
  json_.end_array();
  json_.boolean("passed", status == ExitStatus::good);
  json_.end_object();
  if (format_of(arguments_) == Format::json) terminal_.print(json_.finish());
  return status;
}

}  // namespace
}  // namespace holdfast
