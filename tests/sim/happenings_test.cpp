// What a scenario makes happen, in the world as it is: the step that does it, or why it cannot be.
#include <gtest/gtest.h>

#include <string>

#include <holdfast/sim/faults.h>
#include <holdfast/sim/happenings.h>
#include <holdfast/tests/sim/random_scenario.h>
#include <holdfast/tests/support/drive.h>

namespace holdfast {
namespace {

struct Happenings : ::testing::Test {
  Drive d;
  Scenario scenario = quiet_scenario();
  RandomStreams streams{1};
  PodOrdinals ordinals;
  ReplicaIndex replica = d.serve();
  PoolIndex pool = d.pool(0, 3);
  WorkspaceIndex ws = d.workspace(pool);
  PodIndex pod = d.pod(pool);
  TaskIndex task = d.task(ws);

  Happenings() { ordinals.emplace_back(pod, d.world.pods[pod].created); }

  HappeningResult plan(const Happening& happening) {
    return plan_happening({d.world, scenario, streams, ordinals}, happening);
  }
  static Happening of(ActionKind kind) {
    Happening happening;
    happening.kind = kind;
    happening.pod = 0;
    return happening;
  }
  std::string missed(ActionKind kind) { return std::string(plan(of(kind)).missed); }
};

TEST_F(Happenings, a_request_needs_a_server_that_is_up) {
  for (const ActionKind kind : {ActionKind::submit, ActionKind::save_config, ActionKind::sync,
                                ActionKind::unfreeze, ActionKind::rotate_token}) {
    EXPECT_EQ(missed(kind), "");
  }
  d.fold(EventType::server_stopped, [&](Event& e) { e.replica = replica; });
  for (const ActionKind kind : {ActionKind::submit, ActionKind::save_config, ActionKind::sync,
                                ActionKind::unfreeze, ActionKind::rotate_token}) {
    EXPECT_EQ(missed(kind), "no server is up to take the request");
  }
}

TEST_F(Happenings, a_request_lands_on_the_replica_that_is_named) {
  d.serve();
  Happening submit = of(ActionKind::submit);
  submit.replica = 1;
  for (int i = 0; i < 10; ++i) EXPECT_EQ(plan(submit).step.replica, 1);
  IndexSet drawn;
  submit.replica = none;
  for (int i = 0; i < 40; ++i) drawn.insert(plan(submit).step.replica);
  EXPECT_EQ(drawn.size(), 2);
}

TEST_F(Happenings, a_task_is_found_by_its_number) {
  for (const ActionKind kind : {ActionKind::confirm, ActionKind::cancel}) {
    Happening asks = of(kind);
    asks.task = d.world.tasks[task].number;
    EXPECT_EQ(plan(asks).step.actor, task);
    asks.task = 999;
    EXPECT_EQ(plan(asks).missed, "there is no such task");
  }
}

TEST_F(Happenings, a_server_is_stopped_when_up_and_started_when_down) {
  EXPECT_EQ(missed(ActionKind::start), "the server is up");
  EXPECT_EQ(plan(of(ActionKind::restart)).step.kind, StepKind::server_stops);
  EXPECT_EQ(plan(of(ActionKind::lose_leader)).step.actor, replica);
  d.fold(EventType::server_stopped, [&](Event& e) { e.replica = replica; });
  d.fold(EventType::leader_lost, [](Event&) {});
  EXPECT_EQ(missed(ActionKind::stop), "the server is down");
  EXPECT_EQ(missed(ActionKind::lose_leader), "no replica leads");
  EXPECT_EQ(plan(of(ActionKind::start)).step.kind, StepKind::server_starts);
  Happening other = of(ActionKind::stop);
  other.replica = 5;
  EXPECT_EQ(plan(other).missed, "there is no such replica");
}

TEST_F(Happenings, a_pod_breaks_only_while_there_is_something_to_break) {
  EXPECT_EQ(plan(of(ActionKind::crash_pod)).step.kind, StepKind::pod_crashes);
  EXPECT_EQ(plan(of(ActionKind::evict_pod)).step.kind, StepKind::pod_evicted);
  EXPECT_EQ(plan(of(ActionKind::lose_node)).step.kind, StepKind::pod_lost);
  EXPECT_EQ(missed(ActionKind::disconnect_agent), "the agent is not connected");
  d.connect(pod);
  EXPECT_EQ(plan(of(ActionKind::silence_agent)).step.kind, StepKind::agent_falls_silent);
  d.fold(EventType::pod_delete_requested, [&](Event& e) { e.pod = pod; });
  EXPECT_EQ(missed(ActionKind::crash_pod), "the pod does not run");
  EXPECT_EQ(missed(ActionKind::succeed_pod), "the pod does not run");
  EXPECT_EQ(missed(ActionKind::evict_pod), "the pod does not live");
}

// Its place may belong to another by now.
TEST_F(Happenings, a_pod_is_known_by_the_order_of_creation_and_its_moment) {
  EXPECT_EQ(pod_of_ordinal(d.world, ordinals, 0), pod);
  EXPECT_EQ(pod_of_ordinal(d.world, ordinals, 1), none);
  ordinals[0].second.us -= 1;
  EXPECT_EQ(missed(ActionKind::crash_pod), "there is no such pod");
}

// --- faults --------------------------------------------------------------------------------------

constexpr Instruction list_call{"a", Store::cluster, Verb::list, "", nullptr};
constexpr Instruction create_call{"a", Store::cluster, Verb::create, "", nullptr};
constexpr Instruction query_call{"a", Store::database, Verb::query, "", nullptr};
constexpr Instruction memory_read{"a", Store::memory, Verb::read, "", nullptr};

TEST_F(Happenings, the_next_calls_of_a_verb_fail_and_no_more_than_were_asked_for) {
  Faults faults(scenario, streams);
  faults.fail_next(Fault::cluster_error, Verb::create, 2);
  EXPECT_EQ(faults.draw(list_call, scenario.start), Fault::none);
  EXPECT_EQ(faults.draw(query_call, scenario.start), Fault::none);
  for (int i = 0; i < 2; ++i) {
    // To draw is not yet to take.
    EXPECT_EQ(faults.draw(create_call, scenario.start), Fault::cluster_error);
    EXPECT_EQ(faults.draw(create_call, scenario.start), Fault::cluster_error);
    faults.spend(Fault::cluster_error, create_call);
  }
  EXPECT_EQ(faults.draw(create_call, scenario.start), Fault::none);
}

TEST_F(Happenings, a_call_fails_only_in_ways_that_it_can) {
  const auto drawn = [&](Fault fault, const Instruction& instruction) {
    Faults faults(scenario, streams);
    faults.fail_next(fault, Verb::none, 1);
    return faults.draw(instruction, scenario.start) == fault;
  };
  EXPECT_TRUE(drawn(Fault::stale_list, list_call));
  EXPECT_FALSE(drawn(Fault::stale_list, create_call));
  EXPECT_FALSE(drawn(Fault::cluster_timeout, list_call)) << "a read has no effect to take";
  EXPECT_TRUE(drawn(Fault::cluster_timeout, create_call));
  EXPECT_TRUE(drawn(Fault::database_error, query_call));
  for (const Fault fault : {Fault::cluster_error, Fault::database_error, Fault::message_lost}) {
    EXPECT_FALSE(drawn(fault, memory_read));
  }
}

TEST_F(Happenings, chance_ends_when_the_calm_begins_and_asked_for_failures_do_not) {
  scenario.faults.cluster_error_ppm = 1'000'000;
  scenario.faults.until_us = minute;
  Faults faults(scenario, streams);
  const Moment before{scenario.start.us + minute - 1};
  const Moment calm{scenario.start.us + minute};
  EXPECT_EQ(faults.draw(list_call, before), Fault::cluster_error);
  EXPECT_EQ(faults.draw(list_call, calm), Fault::none);
  faults.fail_next(Fault::cluster_error, Verb::none, 1);
  EXPECT_EQ(faults.draw(list_call, calm), Fault::cluster_error);
}

// Switching on one kind of fault shifts no draw of another.
TEST_F(Happenings, each_kind_of_fault_draws_from_a_stream_of_its_own) {
  scenario.faults.cluster_error_ppm = 300'000;
  const auto failures = [&] {
    RandomStreams own(7);
    Faults faults(scenario, own);
    std::string text;
    for (int i = 0; i < 200; ++i) {
      text += faults.draw(list_call, scenario.start) == Fault::cluster_error ? 'x' : '.';
      faults.draw(query_call, scenario.start);
    }
    return text;
  };
  const std::string alone = failures();
  EXPECT_NE(alone.find('x'), std::string::npos);
  scenario.faults.database_error_ppm = 500'000;
  scenario.faults.message_lost_ppm = 500'000;
  EXPECT_EQ(failures(), alone);
}

TEST_F(Happenings, what_breaks_by_itself_breaks_somebody_who_is_there) {
  scenario.faults.pod_crash = Distribution::fixed(minute);
  Faults faults(scenario, streams);
  std::vector<std::int64_t> firsts;
  faults.schedule([&](std::uint16_t index, std::int64_t delay) {
    EXPECT_EQ(index, 0);
    firsts.push_back(delay);
  });
  EXPECT_EQ(firsts, std::vector<std::int64_t>{minute});
  std::int64_t again = 0;
  const auto note = [&](std::int64_t delay) { again = delay; };
  Step step = faults.strike(0, d.world, scenario.start, note);
  EXPECT_EQ(step.kind, StepKind::pod_crashes);
  EXPECT_EQ(step.actor, pod);
  EXPECT_EQ(again, minute);
  d.fold(EventType::pod_gone, [&](Event& e) { e.pod = pod; });
  step = faults.strike(0, d.world, scenario.start, note);
  EXPECT_EQ(step.actor, none);
}

}  // namespace
}  // namespace holdfast
