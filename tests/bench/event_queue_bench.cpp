// The event queue against the library's priority queue, on a course like a simulation's: take the
// next event, push another a random time later. The argument is the number of pending events.
#include <holdfast/sim/event_queue.h>

#include <cstdint>
#include <functional>
#include <queue>
#include <tuple>
#include <vector>

#include <benchmark/benchmark.h>

#include <holdfast/sim/random.h>

namespace holdfast {
namespace {

// As much as a simulated step carries.
struct Work {
  std::uint64_t words[4] = {};

  bool operator==(const Work&) const = default;
};

void fill(EventQueue<Work>& queue, RandomStream& random, std::int64_t count) {
  for (std::int64_t i = 0; i < count; ++i) queue.push(random.between(0, 1'000'000), 0, {});
}

void pop_and_push(benchmark::State& state) {
  RandomStream random(1, "bench");
  EventQueue<Work> queue;
  fill(queue, random, state.range(0));
  for (auto _ : state) {
    const auto event = queue.pop();
    queue.push(event.time_us + random.between(1, 1'000'000), 0, event.payload);
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(pop_and_push)->Arg(16)->Arg(256)->Arg(4096)->Arg(262'144);

// A timer set and cancelled beside every event.
void pop_push_and_cancel(benchmark::State& state) {
  RandomStream random(1, "bench");
  EventQueue<Work> queue;
  fill(queue, random, state.range(0));
  EventHandle timer;
  for (auto _ : state) {
    const auto event = queue.pop();
    queue.cancel(timer);
    timer = queue.push(event.time_us + 10'000'000, 1, {});
    queue.push(event.time_us + random.between(1, 1'000'000), 0, event.payload);
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(pop_push_and_cancel)->Arg(16)->Arg(256)->Arg(4096)->Arg(262'144);

// Without cancelling, with the payload inside the heap.
void library_priority_queue(benchmark::State& state) {
  struct Event {
    std::int64_t time_us = 0;
    std::uint64_t sequence = 0;
    Work work;

    bool operator>(const Event& other) const {
      return std::tie(time_us, sequence) > std::tie(other.time_us, other.sequence);
    }
  };
  RandomStream random(1, "bench");
  std::priority_queue<Event, std::vector<Event>, std::greater<Event>> queue;
  std::uint64_t pushed = 0;
  for (std::int64_t i = 0; i < state.range(0); ++i) {
    queue.push({random.between(0, 1'000'000), pushed++, {}});
  }
  for (auto _ : state) {
    const Event event = queue.top();
    queue.pop();
    queue.push({event.time_us + random.between(1, 1'000'000), pushed++, event.work});
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(library_priority_queue)->Arg(16)->Arg(256)->Arg(4096)->Arg(262'144);

}  // namespace
}  // namespace holdfast

BENCHMARK_MAIN();
