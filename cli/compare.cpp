// holdfast compare: profiles against properties by exploring each, and the smallest sets of knob
// changes that make a property hold.
#include <algorithm>

#include <fmt/format.h>

#include <holdfast/cli/interrupt.h>
#include <holdfast/cli/options.h>
#include <holdfast/cli/requested_scenario.h>
#include <holdfast/reports/matrix.h>
#include <holdfast/reports/plain_text.h>
#include <holdfast/sim/input/utf8.h>
#include <holdfast/sim/scenario_reader.h>

namespace holdfast {
namespace {

constexpr std::size_t most_fixes = 12;

constexpr OptionInfo table[] = {
    set_option,
    {.name = "--profiles",
     .value = "A,B,C",
     .about = "which profiles, in this order; all if left out",
     .takes = Takes::text,
     .words = profile_names},
    {.name = "--property",
     .value = "NAME",
     .about = "compare this one only; each search ends when it is violated",
     .takes = Takes::words,
     .words = never_names},
    {.name = "--fixes",
     .value = "KNOB=VALUE,…",
     .about = "print the smallest sets of these changes, at most 12, under which the property of "
              "--property holds in the scenario's profile",
     .takes = Takes::text,
     .words = knob_settings},
    {.name = "--cases",
     .value = "N",
     .about = "where a limit leaves a property open, try so many random courses as `check` does",
     .takes = Takes::count,
     .low = 1,
     .high = 1'000'000},
    {.name = "--seed",
     .value = "N",
     .about = "of the first random course",
     .takes = Takes::count,
     .by_default = "1"},
    search_threads_option,
    {.name = "--max-states",
     .value = "N",
     .about = "end each search with so many states",
     .takes = Takes::count,
     .by_default = "1000000",
     .low = 1},
};

std::vector<std::string> split(const std::string& text) {
  std::vector<std::string> parts;
  std::size_t begin = 0;
  while (begin <= text.size()) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    parts.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

class CompareCommand {
 public:
  CompareCommand(const Arguments& arguments, Terminal& terminal)
      : arguments_(arguments), terminal_(terminal) {}

  ExitStatus run(const Command& command);

 private:
  std::string fault();
  std::string fixes_fault(const Scenario& scenario);
  ScenarioExploreOptions options() const;
  RandomCases random_cases() const;
  void compare(const Scenario& scenario);
  void fix(const Scenario& scenario);

  const Arguments& arguments_;
  Terminal& terminal_;
  std::vector<std::string> profiles_;
  std::vector<KnobChange> fixes_;
  JsonWriter json_;
  ExitStatus status_ = ExitStatus::good;
};

std::string CompareCommand::fault() {
  if (arguments_.has("--fixes") && !arguments_.has("--property")) {
    return "--fixes goes with --property";
  }
  if (arguments_.has("--fixes") && arguments_.has("--profiles")) {
    return "--fixes goes with the scenario's own profile, not with --profiles";
  }
  if (arguments_.has("--profiles")) {
    profiles_ = split(arguments_.text("--profiles"));
  } else {
    profiles_ = profile_names();
  }
  for (const std::string& profile : profiles_) {
    if (find_profile(profile) == nullptr) {
      return fmt::format("there is no profile {}; see `holdfast profiles`", in_quotes(profile));
    }
  }
  return settings_fault(arguments_);
}

std::string CompareCommand::fixes_fault(const Scenario& scenario) {
  fixes_.clear();
  if (!arguments_.has("--fixes")) return {};
  for (const std::string& change : split(arguments_.text("--fixes"))) {
    const std::size_t equals = change.find('=');
    if (equals == std::string::npos) {
      return fmt::format("--fixes takes KNOB=VALUE, not {}", in_quotes(change));
    }
    fixes_.emplace_back(change.substr(0, equals), change.substr(equals + 1));
    Scenario tried = scenario;
    const TextFault fault = apply_set(tried, fixes_.back().first, fixes_.back().second);
    if (!fault.message.empty()) {
      return fmt::format("--fixes: {}{}{}", fault.message, fault.hint.empty() ? "" : "; ",
                         fault.hint);
    }
  }
  if (fixes_.size() > most_fixes) return "--fixes takes 12 changes at most";
  return {};
}

ScenarioExploreOptions CompareCommand::options() const {
  constexpr std::int64_t default_states = 1'000'000;
  ScenarioExploreOptions options;
  options.property = arguments_.text("--property");
  options.explore.threads = search_threads(arguments_);
  options.explore.most_states =
      static_cast<std::uint64_t>(arguments_.count("--max-states", default_states));
  options.explore.interrupted = &interrupted();
  return options;
}

RandomCases CompareCommand::random_cases() const {
  RandomCases random;
  random.cases = static_cast<std::uint64_t>(arguments_.count("--cases", 0));
  random.seed = static_cast<std::uint64_t>(arguments_.count("--seed", 1));
  random.threads = search_threads(arguments_);
  return random;
}

void CompareCommand::compare(const Scenario& scenario) {
  MatrixReport report{scenario, {}, arguments_.text("--property")};
  Progress progress(terminal_, "profiles", profiles_.size());
  for (const std::string& profile : profiles_) {
    if (interrupted()) break;
    report.profiles.push_back(compare_one(scenario, profile, options(), random_cases()));
    progress.tell(report.profiles.size());
    const ComparedProfile& one = report.profiles.back();
    const bool open = std::any_of(one.answers.begin(), one.answers.end(), [](const auto& answer) {
      return answer.answer == Answer::undecided;
    });
    if (open) status_ = worse_of(status_, ExitStatus::inconclusive);
  }
  terminal_.clear_progress();
  if (format_of(arguments_) == Format::json) {
    write_matrix(json_, report);
  } else {
    terminal_.print(matrix_text(report));
  }
}

void CompareCommand::fix(const Scenario& scenario) {
  const FixesReport report{scenario, arguments_.text("--property"), fixes_,
                           smallest_fixes(scenario, fixes_, options())};
  const bool holds = std::any_of(report.fixes.begin(), report.fixes.end(),
                                 [](const FixSet& fix) { return fix.answer != Answer::undecided; });
  if (!holds) {
    status_ =
        worse_of(status_, report.fixes.empty() ? ExitStatus::failed : ExitStatus::inconclusive);
  }
  if (format_of(arguments_) == Format::json) {
    write_fixes(json_, report);
  } else {
    terminal_.print(fixes_text(report));
  }
}

ExitStatus CompareCommand::run(const Command& command) {
  std::string wrong = fault();
  if (!wrong.empty()) return refuse(command, terminal_, wrong);
  std::vector<RequestedScenario> scenarios;
  for (const std::string& path : arguments_.operands()) {
    wrong = read_requested(path, arguments_, scenarios);
    if (wrong.empty()) {
      wrong = space_refusal(scenarios.back().scenario);
      if (wrong.empty()) wrong = fixes_fault(scenarios.back().scenario);
      if (wrong.empty()) continue;
      wrong = fmt::format("{}: {}\n", printable_text(path), wrong);
    }
    terminal_.complain(wrong);
    return ExitStatus::refused;
  }
  catch_interrupts();
  json_.begin_object();
  json_.text("command", "compare");
  json_.begin_array("scenarios");
  for (const RequestedScenario& requested : scenarios) {
    if (interrupted()) break;
    fixes_fault(requested.scenario);
    arguments_.has("--fixes") ? fix(requested.scenario) : compare(requested.scenario);
  }
  if (interrupted()) status_ = ExitStatus::interrupted;
  json_.end_array();
  json_.end_object();
  if (format_of(arguments_) == Format::json) terminal_.print(json_.finish());
  return status_;
}

ExitStatus run_compare(const Arguments& arguments, Terminal& terminal);

constexpr Example examples[] = {
    {"holdfast compare scenarios/incident-598/restart.yaml", "the matrix over all profiles"},
    {"holdfast compare restart.yaml --property reserved_pod_kept --fixes "
     "slot_rebuild=from_database,scale_down_guard=apply_pending",
     "which of these changes are needed"},
};

}  // namespace

extern const Command compare_command;
const Command compare_command{
    .name = "compare",
    .about = "profiles against properties, by exploring each, or the smallest sets of fixes",
    .description =
        "Explores each scenario under each profile, within the scenario's bounds, and prints a "
        "table: a property holds, is violated in so many changes at least, is not asked for, or is "
        "open because a limit came first (exit status 3); --cases then adds how many random "
        "courses it survived, or that one of them violates it. With --fixes it prints instead the "
        "smallest sets of changes under which a property is not violated; status 1 if there is "
        "none. As JSON: an object with `scenarios`, each with `profiles` (profile, states, ending, "
        "answers) or `fixes` (answer, changes).",
    .operand = {.name = "SCENARIO",
                .about = "scenario files (YAML); - is standard input",
                .takes = Takes::file,
                .least = 1,
                .most = 100'000},
    .options = table,
    .examples = examples,
    .run = run_compare,
};

namespace {

ExitStatus run_compare(const Arguments& arguments, Terminal& terminal) {
  return CompareCommand(arguments, terminal).run(compare_command);
}

}  // namespace
}  // namespace holdfast
