// The slot of a managed pod, in the memory of one replica: platform.md section 2, "Slot".
//
// Thread safety: the tables never change.
#pragma once

#include <holdfast/model/front_end.h>

namespace holdfast {

struct SlotMachine : FrontEnd<SlotMachine> {
  using S = SlotState;
  using I = SlotInput;
  static constexpr std::string_view name = "slot";
  static constexpr std::string_view about =
      "A slot of a managed pod, as one replica believes it.";

  using initial_state = At<S::idle>;

  // clang-format off
  using transition_table = Table<
      Row<At<S::idle>,     On<I::assigned>,        At<S::running>>,
      Row<At<S::running>,  On<I::reserved>,        At<S::reserved>>,
      Row<At<S::reserved>, On<I::reused>,          At<S::running>>,
      Row<At<S::reserved>, On<I::reused_in_place>, At<S::reserved>>,
      Row<At<S::running>,  On<I::released>,        At<S::idle>>,
      Row<At<S::reserved>, On<I::released>,        At<S::idle>>,
      Row<At<S::reserved>, On<I::expired>,         At<S::idle>>,

      // A reserve does not look at the slot's state, a reuse takes whatever slot holds the task,
      // and a release finds a slot that another release has emptied.
      Row<At<S::idle>,     On<I::reserved>,        At<S::reserved>>,
      Row<At<S::reserved>, On<I::reserved>,        At<S::reserved>>,
      Row<At<S::running>,  On<I::reused>,          At<S::running>>,
      Row<At<S::running>,  On<I::reused_in_place>, At<S::running>>,
      Row<At<S::idle>,     On<I::released>,        At<S::idle>>,

      // A new memory, or a pod discovered anew, has all slots idle.
      Row<At<S::idle>,     On<I::lost>,            At<S::idle>>,
      Row<At<S::running>,  On<I::lost>,            At<S::idle>>,
      Row<At<S::reserved>, On<I::lost>,            At<S::idle>>
  >;
  // clang-format on
};

}  // namespace holdfast
