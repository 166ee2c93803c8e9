// Reports from agents, and the slots that they reserve and release (platform.md 3.10).
#include <holdfast/tests/support/queue_bench.h>

namespace holdfast {
namespace {

using Programs = std::vector<Program>;

class Reports : public QueueBench {
 protected:
  const PodIndex pod_ = ready_pod();

  // A task that the agent plans in slot 0, as everyone believes.
  TaskIndex planning(TaskType type = TaskType::plan_and_apply) {
    const TaskIndex task = d.task(ws, type);
    d.assign(pod_, 0, task);
    d.plan_on(pod_, 0, task);
    return task;
  }
  TaskIndex applying() {
    const TaskIndex task = planning();
    d.set_status(task, TaskStatus::running_applying);
    d.fold(EventType::workspace_locked, [&](Event& e) {
      e.workspace = ws;
      e.task = task;
    });
    return task;
  }
  void tell(TaskIndex task, TaskStatus outcome) {
    d.run(report(Program::report_status, task, outcome, pod_));
  }
  void tell_over_channel(TaskIndex task) {
    d.run(report(Program::report_message, task, status(task), pod_));
  }
};

TEST_F(Reports, a_plan_with_changes_locks_its_workspace_and_reserves_its_slot) {
  const TaskIndex task = planning();
  d.wait(minute);
  tell(task, TaskStatus::apply_pending);
  EXPECT_EQ(d.trail(), "report_status b c d");
  EXPECT_EQ(status(task), TaskStatus::apply_pending);
  EXPECT_EQ(row(task).stage, TaskStage::apply_pending);
  EXPECT_EQ(row(task).completed, d.clock.now());
  EXPECT_EQ(row(task).agent, pod_);
  EXPECT_TRUE(locked());
  EXPECT_EQ(d.world.workspaces[ws].locked_by, task);
  EXPECT_EQ(under_way(), Programs{Program::reserve_slot});
  EXPECT_EQ(d.slot(pod_, 0).state, SlotState::running);
  d.drain();
  EXPECT_EQ(d.slot(pod_, 0).state, SlotState::reserved);
  EXPECT_EQ(d.slot(pod_, 0).since, d.clock.now());
}

// The first access is where the report reaches a server: it may fail like any other.
TEST_F(Reports, a_plan_whose_lock_fails_waits_without_one) {
  const TaskIndex task = planning();
  d.fail("report_status", "b", Fault::database_error);
  tell(task, TaskStatus::apply_pending);
  EXPECT_EQ(d.trail(), "report_status b c d");
  EXPECT_EQ(status(task), TaskStatus::apply_pending);
  EXPECT_FALSE(locked());
}

TEST_F(Reports, a_plan_without_changes_ends_its_task) {
  const TaskIndex task = planning();
  tell(task, TaskStatus::planned_and_finished);
  EXPECT_EQ(d.trail(), "report_status c d");
  EXPECT_EQ(status(task), TaskStatus::planned_and_finished);
  EXPECT_EQ(row(task).stage, TaskStage::planned_and_finished);
  EXPECT_FALSE(locked());
  EXPECT_EQ(under_way(), (Programs{Program::try_next, Program::release_slot}));
  d.drain();
  EXPECT_EQ(d.slot(pod_, 0).state, SlotState::idle);
}

TEST_F(Reports, a_plan_succeeds) {
  const TaskIndex task = planning(TaskType::plan);
  tell(task, TaskStatus::success);
  EXPECT_EQ(status(task), TaskStatus::success);
  EXPECT_EQ(row(task).stage, TaskStage::completed);
  EXPECT_EQ(d.count(EventType::task_plan_finished), 1);
}

TEST_F(Reports, an_apply_that_succeeds_unlocks_its_workspace) {
  const TaskIndex task = applying();
  tell(task, TaskStatus::applied);
  EXPECT_EQ(d.trail(), "report_status c d e");
  EXPECT_EQ(status(task), TaskStatus::applied);
  EXPECT_EQ(row(task).stage, TaskStage::applied);
  EXPECT_FALSE(locked());
}

TEST_F(Reports, an_apply_that_fails_leaves_its_workspace_locked) {
  const TaskIndex task = applying();
  tell(task, TaskStatus::failed);
  EXPECT_EQ(d.trail(), "report_status c d");
  EXPECT_EQ(status(task), TaskStatus::failed);
  EXPECT_EQ(row(task).stage, TaskStage::planning);  // as it was
  EXPECT_TRUE(locked());
}

TEST_F(Reports, the_next_task_finds_the_workspace_still_locked_before_the_unlock) {
  const TaskIndex task = applying();
  const TaskIndex next = d.task(ws);
  const ProcedureIndex place = report(Program::report_status, task, TaskStatus::applied, pod_);
  d.run_until(place, "report_status", "e");
  d.forget();
  d.run(1);  // the try_next that it started
  EXPECT_EQ(d.trail(), "try_next a");
  d.run(place);
  EXPECT_EQ(status(next), TaskStatus::pending);
  EXPECT_FALSE(locked());
}

TEST_F(Reports, a_report_comes_late_for_a_task_that_a_restart_failed) {
  const TaskIndex task = applying();
  d.run(Program::recover);
  EXPECT_EQ(status(task), TaskStatus::failed);
  tell(task, TaskStatus::applied);
  EXPECT_EQ(status(task), TaskStatus::applied);
  const TaskIndex planned = d.task(ws);
  d.plan_on(pod_, 1, planned);
  d.run(Program::recover);
  tell(planned, TaskStatus::apply_pending);
  EXPECT_EQ(status(planned), TaskStatus::apply_pending);
  EXPECT_FALSE(d.last(EventType::task_apply_pending).flag);
}

TEST_F(Reports, a_report_after_a_cancel_is_refused_but_has_locked_the_workspace) {
  const TaskIndex task = planning();
  d.set_status(task, TaskStatus::cancelled);
  tell(task, TaskStatus::apply_pending);
  EXPECT_EQ(d.trail(), "report_status b c");
  EXPECT_EQ(status(task), TaskStatus::cancelled);
  EXPECT_TRUE(locked());
  EXPECT_EQ(under_way(), Programs{});
}

TEST_F(Reports, a_cancel_between_look_and_write_is_overwritten) {
  const TaskIndex task = planning();
  d.before("report_status", "d", [&] { d.set_status(task, TaskStatus::cancelled); });
  tell(task, TaskStatus::apply_pending);
  EXPECT_EQ(status(task), TaskStatus::apply_pending);
  EXPECT_TRUE(d.last(EventType::task_apply_pending).flag);
}

TEST_F(Reports, a_repeated_plan_report_does_not_take_back_the_confirmation) {
  const TaskIndex task = planning();
  tell(task, TaskStatus::apply_pending);
  d.set_status(task, TaskStatus::apply_confirmed);
  tell(task, TaskStatus::apply_pending);
  EXPECT_EQ(status(task), TaskStatus::apply_confirmed);
}

TEST_F(Reports, a_database_error_loses_the_report) {
  const TaskIndex task = planning();
  d.fail("report_status", "d", Fault::database_error);
  tell(task, TaskStatus::apply_pending);
  EXPECT_EQ(status(task), TaskStatus::running_planning);
  EXPECT_EQ(under_way(), Programs{});
}

TEST_F(Reports, on_another_replica_there_is_no_slot_to_reserve) {
  d.serve();
  const TaskIndex task = planning();
  const ProcedureIndex place =
      report(Program::report_status, task, TaskStatus::apply_pending, pod_);
  std::vector<Step> steps;
  append_steps(d.world, d.setup, d.clock, {ActorKind::procedure, place}, 0, steps);
  ASSERT_EQ(steps.size(), 2u);
  Events events;
  take(d.world, d.setup, d.clock, steps[1], events);
  for (const Event& e : events) d.fold(e);
  EXPECT_EQ(d.world.procedures[place].replica, 1);
  EXPECT_EQ(d.world.procedures[place].sender, none);
  d.drain();
  EXPECT_EQ(status(task), TaskStatus::apply_pending);
  EXPECT_EQ(d.slot(pod_, 0).state, SlotState::running);  // until a reconcile
  EXPECT_EQ(d.count(EventType::slot_reserved), 0);
}

// --- over the channel ---

TEST_F(Reports, a_message_releases_the_slot_and_tries_the_workspace) {
  const TaskIndex task = planning(TaskType::plan);
  tell_over_channel(task);
  EXPECT_EQ(under_way(), (Programs{Program::release_slot, Program::try_next}));
  EXPECT_EQ(d.world.procedures[2].workspace, ws);
  d.drain();
  EXPECT_EQ(d.slot(pod_, 0).state, SlotState::idle);
}

TEST_F(Reports, a_message_may_get_lost_or_come_twice) {
  const TaskIndex task = planning(TaskType::plan);
  d.fail("report_message", "a", Fault::message_lost);
  tell_over_channel(task);
  EXPECT_EQ(d.count(EventType::agent_message_lost), 1);
  EXPECT_EQ(under_way(), Programs{});
  d.fail("report_message", "a", Fault::message_duplicated);
  tell_over_channel(task);
  EXPECT_EQ(under_way(), (Programs{Program::release_slot, Program::try_next, Program::release_slot,
                                   Program::try_next}));
  d.drain();
  EXPECT_EQ(d.slot(pod_, 0).state, SlotState::idle);
}

TEST_F(Reports, without_a_connection_a_message_is_lost) {
  const TaskIndex task = planning(TaskType::plan);
  disconnect(pod_);
  tell_over_channel(task);
  EXPECT_EQ(d.count(EventType::agent_message_lost), 1);
  EXPECT_EQ(d.slot(pod_, 0).state, SlotState::running);
}

TEST_F(Reports, a_release_after_the_reserve_takes_the_reservation_away) {
  const TaskIndex task = planning();
  tell(task, TaskStatus::apply_pending);
  d.drain();
  tell_over_channel(task);
  d.drain();
  EXPECT_EQ(status(task), TaskStatus::apply_pending);
  EXPECT_EQ(d.slot(pod_, 0).state, SlotState::idle);
}

TEST_F(Reports, a_reserve_after_the_release_finds_no_slot) {
  const TaskIndex task = planning();
  tell_over_channel(task);
  d.drain();
  tell(task, TaskStatus::apply_pending);
  d.forget();
  d.drain();
  EXPECT_EQ(d.trail(), "reserve_slot a");
  EXPECT_EQ(d.slot(pod_, 0).state, SlotState::idle);
}

TEST_F(Reports, a_reserve_that_found_its_slot_reserves_it_after_a_release) {
  const TaskIndex task = planning();
  const ProcedureIndex reserve = start_for(Program::reserve_slot, task);
  d.run_until(reserve, "reserve_slot", "b");
  run_for(Program::release_slot, task);
  const TaskIndex other = d.task(ws, TaskType::plan);
  d.assign(pod_, 0, other);
  d.run(reserve);
  EXPECT_EQ(d.slot(pod_, 0).state, SlotState::reserved);
  EXPECT_EQ(d.slot(pod_, 0).task, task);  // the other is nowhere now
  EXPECT_EQ(d.slot(pod_, 0).type, TaskType::plan_and_apply);
}

TEST_F(Reports, a_release_that_found_its_slot_frees_that_of_another) {
  const TaskIndex task = planning();
  const ProcedureIndex release = start_for(Program::release_slot, task);
  d.run_until(release, "release_slot", "b");
  run_for(Program::release_slot, task);
  const TaskIndex other = d.task(ws, TaskType::plan);
  d.assign(pod_, 0, other);
  d.run(release);
  EXPECT_EQ(d.slot(pod_, 0).state, SlotState::idle);
  EXPECT_EQ(d.last(EventType::slot_released).task, other);
}

TEST_F(Reports, a_pod_that_was_forgotten_meanwhile_keeps_no_reservation) {
  const TaskIndex task = planning();
  for (const Program program : {Program::reserve_slot, Program::release_slot}) {
    const ProcedureIndex place = start_for(program, task);
    ASSERT_TRUE(d.step(place));
    d.fold(EventType::memory_pod_forgotten, [&](Event& e) {
      e.memory = 0;
      e.pod = pod_;
    });
    d.run(place);
    EXPECT_FALSE(d.knows(pod_));
    d.manage(pod_);
    d.assign(pod_, 0, task);
  }
}

TEST_F(Reports, of_three_slots_only_the_first_is_reserved) {
  const TaskIndex task = d.task(ws);
  d.assign(pod_, 1, task);
  run_for(Program::reserve_slot, task);
  EXPECT_EQ(d.slot(pod_, 1).state, SlotState::running);
  d.knobs().slots = SlotsKnob::four;
  run_for(Program::reserve_slot, task);
  EXPECT_EQ(d.slot(pod_, 1).state, SlotState::reserved);
}

TEST_F(Reports, without_slots_nothing_is_reserved_or_released) {
  d.knobs().slots = SlotsKnob::none;
  const TaskIndex task = d.task(ws);
  d.plan_on(pod_, no_slot, task);
  tell(task, TaskStatus::apply_pending);
  EXPECT_EQ(under_way(), Programs{});
  d.set_status(task, TaskStatus::running_applying);
  tell(task, TaskStatus::applied);
  EXPECT_EQ(under_way(), Programs{Program::try_next});
}

}  // namespace
}  // namespace holdfast
