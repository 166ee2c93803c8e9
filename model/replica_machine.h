// A server process: platform.md section 2, "Server replica".
//
// Thread safety: the tables never change.
#pragma once

#include <holdfast/model/front_end.h>

namespace holdfast {

struct ReplicaMachine : FrontEnd<ReplicaMachine> {
  using S = ReplicaState;
  using I = ReplicaInput;
  static constexpr std::string_view name = "replica";
  static constexpr std::string_view about =
      "A server process. Whenever it stops, its memory, timers and procedures are lost.";

  using initial_state = At<S::down>;

  // clang-format off
  using transition_table = Table<
      Row<At<S::down>,     On<I::started>,   At<S::starting>>,
      Row<At<S::starting>, On<I::recovered>, At<S::serving>>,
      Row<At<S::starting>, On<I::stopped>,   At<S::down>>,
      Row<At<S::serving>,  On<I::stopped>,   At<S::down>>,

      // It recovers once more when it becomes the leader.
      Row<At<S::serving>,  On<I::recovered>, At<S::serving>>
  >;
  // clang-format on
};

}  // namespace holdfast
