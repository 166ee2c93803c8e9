// holdfast: finds the command and runs it. What there is stands in commands.cpp.
#include <span>
#include <string>
#include <vector>

#include <fmt/format.h>

#include <holdfast/cli/commands.h>
#include <holdfast/cli/help.h>
#include <holdfast/cli/options.h>
#include <holdfast/cli/parse.h>
#include <holdfast/cli/terminal.h>
#include <holdfast/sim/input/nearest_name.h>
#include <holdfast/sim/input/utf8.h>

namespace holdfast {
namespace {

ExitStatus refuse_word(Terminal& terminal, const std::string& word) {
  const bool is_option = word.starts_with('-');
  const std::vector<std::string> options{"--help", "--version"};
  const std::string hint = did_you_mean(word, is_option ? options : command_names());
  terminal.complain(fmt::format("holdfast: there is no {} {}{}{}\nsee holdfast --help\n",
                                is_option ? "option" : "command", in_quotes(word),
                                hint.empty() ? "" : "; ", hint));
  return ExitStatus::refused;
}

ExitStatus run_program(std::span<const std::string> words, Terminal& terminal) {
  if (words.empty()) {
    terminal.complain("holdfast: a command is missing\n\n" + program_help(terminal.width()));
    return ExitStatus::refused;
  }
  const std::string& word = words.front();
  if (word == "--help" || word == "-h") {
    terminal.print(program_help(terminal.width()));
    return ExitStatus::good;
  }
  if (word == "--version") {
    terminal.print(fmt::format("holdfast {}\n", program_version()));
    return ExitStatus::good;
  }
  const Command* command = find_command(word);
  if (command == nullptr) return refuse_word(terminal, word);
  Arguments arguments;
  const std::string fault = parse_arguments(*command, words.subspan(1), arguments);
  if (!fault.empty()) return refuse(*command, terminal, fault);
  if (arguments.has("--help")) {
    terminal.print(command_help(*command, terminal.width()));
    return ExitStatus::good;
  }
  return command->run(arguments, terminal);
}

}  // namespace
}  // namespace holdfast

int main(int count, char** values) {
  holdfast::Terminal terminal;
  const std::vector<std::string> words(values + 1, values + count);
  const holdfast::ExitStatus status = holdfast::run_program(words, terminal);
  if (!terminal.flush()) {
    terminal.complain("holdfast: cannot write standard output\n");
    return static_cast<int>(holdfast::ExitStatus::refused);
  }
  return static_cast<int>(status);
}
