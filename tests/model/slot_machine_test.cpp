#include <gtest/gtest.h>

#include <holdfast/model/slot_machine.h>

#include "machine_walk.h"

namespace holdfast {
namespace {

TEST(SlotMachine, every_input_in_every_state_does_in_msm_what_the_table_says) {
  expect_same_single_steps<SlotMachine>(slot_machine);
}

TEST(SlotMachine, random_courses_through_msm_and_the_table_stay_together) {
  expect_same_random_courses<SlotMachine>(slot_machine, 598);
}

}  // namespace
}  // namespace holdfast
