#include <holdfast/sim/run.h>

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include <holdfast/model/names.h>
#include <holdfast/sim/counted.h>
#include <holdfast/sim/event_fingerprint.h>

namespace holdfast {
namespace {

// Holds `never` and `eventually` expectations against the state that is given and the state after
// every step. What lies between two events of one step nobody can see.
class StateWatch : public Observer {
 public:
  StateWatch(const Scenario& scenario, const Simulator& simulator)
      : simulator_(simulator) {
    for (const Expectation& expectation : scenario.expect) {
      if (expectation.kind == ExpectationKind::never ||
          expectation.kind == ExpectationKind::eventually) {
        items_.push_back({&expectation, false});
      }
    }
  }

  bool needed() const { return !items_.empty(); }
  // The first event of a step finds the state after the one before.
  void before(const World& world, const Clock&, const Occurrence&) override {
    if (simulator_.steps() == steps_) return;
    steps_ = simulator_.steps();
    look(world);
  }
  void after(const World&, const Clock&, const Occurrence&) override {}
  void look(const World& world) {
    for (Item& item : items_) {
      std::string found;
      if (item.seen || !passes(item.expectation->test, world, simulator_, found)) continue;
      item.seen = true;
    }
  }
  bool seen(const Expectation& expectation) const {
    return std::any_of(items_.begin(), items_.end(), [&](const Item& item) {
      return item.expectation == &expectation && item.seen;
    });
  }

 private:
  struct Item {
    const Expectation* expectation;
    bool seen;
  };
  const Simulator& simulator_;
  std::uint64_t steps_ = 0;   // that have begun
  std::vector<Item> items_;
};

class Fingerprinter : public Observer {
 public:
  void before(const World&, const Clock&, const Occurrence& occurrence) override {
    add_event(fingerprint_, occurrence.event);
  }
  void after(const World&, const Clock&, const Occurrence&) override {}
  Fingerprint fingerprint_;
};

bool names_property(const Expectation& expectation) {
  return expectation.kind == ExpectationKind::violates ||
         expectation.kind == ExpectationKind::holds ||
         expectation.kind == ExpectationKind::reaches;
}

ExpectationResult judge_property(const Expectation& expectation, const Judge& judge) {
  ExpectationResult result{&expectation, Verdict::met, {}};
  const PropertyRecord& record = judge.record(expectation.property);
  bool met = false;
  if (expectation.kind == ExpectationKind::violates) {
    met = record.violations != 0;
    if (!met) {
      result.found = "it held, and nothing tried it";
      if (record.antecedents != 0) {
        const auto times = static_cast<std::int64_t>(record.antecedents);
        result.found = fmt::format("it held (tried {})", counted(times, "time"));
      }
    }
  } else if (expectation.kind == ExpectationKind::holds) {
    met = record.violations == 0;
    if (!met) result.found = record.first.sentence;
  } else {
    met = record.reached != 0;
    if (!met) result.found = "it was never reached";
  }
  result.verdict = met ? Verdict::met : Verdict::failed;
  return result;
}

bool expected_violated(const Scenario& scenario, std::string_view name) {
  return std::any_of(scenario.expect.begin(), scenario.expect.end(), [&](const Expectation& e) {
    return e.kind == ExpectationKind::violates && e.property == name;
  });
}

// Whether the answer may change while the run goes on.
bool is_open(const ExpectationResult& answer) {
  switch (answer.expectation->kind) {
    case ExpectationKind::holds:
    case ExpectationKind::never: return answer.verdict == Verdict::met;
    case ExpectationKind::at: return false;
    default: return answer.verdict == Verdict::failed;
  }
}

// Runs until `until_us` after the start, in stretches so that it can be stopped between two of
// them. False if it was.
bool run_until(Simulator& simulator, const Scenario& scenario, std::int64_t until_us,
               const std::atomic<bool>* stop) {
  constexpr std::int64_t stretch_us = 10 * minute;
  while (stop != nullptr) {
    if (stop->load(std::memory_order_relaxed)) return false;
    const std::int64_t next_us = simulator.clock().now().us - scenario.start.us + stretch_us;
    if (next_us >= until_us) break;
    simulator.run(next_us);
  }
  simulator.run(until_us);
  return true;
}

int living_pods_of_all_pools(const World& world) {
  return static_cast<int>(std::count_if(world.pods.begin(), world.pods.end(),
                                        [](const Pod& pod) { return lives(pod); }));
}

// What the leader's memory holds, over all pools.
SlotStatistics believed(const World& world) {
  SlotStatistics sum;
  if (world.leader == none) return sum;
  for (std::size_t pool = 0; pool < world.pools.size(); ++pool) {
    const SlotStatistics part = slot_statistics(world.memories[world.leader],
                                                static_cast<PoolIndex>(pool), slots_per_pod);
    sum.pods += part.pods;
    sum.used += part.used;
    sum.reserved += part.reserved;
  }
  return sum;
}

bool passes_task(const StateTest::TaskPart& part, const World& world, const Simulator& simulator,
                 std::string& found) {
  for (std::size_t i = 0; i < world.tasks.size(); ++i) {
    const Task& task = world.tasks[i];
    if (!task.exists || task.number != part.number) continue;
    if (part.status && task.row.status != *part.status &&
        !(*part.status == TaskStatus::apply_pending && is_waiting(task.row.status))) {
      found = fmt::format("task {} is {}", part.number, name(task.row.status));
      return false;
    }
    if (part.pod && task.plan_pod != simulator.pod_by_ordinal(*part.pod)) {
      found = fmt::format("task {} planned on another pod", part.number);
      return false;
    }
    const bool in_slot =
        world.leader != none &&
        place_of(world.memories[world.leader], static_cast<TaskIndex>(i)).found();
    if (part.in_slot && in_slot != *part.in_slot) {
      found = fmt::format("task {} is in {} of the leader's memory", part.number,
                          in_slot ? "a slot" : "no slot");
      return false;
    }
    return true;
  }
  found = fmt::format("there is no task {}", part.number);
  return false;
}

}  // namespace

bool passes(const StateTest& test, const World& world, const Simulator& simulator,
            std::string& found) {
  // "1 pod is managed", "2 pods are managed".
  const auto differs = [&](const std::optional<int>& wanted, int is, std::string_view thing,
                           std::string_view of_one, std::string_view of_many) {
    if (!wanted || *wanted == is) return false;
    found = fmt::format("{} {}", counted(is, thing), is == 1 ? of_one : of_many);
    return true;
  };
  if (differs(test.pods, living_pods_of_all_pools(world), "pod", "lives", "live")) return false;
  const SlotStatistics belief = believed(world);
  if (differs(test.managed, belief.pods, "pod", "is managed", "are managed")) return false;
  if (differs(test.reserved, belief.reserved, "slot", "is Reserved", "are Reserved")) return false;
  if (differs(test.running, belief.used, "slot", "is Running", "are Running")) return false;
  for (const auto& [ordinal, wanted] : test.pod_lives) {
    const PodIndex pod = simulator.pod_by_ordinal(ordinal);
    const bool is = pod != none && lives(world.pods[pod]);
    if (is != wanted) {
      found = fmt::format("pod {} {}", ordinal, is ? "lives" : "does not live");
      return false;
    }
  }
  return std::all_of(test.tasks.begin(), test.tasks.end(), [&](const StateTest::TaskPart& part) {
    return passes_task(part, world, simulator, found);
  });
}

const Violation* RunResult::first_violation() const {
  const Violation* first = nullptr;
  for (const PropertyRecord& record : records) {
    if (record.violations == 0) continue;
    if (first == nullptr || record.first.time < first->time ||
        (record.first.time == first->time && record.first.sequence < first->sequence)) {
      first = &record.first;
    }
  }
  return first;
}

namespace {

// Runs from one moment that an expectation names to the next, as far as `until_us`, and judges the
// state at each.
std::vector<ExpectationResult> run_moments(Simulator& simulator, const Scenario& scenario,
                                           std::int64_t until_us, const std::atomic<bool>* stop) {
  std::vector<const Expectation*> moments;
  for (const Expectation& expectation : scenario.expect) {
    if (expectation.kind == ExpectationKind::at) moments.push_back(&expectation);
  }
  std::stable_sort(moments.begin(), moments.end(), [](const Expectation* a, const Expectation* b) {
    return a->at_us < b->at_us;
  });
  std::vector<ExpectationResult> answers;
  for (const Expectation* expectation : moments) {
    ExpectationResult answer{expectation, Verdict::not_judged, "the run ends before"};
    if (expectation->at_us <= until_us &&
        run_until(simulator, scenario, expectation->at_us, stop)) {
      answer.found.clear();
      const bool met = passes(expectation->test, simulator.world(), simulator, answer.found);
      answer.verdict = met ? Verdict::met : Verdict::failed;
    }
    answers.push_back(std::move(answer));
  }
  return answers;
}

}  // namespace

RunResult run_scenario(const Scenario& scenario, const RunOptions& options) {
  Simulator simulator(scenario, options.seed);
  Judge judge(scenario.setup);
  judge.begin_at(scenario.start);
  for (const Expectation& expectation : scenario.expect) {
    if (expectation.within_us >= 0) judge.judge_within(expectation.property, expectation.within_us);
  }
  StateWatch watch(scenario, simulator);
  Fingerprinter fingerprinter;
  simulator.add_observer(judge);
  simulator.add_observer(fingerprinter);
  if (watch.needed()) simulator.add_observer(watch);
  for (Observer* observer : options.observers) simulator.add_observer(*observer);

  RunResult result;
  result.seed = options.seed;
  const std::int64_t until = options.until_us >= 0 ? options.until_us : scenario.until_us;
  result.expectations = run_moments(simulator, scenario, until, options.stop);
  result.stopped = !run_until(simulator, scenario, until, options.stop);
  judge.finish(simulator.world(), simulator.clock());
  watch.look(simulator.world());

  // What could not happen was not tried.
  bool passed = simulator.missed().empty();
  for (const Expectation& expectation : scenario.expect) {
    if (expectation.kind == ExpectationKind::at) continue;
    ExpectationResult answer{&expectation, Verdict::met, {}};
    if (names_property(expectation)) {
      answer = judge_property(expectation, judge);
      if (options.knobs_changed) answer.verdict = Verdict::not_judged;
    } else {
      const bool seen = watch.seen(expectation);
      const bool met = seen == (expectation.kind == ExpectationKind::eventually);
      answer.verdict = met ? Verdict::met : Verdict::failed;
      if (!met) answer.found = seen ? "it was so" : "it never was";
    }
    result.expectations.push_back(std::move(answer));
  }
  // In the order of the file.
  std::stable_sort(result.expectations.begin(), result.expectations.end(),
                   [](const ExpectationResult& a, const ExpectationResult& b) {
                     return a.expectation < b.expectation;
                   });
  for (ExpectationResult& answer : result.expectations) {
    if (result.stopped && is_open(answer)) answer = {answer.expectation, Verdict::not_judged, {}};
    if (answer.verdict == Verdict::failed) passed = false;
  }
  for (const PropertyRecord& record : judge.records()) {
    if (record.violations == 0) continue;
    if (options.knobs_changed || !expected_violated(scenario, record.property->name)) {
      passed = false;
    }
  }
  result.records = judge.records();
  result.missed = simulator.missed();
  result.events = simulator.events();
  result.steps = simulator.steps();
  fingerprinter.fingerprint_.add_number(simulator.unseed());
  result.fingerprint = fingerprinter.fingerprint_.value();
  result.end = simulator.clock().now();
  result.passed = passed;
  return result;
}

}  // namespace holdfast
