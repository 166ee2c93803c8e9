// holdfast run: simulate scenarios, tell what happened and whether it was expected.
//
// A run that is told is run twice from its seed: first for its verdict, then, knowing what to look
// for, for its timeline, its causes and its log. Both are the same run, and that is checked.
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include <holdfast/cli/interrupt.h>
#include <holdfast/cli/log_saver.h>
#include <holdfast/cli/options.h>
#include <holdfast/cli/output_file.h>
#include <holdfast/cli/run_request.h>
#include <holdfast/cli/run_seeds.h>
#include <holdfast/reports/junit.h>
#include <holdfast/reports/plain_text.h>
#include <holdfast/reports/run_json.h>
#include <holdfast/reports/timeline.h>

namespace holdfast {
namespace {

// Tells on a terminal how far a single run is.
class ProgressWatch : public Observer {
 public:
  ProgressWatch(Terminal& terminal, Moment start, std::int64_t until_us)
      : progress_(terminal, "simulated seconds", static_cast<std::uint64_t>(until_us / second)),
        start_(start) {}

  void before(const World&, const Clock& clock, const Occurrence& occurrence) override {
    constexpr std::uint64_t every = 4096;
    if (occurrence.sequence % every != 0 || clock.now() < start_) return;
    progress_.tell(static_cast<std::uint64_t>((clock.now().us - start_.us) / second));
  }
  void after(const World&, const Clock&, const Occurrence&) override {}

 private:
  Progress progress_;
  Moment start_;
};

// `until_us` is how far it went: a course that is given step by step goes on to its last step.
RunReport report_of(const RequestedScenario& requested, const RunResult& result,
                    std::string repeat) {
  return {requested.scenario,      result, result.end.us - requested.scenario.start.us,
          requested.knobs_changed, {},     std::move(repeat),
          {}};
}

// Carries out one request.
class Runner {
 public:
  Runner(const RunRequest& request, Terminal& terminal) : request_(request), terminal_(terminal) {}

  ExitStatus run();

 private:
  ExitStatus run_one(const RequestedScenario& requested);
  ExitStatus run_many(const RequestedScenario& requested);
  std::string tell_first(const RequestedScenario& requested, std::uint64_t seed);
  RunOptions options_for(const RequestedScenario& requested, std::uint64_t seed) const;
  RunResult judge(const RequestedScenario& requested, std::uint64_t seed);
  void tell(const RequestedScenario& requested, RunReport& report);
  bool look_again(const RequestedScenario& requested, RunReport& report);
  void print_summary(std::size_t passed) const;
  void begin_part();
  bool write_junit();

  bool as_text() const { return request_.format == Format::text; }

  const RunRequest& request_;
  Terminal& terminal_;
  JsonWriter json_;
  std::vector<JunitSuite> suites_;
  std::set<std::string> saved_;   // logs
  ExitStatus status_ = ExitStatus::good;
  bool has_told_ = false;
};

ExitStatus Runner::run() {
  json_.begin_object();
  json_.text("command", "run");
  json_.begin_array("scenarios");
  std::size_t passed = 0;
  for (const RequestedScenario& requested : request_.scenarios) {
    if (interrupted()) break;
    const ExitStatus status = request_.runs > 0 ? run_many(requested) : run_one(requested);
    if (status == ExitStatus::good) ++passed;
    status_ = worse_of(status_, status);
  }
  if (interrupted()) status_ = worse_of(status_, ExitStatus::interrupted);
  json_.end_array();
  json_.number("passed_scenarios", passed);
  json_.boolean("passed", status_ == ExitStatus::good);
  json_.end_object();
  if (!as_text()) terminal_.print(json_.finish());
  if (as_text() && !request_.quiet && request_.scenarios.size() > 1) print_summary(passed);
  if (!write_junit()) status_ = worse_of(status_, ExitStatus::refused);
  return status_;
}

void Runner::print_summary(std::size_t passed) const {
  const Paint paint = terminal_.paint();
  const std::size_t all = request_.scenarios.size();
  std::string text = fmt::format("\n{} of {} scenarios ", passed, all);
  text += passed == all ? paint(Tone::good, "passed") : paint(Tone::bad, "passed");
  terminal_.print(text + '\n');
}

// A blank line between what is told of two runs.
void Runner::begin_part() {
  if (has_told_) terminal_.print("\n");
  has_told_ = true;
}

ExitStatus Runner::run_one(const RequestedScenario& requested) {
  const RunResult result = judge(requested, request_.seed_of(requested.scenario));
  RunReport report =
      report_of(requested, result, repeat_command(request_, requested, result.seed));
  json_.begin_object();
  json_.null("seeds");
  tell(requested, report);
  json_.end_object();
  suites_.push_back(junit_suite(report));
  if (result.stopped && result.passed) return ExitStatus::interrupted;
  return result.passed ? ExitStatus::good : ExitStatus::failed;
}

ExitStatus Runner::run_many(const RequestedScenario& requested) {
  const Scenario& scenario = requested.scenario;
  const SeedsSummary summary =
      run_seeds(scenario, options_for(requested, 0), request_.seed_of(scenario), request_.runs,
                request_.threads, interrupted(), terminal_);
  const bool failed = summary.failed.runs > 0;
  json_.begin_object();
  write_seeds(json_, "seeds", scenario, summary, requested.knobs_changed);
  if (as_text() && (failed || !request_.quiet)) {
    begin_part();
    terminal_.print(seeds_text(scenario, summary, requested.knobs_changed, terminal_.paint()));
  }
  std::string detail;
  if (failed) {
    detail = tell_first(requested, summary.failed.first_seed);
  } else {
    json_.null("run");
  }
  json_.end_object();
  suites_.push_back(junit_suite(scenario, summary, requested.knobs_changed, detail));
  return failed ? ExitStatus::failed : ExitStatus::good;
}

// Tells the first of many seeds that failed, or, when there is no more time, how to see it. Answers
// with the lines of the failing run.
std::string Runner::tell_first(const RequestedScenario& requested, std::uint64_t seed) {
  const std::string repeat = repeat_command(request_, requested, seed);
  if (interrupted()) {
    json_.null("run");
    const std::string line = fmt::format("repeat    {}\n", repeat);
    if (as_text()) terminal_.print('\n' + line);
    return line;
  }
  const RunResult result = judge(requested, seed);
  RunReport report = report_of(requested, result, repeat);
  tell(requested, report);
  return failing_run_text(report, paint_nothing);
}

RunOptions Runner::options_for(const RequestedScenario& requested, std::uint64_t seed) const {
  RunOptions options;
  options.seed = seed;
  options.until_us = request_.until_us;
  options.knobs_changed = requested.knobs_changed;
  return options;
}

// The verdict of one run.
RunResult Runner::judge(const RequestedScenario& requested, std::uint64_t seed) {
  RunOptions options = options_for(requested, seed);
  options.stop = &interrupted();
  ProgressWatch progress(terminal_, requested.scenario.start,
                         request_.until_of(requested.scenario));
  if (terminal_.shows_progress()) options.observers.push_back(&progress);
  return run_scenario(requested.scenario, options);
}

// Prints a run, or adds it to the JSON document.
void Runner::tell(const RequestedScenario& requested, RunReport& report) {
  const Scenario& scenario = requested.scenario;
  const bool is_shown = as_text() && !(request_.quiet && report.result.passed);
  const Paint paint = terminal_.paint();
  if (is_shown) {
    begin_part();
    terminal_.print(scenario_line(scenario, report.result.seed, paint) + '\n');
  }
  if (look_again(requested, report) && is_shown) terminal_.print("\n");
  if (!as_text()) return write_run(json_, "run", report);
  if (!is_shown) return;
  terminal_.print(verdict_text(report, paint));
  const std::string failing = failing_run_text(report, paint);
  if (!failing.empty()) terminal_.print('\n' + failing);
}

// Runs it a second time for what the verdict does not tell. Whether a timeline was printed.
bool Runner::look_again(const RequestedScenario& requested, RunReport& report) {
  const Scenario& scenario = requested.scenario;
  const RunResult& result = report.result;
  const Violation* violation = shown_violation(scenario, result, requested.knobs_changed);
  const bool tells = as_text() && request_.timeline != TimelineForm::none;
  const bool saves = !result.stopped && (!result.passed || !request_.log.empty());
  if (result.stopped || (!tells && !saves && violation == nullptr)) return false;

  RunOptions options = options_for(requested, result.seed);
  Timeline timeline(scenario.setup,
                    {tells ? request_.timeline : TimelineForm::none, scenario.start,
                     report.until_us, violation, terminal_.paint()},
                    [this](std::string_view lines) { terminal_.print(lines); });
  options.observers.push_back(&timeline);
  std::optional<Explainer> explainer;
  if (violation != nullptr) options.observers.push_back(&explainer.emplace(*violation));
  std::optional<LogSaver> saver;
  if (saves) {
    saver.emplace(log_name(request_, requested, result.seed, saved_), scenario, result);
    options.observers.push_back(&*saver);
  }
  options.stop = &interrupted();
  const RunResult again = run_scenario(scenario, options);
  timeline.finish();
  if (explainer) report.explanation = explainer->explanation();
  if (again.stopped) return tells;
  if (again.fingerprint != result.fingerprint) {
    terminal_.complain("holdfast run: two runs of one seed differ; this is an error of holdfast\n");
    status_ = ExitStatus::refused;
  }
  if (saver) {
    const std::string fault = saver->finish();
    if (fault.empty()) {
      report.saved = shell_quoted(saver->path());
      saved_.insert(saver->path());
    } else {
      terminal_.complain(fmt::format("holdfast run: {}\n", fault));
      if (!request_.log.empty()) status_ = ExitStatus::refused;
    }
  }
  return tells;
}

bool Runner::write_junit() {
  if (request_.junit.empty()) return true;
  const std::string fault = write_file(request_.junit, junit_text(suites_));
  if (!fault.empty()) terminal_.complain(fmt::format("holdfast run: {}\n", fault));
  return fault.empty();
}

ExitStatus run_run(const Arguments& arguments, Terminal& terminal);

constexpr Example examples[] = {
    {"holdfast run scenarios/incident-598/restart.yaml",
     "the incident as it was, told event by event"},
    {"holdfast run restart.yaml --profile slots+rebuild --set scale_down_guard=apply_pending",
     "the same under other knobs"},
    {"holdfast run restart.yaml --seed 1 --runs 1000",
     "a thousand courses of it, and the first that fails"},
    {"holdfast run scenarios/*/*.yaml --quiet --junit report.xml", "in a pipeline"},
};

}  // namespace

extern const Command run_command;
const Command run_command{
    .name = "run",
    .about = "simulate scenarios and print the timeline and the verdict",
    .description =
        "Runs each scenario from its seed and holds it against what it expects. A failing run ends "
        "with what was violated, when and by whom, why, the command that repeats it, and where its "
        "log lies. With --profile or --set that differ from the file, expectations that name "
        "properties are told and not judged, and every violation fails. As JSON: an object with "
        "`scenarios`, each with `seeds` (of --runs, or null) and `run` (the run that is told, or "
        "null), `passed` and `passed_scenarios`.",
    .operand = {.name = "SCENARIO",
                .about = "scenario files (YAML); - is standard input",
                .takes = Takes::file,
                .least = 1,
                .most = 100'000},
    .options = run_options(),
    .examples = examples,
    .run = run_run,
};

namespace {

ExitStatus run_run(const Arguments& arguments, Terminal& terminal) {
  const std::optional<RunRequest> request = read_request(run_command, arguments, terminal);
  if (!request) return ExitStatus::refused;
  catch_interrupts();
  return Runner(*request, terminal).run();
}

}  // namespace
}  // namespace holdfast
