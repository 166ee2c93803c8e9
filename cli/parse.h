// The command line to a command and its arguments.
#pragma once

#include <span>
#include <string>

#include <holdfast/cli/command.h>

namespace holdfast {

// Reads `words`, which follow the command's name, with every check that the command's table states.
// Empty, or why they are refused.
std::string parse_arguments(const Command& command, std::span<const std::string> words,
                            Arguments& arguments);

}  // namespace holdfast
