#include <gtest/gtest.h>

#include <holdfast/model/managed_pod_machine.h>

#include "machine_walk.h"

namespace holdfast {
namespace {

TEST(ManagedPodMachine, every_input_in_every_state_does_in_msm_what_the_table_says) {
  expect_same_single_steps<ManagedPodMachine>(managed_pod_machine);
}

TEST(ManagedPodMachine, random_courses_through_msm_and_the_table_stay_together) {
  expect_same_random_courses<ManagedPodMachine>(managed_pod_machine, 598);
}

}  // namespace
}  // namespace holdfast
