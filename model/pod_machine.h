// A pod in the cluster: platform.md section 2, "Pod".
//
// Thread safety: the tables never change.
#pragma once

#include <holdfast/model/front_end.h>

namespace holdfast {

struct PodMachine : FrontEnd<PodMachine> {
  using S = PodState;
  using I = PodInput;
  static constexpr std::string_view name = "pod";
  static constexpr std::string_view about = "A pod in the cluster. It never comes back by itself.";

  using initial_state = At<S::absent>;

  // clang-format off
  using transition_table = Table<
      Row<At<S::absent>,      On<I::created>,          At<S::pending>>,
      Row<At<S::pending>,     On<I::running>,          At<S::running>>,
      Row<At<S::running>,     On<I::succeeded>,        At<S::succeeded>>,
      Row<At<S::running>,     On<I::failed>,           At<S::failed>>,
      Row<At<S::pending>,     On<I::delete_requested>, At<S::terminating>>,
      Row<At<S::running>,     On<I::delete_requested>, At<S::terminating>>,
      Row<At<S::terminating>, On<I::gone>,             At<S::gone>>,

      // Cleaned up; the deletion of a pod that has ended takes no time.
      Row<At<S::succeeded>,   On<I::gone>,             At<S::gone>>,
      Row<At<S::failed>,      On<I::gone>,             At<S::gone>>,

      // Evicted, or lost with its node.
      Row<At<S::pending>,     On<I::gone>,             At<S::gone>>,
      Row<At<S::running>,     On<I::gone>,             At<S::gone>>,

      // As recorded: a pod may end before it was seen Running, and a terminating pod, which a sync
      // still lists and discovers, is deleted again.
      Row<At<S::pending>,     On<I::succeeded>,        At<S::succeeded>>,
      Row<At<S::pending>,     On<I::failed>,           At<S::failed>>,
      Row<At<S::terminating>, On<I::delete_requested>, At<S::terminating>>,
      Row<At<S::running>,     On<I::pending>,          At<S::pending>>,

      // What the cluster says of a pod that has ended may change too; its process stays dead.
      Row<At<S::succeeded>,   On<I::pending>,          At<S::pending>>,
      Row<At<S::succeeded>,   On<I::running>,          At<S::running>>,
      Row<At<S::succeeded>,   On<I::failed>,           At<S::failed>>,
      Row<At<S::failed>,      On<I::pending>,          At<S::pending>>,
      Row<At<S::failed>,      On<I::running>,          At<S::running>>,
      Row<At<S::failed>,      On<I::succeeded>,        At<S::succeeded>>,

      // What becomes of a terminating pod is its phase, not its state.
      Row<At<S::terminating>, On<I::pending>,          At<S::terminating>>,
      Row<At<S::terminating>, On<I::running>,          At<S::terminating>>,
      Row<At<S::terminating>, On<I::succeeded>,        At<S::terminating>>,
      Row<At<S::terminating>, On<I::failed>,           At<S::terminating>>
  >;
  // clang-format on
};

}  // namespace holdfast
