// What every state machine is written with: Boost.MSM's functor front-end, narrowed to states and
// inputs that are enumerators. A machine is a class that derives from FrontEnd and has a name, one
// sentence about it, an initial_state and a transition_table of
//
//   Row<At<S::idle>, On<I::assigned>, At<S::running>>
//
// No row has a guard or an action: what else changes with a state is the fold's business.
// Heavy to include; only a machine's own source file and its tests do.
//
// Thread safety: what it makes never changes.
#pragma once

#include <string_view>

#include <boost/mp11/list.hpp>
#include <boost/mp11/mpl.hpp>
#include <boost/msm/front/functor_row.hpp>
#include <boost/msm/front/state_machine_def.hpp>

#include <holdfast/model/states.h>

namespace holdfast {

// The state `which` of a machine.
template <auto which>
struct At : boost::msm::front::state<> {
  static constexpr auto value = which;
};

// The event that carries the input `which` into a machine.
template <auto which>
struct On {
  static constexpr auto value = which;
};

template <class Source, class Event, class Target>
using Row = boost::msm::front::Row<Source, Event, Target>;

template <class... Rows>
using Table = boost::mp11::mp_list<Rows...>;

// The base of every machine. MSM leaves exceptions alone and keeps no queue of its own, and an
// input that the state has no row for changes nothing.
template <class Machine>
struct FrontEnd : boost::msm::front::state_machine_def<Machine> {
  using no_message_queue = int;
  using no_exception_thrown = int;

  template <class Fsm, class Event>
  void no_transition(const Event&, Fsm&, int) {}
};

}  // namespace holdfast
