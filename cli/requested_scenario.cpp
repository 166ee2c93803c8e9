#include <holdfast/cli/requested_scenario.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <thread>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include <holdfast/cli/read_file.h>
#include <holdfast/reports/plain_text.h>
#include <holdfast/sim/input/utf8.h>
#include <holdfast/sim/scenario_reader.h>

namespace holdfast {

std::string settings_fault(const Arguments& arguments) {
  const std::vector<std::string>& files = arguments.operands();
  if (std::count(files.begin(), files.end(), "-") > 1) return "standard input is read only once";
  for (const std::string& setting : arguments.all("--set")) {
    if (setting.find('=') == std::string::npos) {
      return fmt::format("--set takes KNOB=VALUE, not {}", in_quotes(setting));
    }
  }
  return {};
}

std::string read_requested(const std::string& path, const Arguments& arguments,
                           std::vector<RequestedScenario>& scenarios) {
  const auto read = read_file(path);
  if (const auto* fault = std::get_if<Diagnostic>(&read)) return render(*fault);
  Diagnostics diagnostics(std::get<Source>(read));
  std::optional<Scenario> scenario = read_scenario(std::get<Source>(read), diagnostics);
  if (!scenario) return diagnostics.render();
  const Knobs as_in_file = scenario->setup.knobs;
  const auto told = [&path](const std::string& option, const TextFault& fault) {
    return fmt::format("{}: {}{}{} (asked of {})\n", option, fault.message,
                       fault.hint.empty() ? "" : "; ", fault.hint, printable_text(path));
  };
  if (arguments.has("--profile")) {
    const TextFault fault = apply_profile(*scenario, arguments.text("--profile"));
    if (!fault.message.empty()) return told("--profile", fault);
  }
  for (const std::string& setting : arguments.all("--set")) {
    const std::size_t equals = std::min(setting.find('='), setting.size());
    const TextFault fault = apply_set(*scenario, setting.substr(0, equals),
                                      setting.substr(std::min(equals + 1, setting.size())));
    if (!fault.message.empty()) return told("--set", fault);
  }
  const bool changed = !(scenario->setup.knobs == as_in_file);
  scenarios.push_back({std::move(*scenario), changed, path});
  return {};
}

std::string stem_of(const std::string& path) {
  return path == "-" ? "scenario" : std::filesystem::path(path).stem().string();
}

int processor_count() { return std::max(1, static_cast<int>(std::thread::hardware_concurrency())); }

int search_threads(const Arguments& arguments) {
  const std::int64_t most = search_threads_option.high;
  return static_cast<int>(
      arguments.count("--threads", std::min<std::int64_t>(most, processor_count())));
}

}  // namespace holdfast
