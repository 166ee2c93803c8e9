// For every never-property a transition that violates it and a neighbour that does not.
#include <gtest/gtest.h>

#include <holdfast/tests/support/property_bench.h>

namespace holdfast {
namespace {

using Never = PropertyBench;

// --- reserved_pod_kept, running_pod_kept ---------------------------------------------------------

TEST_F(Never, deleting_a_reserved_pod_names_pod_and_task) {
  const PodIndex pod = pod_with_agent();
  const TaskIndex task = reserved_task(pod);
  const Entities expected{
      .pod = pod, .task = task, .workspace = ws, .pool = pool, .slot = 0};
  EXPECT_EQ(violations("reserved_pod_kept", deletes(pod)), std::vector{expected});
}

TEST_F(Never, deleting_a_pod_beside_a_reserved_one_is_fine) {
  const PodIndex pod = pod_with_agent();
  reserved_task(pod);
  EXPECT_TRUE(keeps("reserved_pod_kept", deletes(d.pod(pool))));
}

TEST_F(Never, a_reserved_pod_that_is_being_deleted_already_is_not_deleted_again) {
  const PodIndex pod = pod_with_agent();
  reserved_task(pod);
  d.fold(deletes(pod));
  EXPECT_TRUE(ignores("reserved_pod_kept", deletes(pod)));
}

TEST_F(Never, a_pod_whose_task_was_applied_is_not_reserved) {
  const PodIndex pod = pod_with_agent();
  d.set_status(reserved_task(pod), TaskStatus::applied);
  EXPECT_TRUE(ignores("reserved_pod_kept", deletes(pod)));
}

TEST_F(Never, deleting_a_pod_on_which_a_task_runs_names_it) {
  const PodIndex pod = pod_with_agent();
  const TaskIndex task = d.task(ws);
  d.plan_on(pod, 0, task);
  const Entities expected{.pod = pod, .task = task, .pool = pool, .slot = 0};
  EXPECT_EQ(violations("running_pod_kept", deletes(pod)), std::vector{expected});
  EXPECT_TRUE(keeps("running_pod_kept", deletes(d.pod(pool))));
}

TEST_F(Never, an_agent_that_goes_on_with_a_failed_task_still_runs_it) {
  const PodIndex pod = pod_with_agent();
  const TaskIndex task = d.task(ws);
  d.plan_on(pod, 0, task);
  d.set_status(task, TaskStatus::failed);
  EXPECT_TRUE(violates("running_pod_kept", deletes(pod)));
}

TEST_F(Never, an_idle_pod_may_go_while_nothing_runs) {
  const PodIndex pod = pod_with_agent();
  reserved_task(pod);
  EXPECT_TRUE(ignores("running_pod_kept", deletes(pod)));
}

// --- applies -------------------------------------------------------------------------------------

TEST_F(Never, sending_an_apply_that_no_user_confirmed) {
  const PodIndex pod = pod_with_agent();
  const TaskIndex task = reserved_task(pod);
  const Event pushed = make(EventType::queue_pushed, [&](Event& e) {
    e.pod = pod;
    e.task = task;
    e.action = Action::apply;
  });
  EXPECT_TRUE(violates("apply_only_confirmed", pushed));
  d.set_status(task, TaskStatus::apply_confirmed);
  EXPECT_TRUE(keeps("apply_only_confirmed", pushed));
}

TEST_F(Never, sending_a_plan_asks_for_no_confirmation) {
  const TaskIndex task = d.task(ws);
  EXPECT_TRUE(ignores("apply_only_confirmed",
                      make(EventType::queue_pushed, [&](Event& e) { e.task = task; })));
}

TEST_F(Never, an_apply_on_another_pod_while_that_of_its_plan_lives) {
  const PodIndex pod = pod_with_agent();
  const PodIndex other = pod_with_agent();
  const TaskIndex task = reserved_task(pod);
  EXPECT_TRUE(violates("apply_on_plan_pod", takes(other, 0, task, Action::apply)));
  EXPECT_TRUE(keeps("apply_on_plan_pod", takes(pod, 0, task, Action::apply)));
}

TEST_F(Never, an_apply_in_another_slot_of_its_plans_pod) {
  const PodIndex pod = pod_with_agent();
  const TaskIndex task = reserved_task(pod, 0);
  EXPECT_TRUE(violates("apply_on_plan_pod", takes(pod, 1, task, Action::apply)));
}

TEST_F(Never, an_apply_elsewhere_once_its_plans_pod_is_being_deleted) {
  const PodIndex pod = pod_with_agent();
  const PodIndex other = pod_with_agent();
  const TaskIndex task = reserved_task(pod);
  d.fold(deletes(pod));
  EXPECT_TRUE(ignores("apply_on_plan_pod", takes(other, 0, task, Action::apply)));
}

TEST_F(Never, the_second_apply_of_one_confirmation) {
  const PodIndex pod = pod_with_agent();
  const TaskIndex task = reserved_task(pod);
  const Event apply = takes(pod, 0, task, Action::apply);
  EXPECT_TRUE(keeps("apply_once", apply));
  d.fold(apply);
  d.fold(EventType::agent_slot_freed, [&](Event& e) {
    e.pod = pod;
    e.task = task;
    e.action = Action::apply;
  });
  EXPECT_TRUE(violates("apply_once", apply));
}

TEST_F(Never, a_new_confirmation_allows_a_new_apply) {
  const PodIndex pod = pod_with_agent();
  const TaskIndex task = reserved_task(pod);
  d.fold(takes(pod, 0, task, Action::apply));
  d.fold(EventType::task_confirmed, [&](Event& e) {
    e.task = task;
    e.row = d.world.tasks[task].row;
    e.row.status = TaskStatus::apply_confirmed;
  });
  EXPECT_TRUE(keeps("apply_once", takes(pod, 1, task, Action::apply)));
}

// --- one_place_per_task --------------------------------------------------------------------------

TEST_F(Never, two_agents_run_one_task) {
  const PodIndex pod = pod_with_agent();
  const PodIndex other = pod_with_agent();
  const TaskIndex task = d.task(ws);
  EXPECT_TRUE(keeps("one_place_per_task", takes(other, 0, task)));
  d.plan_on(pod, 0, task);
  EXPECT_TRUE(violates("one_place_per_task", takes(other, 0, task)));
  EXPECT_TRUE(keeps("one_place_per_task", takes(other, 0, d.task(ws))));
}

TEST_F(Never, a_memory_has_one_task_in_two_slots) {
  const PodIndex pod = pod_with_agent();
  const PodIndex other = pod_with_agent();
  const TaskIndex task = d.task(ws);
  EXPECT_TRUE(keeps("one_place_per_task", gives(EventType::slot_assigned, pod, 0, task)));
  d.assign(pod, 0, task);
  EXPECT_TRUE(violates("one_place_per_task", gives(EventType::slot_assigned, other, 0, task)));
  EXPECT_TRUE(violates("one_place_per_task", gives(EventType::slot_reserved, pod, 1, task)));
  EXPECT_TRUE(keeps("one_place_per_task", gives(EventType::slot_reserved, pod, 0, task)));
  d.assign(other, 0, task);
  EXPECT_TRUE(keeps("one_place_per_task", gives(EventType::slot_reserved, pod, 0, task)))
      << "it has two places, but this gives it none";
}

// --- slot_rules ----------------------------------------------------------------------------------

TEST_F(Never, with_three_slots_a_plan_and_apply_goes_into_slot_0_only) {
  const PodIndex pod = pod_with_agent();
  const TaskIndex apply = d.task(ws);
  const TaskIndex plan = d.task(ws, TaskType::plan);
  EXPECT_TRUE(keeps("slot_rules", gives(EventType::slot_assigned, pod, 0, apply)));
  EXPECT_TRUE(violates("slot_rules", gives(EventType::slot_assigned, pod, 1, apply)));
  EXPECT_TRUE(keeps("slot_rules", gives(EventType::slot_assigned, pod, 2, plan)));
  EXPECT_TRUE(violates("slot_rules", gives(EventType::slot_assigned, pod, 3, plan)));
}

TEST_F(Never, with_three_slots_only_slot_0_is_reserved) {
  const PodIndex pod = pod_with_agent();
  const TaskIndex plan = d.task(ws, TaskType::plan);
  d.assign(pod, 1, plan);
  EXPECT_TRUE(violates("slot_rules", gives(EventType::slot_reserved, pod, 1, plan)));
  EXPECT_TRUE(keeps("slot_rules", gives(EventType::slot_reserved, pod, 0, d.task(ws))));
}

TEST_F(Never, with_four_slots_a_pod_holds_one_plan_and_apply) {
  d.knobs().slots = SlotsKnob::four;
  const PodIndex pod = pod_with_agent();
  const TaskIndex first = d.task(ws);
  EXPECT_TRUE(keeps("slot_rules", gives(EventType::slot_assigned, pod, 3, first)));
  d.assign(pod, 3, first);
  EXPECT_TRUE(violates("slot_rules", gives(EventType::slot_assigned, pod, 0, d.task(ws))));
  EXPECT_TRUE(keeps("slot_rules", gives(EventType::slot_reserved, pod, 3, first)));
  const TaskIndex plan = d.task(ws, TaskType::plan);
  EXPECT_TRUE(keeps("slot_rules", gives(EventType::slot_assigned, pod, 0, plan)));
}

TEST_F(Never, a_memory_that_does_not_know_gives_away_a_reserved_slot) {
  const PodIndex pod = pod_with_agent();
  const TaskIndex first = reserved_task(pod);
  const TaskIndex second = d.task(ws);
  EXPECT_TRUE(violates("slot_rules", gives(EventType::slot_assigned, pod, 0, second)));
  EXPECT_TRUE(keeps("slot_rules", gives(EventType::slot_assigned, pod, 0, first)));
  const TaskIndex plan = d.task(ws, TaskType::plan);
  EXPECT_TRUE(keeps("slot_rules", gives(EventType::slot_assigned, pod, 1, plan)));
  d.set_status(first, TaskStatus::cancelled);
  EXPECT_TRUE(keeps("slot_rules", gives(EventType::slot_assigned, pod, 0, second)));
}

TEST_F(Never, a_slot_is_reserved_over_a_task_that_another_pods_agent_runs) {
  const PodIndex pod = pod_with_agent();
  const TaskIndex first = d.task(ws);
  d.assign(pod, 0, first);
  d.plan_on(pod_with_agent(), no_slot, first);
  EXPECT_TRUE(violates("slot_rules", gives(EventType::slot_reserved, pod, 0, d.task(ws))));
}

TEST_F(Never, a_slot_is_reserved_over_the_task_that_runs_in_it) {
  const PodIndex pod = pod_with_agent();
  const TaskIndex first = d.task(ws);
  d.assign(pod, 0, first);
  const TaskIndex second = d.task(ws);
  EXPECT_TRUE(keeps("slot_rules", gives(EventType::slot_reserved, pod, 0, second)));
  d.plan_on(pod, 0, first);
  EXPECT_TRUE(violates("slot_rules", gives(EventType::slot_reserved, pod, 0, second)));
  EXPECT_TRUE(keeps("slot_rules", gives(EventType::slot_reserved, pod, 0, first)));
}

TEST_F(Never, without_slots_there_are_no_rules_for_them) {
  d.knobs().slots = SlotsKnob::none;
  const PodIndex pod = pod_with_agent();
  EXPECT_TRUE(ignores("slot_rules", gives(EventType::slot_assigned, pod, 1, d.task(ws))));
}

// --- workspace_serial ----------------------------------------------------------------------------

TEST_F(Never, two_plan_and_apply_tasks_of_one_workspace_run) {
  const PodIndex pod = pod_with_agent();
  const PodIndex other = pod_with_agent();
  const TaskIndex first = d.task(ws);
  const TaskIndex second = d.task(ws);
  EXPECT_TRUE(keeps("workspace_serial", takes(other, 0, second)));
  d.plan_on(pod, 0, first);
  EXPECT_TRUE(violates("workspace_serial", takes(other, 0, second)));
  EXPECT_TRUE(ignores("workspace_serial", takes(other, 1, d.task(ws, TaskType::plan))));
  const TaskIndex elsewhere = d.task(d.workspace(pool));
  EXPECT_TRUE(ignores("workspace_serial", takes(other, 0, elsewhere)));
}

TEST_F(Never, a_task_starts_in_a_workspace_that_another_one_locks) {
  const PodIndex pod = pod_with_agent();
  const TaskIndex first = reserved_task(pod);
  const TaskIndex second = d.task(ws, TaskType::plan);
  EXPECT_TRUE(ignores("workspace_serial", takes(pod, 1, second)));
  d.fold(EventType::workspace_locked, [&](Event& e) {
    e.workspace = ws;
    e.task = first;
  });
  EXPECT_TRUE(violates("workspace_serial", takes(pod, 1, second)));
  EXPECT_TRUE(keeps("workspace_serial", takes(pod, 0, first, Action::apply)));
}

TEST_F(Never, in_a_local_workspace_the_row_says_what_runs) {
  const WorkspaceIndex local = d.workspace(pool, ExecutionMode::local);
  const TaskIndex first = d.task(local);
  const TaskIndex second = d.task(local);
  const auto starts = [&](TaskIndex task) {
    return make(EventType::task_started, [&](Event& e) {
      e.task = task;
      e.row.status = TaskStatus::running_planning;
    });
  };
  EXPECT_TRUE(keeps("workspace_serial", starts(second)));
  d.fold(starts(first));
  EXPECT_TRUE(violates("workspace_serial", starts(second)));
  // Elsewhere the row is written before an agent has it.
  EXPECT_TRUE(ignores("workspace_serial", starts(d.task(ws))));
  const WorkspaceIndex on_agents = d.workspace(pool, ExecutionMode::agent);
  EXPECT_TRUE(ignores("workspace_serial", starts(d.task(on_agents))));
}

// --- replica_bounds, gradual_scaling -------------------------------------------------------------

TEST_F(Never, creating_a_fourth_pod_of_at_most_three) {
  d.pod(pool);
  d.pod(pool, PodState::pending);
  EXPECT_TRUE(keeps("replica_bounds", creates()));
  const PodIndex third = d.pod(pool);
  EXPECT_EQ(violations("replica_bounds", creates()),
            (std::vector{Entities{.pod = 3, .pool = pool}}));
  d.fold(deletes(third));
  EXPECT_TRUE(keeps("replica_bounds", creates()));
}

TEST_F(Never, scaling_deletes_the_last_pod_of_at_least_one) {
  const PodIndex first = d.pod(pool);
  const PodIndex second = d.pod(pool);
  const ProcedureIndex scaling = standing({Program::autoscale, Program::scale});
  EXPECT_TRUE(keeps("replica_bounds", deletes(second, scaling)));
  d.fold(deletes(second));
  EXPECT_TRUE(violates("replica_bounds", deletes(first, scaling)));
  const ProcedureIndex rebuilding = standing({Program::rebuild_idle, Program::delete_pod});
  EXPECT_TRUE(ignores("replica_bounds", deletes(first, rebuilding)));
  EXPECT_TRUE(ignores("replica_bounds", deletes(first)));
}

TEST_F(Never, the_second_pod_that_one_cycle_scales_away) {
  const PodIndex pod = d.pod(pool);
  const auto cycle = [&](std::int16_t removed) {
    return standing({Program::autoscaler_cycle, Program::autoscale, Program::scale},
                    [&](Procedure& p) { p.removed = removed; });
  };
  EXPECT_TRUE(keeps("gradual_scaling", deletes(pod, cycle(0))));
  const ProcedureIndex second = cycle(1);
  EXPECT_EQ(violations("gradual_scaling", deletes(pod, second)),
            (std::vector{Entities{.pod = pod, .pool = pool}}));
  d.freeze(pool);
  EXPECT_TRUE(ignores("gradual_scaling", deletes(pod, second)));
}

TEST_F(Never, a_rebuild_may_delete_many_pods) {
  const ProcedureIndex rebuild = standing({Program::save_config, Program::rebuild_idle},
                                          [](Procedure& p) { p.removed = 2; });
  EXPECT_TRUE(ignores("gradual_scaling", deletes(d.pod(pool), rebuild)));
}

// --- freeze_kept, no_name_collision --------------------------------------------------------------

TEST_F(Never, a_pod_is_created_inside_a_freeze_window) {
  EXPECT_TRUE(ignores("freeze_kept", creates()));
  d.freeze(pool);
  EXPECT_TRUE(violates("freeze_kept", creates()));
  const Event looks = make(EventType::autoscaler_frozen, [&](Event& e) { e.pool = pool; });
  EXPECT_TRUE(keeps("freeze_kept", looks));
  d.fold(EventType::pool_unfrozen, [&](Event& e) {
    e.pool = pool;
    e.at = d.clock.end_of_day();
  });
  EXPECT_TRUE(keeps("freeze_kept", creates()));
}

TEST_F(Never, the_name_of_a_new_pod_exists) {
  const PodIndex existing = d.pod(pool);
  const auto refused = [&](Reason reason) {
    return make(EventType::pod_create_refused, [&](Event& e) {
      e.pod = existing;
      e.pool = pool;
      e.reason = reason;
    });
  };
  EXPECT_EQ(violations("no_name_collision", refused(Reason::name_exists)),
            (std::vector{Entities{.pod = existing, .pool = pool}}));
  EXPECT_TRUE(keeps("no_name_collision", refused(Reason::cluster_error)));
  EXPECT_TRUE(keeps("no_name_collision", creates()));
}

// --- secret_kept ---------------------------------------------------------------------------------

TEST_F(Never, the_secret_rotates_by_age_while_a_pod_is_there) {
  const ProcedureIndex check = standing({Program::check_secret, Program::rotate_secret});
  const auto rotates = [&](EventType type, bool flag) {
    return make(type, [&](Event& e) {
      e.pool = pool;
      e.procedure = check;
      e.flag = flag;
    });
  };
  EXPECT_TRUE(keeps("secret_kept", rotates(EventType::pool_token_rotated, true)));
  const PodIndex pod = d.pod(pool, PodState::terminating);
  EXPECT_EQ(violations("secret_kept", rotates(EventType::pool_token_rotated, true)),
            (std::vector{Entities{.pod = pod, .pool = pool}}));
  EXPECT_TRUE(violates("secret_kept", rotates(EventType::pool_secret_rotated, false)));
  // A token that is only made rotates nothing.
  EXPECT_TRUE(ignores("secret_kept", rotates(EventType::pool_token_rotated, false)));
}

TEST_F(Never, a_user_may_rotate_the_secret_of_a_pool_with_pods) {
  d.pod(pool);
  const ProcedureIndex rotation = standing({Program::rotate_token, Program::rotate_secret});
  EXPECT_TRUE(ignores("secret_kept", make(EventType::pool_secret_rotated, [&](Event& e) {
                        e.pool = pool;
                        e.procedure = rotation;
                      })));
}

}  // namespace
}  // namespace holdfast
