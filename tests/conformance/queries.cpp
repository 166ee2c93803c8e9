#include <holdfast/tests/conformance/queries.h>

#include <algorithm>
#include <string>

#include <holdfast/model/model.h>

namespace holdfast {
namespace {

// The pool, then what is written.
const std::vector<bool> two{true, true};

// Every active token is looked up and written by itself.
std::vector<bool> revocation(const Pool& pool) {
  std::vector<bool> queries{true};
  if (pool.has_active_token()) queries.insert(queries.end(), {true, true});
  return queries;
}

std::vector<bool> unlocking(const World& world, const Procedure& procedure) {
  const Workspace& workspace = world.workspaces[world.tasks[procedure.task].workspace];
  return workspace.locked_by == procedure.task ? two : std::vector<bool>{true};
}

// The question for tasks of run triggers is asked without any too; at last the waiting are counted.
std::vector<bool> recovery(const World& world) {
  const bool asked = std::any_of(world.tasks.begin(), world.tasks.end(), [](const Task& task) {
    return task.exists && task.run_trigger;
  });
  return asked ? std::vector<bool>{true, false} : std::vector<bool>{false, true, false};
}

// With no agent connected here, a row that names a server is read a second time.
std::vector<bool> agent_row(const World& world, const Procedure& procedure) {
  const Agent& agent = world.agents[procedure.agent];
  const bool twice = procedure.pods.empty() && agent.row && agent.row_replica != none;
  return twice ? two : std::vector<bool>{true};
}

}  // namespace

std::vector<bool> queries_of(const World& world, ProcedureIndex place) {
  const Procedure& procedure = world.procedures[place];
  const StepInfo where = describe(world, {.actor = place});
  const std::string name = std::string(where.program) + ' ' + std::string(where.letter);
  // The lock and the announcement are no queries there, and a rotation is handed its pool.
  if (name == "try_next f" || name == "try_next j" || name == "push f1") return {};
  if (name == "rotate_token a") return {};
  if (name == "ensure_secret b" || name == "ensure_secret d") return two;
  if (name == "rotate_secret b" || name == "save_config a") return two;
  if (name == "rotate_secret a") return revocation(world.pools[procedure.pool]);
  if (name == "cancel c") return unlocking(world, procedure);
  if (name == "recover c") return recovery(world);
  if (name == "push d2") return agent_row(world, procedure);
  return {true};
}

}  // namespace holdfast
