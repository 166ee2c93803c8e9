// The agent process in a pod: platform.md section 2, "Agent".
//
// Thread safety: the tables never change.
#pragma once

#include <holdfast/model/front_end.h>

namespace holdfast {

struct AgentMachine : FrontEnd<AgentMachine> {
  using S = AgentState;
  using I = AgentInput;
  static constexpr std::string_view name = "agent";
  static constexpr std::string_view about = "The process in a pod. It is gone with its pod.";

  using initial_state = At<S::absent>;

  // clang-format off
  using transition_table = Table<
      Row<At<S::absent>,       On<I::started>,      At<S::starting>>,
      Row<At<S::starting>,     On<I::connected>,    At<S::connected>>,
      Row<At<S::connected>,    On<I::heartbeat>,    At<S::connected>>,
      Row<At<S::connected>,    On<I::disconnected>, At<S::disconnected>>,
      Row<At<S::disconnected>, On<I::connected>,    At<S::connected>>,
      Row<At<S::starting>,     On<I::gone>,         At<S::gone>>,
      Row<At<S::connected>,    On<I::gone>,         At<S::gone>>,
      Row<At<S::disconnected>, On<I::gone>,         At<S::gone>>
  >;
  // clang-format on
};

}  // namespace holdfast
