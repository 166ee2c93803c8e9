#include <holdfast/cli/commands.h>

#include <algorithm>
#include <array>

namespace holdfast {

// Each in the file of its name.
extern const Command run_command;
extern const Command explore_command;
extern const Command compare_command;
extern const Command check_command;
extern const Command replay_command;
extern const Command import_command;
extern const Command validate_command;
extern const Command findings_command;
extern const Command profiles_command;
extern const Command machines_command;
extern const Command pod_command;
extern const Command help_command;
extern const Command completion_command;
extern const Command man_command;

std::span<const Command* const> commands() {
  static constexpr std::array<const Command*, 14> all{
      &run_command,    &check_command,    &explore_command,    &compare_command,  &replay_command,
      &import_command, &validate_command, &findings_command,   &profiles_command, &machines_command,
      &pod_command,    &help_command,     &completion_command, &man_command,
  };
  return all;
}

const Command* find_command(std::string_view name) {
  const auto found = std::find_if(commands().begin(), commands().end(),
                                  [&](const Command* command) { return command->name == name; });
  return found == commands().end() ? nullptr : *found;
}

std::vector<std::string> command_names() {
  std::vector<std::string> names;
  for (const Command* command : commands()) names.emplace_back(command->name);
  return names;
}

}  // namespace holdfast
