#include <holdfast/sim/step_text.h>

#include <fmt/format.h>

#include <holdfast/model/names.h>
#include <holdfast/model/procedures/turn.h>
#include <holdfast/sim/grid.h>

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
  return text;
}

std::string timer_text(const World& world, const Setup& setup, const Step& step) {
  const Timer& timer = world.timers[step.actor];
  std::string text = fmt::format("{} fires", name(timer.kind));
  if (timer.kind == TimerKind::retry) {
    text += fmt::format(" ({})", workspace_text(setup, timer.workspace));
  }
  if (world.replicas.size() > 1) text += fmt::format(", replica {}", timer.replica);
  return text;
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

}  // namespace

std::string step_text(const World& world, const Setup& setup, const Step& step) {
  std::string text = plain_text(world, setup, step);
  if (step.replica != none && world.replicas.size() > 1) {
    text += fmt::format(", replica {}", step.replica);
  }
  if (step.fault != Fault::none) text += fmt::format(", {}", name(step.fault));
  return text;
}

}  // namespace holdfast
