// The options that every command takes, and what a command's options are together with them.
#pragma once

#include <string>
#include <vector>

#include <holdfast/cli/command.h>
#include <holdfast/cli/terminal.h>

namespace holdfast {

// --format, --quiet, --help.
std::span<const OptionInfo> shared_options();

// All options of a command in the order of its help.
std::vector<OptionInfo> options_of(const Command& command);

enum class Format : std::uint8_t { text, json };
Format format_of(const Arguments& arguments);
bool is_quiet(const Arguments& arguments);

// Tells why the command cannot be done as it was given, with the way to its help.
ExitStatus refuse(const Command& command, Terminal& terminal, std::string_view message,
                  std::string_view hint = {});

// Names for completion and suggestions.
std::vector<std::string> profile_names();
std::vector<std::string> never_names();    // properties that must never be violated
std::vector<std::string> checked_names();  // and those that must at last hold
std::vector<std::string> machine_names();
std::vector<std::string> knob_settings();  // "autoscaler_delay=", "slots=three", …
std::vector<std::string> timeline_words();

// Single knobs, of every command that walks scenarios.
inline constexpr OptionInfo profile_option{
    .name = "--profile",
    .value = "NAME",
    .about = "take the knobs from this profile, see `holdfast profiles`",
    .takes = Takes::text,
    .words = profile_names};
inline constexpr OptionInfo set_option{.name = "--set",
                                       .value = "KNOB=VALUE",
                                       .about = "set a single knob",
                                       .takes = Takes::text,
                                       .repeatable = true,
                                       .words = knob_settings};

// --timeline, of every command that tells a course of events.
inline constexpr OptionInfo timeline_option{
    .name = "--timeline",
    .value = "FORM",
    .about = "brief: what mattered; all: every event but procedures and clocks; none",
    .takes = Takes::words,
    .by_default = "brief",
    .words = timeline_words};

}  // namespace holdfast
