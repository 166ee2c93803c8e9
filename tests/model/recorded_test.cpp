// What the recordings of the real platform taught and its text does not say (model/README.md, "What
// the recordings taught"), each on its own. tests/conformance/ holds the whole against them.
#include <holdfast/tests/support/queue_bench.h>

namespace holdfast {
namespace {

class Recorded : public QueueBench {
 protected:
  void fold_pod(EventType type, PodIndex pod) {
    d.fold(type, [&](Event& e) { e.pod = pod; });
  }
};

// --- agents ---

TEST_F(Recorded, an_agent_takes_a_second_task_for_a_busy_slot_or_refuses_it) {
  for (const bool refuses : {true, false}) {
    SCOPED_TRACE(refuses ? "refuses" : "takes");
    d.knobs().agent_refuses_busy = refuses;
    const PodIndex pod = ready_pod();
    const TaskIndex old = d.task(d.workspace(pool));
    d.plan_on(pod, 0, old);
    d.set_status(old, TaskStatus::failed);
    const TaskIndex task = d.task(d.workspace(pool), TaskType::plan);
    d.forget();
    push(task);
    EXPECT_EQ(d.count(EventType::agent_slot_taken), refuses ? 0 : 1);
    EXPECT_EQ(d.count(EventType::agent_slot_refused), refuses ? 1 : 0);
    EXPECT_EQ(work(pod).size(), refuses ? 1u : 2u);
    fold_pod(EventType::pod_delete_requested, pod);
    fold_pod(EventType::pod_gone, pod);
    d.fold(EventType::memory_pod_forgotten, [&](Event& e) {
      e.pod = pod;
      e.memory = 0;
    });
  }
}

TEST_F(Recorded, the_plan_of_a_plan_and_apply_takes_the_place_for_applies) {
  const PodIndex pod = ready_pod();
  d.plan_on(pod, 0, d.task(ws));
  EXPECT_EQ(load_of(d.world, d.world.agents[pod]), (AgentLoad{.plans = 0, .applies = true}));
  d.plan_on(pod, 1, d.task(ws, TaskType::plan));
  d.plan_on(pod, 2, d.task(ws, TaskType::drift_check));
  EXPECT_EQ(load_of(d.world, d.world.agents[pod]), (AgentLoad{.plans = 1, .applies = true}));
}

TEST_F(Recorded, a_heartbeat_says_online_and_what_the_agent_works_on) {
  const PodIndex pod = ready_pod();
  d.plan_on(pod, 0, d.task(ws));
  d.fold(EventType::agent_marked_offline, [&](Event& e) {
    e.pod = pod;
    e.reason = Reason::row_old;
  });
  EXPECT_FALSE(d.world.agents[pod].online);
  EXPECT_EQ(d.world.agents[pod].row_replica, 0);  // an old row keeps the rest of it
  fold_pod(EventType::agent_heartbeat, pod);
  EXPECT_TRUE(d.world.agents[pod].online);
  EXPECT_EQ(d.world.agents[pod].told, (AgentLoad{.plans = 0, .applies = true}));
}

TEST_F(Recorded, an_apply_that_failed_gives_its_workspace_back_before_it_says_so) {
  const PodIndex pod = ready_pod();
  const TaskIndex task = confirmed_on(pod);
  d.fold(EventType::workspace_locked, [&](Event& e) {
    e.workspace = ws;
    e.task = task;
  });
  push(task);
  const ProcedureIndex report = d.start(Program::report_status, [&](Procedure& p) {
    p.task = task;
    p.action = Action::apply;
    p.outcome = TaskStatus::failed;
  });
  d.run_until(report, "report_status", "c");
  EXPECT_FALSE(d.world.workspaces[ws].locked);
  EXPECT_EQ(status(task), TaskStatus::running_applying);
  d.run(report);
  EXPECT_EQ(status(task), TaskStatus::failed);
}

TEST_F(Recorded, an_agent_that_is_stopped_reports_and_says_so) {
  const PodIndex pod = ready_pod();
  const TaskIndex task = d.task(ws);
  push(task);
  d.run(Program::cancel, [&](Procedure& p) { p.task = task; });
  std::vector<Program> said;
  for (const Procedure& p : d.world.procedures) {
    if (p.depth != 0 && p.sender == pod) said.push_back(p.kind());
  }
  EXPECT_EQ(said, (std::vector<Program>{Program::report_status, Program::report_message}));
  d.drain();
  EXPECT_EQ(status(task), TaskStatus::cancelled);
}

// --- pods and their names ---

TEST_F(Recorded, a_terminating_pod_keeps_its_phase_and_may_end_before_it_is_gone) {
  const PodIndex pod = ready_pod();
  EXPECT_EQ(phase_of(d.world.pods[pod]), PodState::running);
  fold_pod(EventType::pod_delete_requested, pod);
  EXPECT_EQ(phase_of(d.world.pods[pod]), PodState::running);
  fold_pod(EventType::pod_failed, pod);
  EXPECT_EQ(d.world.pods[pod].state, PodState::terminating);
  EXPECT_EQ(phase_of(d.world.pods[pod]), PodState::failed);
  d.run(Program::sync_pods, [&](Procedure& p) { p.pool = pool; });
  EXPECT_FALSE(d.world.memories[0].pods.size() > pod && d.world.memories[0].pods[pod].known());
}

TEST_F(Recorded, what_the_cluster_says_of_a_pod_that_has_ended_may_change) {
  const PodIndex pod = ready_pod();
  for (const EventType type : {EventType::pod_failed, EventType::pod_succeeded,
                               EventType::pod_pending, EventType::pod_running,
                               EventType::pod_succeeded, EventType::pod_failed,
                               EventType::pod_running}) {
    fold_pod(type, pod);
  }
  EXPECT_EQ(d.world.pods[pod].state, PodState::running);
}

TEST_F(Recorded, a_memory_takes_a_new_pod_for_the_old_one_of_its_name) {
  const PodIndex old = ready_pod();
  const TaskIndex task = d.task(ws);
  d.assign(old, 0, task);
  fold_pod(EventType::pod_gone, old);
  const PodIndex pod = d.pod(pool);  // in the same second
  d.forget();
  d.run(Program::sync_pods, [&](Procedure& p) { p.pool = pool; });
  EXPECT_FALSE(d.world.memories[0].pods[old].known());
  EXPECT_EQ(d.slot(pod, 0).task, task);
  EXPECT_EQ(d.world.memories[0].pods[pod].agent, old);
}

TEST_F(Recorded, a_pod_of_another_second_is_new_to_the_memory) {
  const PodIndex old = ready_pod();
  d.assign(old, 0, d.task(ws));
  fold_pod(EventType::pod_gone, old);
  d.wait(second);
  const PodIndex pod = d.pod(pool);
  d.run(Program::sync_pods, [&](Procedure& p) { p.pool = pool; });
  EXPECT_EQ(d.slot(pod, 0).state, SlotState::idle);
  EXPECT_FALSE(d.world.memories[0].pods[pod].agent_known());
}

// --- tokens ---

TEST_F(Recorded, a_secret_is_relabelled_when_it_names_another_token) {
  d.fold(EventType::pool_token_rotated, [&](Event& e) {
    e.pool = pool;
    e.flag = true;
  });
  d.fold(EventType::pool_token_rotated, [&](Event& e) { e.pool = pool; });
  const std::uint32_t carried = d.world.pools[pool].secret_token;
  const auto ensure = [&] {
    d.forget();
    d.run(Program::ensure_secret, [&](Procedure& p) { p.pool = pool; });
    EXPECT_FALSE(d.failed);
  };
  d.fail("ensure_secret", "g", Fault::cluster_error);
  ensure();
  EXPECT_EQ(d.trail(), "ensure_secret a c g");
  EXPECT_NE(d.world.pools[pool].secret_label, d.world.pools[pool].first_active_token);
  ensure();
  EXPECT_EQ(d.trail(), "ensure_secret a c g");
  EXPECT_EQ(d.world.pools[pool].secret_label, d.world.pools[pool].first_active_token);
  EXPECT_EQ(d.world.pools[pool].secret_token, carried);  // still the revoked one
  ensure();
  EXPECT_EQ(d.trail(), "ensure_secret a c");
}

// --- recovery ---

TEST_F(Recorded, recovery_cancels_what_run_triggers_submitted) {
  const TaskIndex triggered = d.task(ws);
  const TaskIndex submitted = d.task(d.workspace(pool));
  d.world.tasks[triggered].run_trigger = true;
  d.run(Program::recover);
  EXPECT_EQ(d.trail(), "recover a b2 b3 c");
  EXPECT_EQ(status(triggered), TaskStatus::cancelled);
  EXPECT_EQ(row(triggered).completed, never);
  EXPECT_EQ(status(submitted), TaskStatus::pending);
}

TEST_F(Recorded, a_run_trigger_that_could_not_be_cancelled_is_not_started) {
  const TaskIndex triggered = d.task(ws);
  d.world.tasks[triggered].run_trigger = true;
  d.fail("recover", "b3", Fault::database_error);
  d.run(Program::recover);
  EXPECT_EQ(status(triggered), TaskStatus::pending);
  EXPECT_EQ(d.count(EventType::procedure_started), 1);  // recover itself
}

TEST_F(Recorded, a_push_that_failed_clears_the_stage) {
  ready_pod();
  const TaskIndex task = d.task(ws);
  EXPECT_EQ(row(task).stage, TaskStage::pending);
  d.fail("push", "f", Fault::agent_disconnect);
  push(task);
  EXPECT_EQ(row(task).stage, TaskStage::none);
}

}  // namespace
}  // namespace holdfast
