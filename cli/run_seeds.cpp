#include <holdfast/cli/run_seeds.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

namespace holdfast {

SeedsSummary run_seeds(const Scenario& scenario, const RunOptions& options, std::uint64_t first,
                       std::uint64_t count, int threads, const std::atomic<bool>& stop,
                       Terminal& terminal) {
  std::atomic<std::uint64_t> next{0};
  std::atomic<std::uint64_t> done{0};
  std::mutex mutex;
  std::condition_variable worker_ended;
  std::size_t ended = 0;

  SeedsSummary all;
  all.first_seed = first;
  all.asked = count;
  const auto work = [&] {
    SeedsSummary mine;
    while (!stop.load(std::memory_order_relaxed)) {
      const std::uint64_t i = next.fetch_add(1);
      if (i >= count) break;
      RunOptions one = options;
      one.seed = first + i;
      one.stop = &stop;
      const RunResult result = run_scenario(scenario, one);
      if (result.stopped) break;
      mine.add(result);
      done.fetch_add(1);
    }
    const std::lock_guard lock(mutex);
    all.merge(mine);
    ++ended;
    worker_ended.notify_one();
  };

  std::vector<std::thread> workers;
  const auto wanted = std::min<std::uint64_t>(static_cast<std::uint64_t>(threads), count);
  for (std::uint64_t i = 0; i < wanted; ++i) workers.emplace_back(work);
  {
    Progress progress(terminal, "seeds", count);
    std::unique_lock lock(mutex);
    while (ended < workers.size()) {
      worker_ended.wait_for(lock, std::chrono::milliseconds(100));
      progress.tell(done.load());
    }
  }
  for (std::thread& worker : workers) worker.join();
  return all;
}

}  // namespace holdfast
