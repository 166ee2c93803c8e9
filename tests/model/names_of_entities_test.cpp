#include <holdfast/model/names_of_entities.h>

#include <gtest/gtest.h>

namespace holdfast {
namespace {

TEST(NamesOfEntities, a_pod_is_called_by_its_pool_and_the_second_of_its_creation) {
  EXPECT_EQ(pod_name("pool-a", {1'762'590'434'999'999}), "iac-agent-pool-a-1762590434");
  holdfast::Setup setup;
  setup.pools = {"pool-a"};
  World world;
  world.pods.push_back({PodState::gone, PodState::absent, 0, {5 * second}, 1, 1});
  world.pods.push_back({PodState::running, PodState::absent, 7, {6 * second}, 1, 1});
  EXPECT_EQ(pod_name(world, setup, 0), "iac-agent-pool-a-5") << "also when it is gone";
  EXPECT_EQ(pod_name(world, setup, 1), "iac-agent-#7-6");
  EXPECT_EQ(pod_name(world, setup, 2), "#2");
}

TEST(NamesOfEntities, an_abstract_moment_has_the_second_0) {
  EXPECT_EQ(name_second(never), 0);
  EXPECT_EQ(name_second(elapsed), 0);
  EXPECT_EQ(name_second(just_now), 0);
  EXPECT_EQ(name_second({-1}), -1);
}

TEST(NamesOfEntities, ids_and_numbers_are_what_people_see) {
  holdfast::Setup setup;
  setup.pools = {"pool-a"};
  setup.workspaces = {"billing"};
  EXPECT_EQ(pool_id(setup, 0), "pool-a");
  EXPECT_EQ(pool_id(setup, 1), "#1");
  EXPECT_EQ(workspace_id(setup, 0), "billing");
  World world;
  world.tasks.push_back({.exists = true, .number = 598, .row = {}});
  EXPECT_EQ(task_name(world, 0), "task 598");
  EXPECT_EQ(task_name(world, 1), "task #1");
}

}  // namespace
}  // namespace holdfast
