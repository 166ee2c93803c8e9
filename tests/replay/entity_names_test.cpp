// Names of entities in a log, and back to their places.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <holdfast/model/names_of_entities.h>
#include <holdfast/replay/entity_names.h>

namespace holdfast {
namespace {

constexpr Moment start{1'762'590'434 * second};

Setup setup_of(std::vector<std::string> pools) {
  Setup setup;
  setup.pools = std::move(pools);
  setup.workspaces = {"w"};
  return setup;
}

Event pod_event(EventType type, PodIndex pod, PoolIndex pool = 0, Moment time = start) {
  Event e;
  e.type = type;
  e.pod = pod;
  e.pool = pool;
  e.time = time;
  return e;
}

Event submitted(TaskIndex task, std::int64_t number) {
  Event e;
  e.type = EventType::task_submitted;
  e.task = task;
  e.n[0] = number;
  return e;
}

std::string pod_text(const EntityNames& names, PodIndex pod) {
  std::string text;
  names.append_pod(text, pod);
  return text;
}

std::string task_text(const EntityNames& names, TaskIndex task) {
  std::string text;
  names.append_task(text, task);
  return text;
}

std::string pool_text(const EntityNames& names, PoolIndex pool) {
  std::string text;
  names.append_pool(text, pool);
  return text;
}

TEST(EntityNames, a_pod_is_called_by_its_pool_and_second) {
  EntityNames names(setup_of({"pool-a"}));
  EXPECT_EQ(pod_text(names, 3), "#3");
  EXPECT_EQ(names.pod_named("iac-agent-pool-a-1762590434"), std::nullopt);
  names.note(pod_event(EventType::pod_created, 3));
  EXPECT_EQ(pod_text(names, 3), "iac-agent-pool-a-1762590434");
  EXPECT_EQ(names.pod_named("iac-agent-pool-a-1762590434"), 3);
}

TEST(EntityNames, a_gone_pod_keeps_its_name_until_another_one_has_it) {
  EntityNames names(setup_of({"pool-a"}));
  names.note(pod_event(EventType::pod_created, 0));
  names.note(pod_event(EventType::pod_gone, 0));
  EXPECT_EQ(pod_text(names, 0), "iac-agent-pool-a-1762590434");
  names.note(pod_event(EventType::pod_created, 1));
  EXPECT_EQ(pod_text(names, 0), "iac-agent-pool-a-1762590434#0");
  EXPECT_EQ(pod_text(names, 1), "iac-agent-pool-a-1762590434");
  names.note(pod_event(EventType::pod_gone, 1));
  EXPECT_EQ(pod_text(names, 1), "iac-agent-pool-a-1762590434#1");
  // The place of the first is used again.
  names.note(pod_event(EventType::pod_created, 0, 0, {start.us + second}));
  EXPECT_EQ(pod_text(names, 0), "iac-agent-pool-a-1762590435");
  EXPECT_EQ(pod_text(names, 1), "iac-agent-pool-a-1762590434");
}

TEST(EntityNames, the_name_alone_means_nobody_where_it_is_ambiguous) {
  EntityNames names(setup_of({"pool-a"}));
  names.note(pod_event(EventType::pod_created, 0, 0, just_now));
  names.note(pod_event(EventType::pod_created, 1, 0, just_now));
  EXPECT_EQ(names.pod_named("iac-agent-pool-a-0"), std::nullopt);
  EXPECT_EQ(names.pod_named("iac-agent-pool-a-0#1"), 1);
  EXPECT_EQ(names.pod_named("iac-agent-pool-a-0#2"), std::nullopt);
}

TEST(EntityNames, a_task_is_called_by_its_number) {
  EntityNames names(setup_of({}));
  names.note(submitted(0, 598));
  EXPECT_EQ(task_text(names, 0), "598");
  EXPECT_EQ(names.task_numbered(598), 0);
  names.note(submitted(0, 599));
  EXPECT_EQ(names.task_numbered(598), std::nullopt);
  names.note(submitted(1, 599));
  EXPECT_EQ(task_text(names, 0), "#0");
  EXPECT_EQ(task_text(names, 1), "599");
}

TEST(EntityNames, an_id_that_would_be_ambiguous_is_a_place) {
  const EntityNames names(setup_of({"a", "a", "", "#9"}));
  EXPECT_EQ(pool_text(names, 0), "a");
  EXPECT_EQ(pool_text(names, 1), "#1");
  EXPECT_EQ(pool_text(names, 2), "#2");
  EXPECT_EQ(pool_text(names, 3), "#3");
  EXPECT_EQ(names.pool_named("#3"), 3);
  EXPECT_EQ(names.pool_named("#9"), std::nullopt);
  EXPECT_EQ(names.pool_named("b"), std::nullopt);
}

TEST(EntityNames, a_world_gives_the_names_that_its_events_gave) {
  const holdfast::Setup setup = setup_of({"pool-a", "pool-b"});
  EntityNames noted(setup);
  World world;
  for (PodIndex pod = 0; pod < 4; ++pod) {
    const PoolIndex pool = pod % 2;
    noted.note(pod_event(EventType::pod_created, pod, pool));
    world.pods.push_back({PodState::running, PodState::absent, pool, start, 1, 1});
  }
  noted.note(pod_event(EventType::pod_gone, 2));
  world.pods[2].state = PodState::gone;
  const EntityNames made(setup, world);
  for (PodIndex pod = 0; pod < 5; ++pod) EXPECT_EQ(pod_text(made, pod), pod_text(noted, pod));
  EXPECT_EQ(pod_name(world, setup, 1), "iac-agent-pool-b-1762590434");
}

RC_GTEST_PROP(EntityNames, every_place_comes_back_from_its_name, ()) {
  EntityNames names(setup_of({"p", "p-1", "p-", "q"}));
  const int count = *rc::gen::inRange(1, 60);
  for (int i = 0; i < count; ++i) {
    const auto place = *rc::gen::inRange<PodIndex>(0, 8);
    const auto seconds = *rc::gen::inRange<std::int64_t>(-2, 3);
    switch (*rc::gen::inRange(0, 3)) {
      case 0:
        names.note(pod_event(EventType::pod_created, place, *rc::gen::inRange<PoolIndex>(0, 4),
                             {seconds * second + 5}));
        break;
      case 1: names.note(pod_event(EventType::pod_gone, place)); break;
      default: names.note(submitted(place, seconds)); break;
    }
    for (PodIndex pod = 0; pod < 9; ++pod) {
      RC_ASSERT(names.pod_named(pod_text(names, pod)) == pod);
      RC_ASSERT(names.task_named(task_text(names, pod)) == pod);
    }
  }
}

}  // namespace
}  // namespace holdfast
