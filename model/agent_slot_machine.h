// A slot of the table that an agent keeps itself: platform.md section 2, "Agent".
//
// Thread safety: the tables never change.
#pragma once

#include <holdfast/model/front_end.h>

namespace holdfast {

struct AgentSlotMachine : FrontEnd<AgentSlotMachine> {
  using S = AgentSlotState;
  using I = AgentSlotInput;
  static constexpr std::string_view name = "agent_slot";
  static constexpr std::string_view about =
      "A slot of an agent's own table. A busy one refuses another task.";

  using initial_state = At<S::free>;

  // clang-format off
  using transition_table = Table<
      Row<At<S::free>, On<I::slot_taken>, At<S::busy>>,
      Row<At<S::busy>, On<I::slot_freed>, At<S::free>>,
      Row<At<S::free>, On<I::gone>,       At<S::free>>,
      Row<At<S::busy>, On<I::gone>,       At<S::free>>
  >;
  // clang-format on
};

}  // namespace holdfast
