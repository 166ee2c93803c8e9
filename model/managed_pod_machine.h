// A pod in the memory of one replica: platform.md section 2, "Managed pod".
//
// Thread safety: the tables never change.
#pragma once

#include <holdfast/model/front_end.h>

namespace holdfast {

struct ManagedPodMachine : FrontEnd<ManagedPodMachine> {
  using S = ManagedPodState;
  using I = ManagedPodInput;
  static constexpr std::string_view name = "managed_pod";
  static constexpr std::string_view about =
      "A pod in the memory of one replica. To be forgotten is to be unknown again.";

  using initial_state = At<S::unknown>;

  // clang-format off
  using transition_table = Table<
      Row<At<S::unknown>,    On<I::pod_discovered>,      At<S::managed>>,
      Row<At<S::unknown>,    On<I::created>,             At<S::managed>>,
      Row<At<S::managed>,    On<I::agent_registered>,    At<S::registered>>,
      Row<At<S::registered>, On<I::heartbeat_stale>,     At<S::offline>>,
      Row<At<S::offline>,    On<I::heartbeat_refreshed>, At<S::registered>>,
      Row<At<S::managed>,    On<I::pod_forgotten>,       At<S::unknown>>,
      Row<At<S::registered>, On<I::pod_forgotten>,       At<S::unknown>>,
      Row<At<S::offline>,    On<I::pod_forgotten>,       At<S::unknown>>,

      // A sync refreshes the heartbeat of every pod that it sees. Without an agent a pod has no
      // offline state of its own: it stays managed, and only its heartbeat is old.
      Row<At<S::managed>,    On<I::heartbeat_refreshed>, At<S::managed>>,
      Row<At<S::registered>, On<I::heartbeat_refreshed>, At<S::registered>>,
      Row<At<S::managed>,    On<I::heartbeat_stale>,     At<S::managed>>,
      Row<At<S::registered>, On<I::agent_registered>,    At<S::registered>>,
      Row<At<S::offline>,    On<I::agent_registered>,    At<S::registered>>,

      // A sync may discover the pod before its creator writes it down: the new entry, without an
      // agent, replaces the other. A delete forgets also what this memory does not know.
      Row<At<S::managed>,    On<I::created>,             At<S::managed>>,
      Row<At<S::registered>, On<I::created>,             At<S::managed>>,
      Row<At<S::offline>,    On<I::created>,             At<S::managed>>,
      Row<At<S::unknown>,    On<I::pod_forgotten>,       At<S::unknown>>,

      // The memory is lost.
      Row<At<S::unknown>,    On<I::lost>,                At<S::unknown>>,
      Row<At<S::managed>,    On<I::lost>,                At<S::unknown>>,
      Row<At<S::registered>, On<I::lost>,                At<S::unknown>>,
      Row<At<S::offline>,    On<I::lost>,                At<S::unknown>>
  >;
  // clang-format on
};

}  // namespace holdfast
