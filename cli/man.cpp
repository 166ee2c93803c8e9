#include <fmt/format.h>

#include <holdfast/cli/commands.h>
#include <holdfast/cli/help.h>
#include <holdfast/cli/options.h>

namespace holdfast {
namespace {

// Text as troff takes it: backslashes and hyphens as themselves, no line that looks like a request.
std::string troff(std::string_view text) {
  std::string result;
  if (text.starts_with('.') || text.starts_with('\'')) result += "\\&";
  for (const char c : text) {
    if (c == '\\') {
      result += "\\e";
    } else if (c == '-') {
      result += "\\-";
    } else {
      result += c;
    }
  }
  return result;
}

std::string paragraph(std::string_view label, std::string_view about) {
  return fmt::format(".TP\n.B {}\n{}\n", troff(label), troff(about));
}

std::string command_section(const Command& command) {
  std::string text = fmt::format(".SS {}\n{}: {}.\n", troff(usage_of(command)), command.name,
                                 troff(command.about));
  text += fmt::format(".PP\n{}\n", troff(command.description));
  if (command.operand.most > 0) text += paragraph(command.operand.name, command.operand.about);
  for (const OptionInfo& option : command.options) {
    text += paragraph(option_label(option), option_about(option) + ".");
  }
  for (const Example& example : command.examples) {
    text += fmt::format(".PP\n{}:\n.PP\n.RS\n.nf\n{}\n.fi\n.RE\n", troff(example.about),
                        troff(example.line));
  }
  return text;
}

ExitStatus run_man(const Arguments&, Terminal& terminal) {
  terminal.print(man_page());
  return ExitStatus::good;
}

constexpr Example man_examples[] = {{"holdfast man | man -l -", "read the man page"}};

}  // namespace

extern const Command man_command;
const Command man_command{
    .name = "man",
    .about = "print the man page",
    .description = "The page is in troff form, as `man` reads it.",
    .operand = {},
    .options = {},
    .examples = man_examples,
    .has_shared_options = false,
    .run = run_man,
};

std::string man_page() {
  std::string text = ".TH HOLDFAST 1 \"\" \"holdfast " HOLDFAST_VERSION "\" \"User Commands\"\n"
                     ".SH NAME\nholdfast \\- simulate, check and replay a task platform\n"
                     ".SH SYNOPSIS\n.B holdfast\nCOMMAND [OPTION]... [ARGUMENT]...\n"
                     ".SH COMMANDS\n";
  for (const Command* command : commands()) text += command_section(*command);
  text += ".SH COMMON OPTIONS\n";
  for (const OptionInfo& option : shared_options()) {
    text += paragraph(option_label(option), option_about(option) + ".");
  }
  text += ".SH EXIT STATUS\n";
  text += paragraph("0", "Every expectation is met and nothing is violated that was not expected.");
  text += paragraph("1", "An expectation is not met, or something else is violated.");
  text += paragraph("2", "Bad usage or bad input; nothing was written.");
  text += paragraph("3", "Inconclusive: a bound or a limit was hit before there was an answer.");
  text += paragraph("130", "Interrupted, after writing what was found so far.");
  return text;
}

}  // namespace holdfast
