// Eventual properties by exploring: known answers, and what every course that is shown must be.
#include <gtest/gtest.h>

#include <algorithm>

#include <holdfast/sim/eventually.h>
#include <holdfast/sim/run.h>
#include <holdfast/tests/explore/explore_support.h>

namespace holdfast {
namespace {

// A restart while task 598 waits for a user who does not come.
constexpr std::string_view restart = R"(name: restart
pool: {id: pool-a, min_replicas: 0, max_replicas: 3}
given:
  pods: 1
  tasks:
    - {id: 598, workspace: ws-1, type: plan_and_apply, status: apply_pending, pod: 0, slot: 0}
users: {confirm: never}
expect: [{violates: reservation_restored, within: 5m}]
explore: {restarts: 1, pods: 1, ages: []}
)";

// A task that holds no pod waits for a user who does not come, beside an idle pod.
constexpr std::string_view local_task = R"(name: a local task waits
pool: {id: pool-a, min_replicas: 0, max_replicas: 3}
workspaces:
  - {id: ws-1, mode: local}
given:
  pods: 1
  tasks:
    - {id: 598, workspace: ws-1, type: plan_and_apply, status: apply_pending}
users: {confirm: never}
expect: [{violates: pool_settles, within: 30m}]
explore: {restarts: 0, pods: 1, ages: []}
)";

constexpr std::string_view pending_task = R"(name: a pending task without a pod
pool: {id: pool-a, min_replicas: 0, max_replicas: 1}
given:
  tasks:
    - {id: 1, workspace: ws-1, type: plan, status: pending}
users: {confirm: never}
expect: [{violates: pending_task_runs, within: 20m}]
explore: {restarts: 0, pods: 1, ages: [], triggers_any_time: true, one_push_per_task: true}
)";

// Pod 0 crashes and takes the reservation of task 598 with it; the only other one is taken.
constexpr std::string_view full = R"(name: a confirmed apply without a slot
pool: {id: pool-a, min_replicas: 0, max_replicas: 2}
given:
  pods: 2
  tasks:
    - {id: 598, workspace: ws-1, type: plan_and_apply, status: apply_pending, pod: 0, slot: 0}
    - {id: 599, workspace: ws-2, type: plan_and_apply, status: apply_pending, pod: 1, slot: 0}
when:
  - at: 3s
    crash_pod: {pod: 0}
expect: [{violates: confirmed_apply_runs, within: 20m}]
explore:
  restarts: 0
  pods: 2
  faults: 1
  ages: []
  triggers_any_time: true
  one_push_per_task: true
  delete_immediate: true
)";

EventualExploration explored(std::string_view text, std::string_view profile,
                             EventualOptions options = {}) {
  Scenario scenario = scenario_with(text, profile);
  return explore_eventually(scenario, options);
}

Answer answer(const EventualExploration& found, std::string_view property) {
  return found.answer(property).answer;
}

std::vector<std::string> changes(const EndlessCourse& course, bool in_loop) {
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < course.course.steps.size(); ++i) {
    const CourseStep& step = course.course.steps[i];
    if ((i >= course.loop_begin) == in_loop && step.changes) texts.push_back(step.text);
  }
  return texts;
}

bool contains(const std::vector<std::string>& texts, std::string_view wanted) {
  return std::find(texts.begin(), texts.end(), wanted) != texts.end();
}

// Result 4: the guard keeps the pod and leaves the memory wrong.
TEST(Eventually, a_reservation_is_never_restored_under_the_guard_alone) {
  const EventualExploration found = explored(restart, "slots+guard");
  EXPECT_EQ(found.graph.ending, Ending::complete);
  EXPECT_EQ(answer(found, "reservation_restored"), Answer::violated);
  EXPECT_EQ(answer(found, "belief_converges"), Answer::violated);
  const EventualAnswer& restored = found.answer("reservation_restored");
  ASSERT_TRUE(restored.course);
  EXPECT_EQ(restored.course->sentence,
            "task 598 is reserved on pod iac-agent-pool-a-0, and no slot in the memory of replica "
            "0 is Reserved for it");
  const std::vector<std::string> stem = changes(*restored.course, false);
  EXPECT_TRUE(contains(stem, "server_stops (replica 0)"));
  EXPECT_EQ(changes(*restored.course, true),
            (std::vector<std::string>{"agent_cleanup fires", "agent_health fires", "monitor fires",
                                      "autoscaler fires"}));
}

// Result 3.
TEST(Eventually, a_reservation_is_always_restored_by_a_rebuild) {
  const EventualExploration found = explored(restart, "slots+rebuild");
  EXPECT_EQ(found.graph.ending, Ending::complete);
  EXPECT_EQ(answer(found, "reservation_restored"), Answer::holds);
  EXPECT_EQ(answer(found, "belief_converges"), Answer::holds);
  EXPECT_EQ(answer(found, "waiting_task_placed"), Answer::holds);
  EXPECT_EQ(answer(found, "pending_task_runs"), Answer::not_asked);
}

// Result 13: fix 3 counts tasks that hold no pod.
TEST(Eventually, a_pool_settles_unless_the_guard_waits_for_a_local_task) {
  const EventualExploration guarded = explored(local_task, "slots+guard");
  EXPECT_EQ(answer(guarded, "pool_settles"), Answer::violated);
  const EventualExploration bare = explored(local_task, "slots");
  EXPECT_EQ(bare.graph.ending, Ending::complete);
  EXPECT_EQ(answer(bare, "pool_settles"), Answer::holds);
}

// The rule of required slots never wants a first pod, and no step ever changes that.
TEST(Eventually, required_slots_never_start_the_first_pod) {
  const EventualExploration found = explored(pending_task, "required-slots");
  EXPECT_EQ(answer(found, "pending_task_runs"), Answer::violated);
  EXPECT_EQ(answer(found, "pool_settles"), Answer::not_asked);
}

// Each cycle may undo the cold start of the one before: a loop in which pods come and go for ever.
TEST(Eventually, a_cold_start_may_be_undone_for_ever) {
  const EventualExploration found = explored(pending_task, "slots");
  EXPECT_EQ(found.graph.ending, Ending::complete);
  const EventualAnswer& runs = found.answer("pending_task_runs");
  ASSERT_EQ(runs.answer, Answer::violated);
  ASSERT_TRUE(runs.course);
  const std::vector<std::string> loop = changes(*runs.course, true);
  EXPECT_TRUE(contains(loop, "autoscaler_cycle > create_pod a"));
  EXPECT_TRUE(contains(loop, "autoscaler_cycle > delete_pod ii (pod 0)"));
  EXPECT_TRUE(contains(loop, "pod_ends (pod 0)"));
  EXPECT_EQ(answer(found, "pool_settles"), Answer::holds);
}

// Result 7. The search ends with what it looks for, long before the graph is whole.
TEST(Eventually, a_confirmed_apply_waits_for_ever_once_its_pod_is_gone) {
  EventualOptions options;
  options.property = "confirmed_apply_runs";
  options.limits.most_states = 2'000'000;
  const EventualExploration found = explored(full, "slots+reconcile+guard", options);
  EXPECT_EQ(found.reduced.ending, Ending::violation);
  EXPECT_EQ(found.graph.states, 0U);
  ASSERT_EQ(found.answers.size(), 1U);
  const EventualAnswer& runs = found.answers.front();
  ASSERT_EQ(runs.answer, Answer::violated);
  ASSERT_TRUE(runs.course);
  EXPECT_EQ(runs.course->sentence, "the confirmed apply of task 598 has not started");
  const std::vector<std::string> stem = changes(*runs.course, false);
  EXPECT_TRUE(contains(stem, "pod_crashes (pod 0)"));
  EXPECT_TRUE(contains(stem, "confirm (task 598)"));
}

// What the reduction finds is found without it; without it alone is said that nothing is.
TEST(Eventually, the_reduction_changes_no_answer) {
  for (const std::string_view text : {restart, local_task}) {
    for (const std::string_view profile : {"slots+guard", "slots+rebuild"}) {
      const EventualExploration reduced = explored(text, profile);
      EventualOptions options;
      options.reduced_first = false;
      const EventualExploration all = explored(text, profile, options);
      ASSERT_EQ(all.reduced.states, 0U);
      ASSERT_EQ(all.graph.ending, Ending::complete);
      EXPECT_LT(reduced.reduced.states, all.graph.states);
      for (std::size_t i = 0; i < all.answers.size(); ++i) {
        EXPECT_EQ(all.answers[i].answer, reduced.answers[i].answer)
            << profile << ' ' << all.answers[i].property->name;
        EXPECT_EQ(all.answers[i].course.has_value(), reduced.answers[i].course.has_value());
      }
    }
  }
}

// There nothing happens under the reduction; truly every ticker looks and finds nothing to do.
TEST(Eventually, where_the_reduction_stops_every_ticker_goes_round) {
  EventualOptions options;
  options.property = "pool_settles";
  const EventualExploration found = explored(local_task, "slots+guard", options);
  EXPECT_EQ(found.reduced.moves, 0U);
  EXPECT_EQ(found.graph.states, 0U);
  const EventualAnswer& settles = found.answers.front();
  ASSERT_TRUE(settles.course);
  EXPECT_EQ(settles.course->loop_begin, 0U);
  EXPECT_EQ(changes(*settles.course, true),
            (std::vector<std::string>{"agent_cleanup fires", "agent_health fires", "monitor fires",
                                      "autoscaler fires"}));
}

TEST(Eventually, a_limit_leaves_open_what_was_not_found) {
  EventualOptions options;
  options.limits.most_states = 1000;
  const EventualExploration found = explored(restart, "slots+rebuild", options);
  EXPECT_EQ(found.graph.ending, Ending::state_limit);
  EXPECT_EQ(answer(found, "reservation_restored"), Answer::undecided);
  options.limits.most_states = ExploreOptions::no_limit;
  options.limits.most_depth = 5;
  EXPECT_EQ(explored(restart, "slots+rebuild", options).graph.ending, Ending::depth_limit);
}

// The secret of an empty pool grows old and is rotated for ever, and tokens are numbered: no course
// stays where it can be packed, so nothing is said of those that there are.
TEST(Eventually, nothing_holds_where_every_course_goes_beyond_a_bound) {
  constexpr std::string_view idle = R"(name: an idle pool
pool: {id: pool-a, min_replicas: 0, max_replicas: 1}
given: {pods: 1}
expect: [{violates: pool_settles, within: 5m}]
explore: {restarts: 0, pods: 1, ages: [secret_old]}
)";
  EventualOptions options;
  options.property = "pool_settles";
  const EventualExploration found = explored(idle, "slots", options);
  EXPECT_EQ(found.graph.ending, Ending::complete);
  EXPECT_EQ(answer(found, "pool_settles"), Answer::undecided);
  EXPECT_TRUE(found.answers.front().leads_beyond);
}

// A heartbeat that is renewed all the time never grows old, though it could.
TEST(Eventually, a_moment_that_is_renewed_need_not_grow_old) {
  Scenario scenario = scenario_with(local_task, "slots+guard");
  scenario.explore.ages = age_bit(Age::heartbeat_stale);
  const PlatformSpace space(scenario, {.lazy_reads = false, .pods_at_a_time = true});
  const PlatformGraph graph(space, {find_property("pool_settles")}, {});
  std::vector<bool> fresh = graph.owed(0);
  PlatformState state;
  for (GraphNode node = 0; node < graph.graph().nodes(); ++node) {
    space.unpack(graph.state(node), state);
    const Memory& memory = state.world.memories[0];
    const bool stale = !memory.pods.empty() && memory.pods[0].heartbeat == elapsed;
    fresh[node] = fresh[node] && !stale;
  }
  EXPECT_TRUE(FairCycles(graph.graph()).find(fresh));
}

// --- the critical step ---------------------------------------------------------------------------

ShortestCourse shortest(std::string_view text, std::string_view profile,
                        std::string_view property) {
  Scenario scenario = scenario_with(text, profile);
  ScenarioExploreOptions options;
  options.property = property;
  options.critical_step = true;
  const ScenarioExploration found = explore_scenario(scenario, options);
  EXPECT_EQ(found.answer(property).answer, Answer::violated);
  return found.answer(property).counterexample.value_or(ShortestCourse());
}

// The memory of a started server has forgotten the reservation, and nothing brings it back.
TEST(CriticalStep, is_the_restart_where_nothing_restores_the_reservation) {
  const ShortestCourse found = shortest(restart, "slots", "reserved_pod_kept");
  ASSERT_TRUE(found.course && found.critical);
  ASSERT_TRUE(found.critical->is_known);
  EXPECT_FALSE(found.critical->before_all);
  EXPECT_EQ(found.course->steps[found.critical->step].text, "server_stops (replica 0)");
}

// A reconcile may still come first, until the autoscaler has chosen its pod.
TEST(CriticalStep, is_the_choice_of_the_pod_where_a_reconcile_may_come_first) {
  const ShortestCourse found = shortest(restart, "described", "reserved_pod_kept");
  ASSERT_TRUE(found.course && found.critical);
  ASSERT_TRUE(found.critical->is_known);
  EXPECT_EQ(found.course->steps[found.critical->step].text,
            "autoscaler_cycle > delete_pod i (pod 0)");
}

TEST(CriticalStep, is_not_known_beyond_the_limit) {
  Scenario scenario = scenario_with(restart, "slots");
  const ShortestCourse found = shortest(restart, "slots", "reserved_pod_kept");
  ExploreOptions limits;
  limits.most_states = 100;
  EXPECT_FALSE(critical_step(scenario, "reserved_pod_kept", *found.course, limits).is_known);
}

// A push that may start at any time is owed its turn also where the bound of procedures keeps it
// out while a round goes on: that a round is always under way is no course without a push.
TEST(Eventually, a_bound_of_procedures_starves_no_push) {
  Scenario scenario = scenario_with(restart, "slots");
  scenario.explore.restarts = 0;
  scenario.behaviour.confirms = true;
  scenario.explore.procedures = 1;
  scenario.explore.triggers_any_time = true;
  scenario.explore.one_push_per_task = true;
  for (const bool reduced_first : {true, false}) {
    EventualOptions options;
    options.property = "confirmed_apply_runs";
    options.reduced_first = reduced_first;
    const EventualExploration found = explore_eventually(scenario, options);
    EXPECT_NE(answer(found, "confirmed_apply_runs"), Answer::violated) << reduced_first;
  }
}

// What is saved of a course is a scenario that a run takes step by step.
TEST(Eventually, a_course_is_a_scenario_that_the_clock_lets_happen) {
  const EventualExploration found = explored(restart, "slots+guard");
  for (const std::string_view property : {"reservation_restored", "belief_converges"}) {
    const EventualAnswer& one = found.answer(property);
    ASSERT_TRUE(one.scenario) << property;
    const RunResult run = run_scenario(*one.scenario, {});
    EXPECT_TRUE(run.passed) << property;
    EXPECT_EQ(one.scenario->expect.front().property, property);
    // The loop has a round of the clean-up, which comes every five minutes.
    EXPECT_GE(one.scenario->expect.front().within_us, 4 * minute) << property;
  }
}

}  // namespace
}  // namespace holdfast
