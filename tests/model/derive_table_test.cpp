#include <holdfast/model/derive_table.h>

#include <gtest/gtest.h>

#include <cstdint>
#include <string_view>

#include <boost/any.hpp>

#include <holdfast/model/slot_machine.h>

namespace holdfast {
namespace {

using S = SlotState;
using I = SlotInput;

struct Guard {
  template <class... Arguments>
  bool operator()(const Arguments&...) const {
    return true;
  }
};

struct OwnState : boost::msm::front::state<> {
  [[maybe_unused]] static constexpr SlotState value = S::reserved;
};

template <class... Rows>
struct Sample : FrontEnd<Sample<Rows...>> {
  using initial_state = At<S::idle>;
  using transition_table = Table<Rows...>;
  static constexpr std::string_view name = "sample";
  static constexpr std::string_view about = "A sample.";
};

using Assign = Row<At<S::idle>, On<I::assigned>, At<S::running>>;
using Release = Row<At<S::running>, On<I::released>, At<S::idle>>;
using Good = Sample<Assign, Release>;

TEST(DeriveTable, a_plain_machine_becomes_its_rows_and_refuses_the_rest) {
  static constexpr auto table = derive_table<Good>();
  static_assert(table.next(S::idle, I::assigned) == S::running);
  static_assert(table.next(S::running, I::released) == S::idle);
  int allowed = 0;
  for (const auto& row : table.targets) {
    for (const std::uint8_t target : row) allowed += target == refused ? 0 : 1;
  }
  EXPECT_EQ(allowed, 2);
  EXPECT_EQ(table.name, "sample");
  ASSERT_EQ(table.arrows.size(), 2U);
  EXPECT_EQ(table.arrows[0], (MachineArrow{0, 0, 1}));
  EXPECT_EQ(table.arrows[1], (MachineArrow{1, 4, 0}));
}

TEST(DeriveTable, a_guard_or_an_action_is_noticed) {
  namespace front = boost::msm::front;
  using Guarded = front::Row<At<S::idle>, On<I::assigned>, At<S::running>, front::none, Guard>;
  using Acting = front::Row<At<S::idle>, On<I::assigned>, At<S::running>, Guard>;
  static_assert(has_plain_rows<Good>);
  static_assert(!has_plain_rows<Sample<Assign, Guarded>>);
  static_assert(!has_plain_rows<Sample<Acting, Release>>);
}

TEST(DeriveTable, completion_internal_and_catch_all_rows_are_noticed) {
  namespace front = boost::msm::front;
  using Completion = front::Row<At<S::idle>, front::none, At<S::running>>;
  using Internal = front::Row<At<S::idle>, On<I::assigned>, front::none>;
  using CatchAll = front::Row<At<S::idle>, boost::any, At<S::running>>;
  using InternalOfState = front::Internal<On<I::assigned>, Guard>;
  static_assert(!has_plain_rows<Sample<Assign, Completion>>);
  static_assert(!has_plain_rows<Sample<Assign, Internal>>);
  static_assert(!has_plain_rows<Sample<Assign, CatchAll>>);
  static_assert(!has_plain_rows<Sample<Assign, InternalOfState>>);
}

TEST(DeriveTable, a_state_of_another_making_is_noticed) {
  struct Heir : At<S::reserved> {};
  static_assert(!has_plain_rows<Sample<Assign, Row<At<S::idle>, On<I::reserved>, OwnState>>>);
  static_assert(!has_plain_rows<Sample<Assign, Row<Heir, On<I::released>, At<S::idle>>>>);
  // A machine as a state of another.
  static_assert(!has_plain_rows<Sample<Assign, Row<At<S::idle>, On<I::reserved>, Good>>>);
}

TEST(DeriveTable, several_regions_and_another_first_state_are_noticed) {
  struct TwoRegions : Good {
    using initial_state = boost::mp11::mp_list<At<S::idle>, At<S::running>>;
  };
  struct StartsElsewhere : Good {
    using initial_state = At<S::running>;
  };
  static_assert(starts_at_zero<Good>);
  static_assert(!starts_at_zero<TwoRegions>);
  static_assert(!starts_at_zero<StartsElsewhere>);
}

TEST(DeriveTable, deferral_and_internal_rows_of_the_machine_are_noticed) {
  struct Deferring : FrontEnd<Deferring> {
    using deferred_events = boost::mp11::mp_list<On<I::released>>;
  };
  struct Internal : FrontEnd<Internal> {
    using internal_transition_table =
        boost::mp11::mp_list<boost::msm::front::Internal<On<I::released>>>;
  };
  struct Activating : FrontEnd<Activating> {
    using activate_deferred_events = int;
  };
  struct NoFrontEnd : boost::msm::front::state_machine_def<NoFrontEnd> {};
  static_assert(has_only_rows<Good>);
  static_assert(!has_only_rows<Deferring>);
  static_assert(!has_only_rows<Internal>);
  static_assert(!has_only_rows<Activating>);
  static_assert(!has_only_rows<NoFrontEnd>);
}

TEST(DeriveTable, rows_of_two_machines_in_one_are_noticed) {
  using Foreign = Row<At<PodState::absent>, On<PodInput::created>, At<PodState::pending>>;
  using ForeignEvent = Row<At<S::idle>, On<PodInput::created>, At<S::running>>;
  static_assert(has_one_state_type<Good>);
  static_assert(!has_one_state_type<Sample<Assign, Foreign>>);
  static_assert(!has_one_state_type<Sample<Assign, ForeignEvent>>);
}

TEST(DeriveTable, two_rows_for_one_state_and_input_are_noticed) {
  using AssignAgain = Row<At<S::idle>, On<I::assigned>, At<S::reserved>>;
  static_assert(is_deterministic<Good>);
  static_assert(!is_deterministic<Sample<Assign, Release, AssignAgain>>);
}

}  // namespace
}  // namespace holdfast
