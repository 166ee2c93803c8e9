#include <holdfast/model/states.h>

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>

namespace holdfast {
namespace {

// How the compiler spells `value`: its enumerator, or a cast where it has none.
template <auto value>
constexpr std::string_view spelled() {
  std::string_view text = __PRETTY_FUNCTION__;
  text = text.substr(text.find("value = ") + 8);
  text = text.substr(0, text.find_first_of(";]"));
  const std::size_t scope = text.rfind("::");
  return text.front() == '(' || scope == std::string_view::npos ? "" : text.substr(scope + 2);
}

template <class E>
void expect_names_are_the_enumerators() {
  constexpr auto spellings = []<std::size_t... i>(std::index_sequence<i...>) {
    return std::array{spelled<static_cast<E>(i)>()...};
  }(std::make_index_sequence<count_of<E>>());
  for (std::size_t i = 0; i < count_of<E>; ++i) {
    EXPECT_EQ(name(static_cast<E>(i)), spellings[i]);
    EXPECT_EQ(value_named<E>(spellings[i]), static_cast<E>(i));
  }
  EXPECT_EQ((spelled<static_cast<E>(count_of<E>)>()), "") << "an enumerator has no name";
  EXPECT_EQ(value_named<E>("no_such_value"), std::nullopt);
}

TEST(States, the_names_of_states_are_their_enumerators) {
  expect_names_are_the_enumerators<PodState>();
  expect_names_are_the_enumerators<ManagedPodState>();
  expect_names_are_the_enumerators<SlotState>();
  expect_names_are_the_enumerators<TaskStatus>();
  expect_names_are_the_enumerators<AgentState>();
  expect_names_are_the_enumerators<AgentSlotState>();
  expect_names_are_the_enumerators<ReplicaState>();
}

TEST(States, the_names_of_inputs_are_their_enumerators) {
  expect_names_are_the_enumerators<PodInput>();
  expect_names_are_the_enumerators<ManagedPodInput>();
  expect_names_are_the_enumerators<SlotInput>();
  expect_names_are_the_enumerators<TaskInput>();
  expect_names_are_the_enumerators<AgentInput>();
  expect_names_are_the_enumerators<AgentSlotInput>();
  expect_names_are_the_enumerators<ReplicaInput>();
}

TEST(States, only_the_enums_of_machines_have_names) {
  enum class Other : std::uint8_t { one };
  static_assert(MachineEnum<SlotState>);
  static_assert(!MachineEnum<Other>);
  static_assert(!MachineEnum<int>);
}

TEST(States, a_task_is_shown_with_the_status_column_of_its_row) {
  struct Shown {
    TaskStatus status;
    std::string_view status_column;
  };
  constexpr std::array rows = {
      Shown{TaskStatus::pending, "pending"},
      Shown{TaskStatus::running_planning, "running"},
      Shown{TaskStatus::running_applying, "running"},
      Shown{TaskStatus::apply_pending, "apply_pending"},
      Shown{TaskStatus::apply_confirmed, "apply_pending"},
      Shown{TaskStatus::planned_and_finished, "planned_and_finished"},
      Shown{TaskStatus::success, "success"},
      Shown{TaskStatus::applied, "applied"},
      Shown{TaskStatus::failed, "failed"},
      Shown{TaskStatus::cancelled, "cancelled"},
  };
  static_assert(rows.size() == count_of<TaskStatus>);
  for (const Shown& row : rows) {
    EXPECT_EQ(status_name(row.status), row.status_column);
  }
}

}  // namespace
}  // namespace holdfast
