// `push`: when there is no agent, and when the send fails (platform.md 3.9 d to f, 3.16).
#include <holdfast/tests/support/queue_bench.h>

namespace holdfast {
namespace {

using Seconds = std::vector<std::int64_t>;
using Programs = std::vector<Program>;

class PushAgent : public QueueBench {
 protected:
  // A managed pod whose agent has not come yet.
  PodIndex lonely_pod() {
    const PodIndex pod = d.pod(pool);
    d.manage(pod);
    return pod;
  }
};

TEST_F(PushAgent, without_any_agent_the_slot_is_released) {
  const PodIndex pod = lonely_pod();
  push(d.task(ws));
  EXPECT_EQ(d.trail(), "push c1 c2 c3 d1 d5");
  EXPECT_EQ(d.slot(pod, 0).state, SlotState::idle);
  EXPECT_EQ(retries(), Seconds{15});
  EXPECT_EQ(under_way(), Programs{});
}

TEST_F(PushAgent, as_it_runs_today_the_slot_stays_taken_and_the_pool_scales_at_once) {
  d.knobs().scale_up_on_no_agent = true;
  const PodIndex pod = lonely_pod();
  const TaskIndex task = d.task(ws);
  push(task);
  EXPECT_EQ(d.trail(), "push c1 c2 c3 d1");
  EXPECT_EQ(d.slot(pod, 0).task, task);
  EXPECT_EQ(retries(), Seconds{15});
  EXPECT_EQ(under_way(), Programs{Program::scale_up_now});
}

TEST_F(PushAgent, in_mode_agent_takes_any_agent_and_no_slot) {
  d.knobs().scale_up_on_no_agent = true;
  const WorkspaceIndex on_agents = d.workspace(pool, ExecutionMode::agent);
  const TaskIndex early = d.task(on_agents);
  push(early);
  EXPECT_EQ(d.trail(), "push d1");
  EXPECT_EQ(retries(), Seconds{15});
  EXPECT_EQ(under_way(), Programs{});  // the pool is not scaled for it
  const PodIndex pod = ready_pod();
  d.forget();
  const TaskIndex task = d.task(on_agents);
  push(task);
  EXPECT_EQ(d.trail(), "push d1 d3 e f");
  EXPECT_EQ(d.slot(pod, 0).state, SlotState::idle);
  ASSERT_EQ(work(pod).size(), 1u);
  EXPECT_EQ(work(pod)[0].slot, no_slot);
}

TEST_F(PushAgent, even_a_reserved_slot_is_released) {
  const PodIndex pod = lonely_pod();
  push(confirmed_on(pod));
  EXPECT_EQ(d.trail(), "push b1 b2 b3 d1 d5");
  EXPECT_EQ(d.slot(pod, 0).state, SlotState::idle);
  d.forget();
  d.knobs().reuse_marks_running = false;
  push(confirmed_on(pod));
  EXPECT_EQ(d.trail(), "push b1 b2 d1 d5");
  EXPECT_EQ(d.slot(pod, 0).state, SlotState::idle);
}

TEST_F(PushAgent, a_reserved_slot_may_be_spared) {
  d.knobs().release_reserved_on_no_agent = false;
  const PodIndex pod = lonely_pod();
  const TaskIndex task = confirmed_on(pod);
  push(task);
  EXPECT_EQ(d.slot(pod, 0).state, SlotState::reserved);
  EXPECT_EQ(d.slot(pod, 0).task, task);
  EXPECT_EQ(retries(), Seconds{15});
}

TEST_F(PushAgent, a_slot_that_was_not_reserved_is_not_spared) {
  d.knobs().release_reserved_on_no_agent = false;
  const PodIndex pod = lonely_pod();
  const TaskIndex task = d.task(ws);
  d.set_status(task, TaskStatus::apply_confirmed);
  push(task);
  EXPECT_EQ(d.trail(), "push b1 c1 c2 c3 d1 d5");
  EXPECT_EQ(d.slot(pod, 0).state, SlotState::idle);
}

TEST_F(PushAgent, an_agent_without_a_row_loses_its_slot_and_another_serves) {
  const PodIndex pod = ready_pod();
  const PodIndex other = ready_pod();
  delete_row(pod);
  const TaskIndex task = d.task(ws);
  push(task);
  EXPECT_EQ(d.trail(), "push c1 c2 d1 d2 d4 d3 e f");
  EXPECT_EQ(d.slot(pod, 0).state, SlotState::idle);
  // No slot of a memory holds it now.
  EXPECT_EQ(work(other), (std::vector<AgentWork>{{task, Action::plan, no_slot}}));
}

TEST_F(PushAgent, an_agent_without_a_row_and_nobody_here) {
  const PodIndex pod = ready_pod();
  disconnect(pod);
  delete_row(pod);
  push(d.task(ws));
  EXPECT_EQ(d.trail(), "push c1 c2 d1 d2 d5");
  EXPECT_EQ(retries(), Seconds{10});
  EXPECT_EQ(d.slot(pod, 0).state, SlotState::idle);
}

TEST_F(PushAgent, an_agent_that_is_connected_nowhere) {
  d.knobs().scale_up_on_no_agent = true;
  const PodIndex pod = ready_pod();
  disconnect(pod);
  d.fold(EventType::agent_marked_offline, [&](Event& e) { e.pod = pod; });
  push(d.task(ws));
  EXPECT_EQ(d.trail(), "push c1 c2 d1 d2 d5");
  EXPECT_EQ(retries(), Seconds{15});
  EXPECT_EQ(under_way(), Programs{Program::scale_up_now});
  EXPECT_EQ(d.slot(pod, 0).state, SlotState::idle);
}

TEST_F(PushAgent, the_slot_may_be_on_one_pod_and_the_work_on_another) {
  const PodIndex pod = lonely_pod();
  const PodIndex elsewhere = d.pod(pool);  // not managed, but connected
  d.connect(elsewhere);
  const TaskIndex task = d.task(ws);
  push(task);
  EXPECT_EQ(d.trail(), "push c1 c2 c3 d1 d3 e f");
  EXPECT_EQ(d.slot(pod, 0).task, task);
  EXPECT_EQ(work(elsewhere), (std::vector<AgentWork>{{task, Action::plan, no_slot}}));
}

TEST_F(PushAgent, no_connected_agent_has_room_of_that_kind) {
  const PodIndex pod = lonely_pod();
  const PodIndex busy = d.pod(pool);
  d.connect(busy);
  for (SlotIndex s = 0; s < 3; ++s) occupy(busy, s, d.task(ws, TaskType::plan));
  push(d.task(ws, TaskType::plan));
  EXPECT_EQ(d.trail(), "push c1 c2 c3 d1 d3 d5");
  EXPECT_EQ(retries(), Seconds{10});
  EXPECT_EQ(d.slot(pod, 0).state, SlotState::idle);
  // For a plan_and_apply only a running apply counts.
  d.forget();
  const TaskIndex task = d.task(ws);
  push(task);
  EXPECT_EQ(row(task).agent, busy);
}

TEST_F(PushAgent, without_slots_any_agent_with_room_is_taken) {
  d.knobs().slots = SlotsKnob::none;
  const PodIndex pod = ready_pod();
  const TaskIndex task = d.task(ws);
  push(task);
  EXPECT_EQ(d.trail(), "push d1 d3 e f");
  EXPECT_EQ(work(pod), (std::vector<AgentWork>{{task, Action::plan, no_slot}}));
  d.forget();
  disconnect(pod);
  push(d.task(ws));
  EXPECT_EQ(d.trail(), "push d1");
  EXPECT_EQ(retries(), Seconds{15});
}

// --- e, f, g ---

TEST_F(PushAgent, a_refused_send_puts_everything_back_and_waits_longer_each_time) {
  const PodIndex pod = ready_pod();
  occupy(pod, 0, d.task(ws, TaskType::plan));  // the memory does not know
  const TaskIndex task = d.task(ws);
  for (int i = 0; i < 6; ++i) push(task);
  EXPECT_EQ(retries(), (Seconds{10, 20, 40, 60, 60, 60}));
  EXPECT_EQ(status(task), TaskStatus::pending);
  EXPECT_EQ(row(task).stage, TaskStage::none);
  EXPECT_EQ(row(task).agent, none);
  EXPECT_EQ(row(task).started, never);
  EXPECT_EQ(row(task).retry_count, 6);
  EXPECT_EQ(d.slot(pod, 0).state, SlotState::idle);
  EXPECT_EQ(d.count(EventType::agent_slot_refused), 6);
}

TEST_F(PushAgent, a_broken_send_of_an_apply_gives_up_its_slot) {
  d.knobs().reuse_marks_running = false;
  const PodIndex pod = ready_pod();
  const TaskIndex task = confirmed_on(pod);
  d.fail("push", "f", Fault::agent_disconnect);
  push(task);
  EXPECT_EQ(d.trail(), "push b1 d1 d2 e f g1 g2 g3");
  EXPECT_EQ(status(task), TaskStatus::apply_confirmed);
  EXPECT_EQ(d.slot(pod, 0).state, SlotState::idle);
  EXPECT_EQ(retries(), Seconds{10});
}

TEST_F(PushAgent, a_send_that_works_clears_the_retries) {
  const PodIndex pod = ready_pod();
  const TaskIndex task = d.task(ws);
  TaskRow failed_twice = row(task);
  failed_twice.retry_count = 2;
  d.save(task, failed_twice);
  push(task);
  EXPECT_EQ(d.trail(), "push c1 c2 d1 d2 e f f2");
  EXPECT_EQ(row(task).retry_count, 0);
  EXPECT_EQ(status(task), TaskStatus::running_planning);
  EXPECT_EQ(work(pod).size(), 1u);
}

TEST_F(PushAgent, an_agent_has_room_for_so_many_tasks) {
  d.setup.slots_on_agent = 1;
  const PodIndex pod = ready_pod();
  occupy(pod, 2, d.task(ws, TaskType::plan));
  push(d.task(ws, TaskType::plan));
  EXPECT_EQ(d.count(EventType::agent_slot_refused), 1);
  EXPECT_EQ(retries(), Seconds{10});
}

TEST_F(PushAgent, a_silent_connection_swallows_the_task) {
  const PodIndex pod = ready_pod();
  const TaskIndex task = d.task(ws);
  disconnect(pod, true);
  push(task);
  EXPECT_EQ(d.trail(), "push c1 c2 d1 d2 e f");
  EXPECT_EQ(d.count(EventType::queue_pushed), 1);
  EXPECT_EQ(status(task), TaskStatus::running_planning);
  EXPECT_TRUE(work(pod).empty());
  EXPECT_EQ(retries(), Seconds{});
}

TEST_F(PushAgent, a_message_may_get_lost_or_come_twice) {
  const PodIndex pod = ready_pod();
  const TaskIndex lost = d.task(ws, TaskType::plan);
  d.fail("push", "f", Fault::message_lost);
  push(lost);
  EXPECT_EQ(status(lost), TaskStatus::running_planning);
  EXPECT_TRUE(work(pod).empty());
  const TaskIndex twice = d.task(ws, TaskType::plan);
  d.fail("push", "f", Fault::message_duplicated);
  push(twice);
  EXPECT_EQ(work(pod), (std::vector<AgentWork>{{twice, Action::plan, 1}}));
  EXPECT_EQ(d.count(EventType::agent_slot_refused), 1);
  EXPECT_EQ(status(twice), TaskStatus::running_planning);
}

TEST_F(PushAgent, another_replica_delivers) {
  const ReplicaIndex other = d.serve();
  const PodIndex pod = ready_pod(other);
  const TaskIndex task = d.task(ws);
  push(task);
  EXPECT_EQ(d.trail(), "push c1 c2 d1 d2 e f f1");
  EXPECT_EQ(work(pod), (std::vector<AgentWork>{{task, Action::plan, 0}}));
}

TEST_F(PushAgent, sent_on_and_nobody_delivers) {
  const ReplicaIndex other = d.serve();
  const PodIndex pod = ready_pod(other);
  const TaskIndex task = d.task(ws);
  d.before("push", "f1", [&] { disconnect(pod); });
  push(task);
  EXPECT_EQ(status(task), TaskStatus::running_planning);  // and it stays so
  EXPECT_TRUE(work(pod).empty());
  EXPECT_EQ(retries(), Seconds{});
}

TEST_F(PushAgent, a_replica_does_not_hear_its_own_announcement) {
  const ReplicaIndex other = d.serve();
  const PodIndex pod = ready_pod(other);
  const TaskIndex task = d.task(ws);
  d.before("push", "f1", [&] {
    disconnect(pod);
    d.connect(pod);
  });
  push(task);
  EXPECT_EQ(status(task), TaskStatus::running_planning);
  EXPECT_TRUE(work(pod).empty());
}

TEST_F(PushAgent, an_announcement_that_fails_is_a_send_that_fails) {
  const PodIndex pod = ready_pod();
  d.before("push", "f", [&] { disconnect(pod); });
  d.fail("push", "f1", Fault::database_error);
  const TaskIndex task = d.task(ws);
  push(task);
  EXPECT_EQ(d.trail(), "push c1 c2 d1 d2 e f f1 g1 g2 g3");
  EXPECT_EQ(status(task), TaskStatus::pending);
}

TEST_F(PushAgent, a_task_that_could_not_be_saved_ends_up_running_for_nobody) {
  const PodIndex pod = ready_pod();
  const TaskIndex task = d.task(ws);
  d.fail("push", "e", Fault::database_error);
  push(task);
  EXPECT_EQ(d.trail(), "push c1 c2 d1 d2 e g1 g3");
  EXPECT_EQ(status(task), TaskStatus::running_planning);
  EXPECT_TRUE(work(pod).empty());
  EXPECT_EQ(d.slot(pod, 0).state, SlotState::idle);
  EXPECT_EQ(retries(), Seconds{10});
}

TEST_F(PushAgent, a_database_that_stays_away_leaves_the_task_pending) {
  ready_pod();
  const TaskIndex task = d.task(ws);
  d.fail("push", "e", Fault::database_error);
  d.fail("push", "g3", Fault::database_error);
  push(task);
  EXPECT_EQ(row(task), TaskRow{});
  EXPECT_EQ(retries(), Seconds{10});
}

TEST_F(PushAgent, a_cancel_after_the_read_is_overwritten) {
  const PodIndex pod = ready_pod();
  const TaskIndex task = d.task(ws);
  d.before("push", "e", [&] { run_for(Program::cancel, task); });
  push(task);
  EXPECT_EQ(status(task), TaskStatus::running_planning);
  EXPECT_TRUE(d.last(EventType::task_started).flag);
  EXPECT_EQ(work(pod).size(), 1u);
}

TEST_F(PushAgent, a_push_that_ends_leaves_nothing_behind_for_its_caller) {
  ready_pod();
  d.task(ws);
  const ProcedureIndex place = d.start(Program::try_next, [&](Procedure& p) { p.workspace = ws; });
  d.run_until(place, "try_next", "j");
  Procedure left;
  left.depth = 1;
  left.stack[0] = {Program::try_next, 9};
  left.replica = 0;
  left.memory = 0;
  left.workspace = ws;
  left.flag = true;
  EXPECT_EQ(d.world.procedures[place], left);
}

}  // namespace
}  // namespace holdfast
