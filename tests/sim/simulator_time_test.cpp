// When things happen in a timed run: arrivals, what is under way at the start, and durations that
// no sum holds.
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include <holdfast/model/procedures/turn.h>
#include <holdfast/sim/simulator.h>
#include <holdfast/tests/sim/random_scenario.h>

namespace holdfast {
namespace {

// Calls a function with every event that a step leads to, before it is folded.
class Listener : public Observer {
 public:
  using Hear = std::function<void(const World&, const Occurrence&)>;
  explicit Listener(Hear hear) : hear_(std::move(hear)) {}
  void before(const World& world, const Clock&, const Occurrence& occurrence) override {
    if (occurrence.step != nullptr) hear_(world, occurrence);
  }
  void after(const World&, const Clock&, const Occurrence&) override {}

 private:
  Hear hear_;
};

void run(const Scenario& scenario, const Listener::Hear& hear) {
  Listener listener(hear);
  Simulator simulator(scenario, 1);
  simulator.add_observer(listener);
  simulator.run(scenario.until_us);
}

// How long after the start events of that type happen.
std::vector<std::int64_t> times_of(const Scenario& scenario, EventType type) {
  std::vector<std::int64_t> times;
  run(scenario, [&](const World&, const Occurrence& o) {
    if (o.event.type == type) times.push_back(o.event.time.us - scenario.start.us);
  });
  return times;
}

Happening happening(ActionKind kind, std::int64_t at_us) {
  Happening result;
  result.kind = kind;
  result.at_us = at_us;
  return result;
}

Happening arrivals(ActionKind kind, const Distribution& gap, std::int64_t until_us = -1) {
  Happening result = happening(kind, 0);
  result.drawn = true;
  result.gap = gap;
  result.until_us = until_us;
  result.argument = 0;
  return result;
}

// How often the scenario's only happening came about, as something that cannot be.
std::size_t missed(Happening impossible, std::int64_t until_us) {
  Scenario scenario = quiet_scenario();
  impossible.kind = ActionKind::start;
  scenario.when = {impossible};
  Simulator simulator(scenario, 1);
  simulator.run(until_us);
  return simulator.missed().size();
}

// --- arrivals ------------------------------------------------------------------------------------

TEST(Arrivals, come_until_their_end_and_the_first_is_no_exception) {
  const Distribution gap = Distribution::fixed(10 * second);
  const auto until = [&](std::int64_t until_us) {
    return missed(arrivals(ActionKind::start, gap, until_us), minute);
  };
  EXPECT_EQ(until(10 * second - 1), 0U);
  EXPECT_EQ(until(10 * second), 1U);
  EXPECT_EQ(until(35 * second), 3U);
  EXPECT_EQ(until(-1), 6U);
}

TEST(Arrivals, begin_a_gap_after_their_from) {
  Happening late = arrivals(ActionKind::start, Distribution::fixed(10 * second), 30 * second);
  late.at_us = 15 * second;
  EXPECT_EQ(missed(late, minute), 1U);
  late.until_us = 24 * second;
  EXPECT_EQ(missed(late, minute), 0U);
}

// Two may come in the same microsecond: that does not end them.
TEST(Arrivals, go_on_after_a_gap_of_nothing) {
  const Distribution gap = Distribution::uniform(0, 1);
  const std::size_t count = missed(arrivals(ActionKind::start, gap), 10 * millisecond);
  EXPECT_GT(count, 19'000U);
  EXPECT_LT(count, 21'000U);
}

TEST(Arrivals, that_are_all_at_once_come_once) {
  EXPECT_EQ(missed(arrivals(ActionKind::start, Distribution::fixed(0)), minute), 1U);
}

TEST(Arrivals, that_never_come_do_not) {
  EXPECT_EQ(missed(arrivals(ActionKind::start, Distribution::never()), minute), 0U);
}

// --- what is under way at the start --------------------------------------------------------------

TEST(GivenTask, that_runs_takes_its_whole_plan_from_the_start) {
  Scenario scenario = quiet_scenario();
  scenario.given_tasks = {{.number = 7,
                           .workspace = 0,
                           .type = TaskType::plan,
                           .status = TaskStatus::running_planning,
                           .pod = 0,
                           .slot = 1,
                           .waiting_us = 5 * minute}};
  scenario.timings.plan = Distribution::fixed(40 * second);
  EXPECT_EQ(times_of(scenario, EventType::agent_reported),
            std::vector<std::int64_t>{40 * second});
}

TEST(GivenTask, that_waits_for_its_user_waits_the_whole_time_from_the_start) {
  Scenario scenario = quiet_scenario();
  scenario.behaviour.confirms = true;
  scenario.timings.confirm = Distribution::fixed(2 * minute);
  scenario.timings.database_call = Distribution::fixed(0);
  scenario.timings.goroutine_start = Distribution::fixed(0);
  scenario.given_tasks = {{.number = 7,
                           .workspace = 0,
                           .type = TaskType::plan_and_apply,
                           .status = TaskStatus::apply_pending,
                           .pod = 0,
                           .slot = 0,
                           .waiting_us = 5 * minute}};
  EXPECT_EQ(times_of(scenario, EventType::task_confirmed), std::vector<std::int64_t>{2 * minute});
}

// --- what never comes ----------------------------------------------------------------------------

// A course in which everything that has a timing happens: task 598 is confirmed and its slot lost,
// task 599 is planned and applied in one slot, the server restarts, tokens are rotated.
Scenario eventful() {
  Scenario scenario = quiet_scenario();
  scenario.until_us = 15 * minute;
  scenario.pools[0].min_replicas = 2;
  scenario.setup.workspaces.push_back("ws-b");
  scenario.workspaces.push_back({"ws-b", 0, ExecutionMode::k8s});
  scenario.setup.tasks[0].workspace = 1;
  scenario.given_tasks = {{.number = 598,
                           .workspace = 0,
                           .type = TaskType::plan_and_apply,
                           .status = TaskStatus::apply_confirmed,
                           .pod = 0,
                           .slot = no_slot}};
  scenario.behaviour.confirms = true;
  for (Distribution Timings::*work : {&Timings::plan, &Timings::apply, &Timings::confirm}) {
    scenario.timings.*work = Distribution::fixed(10 * second);
  }
  scenario.timings.server_down = Distribution::fixed(20 * second);
  Happening submit = happening(ActionKind::submit, 30 * second);
  submit.argument = 0;
  scenario.when = {submit, happening(ActionKind::restart, 5 * minute),
                   happening(ActionKind::sync, 6 * minute),
                   happening(ActionKind::rotate_token, 8 * minute)};
  return scenario;
}

bool connects_first(const World& world, const Step& step) {
  const Agent& agent = world.agents[step.actor];
  return agent.state == AgentState::starting && !agent.row;
}

bool finishes(const World& world, const Step& step, Action action) {
  return step.kind == StepKind::agent_finishes &&
         world.agents[step.actor].work[step.choice / work_results].action == action;
}

bool finishes_apply(const World& world, const Step& step, bool warm) {
  if (!finishes(world, step, Action::apply)) return false;
  const AgentWork& work = world.agents[step.actor].work[step.choice / work_results];
  const Task& task = world.tasks[work.task];
  return (task.plan_pod == step.actor && task.plan_slot == work.slot) == warm;
}

bool accesses(const World& world, const Step& step, Store store) {
  return step.kind == StepKind::procedure && describe(world, step).store == store;
}

// What does not happen while this timing has not passed.
struct Awaited {
  std::string_view timing;
  bool (*comes)(const World&, const Step&);
};
constexpr Awaited awaited[] = {
    {"cluster_call", [](const World& w, const Step& s) { return accesses(w, s, Store::cluster); }},
    {"database_call",
     [](const World& w, const Step& s) { return accesses(w, s, Store::database); }},
    {"memory_step", [](const World& w, const Step& s) { return accesses(w, s, Store::memory); }},
    {"goroutine_start",
     [](const World&, const Step& s) { return s.kind == StepKind::procedure; }},
    {"pod_start", [](const World&, const Step& s) { return s.kind == StepKind::pod_runs; }},
    {"pod_termination", [](const World&, const Step& s) { return s.kind == StepKind::pod_ends; }},
    {"agent_connect",
     [](const World& w, const Step& s) {
       return s.kind == StepKind::agent_connects && connects_first(w, s);
     }},
    {"agent_reconnect",
     [](const World& w, const Step& s) {
       return s.kind == StepKind::agent_connects && !connects_first(w, s);
     }},
    {"server_down", [](const World&, const Step& s) { return s.kind == StepKind::server_starts; }},
    {"plan", [](const World& w, const Step& s) { return finishes(w, s, Action::plan); }},
    {"apply", [](const World& w, const Step& s) { return finishes(w, s, Action::apply); }},
    {"apply_cold_start",
     [](const World& w, const Step& s) { return finishes_apply(w, s, false); }},
    {"apply_warm_start",
     [](const World& w, const Step& s) { return finishes_apply(w, s, true); }},
    {"confirm", [](const World&, const Step& s) { return s.kind == StepKind::confirm; }},
};

// How often it comes, where the first event of a step tells of the step.
int times_it_comes(const Awaited& row, const Scenario& scenario) {
  int times = 0;
  std::uint64_t last = UINT64_MAX;  // steps taken when the event before this one was heard
  Simulator simulator(scenario, 1);
  Listener listener([&](const World& world, const Occurrence& o) {
    EXPECT_GE(o.event.time, scenario.start);
    EXPECT_LE(o.event.time.us, scenario.start.us + scenario.until_us);
    if (simulator.steps() != last && row.comes(world, *o.step)) ++times;
    last = simulator.steps();
  });
  simulator.add_observer(listener);
  simulator.run(scenario.until_us);
  return times;
}

TEST(Timing, of_every_kind_is_waited_for_and_what_never_comes_does_not) {
  ASSERT_EQ(std::size(awaited), timing_names().size());
  for (const Awaited& row : awaited) {
    SCOPED_TRACE(row.timing);
    ASSERT_NE(find_timing(row.timing), nullptr);
    Scenario scenario = eventful();
    EXPECT_GT(times_it_comes(row, scenario), 0);
    Distribution& timing = scenario.timings.*find_timing(row.timing)->member;
    timing = Distribution::never();
    EXPECT_EQ(times_it_comes(row, scenario), 0) << "never";
    timing = Distribution::fixed(longest_duration_us);
    EXPECT_EQ(times_it_comes(row, scenario), 0) << "after a hundred years";
  }
}

TEST(Timing, of_several_that_add_up_may_all_be_the_longest_or_never) {
  for (const Distribution& length :
       {Distribution::never(), Distribution::fixed(longest_duration_us)}) {
    Scenario scenario = eventful();
    for (const TimingName& timing : timing_names()) scenario.timings.*timing.member = length;
    for (const Awaited& row : awaited) EXPECT_EQ(times_it_comes(row, scenario), 0) << row.timing;
  }
}

// Nothing is left to happen once the server is down: the run ends, however long it may last, and
// what never comes has not come then either.
TEST(Simulator, a_run_without_an_end_ends_when_nothing_is_left_to_happen) {
  Scenario scenario = quiet_scenario();
  scenario.when = {happening(ActionKind::stop, second)};
  Simulator simulator(scenario, 1);
  simulator.run(INT64_MAX);
  EXPECT_EQ(simulator.world().replicas[0].state, ReplicaState::down);
  EXPECT_EQ(simulator.clock().now().us, INT64_MAX);
}

// The reader refuses so much; here is what becomes of it.
TEST(Simulator, a_clock_that_steps_beyond_all_time_stands_still_there) {
  Scenario scenario = quiet_scenario();
  Happening step = happening(ActionKind::clock_step, second);
  step.duration_us = INT64_MAX;
  Happening submit = happening(ActionKind::submit, second);
  submit.argument = 1;
  scenario.when = {step, step, submit};
  Simulator simulator(scenario, 1);
  simulator.run(minute);
  EXPECT_EQ(simulator.clock().now().us, INT64_MAX);
  EXPECT_EQ(simulator.world().tasks.size(), 1U);
}

}  // namespace
}  // namespace holdfast
