// What users ask for: confirm, cancel, configuration, token rotation, unfreeze (platform.md 3.11,
// 3.13).
#include <holdfast/tests/support/queue_bench.h>

namespace holdfast {
namespace {

using Programs = std::vector<Program>;

class Users : public QueueBench {
 protected:
  void save_config(int min_replicas, int max_replicas, MemoryIndex memory = 0) {
    ConfigTemplate config;
    config.pool = pool;
    config.min_replicas = min_replicas;
    config.max_replicas = max_replicas;
    d.setup.configs = {ConfigTemplate{}, config};
    d.run(Program::save_config, [&](Procedure& p) {
      p.pool = pool;
      p.memory = memory;
      p.count = 1;
    });
  }
  void run_on_pool(Program program, MemoryIndex memory = 0) {
    d.run(program, [&](Procedure& p) {
      p.pool = pool;
      p.memory = memory;
    });
  }
};

// --- confirm ---

TEST_F(Users, a_confirmed_apply_is_executed_on_its_slot) {
  const PodIndex pod = ready_pod();
  const TaskIndex task = d.task(ws);
  d.planned_on(pod, 0, task);
  d.reserve(pod, 0, task);
  run_for(Program::confirm, task);
  EXPECT_EQ(d.trail(), "confirm a b");
  EXPECT_EQ(status(task), TaskStatus::apply_confirmed);
  EXPECT_TRUE(row(task).confirmed);
  EXPECT_EQ(under_way(), Programs{Program::execute_confirmed});
  d.drain();
  EXPECT_EQ(work(pod), (std::vector<AgentWork>{{task, Action::apply, 0}}));
  EXPECT_EQ(d.world.tasks[task].applies_started, 1);
}

TEST_F(Users, what_does_not_wait_is_not_confirmed) {
  const TaskIndex task = d.task(ws);
  run_for(Program::confirm, task);
  EXPECT_EQ(d.trail(), "confirm a");
  EXPECT_EQ(row(task), TaskRow{});
}

TEST_F(Users, two_confirms_both_go_through) {
  const PodIndex pod = ready_pod();
  const TaskIndex task = d.task(ws);
  d.planned_on(pod, 0, task);
  d.reserve(pod, 0, task);
  const ProcedureIndex first = start_for(Program::confirm, task);
  ASSERT_TRUE(d.step(first));
  run_for(Program::confirm, task);
  d.run(first);
  EXPECT_EQ(d.count(EventType::task_confirmed), 2);
  EXPECT_EQ(under_way(), (Programs{Program::execute_confirmed, Program::execute_confirmed}));
}

TEST_F(Users, a_slow_confirm_takes_a_running_apply_back) {
  const PodIndex pod = ready_pod();
  const TaskIndex task = d.task(ws);
  d.planned_on(pod, 0, task);
  d.reserve(pod, 0, task);
  const ProcedureIndex slow = start_for(Program::confirm, task);
  ASSERT_TRUE(d.step(slow));
  run_for(Program::confirm, task);
  d.run(2);  // the execution that the quick one started
  ASSERT_EQ(status(task), TaskStatus::running_applying);
  d.run(slow);
  EXPECT_EQ(status(task), TaskStatus::apply_confirmed);
  EXPECT_TRUE(d.last(EventType::task_confirmed).flag);
  EXPECT_EQ(work(pod).size(), 1u);
}

TEST_F(Users, a_confirmation_that_cannot_be_saved_executes_nothing) {
  const PodIndex pod = ready_pod();
  const TaskIndex task = d.task(ws);
  d.planned_on(pod, 0, task);
  d.fail("confirm", "b", Fault::database_error);
  run_for(Program::confirm, task);
  EXPECT_TRUE(d.failed);
  EXPECT_EQ(status(task), TaskStatus::apply_pending);
  EXPECT_EQ(under_way(), Programs{});
}

// --- cancel ---

TEST_F(Users, a_pending_task_is_cancelled_and_the_next_one_tried) {
  const TaskIndex task = d.task(ws, TaskType::plan);
  d.wait(second);
  run_for(Program::cancel, task);
  EXPECT_EQ(d.trail(), "cancel a b");
  EXPECT_EQ(status(task), TaskStatus::cancelled);
  EXPECT_EQ(row(task).completed, d.clock.now());
  EXPECT_EQ(under_way(), Programs{Program::try_next});
  EXPECT_EQ(d.world.procedures[1].workspace, ws);
}

TEST_F(Users, a_waiting_task_is_cancelled_and_its_workspace_unlocked) {
  const PodIndex pod = ready_pod();
  const TaskIndex task = d.task(ws);
  d.planned_on(pod, 0, task);
  d.reserve(pod, 0, task);
  d.fold(EventType::workspace_locked, [&](Event& e) {
    e.workspace = ws;
    e.task = task;
  });
  run_for(Program::cancel, task);
  EXPECT_EQ(d.trail(), "cancel a b c");
  EXPECT_FALSE(locked());
  EXPECT_EQ(d.slot(pod, 0).state, SlotState::reserved);  // until a reconcile
}

TEST_F(Users, the_lock_of_another_task_stays) {
  const TaskIndex other = d.task(ws);
  const TaskIndex task = d.task(ws);
  d.fold(EventType::workspace_locked, [&](Event& e) {
    e.workspace = ws;
    e.task = other;
  });
  run_for(Program::cancel, task);
  EXPECT_TRUE(locked());
}

TEST_F(Users, the_agent_of_a_running_task_stops_and_says_so) {
  const PodIndex pod = ready_pod();
  const TaskIndex task = d.task(ws);
  push(task);
  d.forget();
  run_for(Program::cancel, task);
  EXPECT_EQ(d.trail(), "cancel a a2 b c e");
  EXPECT_TRUE(work(pod).empty());
  EXPECT_EQ(d.slot(pod, 0).state, SlotState::running);
  EXPECT_EQ(under_way(),
            (Programs{Program::try_next, Program::report_status, Program::report_message}));
  d.drain();
  EXPECT_EQ(d.slot(pod, 0).state, SlotState::idle);
  EXPECT_EQ(status(task), TaskStatus::cancelled);
}

TEST_F(Users, an_agent_that_is_not_connected_here_goes_on) {
  const ReplicaIndex other = d.serve();
  const PodIndex elsewhere = ready_pod(other);
  const TaskIndex task = d.task(ws);
  push(task);
  run_for(Program::cancel, task);
  EXPECT_EQ(status(task), TaskStatus::cancelled);
  EXPECT_EQ(work(elsewhere).size(), 1u);
  EXPECT_EQ(d.count(EventType::agent_message_lost), 0);
}

TEST_F(Users, an_agent_without_a_row_is_not_told_to_stop) {
  const PodIndex pod = ready_pod();
  const TaskIndex task = d.task(ws);
  push(task);
  d.fold(EventType::agent_row_deleted, [&](Event& e) { e.pod = pod; });
  d.forget();
  run_for(Program::cancel, task);
  EXPECT_EQ(d.trail(), "cancel a a2 b c");
  EXPECT_EQ(status(task), TaskStatus::cancelled);
  EXPECT_EQ(work(pod).size(), 1u);
}

TEST_F(Users, an_agent_that_cannot_be_looked_up_is_not_told_to_stop) {
  const PodIndex pod = ready_pod();
  const TaskIndex task = d.task(ws);
  push(task);
  d.forget();
  d.fail("cancel", "a2", Fault::database_error);
  run_for(Program::cancel, task);
  EXPECT_EQ(d.trail(), "cancel a a2 b c");
  EXPECT_EQ(work(pod).size(), 1u);
}

TEST_F(Users, the_word_to_the_agent_may_get_lost) {
  const PodIndex pod = ready_pod();
  const TaskIndex first = d.task(ws, TaskType::plan);
  const TaskIndex task = d.task(ws, TaskType::plan);
  push(first);
  push(task);
  d.fail("cancel", "e", Fault::message_lost);
  run_for(Program::cancel, first);
  disconnect(pod, true);
  run_for(Program::cancel, task);
  EXPECT_EQ(d.count(EventType::agent_message_lost), 2);
  EXPECT_EQ(work(pod).size(), 2u);
}

TEST_F(Users, what_is_over_is_not_cancelled_but_a_plan_without_changes_is) {
  const TaskIndex task = d.task(ws);
  for (const TaskStatus over : {TaskStatus::applied, TaskStatus::success, TaskStatus::failed}) {
    d.set_status(task, over);
    run_for(Program::cancel, task);
    EXPECT_EQ(status(task), over);
  }
  d.set_status(task, TaskStatus::planned_and_finished);
  run_for(Program::cancel, task);
  EXPECT_EQ(status(task), TaskStatus::cancelled);
}

TEST_F(Users, a_cancel_overwrites_an_end_that_came_meanwhile) {
  const TaskIndex task = d.task(ws);
  d.set_status(task, TaskStatus::running_applying);
  d.before("cancel", "b", [&] { d.set_status(task, TaskStatus::applied); });
  run_for(Program::cancel, task);
  EXPECT_EQ(status(task), TaskStatus::cancelled);
  EXPECT_TRUE(d.last(EventType::task_cancelled).flag);
}

// --- configuration ---

TEST_F(Users, a_saved_configuration_is_ensured) {
  save_config(1, 2);
  EXPECT_EQ(d.world.pools[pool].min_replicas, 1);
  EXPECT_EQ(d.world.pools[pool].max_replicas, 2);
  EXPECT_EQ(d.world.pools[pool].config_revision, 2u);
  EXPECT_EQ(d.pods_in(PodState::pending), 1);
  EXPECT_EQ(d.world.pods[0].config_revision, 2u);
}

TEST_F(Users, a_configuration_that_cannot_be_stored_changes_no_pod) {
  d.fail("save_config", "a", Fault::database_error);
  save_config(1, 2);
  EXPECT_TRUE(d.failed);
  EXPECT_EQ(d.trail(), "save_config a");
  EXPECT_EQ(d.world.pools[pool].min_replicas, 0);
}

TEST_F(Users, saving_may_rebuild_every_idle_pod) {
  d.knobs().on_config_save = OnConfigSave::rebuild_idle;
  const PodIndex idle = ready_pod();
  const PodIndex busy = ready_pod();
  const TaskIndex task = d.task(ws);
  d.assign(busy, 0, task);
  d.plan_on(busy, 0, task);
  save_config(0, 3);
  EXPECT_EQ(d.world.pods[idle].state, PodState::terminating);
  EXPECT_EQ(d.world.pods[busy].state, PodState::running);
  EXPECT_EQ(d.pods_in(PodState::pending), 1);
}

TEST_F(Users, in_a_handlers_own_memory_a_reserved_pod_looks_idle) {
  d.knobs().on_config_save = OnConfigSave::rebuild_idle;
  const PodIndex pod = ready_pod();
  const TaskIndex task = confirmed_on(pod);
  save_config(0, 3, 1);
  EXPECT_EQ(d.world.pods[pod].state, PodState::terminating);
  EXPECT_TRUE(reserved_on(d.world.tasks[task], pod));
  EXPECT_EQ(d.world.memories.size(), 1u);  // the handler's is gone with it
}

TEST_F(Users, a_sync_ensures_the_minimum) {
  d.fold(EventType::pool_config_saved, [&](Event& e) {
    e.pool = pool;
    e.n = {1, 3};
  });
  run_on_pool(Program::sync_pool);
  EXPECT_EQ(d.pods_in(PodState::pending), 1);
  d.fail("sync_pool", "a", Fault::database_error);
  run_on_pool(Program::sync_pool);
  EXPECT_TRUE(d.failed);
}

// --- token rotation ---

TEST_F(Users, a_rotation_deletes_idle_pods_and_waits_half_a_minute_for_the_others) {
  const PodIndex idle = ready_pod();
  const PodIndex busy = ready_pod();
  const TaskIndex task = d.task(ws);
  d.assign(busy, 0, task);
  const Moment before = d.clock.now();
  run_on_pool(Program::rotate_token);
  EXPECT_EQ(d.world.pods[idle].state, PodState::terminating);
  EXPECT_EQ(d.world.pods[busy].state, PodState::running);  // 3.5 (i) refused it
  EXPECT_EQ(d.clock.now().us - before.us, 30 * second);
  const Pool& rotated = d.world.pools[pool];
  EXPECT_EQ(rotated.first_active_token, 2u);
  EXPECT_EQ(rotated.last_token, 2u);
  EXPECT_EQ(rotated.secret_token, 2u);
}

TEST_F(Users, a_rotation_goes_on_once_the_pods_are_gone) {
  const PodIndex pod = ready_pod();
  int polls = 0;
  std::function<void()> third_poll = [&] {
    if (++polls == 3) {
      d.fold(EventType::pod_gone, [&](Event& e) { e.pod = pod; });
    } else {
      d.before("rotate_token", "e", third_poll);
    }
  };
  d.before("rotate_token", "e", third_poll);
  const Moment before = d.clock.now();
  run_on_pool(Program::rotate_token);
  EXPECT_EQ(polls, 3);
  EXPECT_EQ(d.clock.now().us - before.us, 3 * second);
  EXPECT_EQ(d.world.pools[pool].secret_token, 2u);
}

TEST_F(Users, a_rotation_without_pods_does_not_wait) {
  const Moment before = d.clock.now();
  run_on_pool(Program::rotate_token);
  EXPECT_EQ(d.clock.now(), before);
  EXPECT_EQ(d.world.pools[pool].secret_token, 2u);
}

TEST_F(Users, a_rotation_whose_secret_fails_ensures_nothing) {
  d.fold(EventType::pool_config_saved, [&](Event& e) {
    e.pool = pool;
    e.n = {1, 3};
  });
  d.fail("rotate_secret", "d", Fault::cluster_error);
  run_on_pool(Program::rotate_token);
  EXPECT_TRUE(d.failed);
  EXPECT_EQ(d.pods_in(PodState::pending), 0);
}

TEST_F(Users, unfreezing_lasts_until_the_end_of_the_day) {
  run_on_pool(Program::unfreeze);
  EXPECT_EQ(d.world.pools[pool].unfrozen_until, d.clock.end_of_day());
  d.freeze(pool);
  EXPECT_TRUE(d.clock.in_freeze_window(d.world.pools[pool]));
  EXPECT_FALSE(d.clock.frozen(d.world.pools[pool]));
}

}  // namespace
}  // namespace holdfast
