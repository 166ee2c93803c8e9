// A task in the database: platform.md section 2, "Task". An arrow that leaves apply_pending by
// apply_started breaks the property apply_only_confirmed; it is here because the platform has it.
//
// Thread safety: the tables never change.
#pragma once

#include <holdfast/model/front_end.h>

namespace holdfast {

struct TaskMachine : FrontEnd<TaskMachine> {
  using S = TaskStatus;
  using I = TaskInput;
  static constexpr std::string_view name = "task";
  static constexpr std::string_view about = "A task in the database, status and stage in one.";

  using initial_state = At<S::pending>;

  // clang-format off
  using transition_table = Table<
      // The plan.
      Row<At<S::pending>,          On<I::started>,          At<S::running_planning>>,
      Row<At<S::running_planning>, On<I::apply_pending>,    At<S::apply_pending>>,
      Row<At<S::running_planning>, On<I::plan_finished_no_changes>, At<S::planned_and_finished>>,
      Row<At<S::running_planning>, On<I::plan_succeeded>,   At<S::success>>,
      Row<At<S::running_planning>, On<I::failed>,           At<S::failed>>,

      // The apply.
      Row<At<S::apply_pending>,    On<I::confirmed>,        At<S::apply_confirmed>>,
      Row<At<S::apply_confirmed>,  On<I::apply_started>,    At<S::running_applying>>,
      Row<At<S::running_applying>, On<I::applied>,          At<S::applied>>,
      Row<At<S::running_applying>, On<I::failed>,           At<S::failed>>,

      // Cancelled by a user.
      Row<At<S::pending>,          On<I::cancelled>,        At<S::cancelled>>,
      Row<At<S::running_planning>, On<I::cancelled>,        At<S::cancelled>>,
      Row<At<S::apply_pending>,    On<I::cancelled>,        At<S::cancelled>>,
      Row<At<S::apply_confirmed>,  On<I::cancelled>,        At<S::cancelled>>,
      Row<At<S::running_applying>, On<I::cancelled>,        At<S::cancelled>>,

      // A restarted server finds it Running.
      Row<At<S::running_planning>, On<I::orphaned>,         At<S::failed>>,
      Row<At<S::running_applying>, On<I::orphaned>,         At<S::failed>>,
      Row<At<S::running_planning>, On<I::orphan_kept>,      At<S::apply_pending>>,
      Row<At<S::running_applying>, On<I::orphan_kept>,      At<S::apply_confirmed>>,

      // Sending failed: back to where the push found it. Its pod is lost: back to a new plan.
      Row<At<S::running_planning>, On<I::push_failed>,      At<S::pending>>,
      Row<At<S::running_applying>, On<I::push_failed>,      At<S::apply_confirmed>>,
      Row<At<S::apply_confirmed>,  On<I::reset>,            At<S::pending>>,
      Row<At<S::apply_pending>,    On<I::reset>,            At<S::pending>>,

      // recover_apply_pending: applied without being asked for.
      Row<At<S::apply_pending>,    On<I::apply_started>,    At<S::running_applying>>,
      Row<At<S::running_applying>, On<I::push_failed_unconfirmed>, At<S::apply_pending>>,

      // As recorded: the agent of a failed task went on and reports.
      Row<At<S::failed>,           On<I::apply_pending>,    At<S::apply_pending>>,
      Row<At<S::failed>,           On<I::plan_finished_no_changes>, At<S::planned_and_finished>>,
      Row<At<S::failed>,           On<I::plan_succeeded>,   At<S::success>>,
      Row<At<S::failed>,           On<I::applied>,          At<S::applied>>,
      Row<At<S::failed>,           On<I::failed>,           At<S::failed>>,

      // Two pushes, and two confirmations, at once: neither compares before it writes.
      Row<At<S::running_planning>, On<I::started>,          At<S::running_planning>>,
      Row<At<S::running_applying>, On<I::apply_started>,    At<S::running_applying>>,
      Row<At<S::pending>,          On<I::push_failed>,      At<S::pending>>,
      Row<At<S::apply_confirmed>,  On<I::push_failed>,      At<S::apply_confirmed>>,
      Row<At<S::apply_confirmed>,  On<I::confirmed>,        At<S::apply_confirmed>>,

      // The same report a second time.
      Row<At<S::apply_pending>,    On<I::apply_pending>,    At<S::apply_pending>>,
      Row<At<S::apply_confirmed>,  On<I::apply_pending>,    At<S::apply_confirmed>>,
      Row<At<S::planned_and_finished>, On<I::plan_finished_no_changes>,
          At<S::planned_and_finished>>,
      Row<At<S::success>,          On<I::plan_succeeded>,   At<S::success>>,
      Row<At<S::applied>,          On<I::applied>,          At<S::applied>>
  >;
  // clang-format on
};

}  // namespace holdfast
