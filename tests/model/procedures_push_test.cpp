// `push`: the slot, the agent, the send (platform.md 3.9).
#include <holdfast/tests/support/queue_bench.h>

namespace holdfast {
namespace {

using Seconds = std::vector<std::int64_t>;
using Programs = std::vector<Program>;

class Push : public QueueBench {};

TEST_F(Push, a_pending_task_goes_to_the_agent_of_a_free_slot) {
  const PodIndex pod = ready_pod();
  const TaskIndex task = d.task(ws);
  push(task);
  EXPECT_EQ(d.trail(), "push c1 c2 d1 d2 e f");
  EXPECT_EQ(d.slot(pod, 0).task, task);
  EXPECT_EQ(d.slot(pod, 0).state, SlotState::running);
  EXPECT_EQ(d.slot(pod, 0).type, TaskType::plan_and_apply);
  EXPECT_EQ(status(task), TaskStatus::running_planning);
  EXPECT_EQ(row(task).stage, TaskStage::planning);
  EXPECT_EQ(row(task).agent, pod);
  EXPECT_EQ(row(task).started, d.clock.now());
  EXPECT_EQ(work(pod), (std::vector<AgentWork>{{task, Action::plan, 0}}));
  EXPECT_EQ(retries(), Seconds{});
}

TEST_F(Push, an_unconfirmed_apply_is_refused) {
  const PodIndex pod = ready_pod();
  const TaskIndex task = d.task(ws);
  d.planned_on(pod, 0, task);
  push(task);
  EXPECT_TRUE(d.failed);
  EXPECT_EQ(status(task), TaskStatus::apply_pending);
  EXPECT_TRUE(work(pod).empty());
}

TEST_F(Push, what_recovery_starts_is_not_refused) {
  const PodIndex pod = ready_pod();
  const TaskIndex task = d.task(ws);
  d.planned_on(pod, 0, task);
  d.run(Program::push, [&](Procedure& p) {
    p.task = task;
    p.row = row(task);
    p.wanted = 1;
  });
  EXPECT_EQ(status(task), TaskStatus::running_applying);
  EXPECT_EQ(work(pod), (std::vector<AgentWork>{{task, Action::apply, 0}}));
}

TEST_F(Push, the_memory_learns_the_agent_from_the_database) {
  const PodIndex pod = unregistered_pod();
  push(d.task(ws));
  EXPECT_EQ(d.trail(), "push c1 c2 c3 c4 d1 d2 e f");
  EXPECT_TRUE(d.world.memories[0].pods[pod].agent_known());
}

TEST_F(Push, an_error_while_looking_for_the_agent_counts_as_no_agent) {
  const PodIndex pod = unregistered_pod();
  d.fail("push", "c3", Fault::database_error);
  const TaskIndex task = d.task(ws);
  push(task);
  // Any connected agent with room serves: here the same one.
  EXPECT_EQ(d.trail(), "push c1 c2 c3 d1 d3 e f");
  EXPECT_EQ(work(pod), (std::vector<AgentWork>{{task, Action::plan, 0}}));
}

// --- b: the slot that the plan had ---

TEST_F(Push, a_confirmed_apply_reuses_its_reserved_slot) {
  ready_pod();
  const PodIndex pod = ready_pod();
  const TaskIndex task = confirmed_on(pod);
  push(task);
  EXPECT_EQ(d.trail(), "push b1 b3 d1 d2 e f");
  EXPECT_EQ(d.slot(pod, 0).state, SlotState::running);
  EXPECT_EQ(status(task), TaskStatus::running_applying);
  EXPECT_EQ(row(task).stage, TaskStage::applying);
  EXPECT_EQ(work(pod), (std::vector<AgentWork>{{task, Action::apply, 0}}));
}

TEST_F(Push, a_reused_slot_may_stay_reserved_with_its_old_time) {
  d.knobs().reuse_marks_running = false;
  const PodIndex pod = ready_pod();
  const TaskIndex task = confirmed_on(pod);
  const Moment before = d.slot(pod, 0).since;
  d.wait(5 * second);
  push(task);
  EXPECT_EQ(d.trail(), "push b1 d1 d2 e f");
  EXPECT_EQ(d.slot(pod, 0).state, SlotState::reserved);
  EXPECT_EQ(d.slot(pod, 0).since, before);
  EXPECT_EQ(work(pod), (std::vector<AgentWork>{{task, Action::apply, 0}}));
}

TEST_F(Push, the_agent_of_a_reused_slot_is_looked_up_too) {
  d.knobs().reuse_marks_running = false;
  const PodIndex pod = unregistered_pod();
  push(confirmed_on(pod));
  EXPECT_EQ(d.trail(), "push b1 b2 b3 d1 d2 e f");
  EXPECT_TRUE(d.world.memories[0].pods[pod].agent_known());
}

TEST_F(Push, a_slot_that_was_released_before_its_reuse_is_tried_again) {
  const PodIndex pod = ready_pod();
  const TaskIndex task = confirmed_on(pod);
  d.before("push", "b3", [&] { d.change_slot(EventType::slot_released, pod, 0, none); });
  push(task);
  EXPECT_EQ(retries(), Seconds{5});
  EXPECT_EQ(status(task), TaskStatus::apply_confirmed);
}

TEST_F(Push, without_its_slot_an_apply_goes_elsewhere) {
  const PodIndex lost = ready_pod();
  const PodIndex other = ready_pod();
  const TaskIndex task = confirmed_on(lost);
  d.fold(EventType::memory_pod_forgotten, [&](Event& e) {
    e.memory = 0;
    e.pod = lost;
  });
  push(task);
  EXPECT_EQ(d.trail(), "push b1 c1 c2 d1 d2 e f");
  EXPECT_EQ(work(other), (std::vector<AgentWork>{{task, Action::apply, 0}}));
}

TEST_F(Push, without_its_slot_a_task_may_be_planned_again) {
  d.knobs().lost_pod = LostPod::replan;
  const PodIndex pod = ready_pod();
  const TaskIndex task = d.task(ws);
  d.planned_on(pod, 0, task);
  d.set_status(task, TaskStatus::apply_confirmed);
  push(task);
  EXPECT_EQ(d.trail(), "push b1 b4");
  EXPECT_EQ(row(task), TaskRow{});  // Pending, and what was confirmed is forgotten
  EXPECT_EQ(under_way(), Programs{Program::try_next});
  EXPECT_TRUE(work(pod).empty());
}

// --- c: a free slot ---

TEST_F(Push, a_slot_that_was_taken_meanwhile_is_refused) {
  const PodIndex pod = ready_pod();
  const TaskIndex task = d.task(ws);
  const TaskIndex quicker = d.task(ws);
  d.before("push", "c2", [&] { d.assign(pod, 0, quicker); });
  push(task);
  EXPECT_EQ(d.trail(), "push c1 c2");
  EXPECT_EQ(d.count(EventType::slot_assign_refused), 1);
  EXPECT_EQ(d.slot(pod, 0).task, quicker);
  EXPECT_EQ(retries(), Seconds{5});
  EXPECT_EQ(status(task), TaskStatus::pending);
}

TEST_F(Push, a_pod_that_was_forgotten_meanwhile_is_refused) {
  const PodIndex pod = ready_pod();
  d.before("push", "c2", [&] {
    d.fold(EventType::memory_pod_forgotten, [&](Event& e) {
      e.memory = 0;
      e.pod = pod;
    });
  });
  push(d.task(ws));
  EXPECT_EQ(retries(), Seconds{5});
}

TEST_F(Push, without_a_free_slot_it_waits_ten_seconds) {
  push(d.task(ws));
  EXPECT_EQ(d.trail(), "push c1");
  EXPECT_EQ(d.count(EventType::queue_no_free_slot), 1);
  EXPECT_EQ(retries(), Seconds{10});
}

TEST_F(Push, of_three_slots_only_the_first_takes_a_plan_and_apply) {
  const PodIndex pod = ready_pod();
  d.assign(pod, 0, d.task(ws, TaskType::plan));
  push(d.task(ws));
  EXPECT_EQ(retries(), Seconds{10});
  const TaskIndex plan = d.task(ws, TaskType::plan);
  push(plan);
  EXPECT_EQ(d.slot(pod, 1).task, plan);
}

TEST_F(Push, of_four_slots_a_pod_gives_one_to_a_plan_and_apply) {
  d.knobs().slots = SlotsKnob::four;
  const PodIndex holds_one = ready_pod();
  const PodIndex other = ready_pod();
  d.reserve(holds_one, 2, d.task(ws));
  const TaskIndex task = d.task(ws);
  push(task);
  EXPECT_EQ(d.slot(other, 0).task, task);
  const TaskIndex plan = d.task(ws, TaskType::plan);
  push(plan);
  EXPECT_EQ(d.slot(holds_one, 0).task, plan);
}

TEST_F(Push, each_pod_with_a_free_slot_is_an_alternative) {
  const PodIndex first = ready_pod();
  const PodIndex second_pod = ready_pod();
  std::vector<std::uint16_t> offered;
  d.choose = [&](const StepInfo& step, const std::vector<std::uint16_t>& choices) {
    if (step.letter == "c1") offered = choices;
    return choices.back();
  };
  const TaskIndex task = d.task(ws);
  push(task);
  EXPECT_EQ(offered, (std::vector<std::uint16_t>{first, second_pod}));
  EXPECT_EQ(d.slot(second_pod, 0).task, task);
}

TEST_F(Push, pods_without_a_heartbeat_and_pods_of_others_are_skipped) {
  ready_pod();
  d.wait(2 * minute + second);
  const PoolIndex other = d.pool(0, 3);
  const PodIndex foreign = d.pod(other);
  d.manage(foreign);
  d.connect(foreign);
  push(d.task(ws));
  EXPECT_EQ(d.count(EventType::queue_no_free_slot), 1);
}

TEST_F(Push, a_registered_pod_that_is_skipped_is_offline_until_a_sync_lists_it) {
  const PodIndex stale = ready_pod();
  const PodIndex without_agent = unregistered_pod();
  const auto state = [&](PodIndex pod) { return d.world.memories[0].pods[pod].state; };
  d.wait(2 * minute + second);
  push(d.task(ws));
  EXPECT_EQ(d.count(EventType::memory_pod_offline), 1);
  EXPECT_EQ(state(stale), ManagedPodState::offline);
  EXPECT_EQ(state(without_agent), ManagedPodState::managed);
  d.forget();
  push(d.task(ws));
  EXPECT_EQ(d.count(EventType::memory_pod_offline), 0) << "it is offline already";
  d.run(Program::reconcile, [&](Procedure& p) { p.pool = pool; });
  EXPECT_EQ(state(stale), ManagedPodState::registered);
  push(d.task(ws));
  EXPECT_EQ(d.count(EventType::slot_assigned), 1);
}

TEST_F(Push, a_pod_without_a_known_agent_may_be_skipped) {
  d.knobs().needs_agent = NeedsAgent::registered;
  unregistered_pod();
  push(d.task(ws));
  EXPECT_EQ(d.count(EventType::queue_no_free_slot), 1);
  const PodIndex pod = ready_pod();
  const TaskIndex task = d.task(ws);
  push(task);
  EXPECT_EQ(d.slot(pod, 0).task, task);
}

}  // namespace
}  // namespace holdfast
