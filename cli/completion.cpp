#include <fmt/format.h>

#include <holdfast/cli/commands.h>
#include <holdfast/cli/help.h>
#include <holdfast/cli/options.h>

namespace holdfast {
namespace {

// What stands behind an option or in place of an operand. Words hold no blank and no quote.
std::string candidates(Takes takes, std::vector<std::string> (*words)()) {
  if (words != nullptr) {
    return fmt::format("mapfile -t COMPREPLY < <(compgen -W '{}' -- \"$current\")",
                       fmt::join(words(), " "));
  }
  if (takes == Takes::file) {
    return "mapfile -t COMPREPLY < <(compgen -f -- \"$current\"); compopt -o filenames";
  }
  return "COMPREPLY=()";
}

std::string command_case(const Command& command) {
  std::string text = fmt::format("    {})\n      case \"$before\" in\n", command.name);
  std::string names;
  for (const OptionInfo& option : options_of(command)) {
    names += (names.empty() ? "" : " ") + std::string(option.name);
    if (option.takes == Takes::nothing) continue;
    text += fmt::format("        {}) {}; return ;;\n", option.name,
                        candidates(option.takes, option.words));
  }
  text += fmt::format(
      "      esac\n      case \"$current\" in\n"
      "        -*) mapfile -t COMPREPLY < <(compgen -W '{}' -- \"$current\") ;;\n"
      "        *) {} ;;\n      esac ;;\n",
      names,
      command.operand.most == 0 ? "COMPREPLY=()"
                                : candidates(command.operand.takes, command.operand.words));
  return text;
}

std::vector<std::string> shells() { return {"bash"}; }

ExitStatus run_completion(const Arguments&, Terminal& terminal) {
  terminal.print(bash_completion());
  return ExitStatus::good;
}

constexpr Example completion_examples[] = {
    {"holdfast completion bash > ~/.local/share/bash-completion/completions/holdfast",
     "complete commands, options, profiles and knobs in every new shell"}};

}  // namespace

extern const Command completion_command;
const Command completion_command{
    .name = "completion",
    .about = "print the completion script of a shell",
    .description = "The script is made from the same table as this help.",
    .operand = {.name = "SHELL",
                .about = "bash",
                .takes = Takes::words,
                .least = 1,
                .most = 1,
                .words = shells},
    .options = {},
    .examples = completion_examples,
    .has_shared_options = false,
    .run = run_completion,
};

std::string bash_completion() {
  std::string text = fmt::format(
      "# bash completion of holdfast, made by `holdfast completion bash`\n"
      "_holdfast() {{\n"
      "  local current=\"${{COMP_WORDS[COMP_CWORD]}}\" before=\"${{COMP_WORDS[COMP_CWORD-1]}}\"\n"
      "  # `--set knob=value` comes as three words.\n"
      "  COMP_WORDBREAKS=${{COMP_WORDBREAKS//=/}}\n"
      "  if [ \"$COMP_CWORD\" -eq 1 ]; then\n"
      "    mapfile -t COMPREPLY < <(compgen -W '{} --help --version' -- \"$current\")\n"
      "    return\n  fi\n  case \"${{COMP_WORDS[1]}}\" in\n",
      fmt::join(command_names(), " "));
  for (const Command* command : commands()) text += command_case(*command);
  return text + "  esac\n}\ncomplete -F _holdfast holdfast\n";
}

}  // namespace holdfast
