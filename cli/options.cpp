#include <holdfast/cli/options.h>

#include <array>

#include <fmt/format.h>

#include <holdfast/model/duration_text.h>
#include <holdfast/model/knobs.h>
#include <holdfast/model/machines.h>
#include <holdfast/model/properties.h>
#include <holdfast/sim/input/scalar.h>

namespace holdfast {
namespace {

std::vector<std::string> format_words() { return {"text", "json"}; }

constexpr std::array shared{
    OptionInfo{.name = "--format",
               .value = "FORMAT",
               .about = "text for people, or json: one object, the same keys in every version",
               .takes = Takes::words,
               .by_default = "text",
               .words = format_words},
    OptionInfo{.name = "--quiet", .value = {}, .about = "print only what failed"},
    OptionInfo{.name = "--help", .value = {}, .about = "print this help"},
};

}  // namespace

std::string Arguments::text(std::string_view option) const {
  const auto found = values_.find(option);
  return found == values_.end() ? std::string() : found->second.back();
}

std::vector<std::string> Arguments::all(std::string_view option) const {
  const auto found = values_.find(option);
  return found == values_.end() ? std::vector<std::string>() : found->second;
}

std::int64_t Arguments::count(std::string_view option, std::int64_t otherwise) const {
  return has(option) ? *parse_integer(text(option)).value : otherwise;
}

std::int64_t Arguments::duration_us(std::string_view option, std::int64_t otherwise) const {
  return has(option) ? *parse_duration(text(option)).value : otherwise;
}

std::int64_t Arguments::instant_us(std::string_view option, std::int64_t otherwise) const {
  return has(option) ? *parse_instant(text(option)).value : otherwise;
}

void Arguments::add(std::string_view option, std::string value) {
  values_[std::string(option)].push_back(std::move(value));
}

std::span<const OptionInfo> shared_options() { return shared; }

std::vector<OptionInfo> options_of(const Command& command) {
  std::vector<OptionInfo> options(command.options.begin(), command.options.end());
  for (const OptionInfo& option : shared) {
    if (command.has_shared_options || option.name == "--help") options.push_back(option);
  }
  return options;
}

Format format_of(const Arguments& arguments) {
  return arguments.text("--format") == "json" ? Format::json : Format::text;
}

bool is_quiet(const Arguments& arguments) { return arguments.has("--quiet"); }

ExitStatus refuse(const Command& command, Terminal& terminal, std::string_view message,
                  std::string_view hint) {
  terminal.complain(fmt::format("holdfast {}: {}{}{}\nsee holdfast {} --help\n", command.name,
                                message, hint.empty() ? "" : "; ", hint, command.name));
  return ExitStatus::refused;
}

std::vector<std::string> profile_names() {
  std::vector<std::string> names;
  for (const Profile& profile : profiles()) names.emplace_back(profile.name);
  return names;
}

std::vector<std::string> machine_names() {
  std::vector<std::string> names;
  for (const MachineView& machine : machines()) names.emplace_back(machine.name);
  return names;
}

std::vector<std::string> knob_settings() {
  std::vector<std::string> settings;
  for (const KnobInfo& knob : knob_table()) {
    if (knob.values.empty()) settings.push_back(fmt::format("{}=", knob.name));
    for (const std::string_view value : knob.values) {
      settings.push_back(fmt::format("{}={}", knob.name, value));
    }
  }
  return settings;
}

std::vector<std::string> never_names() {
  std::vector<std::string> names;
  for (const Property& property : properties()) {
    if (property.kind == PropertyKind::never) names.emplace_back(property.name);
  }
  return names;
}

std::vector<std::string> checked_names() {
  std::vector<std::string> names;
  for (const Property& property : properties()) {
    if (property.kind != PropertyKind::sometimes) names.emplace_back(property.name);
  }
  return names;
}

std::vector<std::string> timeline_words() { return {"brief", "all", "none"}; }

}  // namespace holdfast
