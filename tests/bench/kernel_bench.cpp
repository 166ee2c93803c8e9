// The kernel explored, and its successors alone: the difference is what finding states again costs.
// Reports states per second and bytes per stored state, the parents of traces included.
//
//   build/tests/kernel_bench --benchmark_filter=tasks:5/threads:1/symmetry:0
#include <benchmark/benchmark.h>

#include <vector>

#include <holdfast/tests/support/kernel_explore.h>

namespace holdfast {
namespace {

constexpr KernelBounds bounds_of(int pods, int tasks) { return {pods, tasks, 1, 1, false, false}; }

// Pods, tasks, threads, whether pods are interchangeable.
void explore(benchmark::State& state) {
  const KernelBounds bounds =
      bounds_of(static_cast<int>(state.range(0)), static_cast<int>(state.range(1)));
  ExploreOptions options;
  options.threads = static_cast<int>(state.range(2));
  options.symmetry = state.range(3) != 0;
  std::uint64_t states = 0;
  for (auto _ : state) {
    const Exploration all = explore_kernel(bounds, options);
    states += all.stored.states;
    state.counters["states"] = static_cast<double>(all.stored.states);
    state.counters["bytes_per_state"] =
        static_cast<double>(all.bytes) / static_cast<double>(all.stored.states);
  }
  state.counters["states_per_s"] =
      benchmark::Counter(static_cast<double>(states), benchmark::Counter::kIsRate);
}
BENCHMARK(explore)
    ->ArgNames({"pods", "tasks", "threads", "symmetry"})
    ->ArgsProduct({{3}, {4, 5}, {1, 2}, {0, 1}})
    ->Args({4, 4, 1, 1})
    ->Args({4, 4, 2, 1})
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();

struct Sum {
  std::uint64_t transitions = 0;
  std::uint64_t hashes = 0;

  void successor(StepId, StateBytes state, PropertySet) {
    ++transitions;
    hashes ^= hash_of(state);
  }
};

// Of states near the initial one, some of them twice: few enough to stay in the cache.
void expand(benchmark::State& state) {
  using K = Kernel<std::uint64_t>;
  struct Collect {
    std::vector<std::uint64_t>& states;
    void successor(StepId, StateBytes bytes, PropertySet) {
      std::uint64_t& word = states.emplace_back();
      std::memcpy(&word, bytes.data(), sizeof word);
    }
  };
  const K kernel(bounds_of(3, 5));
  K::Scratch scratch;
  std::vector<std::uint64_t> states;
  Collect collect{states};
  kernel.initial(scratch, collect);
  for (std::size_t i = 0; states.size() < 10'000; ++i) {
    const std::uint64_t word = states[i];
    kernel.expand(scratch, std::as_bytes(std::span(&word, 1)), collect);
  }
  Sum sum;
  for (auto _ : state) {
    for (const std::uint64_t& word : states) {
      kernel.expand(scratch, std::as_bytes(std::span(&word, 1)), sum);
    }
  }
  benchmark::DoNotOptimize(sum.hashes);
  state.SetItemsProcessed(static_cast<std::int64_t>(sum.transitions));
}
BENCHMARK(expand);

}  // namespace
}  // namespace holdfast

BENCHMARK_MAIN();
