#include <gtest/gtest.h>

#include <holdfast/model/replica_machine.h>

#include "machine_walk.h"

namespace holdfast {
namespace {

TEST(ReplicaMachine, every_input_in_every_state_does_in_msm_what_the_table_says) {
  expect_same_single_steps<ReplicaMachine>(replica_machine);
}

TEST(ReplicaMachine, random_courses_through_msm_and_the_table_stay_together) {
  expect_same_random_courses<ReplicaMachine>(replica_machine, 598);
}

}  // namespace
}  // namespace holdfast
