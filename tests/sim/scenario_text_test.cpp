// A scenario that is written as a file reads back as itself.
#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <holdfast/model/properties.h>
#include <holdfast/sim/scenario_names.h>
#include <holdfast/sim/scenario_text.h>
#include <holdfast/tests/support/scenario_files.h>

#include "scenario_support.h"

namespace holdfast {
namespace {

// Without what a file adds: its name and its lines.
Scenario placeless(Scenario scenario) {
  scenario.file.clear();
  for (Happening& happening : scenario.when) happening.line = 0;
  for (Expectation& expectation : scenario.expect) expectation.line = 0;
  for (ScheduledStep& step : scenario.schedule) step.line = 0;
  return scenario;
}

Scenario read_back(const Scenario& scenario) {
  return placeless(scenario_of_whole(scenario_text(scenario)));
}

// --- the library ---------------------------------------------------------------------------------

TEST(ScenarioText, reads_back_as_every_scenario_of_the_library) {
  for (const std::string& file : scenario_files()) {
    const Scenario scenario = placeless(scenario_file(file));
    EXPECT_TRUE(read_back(scenario) == scenario) << file << '\n' << scenario_text(scenario);
  }
}

constexpr std::string_view whole_text = R"(name: "a name: with a mark"
about: >-
  A text that is longer than a line of a file may be, so it is folded at a space where a line would
  be too long, and reads back as the one line that it was.
profile: slots+rebuild
set: {autoscaler_delay: 1500ms, freeze_guard: yes}
start: 2025-11-10T03:58:00.5Z
zone: "-03:30"
replicas: 2
pools:
  - {id: pool-a, min_replicas: 1, max_replicas: 3,
     freeze_schedules: [{from_time: "12:00", to_time: "12:30", weekdays: [1, 7]}], secret_age: 31d}
  - {id: pool-b, min_replicas: 0, max_replicas: 0}
workspaces:
  - {id: "7"}
  - {id: ws-b, pool: pool-b, mode: local}
given:
  pods:
    - {}
    - {pool: pool-b, age: 30m, connected: false}
  tasks:
    - {id: 5, workspace: ws-a, type: plan_and_apply, status: running, pod: 0, slot: 0}
    - {id: 6, workspace: ws-b, type: drift_check, waiting: 1h}
timings: {cluster_call: 20ms, plan: lognormal 1m x1.25}
users: {confirm: never}
work: {plan_failure: 12.5%, no_changes: 0.0001%}
faults: {cluster_error: 10%, pod_crash: exponential 20m, until: 1h}
when:
  - arrivals: exponential 7m
    until: 1h
    submit: {workspace: "7", type: plan}
  - every: 5m
    from: 2s
    sync: {pool: pool-b, replica: 1}
  - at: 0s
    restart:
  - at: 10s
    restart: {down_for: 3s, replica: 1}
  - at: 11s
    save_config: {max_replicas: 2, freeze_schedules: []}
  - at: 12s
    fail_calls: {fault: cluster_error, verb: list, count: 3}
  - at: 13s
    clock_step: {by: 2m}
until: 2h
expect:
  - violates: reserved_pod_kept
  - holds: pool_settles
    within: 5m
  - at: 1m
    pods: 1
    tasks: [{id: 5, status: apply_pending, pod: 0, in_slot: true}, {id: 7, in_slot: false}]
    pod: {index: 0, lives: true}
  - never: {managed: 3, pod: [{index: 0, lives: true}, {index: 1, lives: false}]}
instead: Keep it.
repaired_by: {scale_down_guard: apply_pending}
seed: 7
explore: {pods: 2, restarts: 1, one_push_per_task: true, ages: [heartbeat_stale, silent]}
)";

TEST(ScenarioText, has_every_key_in_its_place_and_leaves_out_what_is_at_its_default) {
  EXPECT_EQ(scenario_text(scenario_of_whole(std::string(whole_text))), whole_text);
}

TEST(ScenarioText, is_short_where_little_is_said) {
  EXPECT_EQ(scenario_text(scenario_of("given: {pods: 61}\n")),
            "name: x\n"
            "profile: slots\n"
            "pool: {id: pool-a, min_replicas: 0, max_replicas: 3}\n"
            "given:\n"
            "  pods: 61\n"
            "expect:\n"
            "  - at: 1s\n"
            "    pods: 0\n");
}

// --- any scenario --------------------------------------------------------------------------------

// Draws a scenario of which each part may be anything that the reader accepts.
class Drawer {
 public:
  Scenario draw();

 private:
  int below(int end) { return *rc::gen::inRange(0, end); }
  bool flip() { return below(2) == 1; }
  template <typename Value>
  Value one_of(const std::vector<Value>& values) {
    return values[static_cast<std::size_t>(below(static_cast<int>(values.size())))];
  }
  template <typename Enum>
  Enum any() {
    return static_cast<Enum>(below(static_cast<int>(count_of<Enum>)));
  }
  std::int64_t moment_us() { return *rc::gen::inRange<std::int64_t>(0, hour); }
  Distribution gap();
  std::vector<FreezeSchedule> freeze();
  void head();
  void places();
  void given();
  void chances();
  void happening();
  void requests(Happening& happening);
  void expectation();
  StateTest test();

  Scenario s_;
  std::vector<std::uint32_t> numbers_;
};

Distribution Drawer::gap() {
  const std::int64_t us = 2 * millisecond + moment_us();
  switch (below(4)) {
    case 0: return Distribution::fixed(us);
    case 1: return Distribution::uniform(us, us + 1 + moment_us());
    case 2: return Distribution::exponential(us);
    default: return Distribution::lognormal(us, 1001 + below(2000));
  }
}

std::vector<FreezeSchedule> Drawer::freeze() {
  std::vector<FreezeSchedule> schedules;
  for (int i = below(3); i > 0; --i) {
    schedules.push_back(
        {below(1440), below(1440), static_cast<std::uint8_t>(1 + below(127))});
  }
  return schedules;
}

void Drawer::head() {
  const auto texts = std::vector<std::string>{
      "x", "null", "true", "7", "0x1f", "1.5", "a: b", "a #b", "- a", "'", "\"\\", "a\nb\t",
      "two  spaces", " margin ", "\xe4\xbb\xbb\xe5\x8a\xa1", "\xc2\x85", "~", "[a]",
      "# a", "a,b", "a:b", "a:", "a#b", "a {b} \"c\" `d` &e *f !g %h @i",
      "---", "...", "a - b", "? a", "a\xc2\xa0" "b",
      std::string(300, 'x'), std::string(90, 'x') + " y " + std::string(99, 'z') + " - : #"};
  s_.name = one_of(texts);
  if (flip()) s_.about = one_of(texts);
  const Profile& profile = profiles()[static_cast<std::size_t>(
      below(static_cast<int>(profiles().size())))];
  s_.profile = std::string(profile.name);
  s_.setup.knobs = profile.knobs;
  s_.start = {1'735'689'600 * second + below(2) * moment_us()};
  s_.zone_us = (below(24 * 60) - 11 * 60) * minute;
  s_.replicas = 1 + below(3);
  s_.until_us = hour + below(2) * moment_us();
  s_.seed = static_cast<std::uint64_t>(below(3));
  s_.explore.pods = below(3) - 1;
  s_.explore.retries = below(3) - 1;
}

void Drawer::places() {
  const int pools = 1 + below(3);
  for (int i = 0; i < pools; ++i) {
    const std::string id = "pool-" + std::to_string(i);
    const int low = below(3);
    s_.pools.push_back({id, low, low + below(3), freeze(), hour + below(2) * moment_us()});
    s_.setup.pools.push_back(id);
  }
  std::vector<std::string> ids{"ws-1", "7", "null", "1e3", "a.b_c"};
  for (int i = 1 + below(5); i > 0; --i) {
    const std::string id = one_of(ids);
    ids.erase(std::find(ids.begin(), ids.end(), id));
    s_.workspaces.push_back({id, static_cast<PoolIndex>(below(pools)),
                             below(4) == 0 ? ExecutionMode::local : ExecutionMode::k8s});
    s_.setup.workspaces.push_back(id);
  }
}

void Drawer::given() {
  std::int64_t age_us = 3 * hour;
  for (int i = below(4); i > 0; --i) {
    const auto pool = static_cast<PoolIndex>(below(static_cast<int>(s_.pools.size())));
    s_.given_pods.push_back({pool, age_us, below(4) != 0});
    age_us -= flip() ? minute : second + moment_us() / 2;
  }
  for (std::size_t w = 0; w < s_.workspaces.size(); ++w) {
    if (flip()) continue;
    GivenTask task;
    task.number = numbers_.empty() ? static_cast<std::uint32_t>(1 + below(9)) : numbers_.back() + 1;
    task.workspace = static_cast<WorkspaceIndex>(w);
    task.type = one_of<TaskType>({TaskType::plan, TaskType::drift_check, TaskType::plan_and_apply});
    const bool is_local = s_.workspaces[w].mode == ExecutionMode::local;
    for (std::size_t p = 0; p < s_.given_pods.size() && !is_local && task.pod == none; ++p) {
      const GivenPod& pod = s_.given_pods[p];
      if (!pod.connected || pod.pool != s_.workspaces[w].pool || flip()) continue;
      task.pod = static_cast<std::uint16_t>(p);
      task.status = TaskStatus::running_planning;
      task.waiting_us = std::min(task.waiting_us, pod.age_us);
      if (task.type != TaskType::plan_and_apply) continue;
      task.status = one_of<TaskStatus>({TaskStatus::running_planning, TaskStatus::apply_pending,
                                        TaskStatus::apply_confirmed});
    }
    if (task.pod == none || flip()) task.waiting_us = moment_us() % minute;
    numbers_.push_back(task.number);
    s_.given_tasks.push_back(task);
  }
}

void Drawer::chances() {
  for (const TimingName& timing : timing_names()) {
    if (below(4) == 0) s_.timings.*timing.member = gap();
  }
  if (flip()) {
    s_.behaviour.confirms = false;
    s_.timings.confirm = Timings{}.confirm;
  }
  s_.behaviour.plan_failure_ppm = below(500'000);
  s_.behaviour.no_changes_ppm = below(2) * 250'000;
  s_.behaviour.apply_failure_ppm = below(1'000'001);
  for (const CallFault& fault : call_faults()) s_.faults.*fault.ppm = below(2) * below(1'000'000);
  for (const Breakage& breakage : breakages()) {
    if (flip()) s_.faults.*breakage.gap = gap();
  }
  if (flip()) s_.faults.until_us = moment_us();
}

template <typename Value>
std::uint16_t place_among(std::vector<Value>& values, const Value& value) {
  const auto found = std::find(values.begin(), values.end(), value);
  const auto place = static_cast<std::uint16_t>(found - values.begin());
  if (found == values.end()) values.push_back(value);
  return place;
}

void Drawer::requests(Happening& happening) {
  const auto pool = static_cast<PoolIndex>(below(static_cast<int>(s_.pools.size())));
  switch (happening.kind) {
    case ActionKind::submit: {
      const auto workspaces = static_cast<int>(s_.workspaces.size());
      const auto workspace = static_cast<WorkspaceIndex>(below(workspaces));
      const auto type = static_cast<TaskType>(below(3));
      happening.argument = place_among(s_.setup.tasks, {workspace, type});
      break;
    }
    case ActionKind::save_config: {
      happening.pool = pool;
      const int low = below(4);
      happening.argument = place_among(
          s_.setup.configs,
          {pool, low, low + below(3), flip() ? s_.pools[pool].freeze : freeze()});
      break;
    }
    case ActionKind::fail_calls: {
      const CallFault& fault = call_faults()[static_cast<std::size_t>(
          below(static_cast<int>(call_faults().size())))];
      happening.fault = fault.fault;
      if (flip()) happening.verb = fault.verbs.front();
      happening.count = 1 + below(3);
      break;
    }
    case ActionKind::sync:
    case ActionKind::unfreeze:
    case ActionKind::rotate_token: happening.pool = pool; break;
    case ActionKind::clock_step: happening.duration_us = 1 + moment_us(); break;
    case ActionKind::restart: happening.duration_us = flip() ? moment_us() : -1; break;
    default: break;
  }
}

void Drawer::happening() {
  Happening happening;
  happening.kind = any<ActionKind>();
  const bool of_task =
      happening.kind == ActionKind::confirm || happening.kind == ActionKind::cancel;
  if (of_task && numbers_.empty()) return;
  if (of_task) happening.task = one_of(numbers_);
  happening.at_us = moment_us();
  if (below(3) == 0) happening.every_us = millisecond + moment_us();
  if (happening.every_us == 0 && below(3) == 0) {
    happening.drawn = true;
    happening.gap = gap();
  }
  if ((happening.drawn || happening.every_us > 0) && flip()) {
    happening.until_us = std::min(hour, happening.at_us + moment_us());
  }
  const bool of_server = happening.kind == ActionKind::restart ||
                         happening.kind == ActionKind::stop || happening.kind == ActionKind::start;
  const bool of_pod =
      happening.kind >= ActionKind::crash_pod && happening.kind <= ActionKind::silence_agent;
  const bool of_nobody = happening.kind >= ActionKind::fail_calls;
  if (of_pod) happening.pod = static_cast<std::uint16_t>(below(9));
  if (!of_pod && !of_nobody && (of_server || flip())) {
    happening.replica = static_cast<ReplicaIndex>(below(s_.replicas));
  }
  requests(happening);
  s_.when.push_back(happening);
}

StateTest Drawer::test() {
  StateTest test;
  test.pods = below(3);
  if (flip()) test.managed = below(3);
  if (flip()) test.reserved = below(3);
  if (flip()) test.running = below(3);
  for (int i = numbers_.empty() ? 0 : below(3); i > 0; --i) {
    StateTest::TaskPart part;
    part.number = one_of(numbers_);
    part.in_slot = flip();
    if (flip()) part.pod = static_cast<std::uint16_t>(below(3));
    if (flip()) part.status = any<TaskStatus>();
    test.tasks.push_back(part);
  }
  for (int i = below(3); i > 0; --i) test.pod_lives.emplace_back(below(4), flip());
  return test;
}

void Drawer::expectation() {
  Expectation expectation;
  expectation.kind = any<ExpectationKind>();
  if (expectation.kind >= ExpectationKind::at) {
    expectation.test = test();
    if (expectation.kind == ExpectationKind::at) expectation.at_us = moment_us();
    s_.expect.push_back(expectation);
    return;
  }
  std::vector<const Property*> able;
  for (const Property& property : properties()) {
    const bool is_goal = property.kind == PropertyKind::sometimes;
    if (is_goal == (expectation.kind == ExpectationKind::reaches)) able.push_back(&property);
  }
  const Property* property = one_of(able);
  expectation.property = std::string(property->name);
  // Of one property two could contradict each other.
  const bool is_named = std::any_of(s_.expect.begin(), s_.expect.end(), [&](const Expectation& e) {
    return e.property == expectation.property;
  });
  if (is_named) return;
  const bool owes = property->kind == PropertyKind::eventually;
  if (owes && (expectation.kind == ExpectationKind::holds || flip())) {
    expectation.within_us = 1 + moment_us();
  }
  s_.expect.push_back(expectation);
}

Scenario Drawer::draw() {
  head();
  places();
  given();
  chances();
  for (int i = below(12); i > 0; --i) happening();
  for (int i = 1 + below(4); i > 0; --i) expectation();
  return s_;
}

RC_GTEST_PROP(ScenarioText, reads_back_as_any_scenario, ()) {
  const Scenario scenario = Drawer().draw();
  const std::string text = scenario_text(scenario);
  const Source source = source_of(text);
  Diagnostics diagnostics(source);
  const std::optional<Scenario> again = read_scenario(source, diagnostics);
  if (!again) RC_FAIL(diagnostics.render() + text);
  RC_ASSERT(scenario_text(*again) == text);
  if (!(placeless(*again) == scenario)) RC_FAIL("reads back as another:\n" + text);
}

}  // namespace
}  // namespace holdfast
