// What the program tells about itself, made from the table of commands. All functions are pure;
// text is wrapped to `width` columns.
#pragma once

#include <string>

#include <holdfast/cli/command.h>

namespace holdfast {

std::string_view program_version();
std::string program_help(std::size_t width);
std::string command_help(const Command& command, std::size_t width);

// "holdfast run [OPTION]... SCENARIO..."
std::string usage_of(const Command& command);
// "--seed N"
std::string option_label(const OptionInfo& option);
// The phrase of an option with its default.
std::string option_about(const OptionInfo& option);

// The words of `text`, each line indented and at most `width` columns wide.
std::string wrapped(std::string_view text, std::size_t indent, std::size_t width);

// The man page of the program, and the completion script of a shell.
std::string man_page();
std::string bash_completion();

}  // namespace holdfast
