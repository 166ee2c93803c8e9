// Drives a machine through Boost.MSM's own back-end beside the table that is derived from the same
// front-end, and compares the two. One test file per machine includes this: the back-end is slow to
// compile.
#pragma once

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <random>
#include <set>
#include <string>
#include <utility>

#include <boost/msm/back/state_machine.hpp>

#include <holdfast/model/derive_table.h>
#include <holdfast/model/machine.h>

namespace holdfast {

// The machine `Def` as MSM runs it, with states and inputs as enumerators.
template <class Def>
class MsmMachine {
 public:
  using State = StateOf<Def>;
  using Input = InputOf<Def>;

  MsmMachine() { back_end_.start(); }

  // The state that MSM is in; EXPECT_* fails if its number is none that a state has.
  State state() const {
    const int id = back_end_.current_state()[0];
    for (std::size_t i = 0; i < ids().size(); ++i) {
      if (ids()[i] == id) return static_cast<State>(i);
    }
    ADD_FAILURE() << "MSM is in state " << id << ", which is no state of " << Def::name;
    return State{};
  }

  // Puts MSM into `state`, as loading a saved machine does.
  void set_state(State state) {
    const_cast<int*>(back_end_.current_state())[0] = ids()[static_cast<std::size_t>(state)];
  }

  // Whether MSM handled the input.
  bool process(Input input) {
    return process(input, std::make_index_sequence<count_of<Input>>());
  }

 private:
  using BackEnd = boost::msm::back::state_machine<Def>;

  template <std::size_t... i>
  bool process(Input input, std::index_sequence<i...>) {
    bool handled = false;
    ((static_cast<std::size_t>(input) == i
          ? void(handled = back_end_.process_event(On<static_cast<Input>(i)>{}) ==
                           boost::msm::back::HANDLED_TRUE)
          : void()),
     ...);
    return handled;
  }

  // MSM's own number of every state, by enumerator. A state that no row names does not compile.
  static const std::array<int, count_of<State>>& ids() {
    static const auto all = []<std::size_t... i>(std::index_sequence<i...>) {
      return std::array<int, count_of<State>>{boost::msm::back::get_state_id<
          typename BackEnd::stt, At<static_cast<State>(i)>>::value...};
    }(std::make_index_sequence<count_of<State>>());
    return all;
  }

  BackEnd back_end_;
};

template <class State, class Input>
std::string describe(State state, Input input) {
  return std::string(name(state)) + " on " + std::string(name(input));
}

// Every state × input, one step each, through MSM and through the table.
template <class Def, class Table>
void expect_same_single_steps(const Table& table) {
  using Msm = MsmMachine<Def>;
  Msm msm;
  EXPECT_EQ(name(msm.state()), name(typename Msm::State{}));
  std::size_t handled = 0;
  for (std::size_t s = 0; s < count_of<typename Msm::State>; ++s) {
    for (std::size_t i = 0; i < count_of<typename Msm::Input>; ++i) {
      const auto state = static_cast<typename Msm::State>(s);
      const auto input = static_cast<typename Msm::Input>(i);
      msm.set_state(state);
      ASSERT_EQ(name(msm.state()), name(state));
      const bool taken = msm.process(input);
      EXPECT_EQ(taken, table.allows(state, input)) << describe(state, input);
      const auto expected = table.allows(state, input) ? table.next(state, input) : state;
      EXPECT_EQ(name(msm.state()), name(expected)) << describe(state, input);
      handled += taken ? 1 : 0;
    }
  }
  EXPECT_EQ(handled, table.arrows.size());
}

// Long random courses without putting MSM into a state by hand: half of the inputs are any, half
// are drawn until one is allowed. Every arrow must have been taken, and something refused.
template <class Def, class Table>
void expect_same_random_courses(const Table& table, std::uint64_t seed) {
  using Msm = MsmMachine<Def>;
  constexpr int courses = 2000;
  constexpr int steps = 100;
  std::mt19937_64 random(seed);
  const auto any_input = [&random] {
    return static_cast<typename Msm::Input>(random() % count_of<typename Msm::Input>);
  };
  std::set<std::pair<std::size_t, std::size_t>> taken;
  std::size_t refusals = 0;
  for (int course = 0; course < courses; ++course) {
    Msm msm;
    typename Msm::State state{};
    for (int step = 0; step < steps; ++step) {
      auto input = any_input();
      if (random() % 2 == 0) {
        for (int draw = 0; draw < 50 && !table.allows(state, input); ++draw) input = any_input();
      }
      const bool allowed = table.allows(state, input);
      ASSERT_EQ(msm.process(input), allowed) << describe(state, input) << ", seed " << seed;
      if (allowed) {
        taken.emplace(static_cast<std::size_t>(state), static_cast<std::size_t>(input));
        state = table.next(state, input);
      } else {
        ++refusals;
      }
      ASSERT_EQ(name(msm.state()), name(state)) << "after " << name(input) << ", seed " << seed;
    }
  }
  EXPECT_EQ(taken.size(), table.arrows.size());
  EXPECT_GT(refusals, 0U);
}

}  // namespace holdfast
