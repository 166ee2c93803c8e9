#include <holdfast/sim/step_text.h>

#include <optional>
#include <vector>

#include <fmt/format.h>

#include <holdfast/model/duration_text.h>
#include <holdfast/model/names.h>
#include <holdfast/model/procedures/turn.h>
#include <holdfast/sim/ages.h>
#include <holdfast/sim/grid.h>
#include <holdfast/sim/input/nearest_name.h>
#include <holdfast/sim/input/utf8.h>

namespace holdfast {
namespace {

std::string task_text(const World& world, TaskIndex task) {
  return task < world.tasks.size() ? fmt::format("task {}", world.tasks[task].number) : "no task";
}
std::string workspace_text(const Setup& setup, WorkspaceIndex workspace) {
  return workspace < setup.workspaces.size() ? setup.workspaces[workspace] : "no workspace";
}

// Whom a procedure is about: the first of these that it has.
std::string subject(const World& world, const Setup& setup, const Procedure& p) {
  if (p.sender != none && p.task != none) {
    return fmt::format(" ({} on pod {})", task_text(world, p.task), p.sender);
  }
  if (p.task != none) return fmt::format(" ({})", task_text(world, p.task));
  if (p.workspace != none) return fmt::format(" ({})", workspace_text(setup, p.workspace));
  if (p.sender != none) return fmt::format(" (pod {})", p.sender);
  if (p.pod != none) return fmt::format(" (pod {})", p.pod);
  return {};
}

std::string procedure_text(const World& world, const Setup& setup, const Step& step) {
  const Procedure& p = world.procedures[step.actor];
  const Frame& top = p.top();
  std::string text(info(p.kind()).name);
  if (top.program != p.kind()) text += fmt::format(" > {}", info(top.program).name);
  text += fmt::format(" {}", info(top.program).instructions[top.at].letter);
  text += subject(world, setup, p);
  if (step.choice != none) text += fmt::format(", choice {}", step.choice);
  return text + on_replica(world, p.replica);  // two servers may run the same
}

std::string timer_text(const World& world, const Setup& setup, const Step& step) {
  const Timer& timer = world.timers[step.actor];
  std::string text = fmt::format("{} fires", name(timer.kind));
  if (timer.kind == TimerKind::retry) {
    text += fmt::format(" ({})", workspace_text(setup, timer.workspace));
  }
  return text + on_replica(world, timer.replica);
}

std::string work_text(const World& world, const Step& step) {
  const Agent& agent = world.agents[step.actor];
  const AgentWork& work = agent.work[static_cast<std::size_t>(step.choice / work_results)];
  return fmt::format("agent_finishes (pod {}), {} of {}: {}", step.actor, name(work.action),
                     task_text(world, work.task),
                     name(static_cast<WorkResult>(step.choice % work_results)));
}

std::string plain_text(const World& world, const Setup& setup, const Step& step) {
  const std::string_view kind = name(step.kind);
  switch (step.kind) {
    case StepKind::procedure:
      return procedure_text(world, setup, step);
    case StepKind::timer:
      return timer_text(world, setup, step);
    case StepKind::agent_finishes:
      return work_text(world, step);
    case StepKind::confirm:
    case StepKind::cancel:
      return fmt::format("{} ({})", kind, task_text(world, step.actor));
    case StepKind::task_finishes_locally:
      return fmt::format("{} ({}): {}", kind, task_text(world, step.actor),
                         name(static_cast<WorkResult>(step.choice)));
    case StepKind::submit: {
      const TaskTemplate& wanted = setup.tasks[step.argument];
      return fmt::format("submit {} ({})", name(wanted.type),
                         workspace_text(setup, wanted.workspace));
    }
    case StepKind::save_config:
      return fmt::format("save_config {}", step.argument);
    case StepKind::sync:
    case StepKind::unfreeze:
    case StepKind::rotate_token:
      return fmt::format("{} ({})", kind, setup.pools[step.actor]);
    case StepKind::server_starts:
    case StepKind::server_ready:
    case StepKind::server_stops:
    case StepKind::leader_takes_over:
      return fmt::format("{} (replica {})", kind, step.actor);
    case StepKind::time_passes:
      if (is_unit_step(step)) return fmt::format("{}: one unit", kind);
      return fmt::format("{}: {}", kind, name(age_of(world, step)));
    default:
      return fmt::format("{} (pod {})", kind, step.actor);
  }
}

// What a text begins with, up to the next blank, colon or comma; the text goes on behind it.
std::string_view first_word(std::string_view& text) {
  const std::string_view word = text.substr(0, text.find_first_of(" :,"));
  text.remove_prefix(word.size());
  return word;
}

std::vector<std::string> program_names() {
  std::vector<std::string> names;
  for (int p = 1; p < program_count; ++p) names.emplace_back(info(static_cast<Program>(p)).name);
  return names;
}

// `rest` stands behind the name of a procedure: what it calls, and the letter of a step.
TextFault procedure_fault(Program program, std::string_view rest) {
  constexpr std::string_view calls = " > ";
  if (rest.starts_with(calls)) {
    rest.remove_prefix(calls.size());
    const std::string_view called = first_word(rest);
    program = program_named(called);
    if (program == Program::none) {
      return {fmt::format("there is no procedure {}", in_quotes(called)),
              did_you_mean(called, program_names())};
    }
  }
  if (rest.starts_with(' ')) rest.remove_prefix(1);
  const std::string_view letter = first_word(rest);
  std::vector<std::string_view> letters;
  for (const Instruction& one : info(program).instructions) {
    if (one.letter == letter) return {};
    if (letters.empty() || letters.back() != one.letter) letters.push_back(one.letter);
  }
  return {fmt::format("the steps of {} are {}", info(program).name, fmt::join(letters, ", ")), {}};
}

}  // namespace

TextFault step_text_fault(std::string_view text) {
  std::string_view rest = text;
  const std::string_view word = first_word(rest);
  const Program program = program_named(word);
  const std::optional<StepKind> kind = value_named<StepKind>(word);
  if (kind == StepKind::time_passes) {
    constexpr std::string_view separator = ": ";
    const std::string_view what =
        rest.starts_with(separator) ? rest.substr(separator.size()) : std::string_view();
    if (value_named<Age>(what) || parse_duration(what).value) return {};
    return {fmt::format("behind 'time_passes: ' stands a duration, or one of {}",
                        fmt::join(names_of<Age>, ", ")),
            {}};
  }
  const bool is_timer = value_named<TimerKind>(word).value_or(TimerKind::none) != TimerKind::none;
  if (is_timer && rest.starts_with(" fires")) return {};
  // Some steps of users have the name of the procedure that they start.
  const bool happens = kind && *kind != StepKind::procedure && *kind != StepKind::timer;
  TextFault fault;
  if (program != Program::none) fault = procedure_fault(program, rest);
  if (happens || (program != Program::none && fault.message.empty())) return {};
  if (!fault.message.empty()) return fault;
  std::vector<std::string> names = program_names();
  names.insert(names.end(), names_of<StepKind>.begin() + 2, names_of<StepKind>.end());
  for (std::size_t t = 1; t < count_of<TimerKind>; ++t) {
    names.push_back(fmt::format("{} fires", names_of<TimerKind>[t]));
  }
  return {"explore names the steps of a course", did_you_mean(word, names)};
}

std::string on_replica(const World& world, ReplicaIndex replica) {
  if (replica == none || world.replicas.size() < 2) return {};
  return fmt::format(", replica {}", replica);
}

std::string step_text(const World& world, const Setup& setup, const Step& step) {
  std::string text = plain_text(world, setup, step) + on_replica(world, step.replica);
  if (step.fault != Fault::none) text += fmt::format(", {}", name(step.fault));
  return text;
}

}  // namespace holdfast
