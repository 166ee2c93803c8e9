// A simulated year of a pool of 20 pods with a tick every 5 s and 200 tasks a day, every property
// judged, no log. Reports events per second and the peak memory after a tenth and after the whole
// year: the two agree if memory is flat.
//
//   build/tests/year_bench
#include <benchmark/benchmark.h>
#include <sys/resource.h>

#include <holdfast/sim/judge.h>

namespace holdfast {
namespace {

constexpr int workspaces = 50;
constexpr int tasks_a_day = 200;

Scenario year_scenario() {
  Scenario scenario;
  scenario.start = {1762617000 * second};
  scenario.setup.pools = {"pool-a"};
  scenario.pools = {PoolSpec{.id = "pool-a", .min_replicas = 20, .max_replicas = 20, .freeze = {}}};
  for (int i = 0; i < 20; ++i) {
    scenario.given_pods.push_back({.pool = 0, .age_us = hour + i * minute, .connected = true});
  }
  for (int i = 0; i < workspaces; ++i) {
    const auto workspace = static_cast<WorkspaceIndex>(i);
    const std::string id = "ws-" + std::to_string(i);
    scenario.setup.workspaces.push_back(id);
    scenario.workspaces.push_back({id, 0, ExecutionMode::k8s});
    scenario.setup.tasks.push_back(
        {workspace, i % 3 == 0 ? TaskType::plan : TaskType::plan_and_apply});
    Happening arrivals;
    arrivals.kind = ActionKind::submit;
    arrivals.argument = workspace;
    arrivals.drawn = true;
    arrivals.gap = Distribution::exponential(day * workspaces / tasks_a_day);
    scenario.when.push_back(arrivals);
  }
  return scenario;
}

double peak_memory_mib() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024.0;
}

void year(benchmark::State& state) {
  const Scenario scenario = year_scenario();
  const std::int64_t days = state.range(0);
  std::uint64_t events = 0;
  std::uint64_t steps = 0;
  for (auto _ : state) {
    Simulator simulator(scenario, 1);
    Judge judge(scenario.setup);
    simulator.add_observer(judge);
    simulator.run(days * day / 10);
    state.counters["MiB_after_a_tenth"] = peak_memory_mib();
    simulator.run(days * day);
    events += simulator.events();
    steps += simulator.steps();
    state.counters["tasks"] = static_cast<double>(simulator.world().last_task_number);
  }
  state.counters["events"] =
      benchmark::Counter(static_cast<double>(events), benchmark::Counter::kIsRate);
  state.counters["steps"] =
      benchmark::Counter(static_cast<double>(steps), benchmark::Counter::kIsRate);
  state.counters["MiB_at_the_end"] = peak_memory_mib();
}
BENCHMARK(year)->Arg(30)->Arg(365)->Unit(benchmark::kSecond)->Iterations(1);

}  // namespace
}  // namespace holdfast

BENCHMARK_MAIN();
