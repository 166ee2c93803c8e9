#include <holdfast/tests/conformance/queries.h>

#include <algorithm>
#include <string>

#include <holdfast/model/model.h>

namespace holdfast {
namespace {

const std::vector<Query> one{Query::stops};
const std::vector<Query> two{Query::stops, Query::stops};

// Every active token is looked up and written by itself.
std::vector<Query> revocation(const Pool& pool) {
  std::vector<Query> queries{Query::stops};
  if (pool.has_active_token()) queries.insert(queries.end(), {Query::stops, Query::stops});
  return queries;
}

std::vector<Query> unlocking(const World& world, const Procedure& procedure) {
  const Workspace& workspace = world.workspaces[world.tasks[procedure.task].workspace];
  return workspace.locked_by == procedure.task ? two : one;
}

// The question for tasks of run triggers is asked without any too; at last the waiting are counted.
std::vector<Query> recovery(const World& world) {
  const bool asked = std::any_of(world.tasks.begin(), world.tasks.end(), [](const Task& task) {
    return task.exists && task.run_trigger;
  });
  std::vector<Query> queries{Query::fails, Query::logged};
  if (!asked) queries.insert(queries.begin(), Query::logged);
  return queries;
}

// With no agent connected here, a row that names a server is read a second time.
std::vector<Query> agent_row(const World& world, const Procedure& procedure) {
  const Agent& agent = world.agents[procedure.agent];
  const bool twice = procedure.pods.empty() && agent.row && agent.row_replica != none;
  return twice ? two : one;
}

}  // namespace

std::vector<Query> queries_of(const World& world, ProcedureIndex place) {
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
  return one;
}

}  // namespace holdfast
