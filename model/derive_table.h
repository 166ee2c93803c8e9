// Derives the plain table of a machine (machine.h) from its Boost.MSM front-end, when that is
// compiled. What the plain table cannot express does not compile, so the two cannot differ.
//
// Refused at compile time
// 1. a row with a guard or an action, or of another kind than front_end.h's Row;
// 2. a source, target or initial state that is not an At: submachines, several regions, pseudo
//    states, states with entry or exit actions, internal rows or deferred events of their own;
// 3. an event that is not an On: completion transitions and events that match every event;
// 4. two rows for one state and input, of which MSM would try the last first;
// 5. internal rows or deferred events of the machine itself;
// 6. states or inputs of more than one enum, and an initial state that is not numbered 0.
//
// Thread safety: what it makes never changes.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#include <boost/mp11/algorithm.hpp>
#include <boost/mp11/list.hpp>

#include <holdfast/model/front_end.h>
#include <holdfast/model/machine.h>

namespace holdfast {

template <class T>
inline constexpr bool is_state = false;
template <auto which>
inline constexpr bool is_state<At<which>> = MachineEnum<decltype(which)>;

template <class T>
inline constexpr bool is_event = false;
template <auto which>
inline constexpr bool is_event<On<which>> = MachineEnum<decltype(which)>;

// A row without guard and action, from a state by an event to a state.
template <class T>
inline constexpr bool is_plain_row = false;
template <class Source, class Event, class Target>
inline constexpr bool is_plain_row<Row<Source, Event, Target>> =
    is_state<Source> && is_event<Event> && is_state<Target>;

template <class Def>
using RowsOf = typename Def::transition_table;

// Every row is plain.
template <class Def>
inline constexpr bool has_plain_rows = [] {
  return []<class... Rows>(boost::mp11::mp_list<Rows...>) {
    return (is_plain_row<Rows> && ...);
  }(RowsOf<Def>());
}();

// There is one region, and it starts in the state numbered 0.
template <class Def>
inline constexpr bool starts_at_zero = [] {
  if constexpr (is_state<typename Def::initial_state>) {
    return static_cast<int>(Def::initial_state::value) == 0;
  } else {
    return false;
  }
}();

// The machine has nothing but its rows: no internal ones, no deferral.
template <class Def>
inline constexpr bool has_only_rows =
    std::is_base_of_v<FrontEnd<Def>, Def> &&
    std::is_same_v<typename Def::internal_transition_table,
                   typename FrontEnd<Def>::internal_transition_table> &&
    std::is_same_v<typename Def::deferred_events, typename FrontEnd<Def>::deferred_events> &&
    !requires { typename Def::activate_deferred_events; };

template <class Def>
using StateOf = std::remove_const_t<decltype(Def::initial_state::value)>;
template <class Def>
using InputOf = std::remove_const_t<decltype(boost::mp11::mp_front<RowsOf<Def>>::Evt::value)>;

// All rows speak of the same two enums.
template <class Def>
inline constexpr bool has_one_state_type = [] {
  return []<class... Rows>(boost::mp11::mp_list<Rows...>) {
    return ((std::is_same_v<const StateOf<Def>, decltype(Rows::Source::value)> &&
             std::is_same_v<const StateOf<Def>, decltype(Rows::Target::value)> &&
             std::is_same_v<const InputOf<Def>, decltype(Rows::Evt::value)>) && ...);
  }(RowsOf<Def>());
}();

// The rows of a machine as numbers, in the order in which they are written.
template <class Def>
inline constexpr auto arrows_of = [] {
  return []<class... Rows>(boost::mp11::mp_list<Rows...>) {
    return std::array<MachineArrow, sizeof...(Rows)>{
        MachineArrow{static_cast<std::uint8_t>(Rows::Source::value),
                     static_cast<std::uint8_t>(Rows::Evt::value),
                     static_cast<std::uint8_t>(Rows::Target::value)}...};
  }(RowsOf<Def>());
}();

// No state has two rows for one input.
template <class Def>
inline constexpr bool is_deterministic = [] {
  const auto& arrows = arrows_of<Def>;
  for (std::size_t i = 0; i < arrows.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (arrows[i].from == arrows[j].from && arrows[i].input == arrows[j].input) return false;
    }
  }
  return true;
}();

// The plain table of the machine `Def`.
template <class Def>
constexpr auto derive_table() {
  static_assert(has_plain_rows<Def>, "a row is not Row<At<…>, On<…>, At<…>>");
  static_assert(starts_at_zero<Def>, "initial_state is not the At of the first state");
  static_assert(has_only_rows<Def>, "the machine is no FrontEnd, or has more than its rows");
  static_assert(has_one_state_type<Def>, "the rows mix states or inputs of different enums");
  static_assert(is_deterministic<Def>, "two rows leave one state by the same input");

  using Machine = MachineTable<StateOf<Def>, InputOf<Def>>;
  typename Machine::Targets targets{};
  for (auto& row : targets) row.fill(refused);
  for (const MachineArrow& arrow : arrows_of<Def>) targets[arrow.from][arrow.input] = arrow.to;
  return Machine{Def::name, Def::about, targets, arrows_of<Def>};
}

}  // namespace holdfast
