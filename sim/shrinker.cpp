#include <holdfast/sim/shrinker.h>

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <utility>
#include <variant>

#include <holdfast/sim/scenario_part.h>
#include <holdfast/sim/scenario_reader.h>
#include <holdfast/sim/scenario_reader_parts.h>
#include <holdfast/sim/scenario_text.h>

namespace holdfast {
namespace {

// What times are rounded down to, and what is tried for gaps and for how long something lasts.
constexpr std::array round_units_us{10 * minute,       minute,           10 * second, second,
                                    100 * millisecond, 10 * millisecond, millisecond};
constexpr std::array short_times_us{second, 10 * second, minute, 10 * minute};

// Where one thing is left out, chance falls differently. The seeds from 1 to this are tried too, so
// that what is left is what the violation needs and not what its seed needs.
constexpr std::uint64_t most_small_seed = 10;

// The scenario that the text says; nothing if a reader refuses it.
std::optional<Scenario> read_text(const std::string& text) {
  auto made = make_source({}, text);
  if (!std::holds_alternative<Source>(made)) return std::nullopt;
  const Source source = std::get<Source>(std::move(made));
  Diagnostics diagnostics(source);
  return read_scenario(source, diagnostics);
}

class Shrinker {
 public:
  Shrinker(const Scenario& scenario, const Property& property, std::int64_t within_us,
           const ShrinkOptions& options)
      : options_(options), name_(property.name), now_(scenario) {
    Expectation violated;
    violated.kind = ExpectationKind::violates;
    violated.property = name_;
    violated.within_us = within_us;
    now_.expect = {violated};
  }

  Counterexample run();

 private:
  bool is_over() const {
    const bool stopped = options_.stop != nullptr && options_.stop->load();
    return stopped || runs_ >= options_.most_runs;
  }
  std::optional<Moment> violated_at(const Scenario& scenario);
  bool attempt(Scenario candidate);
  bool attempt_any_seed(const Scenario& candidate);
  template <typename Change>
  bool attempt_with(Change&& change) {
    Scenario candidate = now_;
    change(candidate);
    return attempt(std::move(candidate));
  }

  void go_round();
  void end_early();
  void drop(std::vector<bool> KeptParts::*part);
  bool drop_some(std::vector<bool> KeptParts::*part, std::size_t first, std::size_t count);
  void make_pools_smaller();
  void make_pool_smaller(std::size_t pool);
  void make_actions_simpler();
  void make_config_simpler(std::size_t happening);
  void shorten(std::size_t happening);
  void make_given_plainer();
  void come_earlier();
  void round_times();
  void take_small_seed();
  void expect_all();

  const ShrinkOptions& options_;
  const std::string name_;
  Scenario now_;                 // the smallest so far
  Moment when_ = never;          // it violates the property
  bool lasts_as_needed_ = false;  // `until` is left out
  std::set<std::string> tried_;
  std::uint64_t runs_ = 0;
};

// --- attempts ------------------------------------------------------------------------------------

std::optional<Moment> Shrinker::violated_at(const Scenario& scenario) {
  ++runs_;
  Simulator simulator(scenario, scenario.seed);
  Judge judge(scenario.setup);
  judge.begin_at(scenario.start);
  for (const Expectation& expectation : scenario.expect) {
    if (expectation.within_us >= 0) judge.judge_within(expectation.property, expectation.within_us);
  }
  simulator.add_observer(judge);
  for (std::int64_t us = 0; us < scenario.until_us && !judge.violated(name_);) {
    us = std::min(scenario.until_us, us + minute);
    simulator.run(us);
  }
  judge.finish(simulator.world(), simulator.clock());
  if (!judge.violated(name_)) return std::nullopt;
  return judge.record(name_).first.time;
}

// Whether the candidate is a scenario that violates the property too; then it is the one to go on
// with. What was tried before is not tried again.
bool Shrinker::attempt(Scenario candidate) {
  std::stable_sort(candidate.when.begin(), candidate.when.end(),
                   [](const Happening& a, const Happening& b) { return a.at_us < b.at_us; });
  if (lasts_as_needed_) candidate.until_us = default_until_us(candidate);
  std::string text = scenario_text(candidate);
  if (is_over() || !tried_.insert(text).second) return false;
  std::optional<Scenario> read = read_text(text);
  if (!read) return false;
  const std::optional<Moment> violated = violated_at(*read);
  if (!violated) return false;
  now_ = std::move(*read);
  when_ = *violated;
  return true;
}

bool Shrinker::attempt_any_seed(const Scenario& candidate) {
  if (attempt(candidate)) return true;
  for (std::uint64_t seed = 1; seed <= most_small_seed; ++seed) {
    Scenario other = candidate;
    other.seed = seed;
    if (attempt(std::move(other))) return true;
  }
  return false;
}

// --- what is left out ----------------------------------------------------------------------------

// The scenario without one of its happenings, tasks or pods, and nothing else changed. What refers
// to it may then mean another.
Scenario without_one(Scenario scenario, std::vector<bool> KeptParts::*part, std::size_t i) {
  const auto place = static_cast<std::ptrdiff_t>(i);
  if (part == &KeptParts::happenings) scenario.when.erase(scenario.when.begin() + place);
  if (part == &KeptParts::tasks) scenario.given_tasks.erase(scenario.given_tasks.begin() + place);
  if (part == &KeptParts::pods) scenario.given_pods.erase(scenario.given_pods.begin() + place);
  return scenario;
}

bool Shrinker::drop_some(std::vector<bool> KeptParts::*part, std::size_t first,
                         std::size_t count) {
  KeptParts kept = all_parts(now_);
  std::vector<bool>& flags = kept.*part;
  const std::size_t end = std::min(first + count, flags.size());
  std::fill(flags.begin() + static_cast<std::ptrdiff_t>(first),
            flags.begin() + static_cast<std::ptrdiff_t>(end), false);
  if (std::count(kept.pools.begin(), kept.pools.end(), true) == 0) return false;
  const Scenario rest = scenario_part(now_, std::move(kept));
  if (end - first > 1) return attempt(rest);
  if (attempt_any_seed(rest)) return true;
  const bool is_by_itself = part != &KeptParts::workspaces && part != &KeptParts::pools;
  return is_by_itself && attempt_any_seed(without_one(now_, part, first));
}

// Delta debugging: halves, then quarters, down to single ones.
void Shrinker::drop(std::vector<bool> KeptParts::*part) {
  std::size_t count = std::max<std::size_t>(1, (all_parts(now_).*part).size());
  while (true) {
    for (std::size_t first = 0; first < (all_parts(now_).*part).size() && !is_over();) {
      if (!drop_some(part, first, count)) first += count;
    }
    if (count == 1) return;
    count = (count + 1) / 2;
  }
}

// What happens after the violation is not needed, and mostly no more time than a file has that
// says nothing of it.
void Shrinker::end_early() {
  const std::int64_t us = when_.us - now_.start.us;
  attempt_with([us](Scenario& s) {
    std::erase_if(s.when, [us](const Happening& happening) { return happening.at_us > us; });
  });
  if (lasts_as_needed_) return;
  lasts_as_needed_ = true;
  if (now_.until_us == default_until_us(now_) || attempt_with([](Scenario&) {})) return;
  lasts_as_needed_ = false;
  for (const std::int64_t unit : {hour, 10 * minute, minute, second}) {
    const std::int64_t until_us = (us / unit + 1) * unit;
    if (until_us == now_.until_us) return;
    if (until_us > now_.until_us) continue;
    if (attempt_with([until_us](Scenario& s) { s.until_us = until_us; })) return;
  }
}

// --- what is made smaller ------------------------------------------------------------------------

void Shrinker::make_pool_smaller(std::size_t i) {
  const auto set_bounds = [&](int low, int high) {
    const PoolSpec& pool = now_.pools[i];
    if (low > high || (low == pool.min_replicas && high == pool.max_replicas)) return false;
    if (low > pool.min_replicas || high > pool.max_replicas) return false;
    return attempt_with([&](Scenario& s) {
      s.pools[i].min_replicas = low;
      s.pools[i].max_replicas = high;
    });
  };
  for (const int low : {0, now_.pools[i].min_replicas / 2, now_.pools[i].min_replicas - 1}) {
    if (low >= 0 && set_bounds(low, now_.pools[i].max_replicas)) break;
  }
  for (const int high : {1, now_.pools[i].max_replicas / 2, now_.pools[i].max_replicas - 1}) {
    if (high > 0 && set_bounds(now_.pools[i].min_replicas, high)) break;
  }
  for (std::size_t f = now_.pools[i].freeze.size(); f-- > 0;) {
    attempt_with([&](Scenario& s) {
      s.pools[i].freeze.erase(s.pools[i].freeze.begin() + static_cast<std::ptrdiff_t>(f));
    });
  }
}

void Shrinker::make_pools_smaller() {
  for (std::size_t i = 0; i < now_.pools.size(); ++i) make_pool_smaller(i);
  if (now_.replicas == 1) return;
  attempt_with([](Scenario& s) {
    --s.replicas;
    for (Happening& happening : s.when) {
      if (happening.replica != none) {
        happening.replica = std::min(happening.replica, static_cast<ReplicaIndex>(s.replicas - 1));
      }
    }
  });
}

// A saved configuration keeps of the pool's own what it can.
void Shrinker::make_config_simpler(std::size_t i) {
  const auto change = [&](auto&& edit) {
    attempt_with([&](Scenario& s) {
      ConfigTemplate config = s.setup.configs[s.when[i].argument];
      edit(config, s.pools[config.pool]);
      s.when[i].argument = static_cast<std::uint16_t>(s.setup.configs.size());
      s.setup.configs.push_back(config);
    });
  };
  change([](ConfigTemplate& config, const PoolSpec& pool) {
    config = {config.pool, pool.min_replicas, pool.max_replicas, pool.freeze};
  });
  change([](ConfigTemplate& config, const PoolSpec& pool) {
    config.min_replicas = pool.min_replicas;
  });
  change([](ConfigTemplate& config, const PoolSpec& pool) {
    config.max_replicas = pool.max_replicas;
  });
}

void Shrinker::make_actions_simpler() {
  for (std::size_t i = 0; i < now_.when.size() && !is_over(); ++i) {
    if (now_.when[i].count > 1) attempt_with([i](Scenario& s) { s.when[i].count = 1; });
    if (now_.when[i].kind == ActionKind::save_config) make_config_simpler(i);
    shorten(i);
  }
}

// How long a server is down, or how far the clock jumps.
void Shrinker::shorten(std::size_t i) {
  const auto last = [&](std::int64_t us) {
    return attempt_with([&](Scenario& s) { s.when[i].duration_us = us; });
  };
  const std::int64_t us = now_.when[i].duration_us;
  for (const std::int64_t shorter : short_times_us) {
    if (shorter < us && last(shorter)) return;
  }
  for (const std::int64_t unit : round_units_us) {
    if (us % unit == 0) return;
    if (us > unit && last(us - us % unit)) return;
  }
}

// Ages and waits as they are where a file says nothing of them.
void Shrinker::make_given_plainer() {
  attempt_with([](Scenario& s) {
    std::int64_t age_us = oldest_age_us(s.given_pods.size());
    for (GivenPod& pod : s.given_pods) {
      pod.age_us = age_us;
      age_us -= age_step_us;
    }
  });
  attempt_with([](Scenario& s) {
    for (GivenTask& task : s.given_tasks) task.waiting_us = GivenTask{}.waiting_us;
  });
}

// --- times ---------------------------------------------------------------------------------------

// Shortens the time before a happening, for it and all that follow.
void Shrinker::come_earlier() {
  for (std::size_t i = 0; i < now_.when.size() && !is_over(); ++i) {
    const std::int64_t before_us = i == 0 ? 0 : now_.when[i - 1].at_us;
    for (const std::int64_t gap : short_times_us) {
      const std::int64_t by_us = now_.when[i].at_us - before_us - gap;
      if (by_us <= 0) break;
      Scenario earlier = now_;
      for (std::size_t j = i; j < earlier.when.size(); ++j) earlier.when[j].at_us -= by_us;
      if (attempt_any_seed(earlier)) break;
    }
  }
}

void Shrinker::round_times() {
  for (std::size_t i = 0; i < now_.when.size() && !is_over(); ++i) {
    for (const std::int64_t unit : round_units_us) {
      const std::int64_t late_us = now_.when[i].at_us % unit;
      if (late_us == 0) break;
      if (attempt_with([&](Scenario& s) { s.when[i].at_us -= late_us; })) break;
    }
  }
}

void Shrinker::take_small_seed() {
  for (std::uint64_t seed = 1; seed < std::min(now_.seed, most_small_seed + 1); ++seed) {
    if (attempt_with([seed](Scenario& s) { s.seed = seed; })) return;
  }
}

// --- the whole -----------------------------------------------------------------------------------

void Shrinker::go_round() {
  end_early();
  drop(&KeptParts::happenings);
  drop(&KeptParts::tasks);
  drop(&KeptParts::pods);
  drop(&KeptParts::workspaces);
  drop(&KeptParts::pools);
  make_pools_smaller();
  make_given_plainer();
  make_actions_simpler();
  come_earlier();
  round_times();
  take_small_seed();
}

// A file that expects less than is violated would fail.
void Shrinker::expect_all() {
  RunOptions options;
  options.seed = now_.seed;
  for (const PropertyRecord& record : run_scenario(now_, options).records) {
    if (record.violations == 0 || record.property->name == name_) continue;
    Expectation also;
    also.kind = ExpectationKind::violates;
    also.property = std::string(record.property->name);
    now_.expect.push_back(std::move(also));
  }
}

Counterexample Shrinker::run() {
  if (attempt(now_)) {
    std::string before;
    do {
      before = scenario_text(now_);
      go_round();
    } while (before != scenario_text(now_) && !is_over());
  }
  Counterexample found;
  found.minimal = !is_over();
  expect_all();
  found.text = scenario_text(now_);
  found.scenario = read_text(found.text).value_or(now_);
  RunOptions options;
  options.seed = found.scenario.seed;
  const RunResult result = run_scenario(found.scenario, options);
  for (const PropertyRecord& record : result.records) {
    if (record.property->name == name_) found.record = record;
  }
  found.reproduced = result.passed;
  found.runs = runs_;
  return found;
}

}  // namespace

Counterexample shrink(const Scenario& scenario, const Property& property, std::int64_t within_us,
                      const ShrinkOptions& options) {
  return Shrinker(scenario, property, within_us, options).run();
}

}  // namespace holdfast
