// holdfast check: random courses of events from the start of scenarios, and for each property that
// falls a minimal scenario that shows it.
#include <algorithm>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include <holdfast/cli/interrupt.h>
#include <holdfast/cli/options.h>
#include <holdfast/cli/output_file.h>
#include <holdfast/cli/run_request.h>
#include <holdfast/reports/check_report.h>
#include <holdfast/reports/plain_text.h>
#include <holdfast/sim/input/utf8.h>
#include <holdfast/sim/scenario_names.h>
#include <holdfast/sim/scenario_shape.h>

namespace holdfast {
namespace {

constexpr std::int64_t default_cases = 200;
constexpr std::int64_t most_cases = 1'000'000'000;
constexpr int most_threads = 1024;

std::vector<std::string> judged_names() {
  std::vector<std::string> names;
  for (const Property& property : properties()) {
    if (property.kind != PropertyKind::sometimes) names.emplace_back(property.name);
  }
  return names;
}

std::vector<std::string> action_names() {
  return {names_of<ActionKind>.begin(), names_of<ActionKind>.end()};
}

constexpr std::array table{
    profile_option,
    set_option,
    OptionInfo{.name = "--property",
               .value = "NAME",
               .about = "judge this property; every one that must never be violated, and every "
                        "eventual one for which the scenario has a bound, if left out",
               .takes = Takes::words,
               .repeatable = true,
               .words = judged_names},
    OptionInfo{.name = "--cases",
               .value = "N",
               .about = "how many courses are tried",
               .takes = Takes::count,
               .by_default = "200",
               .low = 1,
               .high = most_cases},
    OptionInfo{.name = "--seed",
               .value = "N",
               .about = "the seed of the first case, each next one has the next; the scenario's if "
                        "left out",
               .takes = Takes::count},
    OptionInfo{.name = "--happenings",
               .value = "N",
               .about = "at most so many in a course",
               .takes = Takes::count,
               .by_default = "100",
               .low = 1,
               .high = most_happenings},
    OptionInfo{.name = "--only",
               .value = "ACTION",
               .about = "let nothing else happen than this, as `when` calls it",
               .takes = Takes::words,
               .repeatable = true,
               .words = action_names},
    OptionInfo{.name = "--until",
               .value = "DURATION",
               .about = "how long a course runs; as long as the scenario says if left out",
               .takes = Takes::duration},
    OptionInfo{.name = "--threads",
               .value = "N",
               .about = "how many cases go on at a time; the output is the same for any number; "
                        "that of the machine's processors if left out",
               .takes = Takes::count,
               .low = 1,
               .high = most_threads},
    OptionInfo{.name = "--save",
               .value = "FILE",
               .about = "save the minimal scenario here; where several properties are violated, "
                        "each under this name and its own. In the current folder without it",
               .takes = Takes::file},
};

// Carries out one request.
class Runner {
 public:
  Runner(const Arguments& arguments, std::vector<RequestedScenario> scenarios, Terminal& terminal)
      : arguments_(arguments), scenarios_(std::move(scenarios)), terminal_(terminal) {}

  ExitStatus run();

 private:
  void check_one(const RequestedScenario& requested);
  CheckOptions options_for(const Scenario& scenario) const;
  std::vector<ToldCounterexample> tell_found(const RequestedScenario& requested,
                                             const CheckReport& report);
  std::string save(const RequestedScenario& requested, const CheckedProperty& checked,
                   bool is_only_one);
  std::string repeat_command(const RequestedScenario& requested,
                             const CheckedProperty& checked) const;

  bool as_text() const { return format_of(arguments_) == Format::text; }

  const Arguments& arguments_;
  std::vector<RequestedScenario> scenarios_;
  Terminal& terminal_;
  JsonWriter json_;
  ExitStatus status_ = ExitStatus::good;
  bool has_told_ = false;
};

ExitStatus Runner::run() {
  json_.begin_object();
  json_.text("command", "check");
  json_.begin_array("scenarios");
  for (const RequestedScenario& requested : scenarios_) {
    if (interrupted()) break;
    check_one(requested);
  }
  if (interrupted()) status_ = worse_of(status_, ExitStatus::interrupted);
  json_.end_array();
  json_.boolean("passed", status_ == ExitStatus::good);
  json_.end_object();
  if (!as_text()) terminal_.print(json_.finish());
  return status_;
}

CheckOptions Runner::options_for(const Scenario& scenario) const {
  CheckOptions options;
  options.seed = static_cast<std::uint64_t>(
      arguments_.count("--seed", static_cast<std::int64_t>(scenario.seed)));
  options.cases = static_cast<std::uint64_t>(arguments_.count("--cases", default_cases));
  options.threads = static_cast<int>(arguments_.count("--threads", processor_count()));
  options.course.most_happenings =
      static_cast<int>(arguments_.count("--happenings", options.course.most_happenings));
  for (const std::string& action : arguments_.all("--only")) {
    options.course.kinds.push_back(*value_named<ActionKind>(action));
  }
  for (const std::string& property : arguments_.all("--property")) {
    options.properties.push_back(find_property(property));
  }
  options.stop = &interrupted();
  return options;
}

void Runner::check_one(const RequestedScenario& requested) {
  CheckOptions options = options_for(requested.scenario);
  CheckReport report;
  {
    Progress cases(terminal_, "cases", options.cases);
    options.progress = [&](const CheckProgress& progress) {
      if (progress.shrinking == 0) return cases.tell(progress.cases);
      terminal_.show_progress(
          fmt::format("{} of {} counterexamples are shrunk", progress.shrunk, progress.shrinking));
    };
    report = check_scenario(requested.scenario, options);
  }
  const std::vector<ToldCounterexample> told = tell_found(requested, report);
  const ToldCheck check{requested.scenario, report, options.seed, options.cases, told};
  write_check(json_, check);
  for (const CheckedProperty& checked : report.properties) {
    if (checked.violated > 0) status_ = worse_of(status_, ExitStatus::failed);
  }
  if (!as_text() || (is_quiet(arguments_) && told.empty() && !report.stopped)) return;
  if (has_told_) terminal_.print("\n");
  has_told_ = true;
  terminal_.print(check_text(check, is_quiet(arguments_), terminal_.paint()));
}

// Saves what was found, and looks at each again for who did it and why.
std::vector<ToldCounterexample> Runner::tell_found(const RequestedScenario& requested,
                                                   const CheckReport& report) {
  const auto violated =
      std::count_if(report.properties.begin(), report.properties.end(),
                    [](const CheckedProperty& checked) { return checked.violated > 0; });
  std::vector<ToldCounterexample> all;
  for (const CheckedProperty& checked : report.properties) {
    if (checked.violated == 0) continue;
    ToldCounterexample told{&checked, {}, {}, {}};
    told.repeat = repeat_command(requested, checked);
    if (checked.found && checked.found->reproduced) {
      told.saved = shell_quoted(save(requested, checked, violated == 1));
      if (!told.saved.empty()) told.repeat = "holdfast run " + told.saved;
      Explainer explainer(checked.found->record.first);
      RunOptions options;
      options.seed = checked.found->scenario.seed;
      options.observers.push_back(&explainer);
      run_scenario(checked.found->scenario, options);
      told.explanation = explainer.explanation();
    } else if (checked.found) {
      terminal_.complain(
          fmt::format("holdfast check: the minimal scenario of {} does not show it again; this is "
                      "an error of holdfast\n",
                      checked.property->name));
      status_ = ExitStatus::refused;
    }
    all.push_back(std::move(told));
  }
  return all;
}

// The name of the file; empty, with a complaint, if it could not be written.
std::string Runner::save(const RequestedScenario& requested, const CheckedProperty& checked,
                         bool is_only_one) {
  std::filesystem::path path = arguments_.text("--save");
  if (path.empty()) {
    path = fmt::format("{}-{}-{}.yaml", stem_of(requested.path), requested.scenario.profile,
                       checked.property->name);
  } else if (!is_only_one) {
    path.replace_filename(fmt::format("{}-{}{}", path.stem().string(), checked.property->name,
                                      path.extension().string()));
  }
  const std::string fault = write_file(path.string(), checked.found->text);
  if (fault.empty()) return path.string();
  terminal_.complain(fmt::format("holdfast check: {}\n", fault));
  if (arguments_.has("--save")) status_ = ExitStatus::refused;
  return {};
}

// What finds the same case again.
std::string Runner::repeat_command(const RequestedScenario& requested,
                                   const CheckedProperty& checked) const {
  std::string text = "holdfast check " + shell_quoted(requested.path);
  for (const std::string_view option :
       {"--profile", "--set", "--happenings", "--only", "--until"}) {
    for (const std::string& value : arguments_.all(option)) {
      text += fmt::format(" {} {}", option, shell_quoted(value));
    }
  }
  return text + fmt::format(" --property {} --seed {} --cases 1", checked.property->name,
                            checked.first_seed);
}

ExitStatus run_check(const Arguments& arguments, Terminal& terminal);

constexpr Example examples[] = {
    {"holdfast check scenarios/incident-598/restart.yaml",
     "whatever may happen to the pods of the incident"},
    {"holdfast check restart.yaml --profile slots+rebuild+guard --property reserved_pod_kept "
     "--only restart --only submit --cases 5000",
     "whether restarts alone can cost a reserved pod under the repair"},
    {"holdfast check restart.yaml --property running_pod_kept --save minimal.yaml",
     "a minimal scenario under a name of one's own"},
};

}  // namespace

extern const Command check_command;
const Command check_command{
    .name = "check",
    .about = "try random courses of events, and shrink what violates a property",
    .description =
        "Takes what each scenario is given, with its pools, timings and users, and lets happen at "
        "random what may happen, in place of its own `when` and `faults`: requests of users, "
        "restarts, lost pods and agents, failing calls. Every course is judged as a run is. Of the "
        "first that violates a property it leaves out all that is not needed, until without any "
        "one happening, task or pod the property holds, and saves that as a scenario that "
        "`holdfast run` repeats. None violated speaks of the cases that were tried and proves "
        "nothing. As JSON: an object with `scenarios`, each with `properties` (with `found`, the "
        "minimal scenario, or null), and `passed`.",
    .operand = {.name = "SCENARIO",
                .about = "scenario files (YAML); - is standard input",
                .takes = Takes::file,
                .least = 1,
                .most = 100'000},
    .options = table,
    .examples = examples,
    .run = run_check,
};

namespace {

// What a scenario cannot be asked; or empty.
std::string property_fault(const Arguments& arguments, const RequestedScenario& requested) {
  for (const std::string& name : arguments.all("--property")) {
    if (can_be_checked(requested.scenario, *find_property(name))) continue;
    return fmt::format("{}: --property: '{}' is to come about at last: the scenario must say by "
                       "when, 'holds: {}' with 'within: 5m'\n",
                       printable_text(requested.path), name, name);
  }
  return {};
}

std::string combination_fault(const Arguments& arguments) {
  std::string fault = settings_fault(arguments);
  if (!fault.empty()) return fault;
  if (arguments.has("--save") && arguments.operands().size() > 1) {
    return "--save goes with one scenario";
  }
  if (arguments.count("--seed", 0) > INT64_MAX - arguments.count("--cases", default_cases)) {
    return "--seed and --cases go beyond 2^63";
  }
  if (arguments.duration_us("--until", second) < second) return "--until takes at least 1s";
  if (!arguments.has("--save")) return {};
  return output_fault(arguments.text("--save"), arguments.operands());
}

ExitStatus run_check(const Arguments& arguments, Terminal& terminal) {
  const std::string fault = combination_fault(arguments);
  if (!fault.empty()) return refuse(check_command, terminal, fault);
  std::vector<RequestedScenario> scenarios;
  std::string faults;
  for (const std::string& path : arguments.operands()) {
    std::string of_file = read_requested(path, arguments, scenarios);
    if (of_file.empty()) of_file = property_fault(arguments, scenarios.back());
    faults += of_file;
  }
  if (!faults.empty()) {
    terminal.complain(faults);
    return ExitStatus::refused;
  }
  for (RequestedScenario& requested : scenarios) {
    requested.scenario.until_us = arguments.duration_us("--until", requested.scenario.until_us);
  }
  catch_interrupts();
  return Runner(arguments, std::move(scenarios), terminal).run();
}

}  // namespace
}  // namespace holdfast
