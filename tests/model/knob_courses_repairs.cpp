// The knobs that repair what recordings of the platform show.
#include <holdfast/tests/model/knob_bench.h>
#include <holdfast/tests/model/knob_courses.h>

namespace holdfast {
namespace {

using Bench = KnobBench;

// A pod with a task that applies, whose workspace the task locks.
TaskIndex applying_task(Bench& b, PodIndex pod) {
  const TaskIndex task = b.confirmed_task(pod);
  b.push(task);
  b.d.fold(EventType::workspace_locked, [&](Event& e) {
    e.workspace = b.ws;
    e.task = task;
  });
  return task;
}

// An agent refuses what comes to a slot that is busy, or takes it.
std::string agent_refuses_busy(const Knobs& knobs) {
  Bench b(knobs);
  const PodIndex pod = b.ready_pod();
  b.d.plan_on(pod, 0, b.d.task(b.d.workspace(b.pool), TaskType::plan));
  const TaskIndex task = b.d.task(b.ws, TaskType::plan);
  b.push(task);
  return b.status(task);
}

// The server finds a task Running after a restart, then the connection of its agent breaks, then
// its row is given up.
std::string fail_lost_tasks(const Knobs& knobs) {
  Bench b(knobs);
  const PodIndex pod = b.ready_pod();
  const TaskIndex task = b.d.task(b.ws, TaskType::plan);
  b.push(task);
  const auto with_connection_lost = [&] {
    b.take_step({.kind = StepKind::agent_disconnects, .actor = pod});
    b.d.drain();
    return b.status(task);
  };
  b.d.run(Program::recover);
  const std::string restarted = b.status(task);
  const std::string disconnected = with_connection_lost();
  b.d.wait(6 * minute);
  b.d.run(Program::check_rows);
  return restarted + ", " + disconnected + ", " + b.status(task);
}

std::string failure_unlocks(const Knobs& knobs) {
  Bench b(knobs);
  const PodIndex pod = b.ready_pod();
  applying_task(b, pod);
  b.take_step({.kind = StepKind::agent_disconnects, .actor = pod});
  b.d.drain();
  return b.d.world.workspaces[b.ws].locked ? "locked" : "unlocked";
}

// A plan ends with changes after its task was cancelled.
std::string lock_after_check(const Knobs& knobs) {
  Bench b(knobs);
  const PodIndex pod = b.ready_pod();
  const TaskIndex task = b.d.task(b.ws);
  b.d.plan_on(pod, 0, task);
  b.d.set_status(task, TaskStatus::cancelled);
  b.take_step({.kind = StepKind::agent_finishes, .actor = pod, .choice = 0});
  b.d.drain();
  return b.d.world.workspaces[b.ws].locked ? "locked" : "unlocked";
}

// The row says that the agent is connected here; no server has it connected.
std::string undelivered_taken_back(const Knobs& knobs) {
  Bench b(knobs);
  const PodIndex pod = b.ready_pod();
  b.d.fold(EventType::agent_disconnected, [&](Event& e) { e.pod = pod; });
  const TaskIndex task = b.d.task(b.ws, TaskType::plan);
  b.push(task);
  return b.status(task);
}

// A user cancels at one server what runs on the agent of another.
std::string cancel_announced(const Knobs& knobs) {
  Bench b(knobs);
  const PodIndex pod = b.ready_pod();
  const TaskIndex task = b.d.task(b.ws, TaskType::plan);
  b.push(task);
  b.d.fold(EventType::server_started, [&](Event& e) { e.replica = 1; });
  b.take_step({.kind = StepKind::cancel, .actor = task, .replica = 1});
  b.d.drain();
  return b.d.world.agents[pod].work.empty() ? "stops" : "goes on";
}

// A pod that is being deleted is still listed.
std::string sync_skips_terminating(const Knobs& knobs) {
  Bench b(knobs);
  const PodIndex pod = b.managed_pod();
  b.d.fold(EventType::pod_delete_requested, [&](Event& e) { e.pod = pod; });
  b.run(Program::sync_pods);
  const auto& pods = b.d.world.memories[0].pods;
  return pod < pods.size() && pods[pod].known() ? "managed" : "forgotten";
}

// A pod is created in the second of another.
std::string create_waits_for_name(const Knobs& knobs) {
  Bench b(knobs);
  b.run(Program::create_pod);
  b.run(Program::create_pod);
  return number(b.d.count(EventType::pod_created)) + " created, " +
         number(b.d.count(EventType::pod_create_refused)) + " refused";
}

// The agent of a living pod comes back without a row.
std::string admit_living_agents(const Knobs& knobs) {
  Bench b(knobs);
  const PodIndex pod = b.ready_pod();
  for (const EventType type : {EventType::agent_disconnected, EventType::agent_row_deleted}) {
    b.d.fold(type, [&](Event& e) { e.pod = pod; });
  }
  b.d.run(Program::connect_agent, [&](Procedure& p) { p.sender = pod; });
  return std::string(name(b.d.world.agents[pod].state));
}

const std::vector<KnobCourse> courses = {
    {"agent_refuses_busy", agent_refuses_busy, {{"no", "running_planning"}, {"yes", "pending"}}},
    {"fail_lost_tasks", fail_lost_tasks,
     {{"at_once", "failed, failed, failed"},
      {"with_row", "running_planning, running_planning, failed"}}},
    {"failure_unlocks", failure_unlocks, {{"no", "locked"}, {"yes", "unlocked"}}},
    {"lock_after_check", lock_after_check, {{"no", "locked"}, {"yes", "unlocked"}}},
    {"undelivered_taken_back", undelivered_taken_back,
     {{"no", "running_planning"}, {"yes", "pending"}}},
    {"cancel_announced", cancel_announced, {{"no", "goes on"}, {"yes", "stops"}}},
    {"sync_skips_terminating", sync_skips_terminating, {{"no", "managed"}, {"yes", "forgotten"}}},
    {"create_waits_for_name", create_waits_for_name,
     {{"no", "1 created, 1 refused"}, {"yes", "2 created, 0 refused"}}},
    {"admit_living_agents", admit_living_agents, {{"no", "disconnected"}, {"yes", "connected"}}},
};

}  // namespace

std::span<const KnobCourse> repair_courses() { return courses; }

}  // namespace holdfast
