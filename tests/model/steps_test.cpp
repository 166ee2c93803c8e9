// What steps() lists can be taken and folded, on random walks over every profile, timed and
// untimed, with every fault; and what a step leaves alone.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include <holdfast/model/procedures/turn.h>
#include <holdfast/tests/support/random_walk.h>

namespace holdfast {
namespace {

constexpr std::uint32_t all_faults = ~std::uint32_t{0};

// Calls `visit` with a walk for every profile, clock, and faults or none.
template <typename Visit>
void for_each_walk(int seeds, Visit&& visit) {
  for (const Profile& profile : profiles()) {
    for (int seed = 1; seed <= seeds; ++seed) {
      for (const bool timed : {true, false}) {
        for (const std::uint32_t faults : {std::uint32_t{0}, all_faults}) {
          WalkSetup setup = walk_setup(profile.knobs, static_cast<std::uint64_t>(seed));
          setup.timed = timed;
          setup.faults = faults;
          SCOPED_TRACE(std::string(profile.name) + (timed ? ", timed" : ", untimed"));
          visit(RandomWalk(setup));
          if (testing::Test::HasFailure()) return;
        }
      }
    }
  }
}

TEST(Steps, every_step_that_is_listed_can_be_taken_and_all_its_events_are_accepted) {
  for_each_walk(10, [](RandomWalk walk) { EXPECT_TRUE(walk.run(1500)) << walk.problem(); });
}

TEST(Steps, the_same_holds_for_knobs_that_no_profile_combines) {
  for (std::uint64_t seed = 1; seed <= 400; ++seed) {
    WalkSetup setup = walk_setup(drawn_knobs(seed), seed);
    setup.timed = seed % 3 != 0;
    setup.faults = seed % 2 == 0 ? all_faults : 0;
    RandomWalk walk(setup);
    ASSERT_TRUE(walk.run(1500)) << walk.problem();
  }
}

// Without this the walks above might have walked nowhere.
TEST(Steps, random_walks_reach_every_type_of_event_but_those_of_no_step) {
  // Folded before the first step, by the clock of an explorer, or only ever written into logs; and
  // nothing but a scenario makes a pod succeed.
  const std::set<EventType> of_no_step = {
      EventType::pool_configured, EventType::workspace_created, EventType::pool_window_changed,
      EventType::agent_heartbeat, EventType::fault_injected,    EventType::property_violated,
      EventType::pod_pending,     EventType::pod_succeeded};
  std::set<EventType> missing;
  for (const EventInfo& type : event_table()) {
    if (of_no_step.count(type.type) == 0) missing.insert(type.type);
  }
  for (std::uint64_t seed = 1; seed <= 1500 && !missing.empty(); ++seed) {
    WalkSetup setup = walk_setup(drawn_knobs(seed), seed);
    setup.faults = seed % 2 == 0 ? all_faults : 0;
    RandomWalk walk(setup);
    walk.watch = [&](const Step&, const World&, const Events& events, const World&) {
      for (const Event& event : events) {
        EXPECT_TRUE(event.type == EventType::pod_succeeded || of_no_step.count(event.type) == 0)
            << info(event.type).name;
        missing.erase(event.type);
      }
    };
    ASSERT_TRUE(walk.run(2000)) << walk.problem();
  }
  for (const EventType type : missing) ADD_FAILURE() << info(type).name;
}

TEST(Steps, the_list_is_the_same_twice_has_no_duplicates_and_is_the_union_over_the_actors) {
  for_each_walk(2, [](RandomWalk walk) {
    for (int i = 0; i < 400; ++i) {
      ASSERT_TRUE(walk.step()) << walk.problem();
      if (i % 4 != 0) continue;
      const auto list = [&] {
        return steps(walk.world(), walk.setup(), walk.clock(), walk.faults());
      };
      const std::vector<Step> once = list();
      EXPECT_EQ(once, list());
      std::vector<Step> by_actor;
      for (const Actor actor : walk.actors()) {
        append_steps(walk.world(), walk.setup(), walk.clock(), actor, walk.faults(), by_actor);
      }
      EXPECT_EQ(once, by_actor);
      std::vector<Step> sorted = once;
      std::sort(sorted.begin(), sorted.end());
      EXPECT_EQ(std::adjacent_find(sorted.begin(), sorted.end()), sorted.end());
    }
  });
}

// Not only the one that the walk then takes.
TEST(Steps, every_listed_alternative_can_be_taken_twice_with_the_same_events_which_all_fold) {
  for_each_walk(2, [](RandomWalk walk) {
    Events events;
    Events again;
    for (int i = 0; i < 300; ++i) {
      ASSERT_TRUE(walk.step()) << walk.problem();
      if (i % 10 != 0) continue;
      const std::vector<Step> all = steps(walk.world(), walk.setup(), walk.clock(), walk.faults());
      for (const Step& step : all) {
        take(walk.world(), walk.setup(), walk.clock(), step, events);
        take(walk.world(), walk.setup(), walk.clock(), step, again);
        EXPECT_TRUE(std::equal(events.begin(), events.end(), again.begin(), again.end()));
        World next = walk.world();
        for (const Event& event : events) {
          ASSERT_EQ(evolve(next, event), "") << info(event.type).name;
        }
      }
    }
  });
}

constexpr ActorKind kinds_with_places[] = {ActorKind::procedure, ActorKind::timer,
                                           ActorKind::pod,       ActorKind::agent,
                                           ActorKind::replica,   ActorKind::task};

std::vector<Step> steps_of(const World& world, const RandomWalk& walk, Actor actor) {
  std::vector<Step> out;
  append_steps(world, walk.setup(), walk.clock(), actor, all_faults, out);
  return out;
}

TEST(Steps, an_actor_that_is_not_there_has_none) {
  RandomWalk walk(walk_setup(find_profile("slots")->knobs, 1));
  ASSERT_TRUE(walk.run(300)) << walk.problem();
  const World nothing;
  const World& world = walk.world();
  const std::size_t sizes[] = {world.procedures.size(), world.timers.size(),   world.pods.size(),
                               world.agents.size(),     world.replicas.size(), world.tasks.size()};
  for (std::size_t k = 0; k < std::size(kinds_with_places); ++k) {
    const ActorKind kind = kinds_with_places[k];
    ASSERT_GT(sizes[k], 0U);
    const auto behind = static_cast<std::uint16_t>(sizes[k]);
    for (const std::uint16_t place : {behind, static_cast<std::uint16_t>(behind + 1000), none}) {
      EXPECT_TRUE(steps_of(world, walk, {kind, place}).empty())
          << "kind " << k << ", place " << place;
    }
    EXPECT_TRUE(steps_of(nothing, walk, {kind, 0}).empty()) << "kind " << k;
  }
}

// Of replicas there is none: their number is fixed.
TEST(Steps, a_free_place_has_none) {
  const RandomWalk walk(walk_setup(find_profile("slots")->knobs, 1));
  World world;
  world.procedures.resize(1);
  world.timers.resize(1);
  world.pods.resize(1);
  world.agents.resize(1);
  world.tasks.resize(1);
  for (const ActorKind kind : kinds_with_places) {
    EXPECT_TRUE(steps_of(world, walk, {kind, 0}).empty()) << static_cast<int>(kind);
  }
  world.pods[0].state = PodState::gone;
  EXPECT_TRUE(steps_of(world, walk, {ActorKind::pod, 0}).empty());
  EXPECT_TRUE(steps_of(world, walk, {ActorKind::agent, 0}).empty());
}

// But for messages that have no connection to go over.
TEST(Steps, no_fault_is_listed_that_was_not_asked_for) {
  for_each_walk(1, [](RandomWalk walk) {
    for (int i = 0; i < 500; ++i) {
      ASSERT_TRUE(walk.step()) << walk.problem();
      for (const Step& step : steps(walk.world(), walk.setup(), walk.clock())) {
        if (step.fault == Fault::none) continue;
        EXPECT_EQ(step.fault, Fault::message_lost);
        EXPECT_EQ(walk.world().procedures[step.actor].replica, none);
      }
    }
  });
}

// What is left of timer i when that replica is killed: its rank counts those that are left.
Timer left_of(const std::vector<Timer>& timers, std::size_t i, ReplicaIndex killed) {
  if (timers[i].kind == TimerKind::none || timers[i].replica == killed) return {};
  Timer left = timers[i];
  left.order = static_cast<std::uint16_t>(
      std::count_if(timers.begin(), timers.end(), [&](const Timer& other) {
        return other.kind != TimerKind::none && other.replica != killed &&
               other.order < timers[i].order;
      }));
  return left;
}

TEST(Steps, a_killed_replica_takes_its_procedures_timers_and_memory_along_and_nothing_else) {
  int kills = 0;
  for_each_walk(4, [&](RandomWalk walk) {
    walk.watch = [&](const Step& step, const World& before, const Events&, const World& after) {
      if (step.kind != StepKind::server_stops) return;
      ++kills;
      const ReplicaIndex killed = step.actor;
      EXPECT_EQ(before.tasks, after.tasks);
      EXPECT_EQ(before.pools, after.pools);
      EXPECT_EQ(before.pods, after.pods);
      for (std::size_t i = 0; i < before.procedures.size(); ++i) {
        const Procedure& procedure = before.procedures[i];
        const bool dies = procedure.depth != 0 && procedure.replica == killed;
        const Procedure left = i < after.procedures.size() ? after.procedures[i] : Procedure{};
        EXPECT_EQ(left, dies ? Procedure{} : procedure);
      }
      for (std::size_t i = 0; i < before.timers.size(); ++i) {
        const Timer left = i < after.timers.size() ? after.timers[i] : Timer{};
        EXPECT_EQ(left, left_of(before.timers, i, killed));
      }
      for (std::size_t r = 0; r < before.replicas.size(); ++r) {
        EXPECT_EQ(after.memories[r], r == killed ? Memory{} : before.memories[r]);
        EXPECT_EQ(after.replicas[r], r == killed ? Replica{} : before.replicas[r]);
      }
      for (std::size_t i = 0; i < before.agents.size(); ++i) {
        Agent expected = before.agents[i];
        if (expected.connected_to == killed) {
          if (expected.state == AgentState::connected) {
            expected.state = AgentState::disconnected;
            expected.last_ping = after.agents[i].last_ping;
          }
          expected.connected_to = none;
          expected.silent_since = never;
        }
        EXPECT_EQ(after.agents[i], expected);
      }
      EXPECT_EQ(after.leader, before.leader == killed ? none : before.leader);
    };
    EXPECT_TRUE(walk.run(1500)) << walk.problem();
  });
  EXPECT_GT(kills, 100);
}

TEST(Steps, a_place_is_used_again_only_when_nothing_names_who_had_it) {
  int pods = 0;
  int tasks = 0;
  for_each_walk(6, [&](RandomWalk walk) {
    walk.watch = [&](const Step&, const World& before, const Events& events, const World&) {
      for (const Event& e : events) {
        if (e.type == EventType::task_submitted && e.task < before.tasks.size()) {
          ++tasks;
          EXPECT_FALSE(is_read(before, e.task));
        }
        if (e.type != EventType::pod_created || e.pod >= before.pods.size()) continue;
        ++pods;
        EXPECT_EQ(before.pods[e.pod].state, PodState::gone);
        EXPECT_FALSE(before.agents[e.pod].row);
        for (const Memory& memory : before.memories) {
          EXPECT_FALSE(e.pod < memory.pods.size() && memory.pods[e.pod].known());
        }
        for (const Task& task : before.tasks) {
          const bool named = task.row.agent == e.pod || task.plan_pod == e.pod;
          EXPECT_FALSE(task.exists && !is_final(task.row.status) && named);
        }
      }
    };
    EXPECT_TRUE(walk.run(2000)) << walk.problem();
  });
  EXPECT_GT(pods, 100);
  EXPECT_GT(tasks, 100);
}

}  // namespace
}  // namespace holdfast
