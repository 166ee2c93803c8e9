// Every command of the program.
#pragma once

#include <span>
#include <string>
#include <vector>

#include <holdfast/cli/command.h>

namespace holdfast {

// In the order of the help.
std::span<const Command* const> commands();

// Null if there is no such command.
const Command* find_command(std::string_view name);
std::vector<std::string> command_names();

}  // namespace holdfast
