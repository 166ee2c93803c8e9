#include <holdfast/model/machines.h>

#include <gtest/gtest.h>

#include <algorithm>
#include <initializer_list>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace holdfast {
namespace {

using Names = std::vector<std::string>;
using Ways = std::set<std::string>;

// Every way from one state to another, without the arrows that stay where they are.
template <class Table>
Ways ways(const Table& table) {
  const MachineView machine = view(table);
  Ways all;
  for (const MachineArrow& arrow : machine.arrows) {
    if (arrow.from == arrow.to) continue;
    all.insert(std::string(machine.states[arrow.from]) + " -> " +
               std::string(machine.states[arrow.to]));
  }
  return all;
}

// The inputs that `state` does not refuse, in order.
template <class State, class Input>
Names allowed(const MachineTable<State, Input>& table, State state) {
  Names all;
  for (std::size_t i = 0; i < count_of<Input>; ++i) {
    const auto input = static_cast<Input>(i);
    if (table.allows(state, input)) all.emplace_back(name(input));
  }
  return all;
}

TEST(Machines, are_listed_from_the_cluster_to_the_servers) {
  Names names;
  for (const MachineView& machine : machines()) names.emplace_back(machine.name);
  EXPECT_EQ(names, (Names{"pod", "managed_pod", "slot", "task", "agent", "agent_slot", "replica"}));
}

TEST(Machines, are_found_by_name) {
  for (const MachineView& machine : machines()) EXPECT_EQ(machine_named(machine.name), &machine);
  EXPECT_EQ(machine_named("slots"), nullptr);
  EXPECT_EQ(machine_named(""), nullptr);
}

TEST(Machines, say_in_one_line_what_they_are_about) {
  for (const MachineView& machine : machines()) {
    EXPECT_TRUE(machine.about.ends_with('.')) << machine.name;
    EXPECT_LE(machine.about.size(), 100U) << machine.name;
    EXPECT_EQ(machine.about.find('\n'), std::string_view::npos) << machine.name;
  }
}

TEST(Machines, reach_every_state_and_use_every_input) {
  for (const MachineView& machine : machines()) {
    std::set<std::size_t> reached = {machine.initial};
    std::set<std::size_t> used;
    for (std::size_t before = 0; before != reached.size();) {
      before = reached.size();
      for (const MachineArrow& arrow : machine.arrows) {
        if (reached.contains(arrow.from)) reached.insert(arrow.to);
        used.insert(arrow.input);
      }
    }
    EXPECT_EQ(reached.size(), machine.states.size()) << machine.name;
    EXPECT_EQ(used.size(), machine.inputs.size()) << machine.name;
  }
}

TEST(Machines, have_one_arrow_for_each_place_in_the_table_that_is_not_refused) {
  std::size_t open = 0;
  for (const auto& row : task_machine.targets) {
    open += row.size() - static_cast<std::size_t>(std::ranges::count(row, refused));
  }
  EXPECT_EQ(open, task_machine.arrows.size());
  for (const MachineArrow& arrow : task_machine.arrows) {
    EXPECT_EQ(task_machine.targets[arrow.from][arrow.input], arrow.to);
  }
}

// The ways are those of the specification, section 2, and the recorded ones.

TEST(Machines, a_pod_goes_where_the_specification_says) {
  EXPECT_EQ(ways(pod_machine),
            (Ways{"absent -> pending", "pending -> running", "pending -> succeeded",
                  "pending -> failed", "pending -> terminating", "pending -> gone",
                  "running -> succeeded", "running -> failed", "running -> terminating",
                  "running -> gone", "running -> pending", "terminating -> gone",
                  "succeeded -> gone", "failed -> gone",
                  // What the cluster says of an ended pod may change.
                  "succeeded -> pending", "succeeded -> running", "succeeded -> failed",
                  "failed -> pending", "failed -> running", "failed -> succeeded"}));
}

TEST(Machines, a_pod_that_is_gone_stays_gone) {
  EXPECT_EQ(allowed(pod_machine, PodState::gone), Names{});
}

TEST(Machines, a_pod_is_created_only_where_there_is_none) {
  EXPECT_EQ(allowed(pod_machine, PodState::absent), Names{"created"});
  EXPECT_FALSE(pod_machine.allows(PodState::running, PodInput::created));
  EXPECT_FALSE(pod_machine.allows(PodState::terminating, PodInput::created));
}

TEST(Machines, a_terminating_pod_keeps_a_phase_and_may_be_deleted_again) {
  const auto kept_phases = [] {
    return Names{"pending", "running", "succeeded", "failed", "delete_requested", "gone"};
  };
  EXPECT_EQ(allowed(pod_machine, PodState::terminating), kept_phases());
  EXPECT_EQ(pod_machine.next(PodState::terminating, PodInput::delete_requested),
            PodState::terminating);
}

TEST(Machines, a_managed_pod_goes_where_the_specification_says) {
  EXPECT_EQ(ways(managed_pod_machine),
            (Ways{"unknown -> managed", "managed -> registered", "registered -> offline",
                  "offline -> registered", "managed -> unknown", "registered -> unknown",
                  "offline -> unknown",
                  // created after a sync has discovered it
                  "registered -> managed", "offline -> managed"}));
}

TEST(Machines, a_sync_discovers_only_what_the_memory_does_not_know) {
  using S = ManagedPodState;
  EXPECT_TRUE(managed_pod_machine.allows(S::unknown, ManagedPodInput::pod_discovered));
  for (const S known : {S::managed, S::registered, S::offline}) {
    EXPECT_FALSE(managed_pod_machine.allows(known, ManagedPodInput::pod_discovered)) << name(known);
    EXPECT_EQ(managed_pod_machine.next(known, ManagedPodInput::lost), S::unknown) << name(known);
  }
}

TEST(Machines, a_slot_goes_where_the_specification_says) {
  EXPECT_EQ(ways(slot_machine),
            (Ways{"idle -> running", "idle -> reserved", "running -> reserved", "running -> idle",
                  "reserved -> running", "reserved -> idle"}));
}

TEST(Machines, a_slot_is_assigned_only_when_idle_and_reserved_whatever_it_is) {
  EXPECT_EQ(allowed(slot_machine, SlotState::idle),
            (Names{"assigned", "reserved", "released", "lost"}));
  EXPECT_EQ(allowed(slot_machine, SlotState::running),
            (Names{"reserved", "reused", "reused_in_place", "released", "lost"}));
  EXPECT_EQ(allowed(slot_machine, SlotState::reserved),
            (Names{"reserved", "reused", "reused_in_place", "released", "expired", "lost"}));
}

TEST(Machines, a_reused_slot_runs_or_stays_as_the_knob_says) {
  EXPECT_EQ(slot_machine.next(SlotState::reserved, SlotInput::reused), SlotState::running);
  EXPECT_EQ(slot_machine.next(SlotState::reserved, SlotInput::reused_in_place),
            SlotState::reserved);
}

TEST(Machines, a_task_goes_where_the_specification_says) {
  EXPECT_EQ(
      ways(task_machine),
      (Ways{"pending -> running_planning", "pending -> cancelled",
            "running_planning -> apply_pending", "running_planning -> planned_and_finished",
            "running_planning -> success", "running_planning -> failed",
            "running_planning -> cancelled", "running_planning -> pending",
            "apply_pending -> apply_confirmed", "apply_pending -> cancelled",
            "apply_confirmed -> running_applying", "apply_confirmed -> cancelled",
            "apply_confirmed -> pending", "running_applying -> applied",
            "running_applying -> failed", "running_applying -> cancelled",
            // sending failed, or an orphan that is kept
            "running_applying -> apply_confirmed",
            // a late report
            "failed -> apply_pending", "failed -> planned_and_finished", "failed -> success",
            "failed -> applied",
            // recover_apply_pending
            "apply_pending -> running_applying", "running_applying -> apply_pending",
            // replan_at_once
            "apply_pending -> pending"}));
}

TEST(Machines, a_cancelled_task_refuses_every_report) {
  EXPECT_EQ(allowed(task_machine, TaskStatus::cancelled), Names{});
}

TEST(Machines, a_finished_task_takes_only_the_same_report_again) {
  EXPECT_EQ(allowed(task_machine, TaskStatus::success), Names{"plan_succeeded"});
  EXPECT_EQ(allowed(task_machine, TaskStatus::applied), Names{"applied"});
  EXPECT_EQ(allowed(task_machine, TaskStatus::planned_and_finished),
            Names{"plan_finished_no_changes"});
}

TEST(Machines, a_failed_task_takes_the_late_reports_that_were_recorded) {
  EXPECT_EQ(allowed(task_machine, TaskStatus::failed),
            (Names{"apply_pending", "plan_finished_no_changes", "plan_succeeded", "applied",
                   "failed"}));
}

TEST(Machines, an_orphan_fails_unless_it_is_kept) {
  using S = TaskStatus;
  EXPECT_EQ(task_machine.next(S::running_planning, TaskInput::orphaned), S::failed);
  EXPECT_EQ(task_machine.next(S::running_applying, TaskInput::orphaned), S::failed);
  EXPECT_EQ(task_machine.next(S::running_planning, TaskInput::orphan_kept), S::apply_pending);
  EXPECT_EQ(task_machine.next(S::running_applying, TaskInput::orphan_kept), S::apply_confirmed);
  EXPECT_FALSE(task_machine.allows(S::apply_pending, TaskInput::orphaned));
  EXPECT_FALSE(task_machine.allows(S::pending, TaskInput::orphaned));
}

TEST(Machines, an_agent_goes_where_the_specification_says) {
  EXPECT_EQ(ways(agent_machine),
            (Ways{"absent -> starting", "starting -> connected", "connected -> disconnected",
                  "disconnected -> connected", "starting -> gone", "connected -> gone",
                  "disconnected -> gone"}));
  EXPECT_EQ(ways(agent_slot_machine), (Ways{"free -> busy", "busy -> free"}));
  EXPECT_FALSE(agent_slot_machine.allows(AgentSlotState::busy, AgentSlotInput::slot_taken));
}

TEST(Machines, a_replica_goes_where_the_specification_says) {
  EXPECT_EQ(ways(replica_machine), (Ways{"down -> starting", "starting -> serving",
                                         "starting -> down", "serving -> down"}));
  EXPECT_FALSE(replica_machine.allows(ReplicaState::down, ReplicaInput::stopped));
}

}  // namespace
}  // namespace holdfast
