// `try_next`, the monitor and what else starts a push (platform.md 3.8, 3.11, 3.12).
#include <holdfast/tests/support/queue_bench.h>

namespace holdfast {
namespace {

using Programs = std::vector<Program>;

class Queue : public QueueBench {
 protected:
  void lock_workspace() {
    d.fold(EventType::workspace_locked, [&](Event& e) { e.workspace = ws; });
  }
  ProcedureIndex start_try_next() {
    return d.start(Program::try_next, [&](Procedure& p) { p.workspace = ws; });
  }
};

TEST_F(Queue, a_plan_and_apply_goes_before_a_plan_before_a_drift_check) {
  ready_pod();
  const TaskIndex drift = d.task(ws, TaskType::drift_check);
  const TaskIndex plan = d.task(ws, TaskType::plan);
  const TaskIndex apply = d.task(ws);
  try_next();
  EXPECT_EQ(d.trail(), "try_next a b c f g h, push c1 c2 d1 d2 e f, try_next j");
  EXPECT_EQ(status(apply), TaskStatus::running_planning);
  EXPECT_EQ(status(plan), TaskStatus::pending);
  d.forget();
  try_next();
  EXPECT_EQ(d.trail(), "try_next a b d h, push c1 c2 d1 d2 e f");
  EXPECT_EQ(status(plan), TaskStatus::running_planning);
  EXPECT_EQ(status(drift), TaskStatus::pending);
  d.forget();
  try_next();
  EXPECT_EQ(d.trail(), "try_next a b d e h, push c1 c2 d1 d2 e f");
  EXPECT_EQ(status(drift), TaskStatus::running_planning);
  d.forget();
  try_next();
  EXPECT_EQ(d.trail(), "try_next a b d e");
}

TEST_F(Queue, of_two_plans_the_older_goes_first) {
  ready_pod();
  const TaskIndex older = d.task(ws, TaskType::plan);
  const TaskIndex newer = d.task(ws, TaskType::plan);
  try_next();
  EXPECT_EQ(status(older), TaskStatus::running_planning);
  EXPECT_EQ(status(newer), TaskStatus::pending);
}

TEST_F(Queue, the_number_tells_the_age_and_not_the_place) {
  ready_pod();
  const TaskIndex older = d.task(ws, TaskType::plan);
  const TaskIndex newer = d.task(ws, TaskType::plan);
  d.set_status(older, TaskStatus::success);
  d.fold(EventType::task_submitted, [&](Event& e) {
    e.task = older;  // the place is used again
    e.workspace = ws;
    e.task_type = TaskType::plan;
    e.n[0] = d.world.last_task_number + 1;
  });
  try_next();
  EXPECT_EQ(status(newer), TaskStatus::running_planning);
  EXPECT_EQ(status(older), TaskStatus::pending);
}

TEST_F(Queue, an_earlier_plan_and_apply_blocks_the_next_but_no_plan) {
  const PodIndex pod = ready_pod();
  const TaskIndex waits = d.task(ws);
  d.planned_on(pod, 0, waits);
  const TaskIndex blocked = d.task(ws);
  const TaskIndex plan = d.task(ws, TaskType::plan);
  try_next();
  EXPECT_EQ(d.trail(), "try_next a b c d h, push c1 c2 d1 d2 e f");
  EXPECT_EQ(status(blocked), TaskStatus::pending);
  EXPECT_EQ(status(plan), TaskStatus::running_planning);
}

TEST_F(Queue, a_failed_count_of_blockers_lets_a_blocked_task_through) {
  const PodIndex pod = ready_pod();
  const TaskIndex waits = d.task(ws);
  d.planned_on(pod, 0, waits);
  const TaskIndex blocked = d.task(ws);
  d.fail("try_next", "c", Fault::database_error);
  try_next();
  EXPECT_EQ(status(blocked), TaskStatus::running_planning);
}

TEST_F(Queue, a_locked_workspace_starts_nothing) {
  ready_pod();
  d.task(ws);
  lock_workspace();
  try_next();
  EXPECT_EQ(d.trail(), "try_next a");
}

TEST_F(Queue, a_lock_that_comes_after_the_look_is_not_seen) {
  ready_pod();
  const TaskIndex task = d.task(ws);
  d.before("try_next", "b", [&] { lock_workspace(); });
  try_next();
  EXPECT_EQ(status(task), TaskStatus::running_planning);
}

TEST_F(Queue, a_second_dispatch_of_the_workspace_gives_way) {
  ready_pod();
  const TaskIndex task = d.task(ws);
  const ProcedureIndex first = start_try_next();
  d.run_until(first, "push", "e");
  EXPECT_EQ(d.world.workspaces[ws].dispatcher, first);
  d.forget();
  try_next();
  EXPECT_EQ(d.trail(), "try_next a b c f");
  d.run(first);
  EXPECT_EQ(status(task), TaskStatus::running_planning);
  EXPECT_EQ(d.world.workspaces[ws].dispatcher, none);
}

TEST_F(Queue, plans_need_no_lock_and_two_dispatches_push_the_same_one) {
  const PodIndex pod = ready_pod();
  const TaskIndex plan = d.task(ws, TaskType::plan);
  const ProcedureIndex first = start_try_next();
  d.run_until(first, "push", "e");
  try_next();
  d.run(first);
  EXPECT_EQ(work(pod), (std::vector<AgentWork>{{plan, Action::plan, 1}, {plan, Action::plan, 0}}));
}

TEST_F(Queue, a_task_that_changed_before_the_lock_is_left) {
  ready_pod();
  const TaskIndex task = d.task(ws);
  d.before("try_next", "g", [&] { d.set_status(task, TaskStatus::running_planning); });
  try_next();
  EXPECT_EQ(d.trail(), "try_next a b c f g j");
  EXPECT_EQ(d.world.workspaces[ws].dispatcher, none);
}

TEST_F(Queue, a_task_that_came_to_wait_for_its_user_is_not_dispatched) {
  const PodIndex pod = ready_pod();
  const TaskIndex task = d.task(ws);
  d.before("try_next", "g", [&] { d.planned_on(pod, 0, task); });
  try_next();
  EXPECT_EQ(d.trail(), "try_next a b c f g h j");
  EXPECT_EQ(status(task), TaskStatus::apply_pending);
  EXPECT_TRUE(work(pod).empty());
}

TEST_F(Queue, an_error_after_the_lock_gives_it_back) {
  ready_pod();
  for (const char* letter : {"g", "h"}) {
    d.task(ws);
    d.fail("try_next", letter, Fault::database_error);
    try_next();
    EXPECT_EQ(d.world.workspaces[ws].dispatcher, none) << letter;
    EXPECT_EQ(d.count(EventType::queue_pushed), 0) << letter;
  }
}

TEST_F(Queue, an_error_before_the_lock_ends_it) {
  ready_pod();
  d.task(ws);
  d.task(ws, TaskType::plan);
  for (const char* letter : {"a", "b", "f"}) {
    d.fail("try_next", letter, Fault::database_error);
    try_next();
  }
  EXPECT_EQ(d.trail(), "try_next a a b a b c f");
}

// --- what starts it ---

TEST_F(Queue, a_retry_goes_on_as_try_next) {
  ready_pod();
  const TaskIndex task = d.task(ws);
  const ProcedureIndex place =
      d.start(Program::retry_workspace, [&](Procedure& p) { p.workspace = ws; });
  EXPECT_EQ(d.stands_at(place), "try_next a");
  d.run(place);
  EXPECT_EQ(status(task), TaskStatus::running_planning);
}

TEST_F(Queue, a_retry_does_nothing_for_a_confirmed_apply) {
  const PodIndex pod = ready_pod();
  const TaskIndex task = confirmed_on(pod);
  d.run(Program::retry_workspace, [&](Procedure& p) { p.workspace = ws; });
  EXPECT_EQ(d.trail(), "try_next a b d e");
  EXPECT_EQ(status(task), TaskStatus::apply_confirmed);
}

TEST_F(Queue, the_monitor_tries_workspaces_and_confirmed_applies) {
  const PodIndex pod = ready_pod();
  const WorkspaceIndex other = d.workspace(pool);
  const WorkspaceIndex quiet = d.workspace(pool);
  d.task(other);
  d.task(other, TaskType::plan);
  d.set_status(d.task(quiet), TaskStatus::applied);
  const TaskIndex confirmed = confirmed_on(pod);
  d.planned_on(pod, 1, d.task(ws));  // confirmed by nobody
  d.run(Program::monitor);
  EXPECT_EQ(d.trail(), "monitor a b");
  EXPECT_EQ(under_way(), (Programs{Program::try_next, Program::execute_confirmed}));
  EXPECT_EQ(d.world.procedures[1].workspace, other);
  EXPECT_EQ(d.world.procedures[2].task, confirmed);
}

TEST_F(Queue, each_query_of_the_monitor_may_fail_alone) {
  const PodIndex pod = ready_pod();
  confirmed_on(pod);
  d.task(ws);
  d.fail("monitor", "a", Fault::database_error);
  d.run(Program::monitor);
  EXPECT_EQ(under_way(), Programs{Program::execute_confirmed});
  d.fail("monitor", "b", Fault::database_error);
  d.run(Program::monitor);
  EXPECT_EQ(under_way(), (Programs{Program::execute_confirmed, Program::try_next}));
}

TEST_F(Queue, a_confirmed_apply_is_executed) {
  const PodIndex pod = ready_pod();
  const TaskIndex task = confirmed_on(pod);
  lock_workspace();  // it does not ask
  run_for(Program::execute_confirmed, task);
  EXPECT_EQ(d.trail(), "execute_confirmed a b, push b1 b3 d1 d2 e f");
  EXPECT_EQ(status(task), TaskStatus::running_applying);
}

TEST_F(Queue, what_is_not_confirmed_or_not_waiting_is_not_executed) {
  const PodIndex pod = ready_pod();
  const TaskIndex task = d.task(ws);
  d.planned_on(pod, 0, task);
  run_for(Program::execute_confirmed, task);
  d.set_status(task, TaskStatus::running_applying);
  run_for(Program::execute_confirmed, task);
  EXPECT_EQ(d.trail(), "execute_confirmed a a");
  EXPECT_TRUE(work(pod).empty());
}

TEST_F(Queue, two_executions_at_once_both_go_through) {
  d.knobs().reuse_marks_running = false;
  const PodIndex pod = ready_pod();
  const TaskIndex task = confirmed_on(pod);
  const ProcedureIndex first = start_for(Program::execute_confirmed, task);
  d.run_until(first, "push", "e");
  run_for(Program::execute_confirmed, task);
  d.forget();
  d.run(first);
  EXPECT_EQ(d.count(EventType::task_apply_started), 1);
  EXPECT_EQ(d.trail(), "push e f g1 g2 g3");  // the agent refuses its busy slot
  EXPECT_EQ(d.slot(pod, 0).state, SlotState::idle);
  EXPECT_EQ(status(task), TaskStatus::apply_confirmed);
  EXPECT_EQ(work(pod), (std::vector<AgentWork>{{task, Action::apply, 0}}));
}

TEST_F(Queue, two_executions_may_start_the_apply_on_two_pods) {
  const PodIndex one = ready_pod();
  const PodIndex two = ready_pod();
  const TaskIndex task = d.task(ws);
  d.set_status(task, TaskStatus::apply_confirmed);
  const ProcedureIndex first = start_for(Program::execute_confirmed, task);
  d.run_until(first, "push", "c1");
  const ProcedureIndex second_one = start_for(Program::execute_confirmed, task);
  d.run_until(second_one, "push", "c1");
  d.run(first);
  d.run(second_one);
  EXPECT_EQ(work(one).size(), 1u);
  EXPECT_EQ(work(two).size(), 1u);
  EXPECT_EQ(d.world.tasks[task].applies_started, 2);
}

// --- local mode ---

TEST_F(Queue, a_local_task_becomes_running_and_asks_no_pod) {
  const WorkspaceIndex local = d.workspace(pool, ExecutionMode::local);
  const TaskIndex task = d.task(local);
  d.run(Program::try_next, [&](Procedure& p) { p.workspace = local; });
  EXPECT_EQ(d.trail(), "try_next a b c f g h, run_locally a, try_next j");
  EXPECT_EQ(status(task), TaskStatus::running_planning);
  EXPECT_EQ(row(task).stage, TaskStage::planning);
  EXPECT_EQ(row(task).agent, none);
  d.forget();
  d.set_status(task, TaskStatus::apply_confirmed);
  run_for(Program::execute_confirmed, task);
  EXPECT_EQ(d.trail(), "execute_confirmed a b, run_locally a");
  EXPECT_EQ(status(task), TaskStatus::running_applying);
}

TEST_F(Queue, a_local_task_is_compared_before_it_is_swapped) {
  const WorkspaceIndex local = d.workspace(pool, ExecutionMode::local);
  const TaskIndex task = d.task(local);
  d.before("run_locally", "a", [&] { run_for(Program::cancel, task); });
  d.run(Program::try_next, [&](Procedure& p) { p.workspace = local; });
  EXPECT_EQ(status(task), TaskStatus::cancelled);
}

TEST_F(Queue, scale_up_now_ensures_and_autoscales) {
  d.run(Program::scale_up_now, [&](Procedure& p) { p.pool = pool; });
  EXPECT_EQ(d.trail().rfind("scale_up_now a, ensure_secret", 0), 0u) << d.trail();
  EXPECT_NE(d.trail().find("autoscale"), std::string::npos) << d.trail();
  d.forget();
  d.fail("scale_up_now", "a", Fault::database_error);
  d.run(Program::scale_up_now, [&](Procedure& p) { p.pool = pool; });
  EXPECT_EQ(d.trail(), "scale_up_now a");
}

TEST_F(Queue, scale_up_now_creates_up_to_the_minimum_and_never_more_than_the_maximum) {
  const PoolIndex wants_two = d.pool(2, 2);
  d.task(d.workspace(wants_two));
  d.run(Program::scale_up_now, [&](Procedure& p) { p.pool = wants_two; });
  // The second creation falls into the second of the first and is refused.
  EXPECT_EQ(d.pods_in(PodState::pending), 1);
  d.wait(second);
  d.run(Program::scale_up_now, [&](Procedure& p) { p.pool = wants_two; });
  EXPECT_EQ(d.pods_in(PodState::pending), 2);
}

}  // namespace
}  // namespace holdfast
