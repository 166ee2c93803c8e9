#include <holdfast/cli/help.h>

#include <algorithm>

#include <fmt/format.h>

#include <holdfast/cli/commands.h>
#include <holdfast/cli/options.h>
#include <holdfast/sim/input/nearest_name.h>

namespace holdfast {
namespace {

constexpr std::size_t widest = 100;
constexpr std::size_t narrowest = 50;
constexpr std::size_t most_indent = 24;

std::size_t usable(std::size_t width) { return std::clamp(width, narrowest, widest); }

// A label and what it means: beside it, or below a label that is too long.
std::string entry(std::string_view label, std::string_view about, std::size_t column,
                  std::size_t width) {
  std::string text = fmt::format("  {:<{}}", label, column - 2);
  const std::string lines = wrapped(about, column, width);
  if (label.size() + 4 > column) {
    while (text.ends_with(' ')) text.pop_back();
    return text + '\n' + lines;
  }
  return text + lines.substr(std::min(column, lines.size()));
}

std::string statuses(std::size_t width) {
  std::string text = "\nexit status\n";
  constexpr std::pair<std::string_view, std::string_view> rows[] = {
      {"0", "every expectation is met and nothing is violated that was not expected"},
      {"1", "an expectation is not met, or something else is violated; with knobs that differ from "
            "the file's, any violation"},
      {"2", "bad usage or bad input; nothing was written"},
      {"3", "inconclusive: a bound or a limit was hit before there was an answer"},
      {"130", "interrupted, after writing what was found so far"},
  };
  for (const auto& [status, about] : rows) text += entry(status, about, 7, width);
  return text;
}

ExitStatus run_help(const Arguments& arguments, Terminal& terminal) {
  if (arguments.operands().empty()) {
    terminal.print(program_help(terminal.width()));
    return ExitStatus::good;
  }
  terminal.print(command_help(*find_command(arguments.operands().front()), terminal.width()));
  return ExitStatus::good;
}

constexpr Example help_examples[] = {{"holdfast help run", "what `run` takes, with examples"}};

}  // namespace

extern const Command help_command;
const Command help_command{
    .name = "help",
    .about = "tell about the program or one of its commands",
    .description = "Without a command: the list of commands.",
    .operand = {.name = "COMMAND",
                .about = "one of the commands",
                .takes = Takes::words,
                .least = 0,
                .most = 1,
                .words = command_names},
    .options = {},
    .examples = help_examples,
    .has_shared_options = false,
    .run = run_help,
};

std::string wrapped(std::string_view text, std::size_t indent, std::size_t width) {
  std::string result;
  std::string line;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    const std::string_view word = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (!line.empty() && indent + line.size() + 1 + word.size() > width) {
      result += std::string(indent, ' ') + line + '\n';
      line.clear();
    }
    if (!line.empty()) line += ' ';
    line += word;
  }
  return result + std::string(indent, ' ') + line + '\n';
}

std::string usage_of(const Command& command) {
  std::string text = fmt::format("holdfast {} [OPTION]...", command.name);
  const OperandInfo& operand = command.operand;
  if (operand.most == 0) return text;
  std::string name(operand.name);
  if (operand.most > 1) name += "...";
  return text + (operand.least == 0 ? " [" + name + "]" : " " + name);
}

std::string option_label(const OptionInfo& option) {
  std::string text(option.name);
  if (!option.value.empty()) text += ' ' + std::string(option.value);
  return text;
}

std::string option_about(const OptionInfo& option) {
  std::string text(option.about);
  if (option.repeatable) text += "; may be given several times";
  if (!option.by_default.empty()) text += fmt::format(" (default: {})", option.by_default);
  return text;
}

std::string_view program_version() { return HOLDFAST_VERSION; }

std::string program_help(std::size_t width) {
  width = usable(width);
  std::string text = wrapped("holdfast simulates, checks and replays a platform that runs tasks on "
                             "agent pods, from one model.",
                             0, width);
  text += "\nusage: holdfast COMMAND [OPTION]... [ARGUMENT]...\n\ncommands\n";
  for (const Command* command : commands()) {
    text += entry(command->name, command->about, 14, width);
  }
  text += "\noptions\n";
  text += entry("--help", "print this help", 14, width);
  text += entry("--version", "print the version", 14, width);
  text += statuses(width);
  return text + "\nsee holdfast COMMAND --help for what a command takes, with examples\n";
}

std::string command_help(const Command& command, std::size_t width) {
  width = usable(width);
  std::string text = wrapped(fmt::format("holdfast {}: {}", command.name, command.about), 0, width);
  text += fmt::format("\nusage: {}\n\n", usage_of(command));
  text += wrapped(command.description, 0, width);
  const std::vector<OptionInfo> options = options_of(command);
  std::size_t column = command.operand.name.size() + 4;
  for (const OptionInfo& option : options) {
    column = std::max(column, option_label(option).size() + 4);
  }
  column = std::min(column, most_indent);
  if (command.operand.most > 0) {
    text += "\narguments\n" + entry(command.operand.name, command.operand.about, column, width);
  }
  text += "\noptions\n";
  for (const OptionInfo& option : options) {
    text += entry(option_label(option), option_about(option), column, width);
  }
  text += command.examples.size() == 1 ? "\nexample\n" : "\nexamples\n";
  for (const Example& example : command.examples) {
    text += fmt::format("  {}\n", example.line) + wrapped(example.about, 6, width);
  }
  return text;
}

}  // namespace holdfast
