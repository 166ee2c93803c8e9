// Every type of event through the fold: what it changes, when it is refused, and that a refused
// event leaves the world as it was.
#include <gtest/gtest.h>

#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>

#include <holdfast/model/machines.h>
#include <holdfast/tests/support/drive.h>

namespace holdfast {
namespace {

using Fill = std::function<void(Event&)>;

struct Fold : ::testing::Test {
  Drive d;
  ReplicaIndex replica = d.serve();
  PoolIndex pool = d.pool(1, 3);
  WorkspaceIndex ws = d.workspace(pool);

  // Why the event is refused; a refused one that changes something is a failure.
  std::string refusal(EventType type, const Fill& fill) {
    Event e = d.event(type);
    fill(e);
    World after = d.world;
    const std::string_view why = evolve(after, e);
    EXPECT_TRUE(why.empty() || after == d.world) << info(type).name << " changed what it refused";
    return std::string(why);
  }
  // Every one of these types is refused for that reason.
  void refuses(std::initializer_list<EventType> types, std::string_view reason, const Fill& fill) {
    for (const EventType type : types) EXPECT_EQ(refusal(type, fill), reason) << info(type).name;
  }
  void fold(EventType type, const Fill& fill) { d.fold(type, fill); }
  Fill of(PodIndex pod) const {
    return [=](Event& e) {
      e.pod = pod;
      e.memory = 0;
    };
  }
  const ManagedPod& managed(PodIndex pod) const { return d.world.memories[0].pods[pod]; }
  ManagedPodState belief(PodIndex pod) const { return managed(pod).state; }
};

using enum EventType;

constexpr std::initializer_list<EventType> of_pods = {
    pod_pending, pod_running, pod_succeeded, pod_failed, pod_delete_requested, pod_gone};
constexpr std::initializer_list<EventType> of_agents = {
    agent_started,      agent_connected,      agent_disconnected, agent_heartbeat, agent_slot_taken,
    agent_slot_freed,   agent_marked_offline, agent_row_deleted,  agent_gone};
constexpr std::initializer_list<EventType> of_slots = {slot_assigned, slot_reserved, slot_reused,
                                                       slot_released, slot_expired};
constexpr std::initializer_list<EventType> of_memories = {
    memory_pod_discovered,  memory_pod_managed,      memory_pod_forgotten, memory_pods_synced,
    memory_pod_offline,     memory_agent_registered, memory_restart_counted,
    memory_restarts_cleared, memory_idle_noted,      memory_lost};
constexpr std::initializer_list<EventType> of_rows = {
    task_started, task_plan_finished, task_apply_pending, task_confirmed, task_apply_started,
    task_applied, task_failed,        task_cancelled,     task_orphaned,  task_reset};
constexpr std::initializer_list<EventType> of_saved_pools = {
    pool_config_saved,  pool_secret_created, pool_secret_rotated, pool_secret_labelled,
    pool_token_rotated, pool_unfrozen,       pool_window_changed};
constexpr std::initializer_list<EventType> of_workspaces = {
    workspace_locked, workspace_unlocked, workspace_dispatch_locked, workspace_dispatch_unlocked};
constexpr std::initializer_list<EventType> of_tickers = {
    autoscaler_ticked,     server_reconciler_ticked, queue_monitor_ticked,
    server_agents_checked, server_rows_checked,      queue_retry_fired};
constexpr std::initializer_list<EventType> notes = {
    pod_create_refused,  memory_pods_listed, memory_slots_reconciled, slot_assign_refused,
    queue_slot_sought,   queue_no_free_slot, queue_no_agent,          queue_pushed,
    queue_push_failed,   autoscaler_measured, autoscaler_decided,     autoscaler_skipped,
    autoscaler_frozen,   autoscaler_finished, agent_refused,          agent_slot_refused,
    agent_reported,      agent_message_lost,  fault_injected,         property_violated};

// --- what is not there ---------------------------------------------------------------------------

TEST_F(Fold, refuses_what_names_nobody) {
  const auto nobody = [](Event&) {};
  refuses(of_pods, "no such pod", nobody);
  refuses(of_agents, "no such pod", nobody);
  refuses(of_slots, "no such memory", nobody);
  refuses(of_memories, "no such memory", nobody);
  refuses(of_rows, "no such task", nobody);
  refuses(of_saved_pools, "no such pool", nobody);
  refuses(of_workspaces, "no such workspace", nobody);
  refuses(of_tickers, "no such timer", nobody);
  refuses({server_stopped, server_recovered, server_timer_armed, queue_retry_scheduled},
          "no such replica", nobody);
  refuses({procedure_advanced, procedure_ended}, "no such procedure", nobody);
  refuses({pod_created}, "no such pool", nobody);
  refuses({task_submitted}, "no such workspace", nobody);
}

TEST_F(Fold, refuses_to_make_what_has_no_place) {
  refuses({pod_created}, "no such pod", [&](Event& e) { e.pool = pool; });
  refuses({task_submitted}, "no such task", [&](Event& e) { e.workspace = ws; });
  refuses({pool_configured}, "no such pool", [](Event&) {});
  refuses({workspace_created}, "no such workspace", [](Event&) {});
  refuses({server_started, leader_elected}, "no such replica", [](Event&) {});
  refuses({procedure_started}, "no such procedure", [](Event& e) { e.after.depth = 1; });
  refuses({server_timer_armed, queue_retry_scheduled}, "no such timer", [&](Event& e) {
    e.replica = replica;
    e.timer = TimerKind::monitor;
  });
}

TEST_F(Fold, refuses_what_names_somebody_who_is_not_there) {
  const PodIndex pod = d.pod(pool);
  d.manage(pod);
  const TaskIndex task = d.task(ws);
  refuses({memory_restart_counted}, "no such pod", [&](Event& e) { e.memory = 0; });
  refuses({memory_idle_noted}, "no such pool", [&](Event& e) { e.memory = 0; });
  refuses({slot_assigned, slot_reserved}, "no such task", [&](Event& e) {
    e.memory = 0;
    e.pod = pod;
    e.slot = 0;
  });
  refuses(of_slots, "no such slot", [&](Event& e) {
    e.memory = 0;
    e.pod = pod;
    e.slot = slots_per_pod;
    e.task = task;
  });
  refuses({agent_connected}, "no such replica", [&](Event& e) { e.pod = pod; });
  refuses({agent_slot_taken}, "no such task", [&](Event& e) { e.pod = pod; });
  refuses({agent_slot_freed}, "the agent does not work on that task", [&](Event& e) {
    e.pod = pod;
    e.task = task;
  });
}

TEST_F(Fold, a_note_changes_nothing_whatever_it_names) {
  const World before = d.world;
  for (const EventType type : notes) {
    fold(type, [](Event& e) {
      e.pod = 7;
      e.task = 9;
    });
  }
  EXPECT_EQ(d.world, before);
}

// What is folded, refused by name and noted is every type there is.
TEST_F(Fold, these_tests_name_every_type) {
  IndexSet named;
  const auto add = [&](std::initializer_list<EventType> types) {
    for (const EventType type : types) named.insert(static_cast<std::uint16_t>(type));
  };
  for (const auto& group : {of_pods, of_agents, of_slots, of_memories, of_rows, of_saved_pools,
                            of_workspaces, of_tickers, notes}) {
    add(group);
  }
  add({pod_created, task_submitted, pool_configured, workspace_created, server_started,
       server_stopped, server_recovered, server_timer_armed, queue_retry_scheduled, leader_elected,
       leader_lost, procedure_started, procedure_advanced, procedure_ended});
  EXPECT_EQ(named.size(), event_type_count);
}

// --- the machines --------------------------------------------------------------------------------

TEST_F(Fold, a_pod_follows_its_machine_and_keeps_its_state_when_refused) {
  const PodIndex pod = d.pod(pool, PodState::pending);
  refuses({pod_created}, "its place is taken", [&](Event& e) {
    e.pod = pod;
    e.pool = pool;
  });
  fold(pod_running, of(pod));
  refuses({pod_running}, "the pod machine has no such arrow from its state", of(pod));
  fold(pod_delete_requested, of(pod));
  fold(pod_gone, of(pod));
  refuses(of_pods, "the pod machine has no such arrow from its state", of(pod));
  EXPECT_EQ(d.world.pods[pod].state, PodState::gone);
}

TEST_F(Fold, a_task_follows_its_machine_unless_the_write_goes_over_a_changed_row) {
  const TaskIndex task = d.task(ws);
  const auto to = [&](TaskStatus status, bool over) {
    return [=](Event& e) {
      e.task = task;
      e.row.status = status;
      e.flag = over;
    };
  };
  const std::string_view no = "the task machine has no such arrow from its status";
  refuses({task_applied}, no, to(TaskStatus::applied, false));
  // The arrow is there, and leads elsewhere than the row says.
  refuses({task_started}, no, to(TaskStatus::applied, false));
  fold(task_started, to(TaskStatus::running_planning, false));
  fold(task_applied, to(TaskStatus::applied, true));
  EXPECT_EQ(d.world.tasks[task].row.status, TaskStatus::applied);
}

TEST_F(Fold, an_agent_follows_its_machine) {
  const PodIndex pod = d.pod(pool);
  const std::string_view no = "the agent machine has no such arrow from its state";
  const auto at = [&](Event& e) {
    e.pod = pod;
    e.replica = replica;
  };
  refuses({agent_connected, agent_disconnected, agent_heartbeat, agent_gone}, no, at);
  d.connect(pod);
  refuses({agent_started, agent_connected}, no, at);
  fold(agent_gone, at);
  refuses({agent_started, agent_connected, agent_disconnected, agent_heartbeat, agent_gone}, no,
          at);
  refuses({agent_slot_taken}, no, [&](Event& e) {
    e.pod = pod;
    e.task = d.world.tasks.empty() ? d.task(ws) : TaskIndex{0};
  });
}

TEST_F(Fold, a_replica_follows_its_machine) {
  const auto it = [&](Event& e) { e.replica = replica; };
  const std::string_view no = "the replica machine has no such arrow from its state";
  refuses({server_started}, no, it);
  fold(server_stopped, it);
  refuses({server_stopped, server_recovered}, no, it);
}

TEST_F(Fold, a_slot_follows_its_machine) {
  const PodIndex pod = d.pod(pool);
  d.manage(pod);
  const TaskIndex task = d.task(ws);
  const auto slot = [&](Event& e) {
    e.memory = 0;
    e.pod = pod;
    e.slot = 1;
    e.task = task;
  };
  const std::string_view no = "the slot machine has no such arrow from its state";
  refuses({slot_reused, slot_expired}, no, slot);
  fold(slot_assigned, slot);
  refuses({slot_assigned, slot_expired}, no, slot);
}

TEST_F(Fold, a_managed_pod_follows_its_machine) {
  const PodIndex pod = d.pod(pool);
  const std::string_view no = "the managed-pod machine has no such arrow from its state";
  refuses({memory_pod_offline, memory_agent_registered}, "no such pod", of(pod));
  d.manage(pod);
  refuses({memory_pod_discovered}, no, of(pod));
  d.register_agent(pod);
  fold(memory_pod_offline, of(pod));
  EXPECT_EQ(belief(pod), ManagedPodState::offline);
  refuses({memory_pod_offline}, no, of(pod));
  fold(memory_pods_synced, [&](Event& e) {
    e.memory = 0;
    e.pods.insert(pod);
  });
  EXPECT_EQ(belief(pod), ManagedPodState::registered);
}

// Only a reservation expires: of any other slot no moment is kept.
TEST_F(Fold, a_slot_remembers_when_it_was_written_only_while_it_is_reserved) {
  const PodIndex pod = d.pod(pool);
  d.manage(pod);
  const TaskIndex task = d.task(ws);
  EXPECT_EQ(d.slot(pod, 0), Slot{});
  d.assign(pod, 0, task);
  EXPECT_EQ(d.slot(pod, 0).since, never);
  d.wait(second);
  d.reserve(pod, 0, task);
  const Moment reserved = d.clock.now();
  d.wait(second);
  d.change_slot(slot_reused, pod, 0, task);  // without the flag: in place
  EXPECT_EQ(d.slot(pod, 0).since, reserved);
  d.change_slot(slot_released, pod, 0, none);
  EXPECT_EQ(d.slot(pod, 0), Slot{});
}

// To lose a memory or to forget a pod is to reset by value; the machines say the same, for every
// state.
TEST_F(Fold, what_is_lost_is_where_its_machine_says) {
  for (std::size_t s = 0; s < count_of<SlotState>; ++s) {
    EXPECT_EQ(slot_machine.next(static_cast<SlotState>(s), SlotInput::lost), Slot{}.state);
  }
  for (std::size_t s = 0; s < count_of<ManagedPodState>; ++s) {
    const auto state = static_cast<ManagedPodState>(s);
    EXPECT_EQ(managed_pod_machine.next(state, ManagedPodInput::lost), ManagedPod{}.state);
    EXPECT_EQ(managed_pod_machine.next(state, ManagedPodInput::pod_forgotten), ManagedPod{}.state);
  }
  for (std::size_t s = 0; s < count_of<AgentSlotState>; ++s) {
    EXPECT_EQ(agent_slot_machine.next(static_cast<AgentSlotState>(s), AgentSlotInput::gone),
              AgentSlotState::free);
  }
}

// --- an agent's own slots ------------------------------------------------------------------------

TEST_F(Fold, an_agents_busy_slot_refuses_another_task_and_no_slot_refuses_none) {
  const PodIndex pod = d.pod(pool);
  d.connect(pod);
  const TaskIndex first = d.task(ws);
  const TaskIndex second_task = d.task(ws);
  const auto takes = [&](TaskIndex task, SlotIndex slot) {
    return [=](Event& e) {
      e.pod = pod;
      e.task = task;
      e.slot = slot;
    };
  };
  fold(agent_slot_taken, takes(first, 0));
  refuses({agent_slot_taken}, "the agent's slot is busy", takes(second_task, 0));
  fold(agent_slot_taken, takes(second_task, no_slot));
  fold(agent_slot_taken, takes(second_task, no_slot));
  EXPECT_EQ(d.world.agents[pod].work.size(), 3U);
  fold(agent_slot_freed, takes(first, 0));
  fold(agent_slot_taken, takes(second_task, 0));
}

TEST_F(Fold, only_a_plan_tells_where_a_tasks_plan_ran_and_the_ghost_counts_applies_up_to_two) {
  const PodIndex pod = d.pod(pool);
  d.connect(pod);
  const TaskIndex task = d.task(ws);
  d.planned_on(pod, 2, task);
  const auto apply_in = [&](int slot) {
    return [=](Event& e) {
      e.pod = pod;
      e.task = task;
      e.slot = static_cast<SlotIndex>(slot);
      e.action = Action::apply;
    };
  };
  for (const int slot : {0, 1, 3}) fold(agent_slot_taken, apply_in(slot));
  EXPECT_EQ(d.world.tasks[task].plan_slot, 2);
  EXPECT_EQ(d.world.tasks[task].applies_started, 2);
  fold(task_confirmed, [&](Event& e) {
    e.task = task;
    e.row.status = TaskStatus::apply_confirmed;
  });
  EXPECT_EQ(d.world.tasks[task].applies_started, 0);
}

// --- connections ---------------------------------------------------------------------------------

TEST_F(Fold, a_row_marked_offline_ends_the_silent_connection_behind_it) {
  const PodIndex pod = d.pod(pool);
  d.connect(pod);
  fold(agent_disconnected, [&](Event& e) {
    e.pod = pod;
    e.flag = true;
  });
  EXPECT_EQ(d.world.agents[pod].connected_to, replica);
  EXPECT_NE(d.world.agents[pod].silent_since, never);
  fold(agent_marked_offline, of(pod));
  EXPECT_EQ(d.world.agents[pod].connected_to, none);
  EXPECT_EQ(d.world.agents[pod].silent_since, never);
  EXPECT_FALSE(d.world.agents[pod].online);
}

TEST_F(Fold, a_deleted_row_leaves_no_moments_behind) {
  const PodIndex pod = d.pod(pool);
  d.connect(pod);
  fold(agent_disconnected, of(pod));
  fold(agent_row_deleted, of(pod));
  Agent expected;
  expected.state = AgentState::disconnected;
  EXPECT_EQ(d.world.agents[pod], expected);
}

TEST_F(Fold, a_stopped_server_holds_no_connection_not_even_one_that_went_silent) {
  const PodIndex silent = d.pod(pool);
  d.connect(silent);
  fold(agent_disconnected, [&](Event& e) {
    e.pod = silent;
    e.flag = true;
  });
  fold(server_stopped, [&](Event& e) { e.replica = replica; });
  EXPECT_EQ(d.world.agents[silent].connected_to, none);
  EXPECT_EQ(d.world.agents[silent].silent_since, never);
  // The row still says what it said.
  EXPECT_TRUE(d.world.agents[silent].online);
  EXPECT_EQ(d.world.agents[silent].row_replica, replica);
}

}  // namespace
}  // namespace holdfast
