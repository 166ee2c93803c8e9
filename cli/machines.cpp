// holdfast machines: the state machines of the model, as the code has them.
#include <array>

#include <holdfast/cli/options.h>
#include <holdfast/model/machines.h>
#include <holdfast/reports/machine_drawings.h>

namespace holdfast {
namespace {

std::vector<std::string> forms() { return {"table", "mermaid", "dot", "json"}; }

MachineFormat form_of(const Arguments& arguments) {
  const std::string form = arguments.text("--as");
  if (form == "table") return MachineFormat::text;
  if (!form.empty()) return *machine_format_named(form);
  return format_of(arguments) == Format::json ? MachineFormat::json : MachineFormat::text;
}

ExitStatus run_machines(const Arguments& arguments, Terminal& terminal) {
  const MachineFormat form = form_of(arguments);
  if (arguments.operands().empty()) {
    terminal.print(draw_machines(machines(), form));
  } else {
    terminal.print(draw_machine(*machine_named(arguments.operands().front()), form));
  }
  return ExitStatus::good;
}

constexpr std::array options{
    OptionInfo{.name = "--as",
               .value = "FORM",
               .about = "table, mermaid, dot (Graphviz) or json",
               .takes = Takes::words,
               .by_default = "table",
               .words = forms},
};

constexpr Example examples[] = {
    {"holdfast machines slot", "the lifecycle of a slot as a table"},
    {"holdfast machines task --as dot | dot -Tsvg > task.svg", "a drawing of a task's lifecycle"},
};

}  // namespace

extern const Command machines_command;
const Command machines_command{
    .name = "machines",
    .about = "show the state machines, made from the code",
    .description = "The tables are those that every walk uses. --format json is --as json: one "
                   "machine is an object with name, about, states, inputs, initial and arrows "
                   "(from, input, to); all of them are the array `machines` of an object.",
    .operand = {.name = "MACHINE",
                .about = "only this one",
                .takes = Takes::words,
                .least = 0,
                .most = 1,
                .words = machine_names},
    .options = options,
    .examples = examples,
    .run = run_machines,
};

}  // namespace holdfast
