#include <holdfast/cli/run_request.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <utility>

#include <fmt/format.h>

#include <holdfast/cli/output_file.h>
#include <holdfast/reports/plain_text.h>

namespace holdfast {
namespace {

constexpr std::int64_t most_runs = 1'000'000'000;
constexpr int most_threads = 1024;

constexpr std::array table{
    profile_option,
    set_option,
    OptionInfo{.name = "--seed",
               .value = "N",
               .about = "the seed of everything that is drawn; the scenario's if left out",
               .takes = Takes::count},
    OptionInfo{.name = "--runs",
               .value = "N",
               .about = "run N seeds, from --seed on, and print what they have in common and the "
                        "first that fails",
               .takes = Takes::count,
               .low = 1,
               .high = most_runs},
    OptionInfo{.name = "--threads",
               .value = "N",
               .about = "how many of --runs go on at a time; the output is the same for any "
                        "number; that of the machine's processors if left out",
               .takes = Takes::count,
               .low = 1,
               .high = most_threads},
    OptionInfo{.name = "--until",
               .value = "DURATION",
               .about = "how long to run; as long as the scenario says if left out",
               .takes = Takes::duration},
    timeline_option,
    OptionInfo{.name = "--log",
               .value = "FILE",
               .about = "write the event log here, compressed if it ends in .zst; with --runs that "
                        "of the first seed that fails. A run that fails is saved without it too, "
                        "in the current folder",
               .takes = Takes::file},
    OptionInfo{.name = "--junit",
               .value = "FILE",
               .about = "write a JUnit report for a build server",
               .takes = Takes::file},
};

// What cannot be asked for together.
std::string combination_fault(const Arguments& arguments) {
  std::string fault = settings_fault(arguments);
  if (!fault.empty()) return fault;
  const bool several = arguments.operands().size() > 1;
  if (arguments.has("--log") && several) return "--log goes with one scenario";
  if (arguments.has("--threads") && !arguments.has("--runs")) return "--threads goes with --runs";
  const std::int64_t runs = arguments.count("--runs", 1);
  if (arguments.count("--seed", 0) > INT64_MAX - runs) return "--seed and --runs go beyond 2^63";
  return {};
}

std::string output_faults(const Arguments& arguments) {
  for (const std::string_view option : {"--log", "--junit"}) {
    if (!arguments.has(option)) continue;
    std::string fault = output_fault(arguments.text(option), arguments.operands());
    if (!fault.empty()) return fault;
  }
  const auto file = [&](std::string_view option) {
    return std::filesystem::path(arguments.text(option)).lexically_normal();
  };
  const bool is_one = arguments.has("--log") && file("--log") == file("--junit");
  return is_one ? "--log and --junit name one file" : std::string();
}

// Options that change what a run is told as, in the order of the table. Not --quiet and --format:
// who repeats a run wants to see it.
std::vector<std::string> repeated_options(const Arguments& arguments) {
  std::vector<std::string> words;
  for (const std::string_view option :
       {"--profile", "--set", "--until", "--timeline", "--log"}) {
    for (const std::string& value : arguments.all(option)) {
      words.push_back(fmt::format("{} {}", option, shell_quoted(value)));
    }
  }
  return words;
}

TimelineForm timeline_form(const Arguments& arguments) {
  const std::string form = arguments.text("--timeline");
  if (form == "none" || is_quiet(arguments)) return TimelineForm::none;
  return form == "all" ? TimelineForm::all : TimelineForm::brief;
}

}  // namespace

std::span<const OptionInfo> run_options() { return table; }

std::optional<RunRequest> read_request(const Command& command, const Arguments& arguments,
                                       Terminal& terminal) {
  std::string fault = combination_fault(arguments);
  if (fault.empty()) fault = output_faults(arguments);
  if (!fault.empty()) {
    refuse(command, terminal, fault);
    return std::nullopt;
  }
  RunRequest request;
  for (const std::string& path : arguments.operands()) {
    fault = read_requested(path, arguments, request.scenarios);
    if (!fault.empty()) terminal.complain(fault);
  }
  if (request.scenarios.size() < arguments.operands().size()) return std::nullopt;
  request.format = format_of(arguments);
  request.quiet = is_quiet(arguments);
  request.timeline = timeline_form(arguments);
  if (arguments.has("--seed")) {
    request.seed = static_cast<std::uint64_t>(arguments.count("--seed", 0));
  }
  request.runs = static_cast<std::uint64_t>(arguments.count("--runs", 0));
  request.threads = static_cast<int>(arguments.count("--threads", processor_count()));
  request.until_us = arguments.duration_us("--until", -1);
  request.log = arguments.text("--log");
  request.junit = arguments.text("--junit");
  request.given = repeated_options(arguments);
  request.set = arguments.all("--set");
  return request;
}

std::string repeat_command(const RunRequest& request, const RequestedScenario& requested,
                           std::uint64_t seed) {
  std::string text = "holdfast run " + shell_quoted(requested.path);
  for (const std::string& words : request.given) text += ' ' + words;
  text += fmt::format(" --seed {}", seed);
  return requested.path == "-" ? text + "  # with the same standard input" : text;
}

std::string log_name(const RunRequest& request, const RequestedScenario& requested,
                     std::uint64_t seed, const std::set<std::string>& taken) {
  if (!request.log.empty()) return request.log;
  std::string stem = fmt::format("{}-{}", stem_of(requested.path), requested.scenario.profile);
  for (const std::string& setting : request.set) stem += '-' + setting;
  stem += fmt::format("-{}", seed);
  std::string name = stem + ".jsonl";
  for (int i = 2; taken.contains(name); ++i) name = fmt::format("{}-{}.jsonl", stem, i);
  return name;
}

}  // namespace holdfast
