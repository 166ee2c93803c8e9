// Agents that come and go, their rows, and recovery after a restart (platform.md 3.7 d and e, 3.14,
// 3.15).
#include <holdfast/tests/support/queue_bench.h>

namespace holdfast {
namespace {

using Programs = std::vector<Program>;

class Agents : public QueueBench {
 protected:
  PodIndex starting_agent() {
    const PodIndex pod = d.pod(pool);
    d.fold(EventType::agent_started, [&](Event& e) { e.pod = pod; });
    return pod;
  }
  void connect(PodIndex pod) {
    d.run(Program::connect_agent, [&](Procedure& p) { p.sender = pod; });
  }
  const Agent& agent(PodIndex pod) const { return d.world.agents[pod]; }
};

TEST_F(Agents, a_new_agent_gets_a_row) {
  const PodIndex pod = starting_agent();
  connect(pod);
  EXPECT_EQ(d.trail(), "connect_agent a b");
  EXPECT_EQ(agent(pod).state, AgentState::connected);
  EXPECT_EQ(agent(pod).connected_to, 0);
  EXPECT_TRUE(agent(pod).row && agent(pod).online);
  EXPECT_EQ(agent(pod).registered, d.clock.now());
}

TEST_F(Agents, a_reconnect_needs_its_row) {
  const PodIndex pod = ready_pod();
  disconnect(pod);
  connect(pod);
  EXPECT_EQ(agent(pod).state, AgentState::connected);
  disconnect(pod);
  delete_row(pod);
  connect(pod);
  EXPECT_EQ(agent(pod).state, AgentState::disconnected);
  EXPECT_EQ(d.last(EventType::agent_refused).reason, Reason::row_missing);
}

TEST_F(Agents, a_revoked_token_is_refused) {
  const PodIndex pod = starting_agent();
  d.fold(EventType::pool_token_rotated, [&](Event& e) {
    e.pool = pool;
    e.flag = true;
  });
  connect(pod);
  EXPECT_EQ(d.trail(), "connect_agent a");
  EXPECT_EQ(d.last(EventType::agent_refused).reason, Reason::token_revoked);
  EXPECT_EQ(agent(pod).state, AgentState::starting);
}

TEST_F(Agents, an_agent_that_ended_meanwhile_does_not_connect) {
  const PodIndex pod = starting_agent();
  d.before("connect_agent", "b",
           [&] { d.fold(EventType::agent_gone, [&](Event& e) { e.pod = pod; }); });
  connect(pod);
  EXPECT_EQ(agent(pod).state, AgentState::gone);
  EXPECT_FALSE(agent(pod).row);
}

TEST_F(Agents, with_needs_agent_connecting_registers_it) {
  d.knobs().needs_agent = NeedsAgent::registered;
  const PodIndex pod = starting_agent();
  d.manage(pod);
  connect(pod);
  EXPECT_EQ(d.trail(), "connect_agent a b c");
  EXPECT_TRUE(d.world.memories[0].pods[pod].agent_known());
  const PodIndex unknown = starting_agent();
  connect(unknown);
  EXPECT_FALSE(d.knows(unknown));
}

TEST_F(Agents, an_agent_may_report_its_table) {
  d.knobs().agent_reports_slots = true;
  const PodIndex pod = ready_pod();
  const TaskIndex task = d.task(ws);
  const TaskIndex plan = d.task(ws, TaskType::plan);
  occupy(pod, 0, task, Action::apply);
  occupy(pod, 1, plan);
  d.reserve(pod, 0, task);
  disconnect(pod);
  connect(pod);
  EXPECT_EQ(d.slot(pod, 0).state, SlotState::running);
  EXPECT_EQ(d.slot(pod, 0).task, task);
  EXPECT_EQ(d.slot(pod, 0).type, TaskType::plan_and_apply);
  EXPECT_EQ(d.slot(pod, 1).task, plan);
  EXPECT_EQ(d.slot(pod, 2).state, SlotState::idle);
  EXPECT_FALSE(d.world.memories[0].pods[pod].state == ManagedPodState::unknown);
  d.forget();
  disconnect(pod);
  connect(pod);  // nothing is left to take over
  EXPECT_EQ(d.count(EventType::slot_assigned) + d.count(EventType::slot_released), 0);
}

// --- check_agents, check_rows ---

TEST_F(Agents, a_silent_connection_is_dropped_and_its_tasks_fail) {
  const PodIndex pod = ready_pod();
  const TaskIndex task = d.task(ws);
  push(task);
  const TaskIndex waits = d.task(ws);
  d.planned_on(pod, 1, waits);
  disconnect(pod, true);
  d.forget();
  d.wait(2 * minute);
  d.run(Program::check_agents);
  EXPECT_EQ(d.trail(), "check_agents a");
  d.wait(second);
  d.run(Program::check_agents);
  EXPECT_EQ(d.trail(), "check_agents a a b c d");
  EXPECT_EQ(status(task), TaskStatus::failed);
  EXPECT_EQ(d.last(EventType::task_failed).reason, Reason::connection_lost);
  EXPECT_EQ(status(waits), TaskStatus::apply_pending);
  EXPECT_FALSE(agent(pod).online);
  EXPECT_EQ(agent(pod).connected_to, none);
  EXPECT_EQ(d.slot(pod, 0).state, SlotState::running);  // slots stay
}

TEST_F(Agents, two_connections_are_dropped_one_by_one_and_an_error_spares_one) {
  const PodIndex one = ready_pod();
  const PodIndex two = ready_pod();
  disconnect(one, true);
  disconnect(two, true);
  d.wait(3 * minute);
  d.fail("check_agents", "d", Fault::database_error);
  d.run(Program::check_agents);
  EXPECT_EQ(d.trail(), "check_agents a b d b d");
  EXPECT_TRUE(agent(one).online);
  EXPECT_FALSE(agent(two).online);
}

TEST_F(Agents, that_cannot_be_asked_for_their_tasks_go_offline_and_the_tasks_stay) {
  const PodIndex pod = ready_pod();
  const TaskIndex task = d.task(ws);
  push(task);
  disconnect(pod, true);
  d.wait(3 * minute);
  d.forget();
  d.fail("check_agents", "b", Fault::database_error);
  d.run(Program::check_agents);
  EXPECT_EQ(d.trail(), "check_agents a b d");
  EXPECT_EQ(status(task), TaskStatus::running_planning);
  EXPECT_FALSE(agent(pod).online);
}

TEST_F(Agents, a_task_that_cannot_be_saved_as_failed_does_not_keep_the_next_from_it) {
  const PodIndex pod = ready_pod();
  const TaskIndex one = d.task(ws, TaskType::plan);
  const TaskIndex two = d.task(ws, TaskType::plan);
  push(one);
  push(two);
  disconnect(pod, true);
  d.wait(3 * minute);
  d.forget();
  d.fail("check_agents", "c", Fault::database_error);
  d.run(Program::check_agents);
  EXPECT_EQ(d.trail(), "check_agents a b c c d");
  EXPECT_EQ(status(one), TaskStatus::running_planning);
  EXPECT_EQ(status(two), TaskStatus::failed);
}

TEST_F(Agents, an_agent_that_is_back_stays_online_but_its_tasks_fail) {
  const PodIndex pod = ready_pod();
  const TaskIndex task = d.task(ws);
  push(task);
  disconnect(pod, true);
  d.wait(3 * minute);
  d.before("check_agents", "b", [&] { d.connect(pod); });
  d.run(Program::check_agents);
  EXPECT_TRUE(agent(pod).online);
  EXPECT_EQ(agent(pod).connected_to, 0);
  EXPECT_EQ(status(task), TaskStatus::failed);
  EXPECT_EQ(work(pod).size(), 1u);
}

TEST_F(Agents, rows_are_not_deleted_when_they_cannot_be_marked_offline) {
  const PodIndex pod = ready_pod();
  disconnect(pod);
  d.wait(10 * minute);
  d.forget();
  d.fail("check_rows", "a", Fault::database_error);
  d.run(Program::check_rows);
  EXPECT_EQ(d.trail(), "check_rows a");
  EXPECT_TRUE(agent(pod).row);
}

TEST_F(Agents, rows_without_pings_go_offline_and_are_deleted_later) {
  const PodIndex pod = ready_pod();
  const PodIndex alive = ready_pod();
  disconnect(pod);
  d.wait(2 * minute);
  d.run(Program::check_rows);
  EXPECT_TRUE(agent(pod).online);  // at exactly 2 min it is not yet old
  d.wait(second);
  d.run(Program::check_rows);
  EXPECT_FALSE(agent(pod).online);
  EXPECT_TRUE(agent(pod).row);
  d.wait(3 * minute);
  d.run(Program::check_rows);
  EXPECT_FALSE(agent(pod).row);
  EXPECT_TRUE(agent(alive).row && agent(alive).online);
}

TEST_F(Agents, a_row_that_could_not_be_marked_is_not_deleted) {
  const PodIndex pod = ready_pod();
  disconnect(pod);
  d.wait(10 * minute);
  d.fail("check_rows", "a", Fault::database_error);
  d.run(Program::check_rows);
  EXPECT_TRUE(agent(pod).row && agent(pod).online);
}

// --- recover ---

TEST_F(Agents, recovery_fails_what_runs_and_starts_what_is_pending) {
  const PodIndex pod = ready_pod();
  const TaskIndex runs = d.task(ws);
  d.plan_on(pod, 0, runs);
  const TaskIndex waits = d.task(ws);
  d.planned_on(pod, 1, waits);
  const WorkspaceIndex other = d.workspace(pool);
  d.task(other);
  d.wait(second);
  d.run(Program::recover);
  EXPECT_EQ(d.trail(), "recover a b c");
  EXPECT_EQ(status(runs), TaskStatus::failed);
  EXPECT_EQ(row(runs).completed, d.clock.now());
  EXPECT_EQ(row(runs).agent, pod);
  EXPECT_EQ(status(waits), TaskStatus::apply_pending);
  EXPECT_EQ(under_way(), Programs{Program::try_next});
  EXPECT_EQ(d.world.procedures[1].workspace, other);
  EXPECT_EQ(work(pod).size(), 1u);  // the agent goes on
}

TEST_F(Agents, a_running_task_at_the_stage_apply_pending_waits_again) {
  const TaskIndex planned = d.task(ws);
  TaskRow odd = row(planned);
  odd.status = TaskStatus::running_planning;
  odd.stage = TaskStage::apply_pending;
  d.save(planned, odd);
  const TaskIndex confirmed = d.task(ws);
  odd.status = TaskStatus::running_applying;
  odd.confirmed = true;
  d.save(confirmed, odd);
  d.run(Program::recover);
  EXPECT_EQ(d.trail(), "recover a b b c");
  EXPECT_EQ(status(planned), TaskStatus::apply_pending);
  EXPECT_EQ(status(confirmed), TaskStatus::apply_confirmed);
  EXPECT_FALSE(d.last(EventType::task_orphaned).flag);
}

TEST_F(Agents, a_report_during_recovery_is_overwritten) {
  const PodIndex pod = ready_pod();
  const TaskIndex task = d.task(ws);
  d.plan_on(pod, 0, task);
  d.before("recover", "b", [&] {
    d.run(report(Program::report_status, task, TaskStatus::apply_pending, pod));
  });
  d.run(Program::recover);
  EXPECT_EQ(status(task), TaskStatus::failed);
  EXPECT_TRUE(d.last(EventType::task_orphaned).flag);
}

TEST_F(Agents, recovery_goes_on_after_errors) {
  const PodIndex pod = ready_pod();
  const TaskIndex task = d.task(ws);
  d.plan_on(pod, 0, task);
  d.task(d.workspace(pool));
  d.fail("recover", "a", Fault::database_error);
  d.run(Program::recover);
  EXPECT_EQ(d.trail(), "recover a c");
  EXPECT_EQ(under_way(), Programs{Program::try_next});
  d.forget();
  d.fail("recover", "b", Fault::database_error);
  d.run(Program::recover);
  EXPECT_EQ(d.trail(), "recover a b c");
  EXPECT_EQ(status(task), TaskStatus::running_planning);
}

TEST_F(Agents, the_old_recovery_applies_what_nobody_confirmed) {
  d.knobs().recover_apply_pending = true;
  const PodIndex pod = ready_pod();
  const TaskIndex task = d.task(ws);
  d.planned_on(pod, 0, task);
  d.fold(EventType::workspace_locked, [&](Event& e) {
    e.workspace = ws;
    e.task = task;
  });
  d.run(Program::recover);
  EXPECT_EQ(d.trail(), "recover a c d");
  EXPECT_EQ(under_way(), Programs{Program::push});
  d.drain();
  EXPECT_EQ(status(task), TaskStatus::running_applying);
  EXPECT_FALSE(row(task).confirmed);
  EXPECT_EQ(work(pod), (std::vector<AgentWork>{{task, Action::apply, 0}}));
}

}  // namespace
}  // namespace holdfast
