#include <gtest/gtest.h>

#include <holdfast/model/task_machine.h>

#include "machine_walk.h"

namespace holdfast {
namespace {

TEST(TaskMachine, every_input_in_every_state_does_in_msm_what_the_table_says) {
  expect_same_single_steps<TaskMachine>(task_machine);
}

TEST(TaskMachine, random_courses_through_msm_and_the_table_stay_together) {
  expect_same_random_courses<TaskMachine>(task_machine, 598);
}

}  // namespace
}  // namespace holdfast
