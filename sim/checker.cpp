#include <holdfast/sim/checker.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

#include <fmt/format.h>

namespace holdfast {
namespace {

// The bound of an eventual property: the shortest that the scenario has; -1 without one.
std::int64_t bound_us(const Scenario& scenario, const Property& property) {
  std::int64_t shortest_us = -1;
  for (const Expectation& expectation : scenario.expect) {
    if (expectation.property != property.name || expectation.within_us < 0) continue;
    if (shortest_us < 0 || expectation.within_us < shortest_us) shortest_us = expectation.within_us;
  }
  return shortest_us;
}

// Does work(0), work(1), ... on several threads; the calling one looks on.
class Workers {
 public:
  Workers(int threads, const std::atomic<bool>* stop) : threads_(threads), stop_(stop) {}

  // Ends early once it is stopped: work that has begun is done.
  void run(std::uint64_t count, const std::function<void(std::uint64_t)>& work,
           const std::function<void(std::uint64_t)>& look_on);

 private:
  bool is_stopped() const { return stop_ != nullptr && stop_->load(std::memory_order_relaxed); }

  int threads_;
  const std::atomic<bool>* stop_;
};

void Workers::run(std::uint64_t count, const std::function<void(std::uint64_t)>& work,
                  const std::function<void(std::uint64_t)>& look_on) {
  std::atomic<std::uint64_t> next{0};
  std::atomic<std::uint64_t> done{0};
  std::mutex mutex;
  std::condition_variable one_ended;
  std::size_t ended = 0;
  const auto go = [&] {
    for (std::uint64_t i = next++; i < count && !is_stopped(); i = next++) {
      work(i);
      ++done;
    }
    const std::lock_guard lock(mutex);
    ++ended;
    one_ended.notify_one();
  };
  std::vector<std::thread> workers;
  const auto wanted = std::min<std::uint64_t>(static_cast<std::uint64_t>(threads_), count);
  for (std::uint64_t i = 0; i < wanted; ++i) workers.emplace_back(go);
  {
    std::unique_lock lock(mutex);
    while (ended < workers.size()) {
      one_ended.wait_for(lock, std::chrono::milliseconds(100));
      look_on(done.load());
    }
  }
  for (std::thread& worker : workers) worker.join();
}

class Checker {
 public:
  Checker(const Scenario& scenario, const CheckOptions& options)
      : start_(scenario), options_(options), workers_(options.threads, options.stop) {
    for (const Property& property : properties()) {
      if (!is_asked_for(property)) continue;
      report_.properties.push_back({.property = &property,
                                    .within_us = bound_us(scenario, property),
                                    .found = std::nullopt});
    }
  }

  CheckReport run();

 private:
  bool is_asked_for(const Property& property) const {
    const auto& asked = options_.properties;
    if (asked.empty()) return can_be_checked(start_, property);
    return std::find(asked.begin(), asked.end(), &property) != asked.end();
  }
  Scenario course(std::uint64_t seed) const;
  void try_case(std::uint64_t seed);
  void shrink_found();
  void shrink_one(CheckedProperty& checked) const;
  void tell(const CheckProgress& progress) const {
    if (options_.progress) options_.progress(progress);
  }

  const Scenario& start_;
  const CheckOptions& options_;
  Workers workers_;
  std::mutex mutex_;   // of the report
  CheckReport report_;
};

Scenario Checker::course(std::uint64_t seed) const {
  return random_course(start_, options_.course, seed);
}

void Checker::try_case(std::uint64_t seed) {
  const Scenario scenario = course(seed);
  RunOptions options;
  options.seed = seed;
  options.stop = options_.stop;
  const RunResult result = run_scenario(scenario, options);
  if (result.stopped) return;
  const std::lock_guard lock(mutex_);
  ++report_.done;
  report_.events += result.events;
  for (CheckedProperty& checked : report_.properties) {
    const auto index = static_cast<std::size_t>(checked.property - properties().data());
    const PropertyRecord& record = result.records[index];
    if (record.antecedents != 0 || record.violations != 0) ++checked.tried;
    if (record.violations == 0) continue;
    if (checked.violated++ == 0 || seed < checked.first_seed) checked.first_seed = seed;
  }
}

void Checker::shrink_one(CheckedProperty& checked) const {
  Scenario scenario = course(checked.first_seed);
  scenario.name = fmt::format("{} is violated, found by chance", checked.property->name);
  scenario.about = fmt::format("Found by `holdfast check --seed {}` from the start of \"{}\".",
                               checked.first_seed, start_.name);
  ShrinkOptions options;
  options.most_runs = options_.most_shrink_runs;
  options.stop = options_.stop;
  checked.found = shrink(scenario, *checked.property, checked.within_us, options);
}

void Checker::shrink_found() {
  std::vector<CheckedProperty*> violated;
  for (CheckedProperty& checked : report_.properties) {
    if (checked.violated > 0) violated.push_back(&checked);
  }
  workers_.run(violated.size(), [&](std::uint64_t i) { shrink_one(*violated[i]); },
               [&](std::uint64_t done) { tell({report_.done, violated.size(), done}); });
}

CheckReport Checker::run() {
  workers_.run(options_.cases, [this](std::uint64_t i) { try_case(options_.seed + i); },
               [this](std::uint64_t done) { tell({done, 0, 0}); });
  shrink_found();
  const bool all_shrunk =
      std::all_of(report_.properties.begin(), report_.properties.end(), [](const auto& checked) {
        return checked.violated == 0 || checked.found.has_value();
      });
  report_.stopped = report_.done < options_.cases || !all_shrunk ||
                    (options_.stop != nullptr && options_.stop->load());
  return std::move(report_);
}

}  // namespace

bool can_be_checked(const Scenario& scenario, const Property& property) {
  if (property.kind == PropertyKind::eventually) return bound_us(scenario, property) >= 0;
  return property.kind == PropertyKind::never;
}

CheckReport check_scenario(const Scenario& scenario, const CheckOptions& options) {
  return Checker(scenario, options).run();
}

}  // namespace holdfast
