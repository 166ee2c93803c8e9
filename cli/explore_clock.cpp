#include <holdfast/cli/explore_clock.h>

#include <algorithm>

#include <fmt/format.h>

#include <holdfast/model/duration_text.h>
#include <holdfast/sim/input/nearest_name.h>
#include <holdfast/sim/input/utf8.h>

namespace holdfast {
namespace {

struct Setting {
  std::string name;
  std::string value;
};

Setting parted(const std::string& setting) {
  const std::size_t equals = std::min(setting.find('='), setting.size());
  return {setting.substr(0, equals), setting.substr(std::min(equals + 1, setting.size()))};
}

std::string longest_fault(const std::string& setting) {
  const auto [program, duration] = parted(setting);
  if (startable_program(program) == Program::none) {
    const std::string hint = did_you_mean(program, startable_program_names());
    return fmt::format("--longest: no procedure is called {}{}{}", in_quotes(program),
                       hint.empty() ? "" : "; ", hint);
  }
  if (parse_duration(duration).value) return {};
  return fmt::format("--longest takes a duration such as 15s for {}, not {}", program,
                     in_quotes(duration));
}

}  // namespace

std::vector<std::string> clock_kinds() { return {"untimed", "timed"}; }

bool is_timed(const Arguments& arguments) { return arguments.text("--clock") == "timed"; }

std::string clock_fault(const Arguments& arguments) {
  for (const OptionInfo& option :
       {longest_option, after_start_option, unit_option, boundary_option}) {
    if (arguments.has(option.name) && !is_timed(arguments)) {
      return fmt::format("{} goes with --clock timed", option.name);
    }
  }
  if (arguments.has("--boundary") && !arguments.has("--property")) {
    return "--boundary goes with --property";
  }
  if (arguments.has("--boundary") && arguments.has("--save")) {
    return "--boundary saves nothing; the course that it names does, with --save";
  }
  if (arguments.has("--most") && !arguments.has("--boundary")) return "--most goes with --boundary";
  for (const std::string& setting : arguments.all("--longest")) {
    const std::string fault = longest_fault(setting);
    if (!fault.empty()) return fault;
  }
  return {};
}

void apply_durations(const Arguments& arguments, Scenario& scenario) {
  for (const std::string& setting : arguments.all("--longest")) {
    const auto [program, duration] = parted(setting);
    scenario = with_duration(std::move(scenario), program, *parse_duration(duration).value);
  }
  if (arguments.has("--after-start")) {
    scenario = with_duration(std::move(scenario), after_start_name,
                             arguments.duration_us("--after-start", 0));
  }
  if (arguments.has("--unit")) scenario.explore.unit_us = arguments.duration_us("--unit", 0);
}

BoundaryQuestion boundary_question(const Arguments& arguments) {
  return {arguments.text("--boundary"), arguments.duration_us("--most", minute)};
}

}  // namespace holdfast
