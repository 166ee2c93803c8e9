#include <holdfast/sim/random_course.h>

#include <algorithm>
#include <cassert>

#include <holdfast/sim/random.h>
#include <holdfast/sim/scenario_names.h>

namespace holdfast {
namespace {

// How often a kind is drawn against the others.
struct KindWeight {
  ActionKind kind;
  int weight;
};
constexpr auto weights = std::to_array<KindWeight>({
    {ActionKind::submit, 24},          {ActionKind::confirm, 12},
    {ActionKind::cancel, 4},           {ActionKind::restart, 8},
    {ActionKind::stop, 3},             {ActionKind::start, 3},
    {ActionKind::save_config, 4},      {ActionKind::sync, 4},
    {ActionKind::unfreeze, 2},         {ActionKind::rotate_token, 2},
    {ActionKind::crash_pod, 3},        {ActionKind::evict_pod, 3},
    {ActionKind::lose_node, 2},        {ActionKind::succeed_pod, 2},
    {ActionKind::disconnect_agent, 4}, {ActionKind::silence_agent, 3},
    {ActionKind::fail_calls, 6},       {ActionKind::clock_step, 1},
    {ActionKind::lose_leader, 3},
});
static_assert(weights.size() == count_of<ActionKind>);

// From so long before the end on nothing more is done, or from the middle on if that is later.
constexpr std::int64_t quiet_end_us = 2 * minute;

template <typename Value>
std::uint16_t place_among(std::vector<Value>& values, const Value& value) {
  const auto found = std::find(values.begin(), values.end(), value);
  const auto place = static_cast<std::uint16_t>(found - values.begin());
  if (found == values.end()) values.push_back(value);
  return place;
}

class Drawer {
 public:
  Drawer(const Scenario& start, const CourseOptions& options, std::uint64_t seed)
      : options_(options),
        s_(start),
        size_(seed, "course size"),
        kinds_(seed, "course kinds"),
        times_(seed, "course times"),
        details_(seed, "course details") {
    s_.seed = seed;
  }

  Scenario draw();

 private:
  std::size_t below(std::size_t end) { return static_cast<std::size_t>(details_.below(end)); }
  bool is_possible(ActionKind kind) const;
  void choose_kinds();
  ActionKind kind();
  std::int64_t moment_us();
  int count();
  void clear();
  void add(ActionKind kind);
  void request(Happening& happening);
  void fail_calls(Happening& happening);
  void order();
  void about_tasks();
  void templates();

  const CourseOptions& options_;
  Scenario s_;
  RandomStream size_;
  RandomStream kinds_;
  RandomStream times_;
  RandomStream details_;
  std::vector<KindWeight> chosen_;
  std::int64_t last_us_ = 0;   // of the calm before the end
  // Of happenings whose template is not made yet.
  std::vector<TaskTemplate> tasks_;
  std::vector<ConfigTemplate> configs_;
};

Scenario Drawer::draw() {
  clear();
  choose_kinds();
  if (chosen_.empty()) return std::move(s_);
  for (int i = count(); i > 0; --i) add(kind());
  order();
  about_tasks();
  templates();
  return std::move(s_);
}

// Keeps of the scenario what is given and what bounds eventual properties have.
void Drawer::clear() {
  s_.when.clear();
  s_.schedule.clear();
  s_.setup.tasks.clear();
  s_.setup.configs.clear();
  s_.faults = {};
  s_.instead.clear();
  s_.repaired_by.clear();
  s_.explore = {};
  std::vector<Expectation> bounds;
  std::int64_t longest_us = quiet_end_us;
  for (const Expectation& expectation : s_.expect) {
    if (expectation.within_us < 0) continue;
    Expectation bound;
    bound.kind = ExpectationKind::holds;
    bound.property = expectation.property;
    bound.within_us = expectation.within_us;
    longest_us = std::max(longest_us, bound.within_us);
    bounds.push_back(std::move(bound));
  }
  s_.expect = std::move(bounds);
  last_us_ = std::max(s_.until_us / 2, s_.until_us - longest_us);
}

bool Drawer::is_possible(ActionKind kind) const {
  const auto& wanted = options_.kinds;
  if (!wanted.empty() && std::find(wanted.begin(), wanted.end(), kind) == wanted.end()) {
    return false;
  }
  if (kind == ActionKind::lose_leader) return s_.replicas > 1;
  if (kind == ActionKind::submit) return !s_.workspaces.empty();
  if (kind != ActionKind::unfreeze) return true;
  return std::any_of(s_.pools.begin(), s_.pools.end(),
                     [](const PoolSpec& pool) { return !pool.freeze.empty(); });
}

// About half of what is possible, at least one.
void Drawer::choose_kinds() {
  std::vector<KindWeight> possible;
  for (const KindWeight& each : weights) {
    if (is_possible(each.kind)) possible.push_back(each);
  }
  for (const KindWeight& each : possible) {
    if (kinds_.chance(1, 2)) chosen_.push_back(each);
  }
  if (possible.empty() || !chosen_.empty()) return;
  chosen_.push_back(possible[static_cast<std::size_t>(kinds_.below(possible.size()))]);
}

ActionKind Drawer::kind() {
  int all = 0;
  for (const KindWeight& each : chosen_) all += each.weight;
  auto rest = static_cast<int>(kinds_.below(static_cast<std::uint64_t>(all)));
  for (const KindWeight& each : chosen_) {
    if (rest < each.weight) return each.kind;
    rest -= each.weight;
  }
  return chosen_.back().kind;
}

// Every order of magnitude alike: 1, 2 to 3, 4 to 7, ... so that many courses are short.
int Drawer::count() {
  int bits = 0;
  while ((options_.most_happenings >> bits) > 1) ++bits;
  const auto drawn = static_cast<int>(size_.below(static_cast<std::uint64_t>(bits) + 1));
  const int least = 1 << drawn;
  const int most = std::min(options_.most_happenings, 2 * least - 1);
  return static_cast<int>(size_.between(least, most));
}

// Often soon after something else, since that is where races are, and mostly a full second.
std::int64_t Drawer::moment_us() {
  constexpr std::int64_t soon_us = 10 * second;
  std::int64_t us = times_.between(0, last_us_);
  const std::int64_t after_us = times_.between(0, soon_us);
  const bool is_soon = times_.chance(1, 2);
  const std::uint64_t which = times_.below(s_.when.size() + 1);
  const bool is_round = times_.chance(3, 4);
  if (is_soon && which < s_.when.size()) {
    us = std::min(last_us_, s_.when[static_cast<std::size_t>(which)].at_us + after_us);
  }
  return us - us % (is_round ? second : millisecond);
}

void Drawer::add(ActionKind kind) {
  Happening happening;
  happening.kind = kind;
  happening.at_us = moment_us();
  const auto replica = static_cast<ReplicaIndex>(below(static_cast<std::size_t>(s_.replicas)));
  switch (kind) {
    case ActionKind::restart:
      happening.duration_us = static_cast<std::int64_t>(1 + below(30)) * second;
      [[fallthrough]];
    case ActionKind::stop:
    case ActionKind::start: happening.replica = replica; break;
    case ActionKind::submit:
    case ActionKind::save_config:
    case ActionKind::sync:
    case ActionKind::unfreeze:
    case ActionKind::rotate_token: request(happening); break;
    case ActionKind::crash_pod:
    case ActionKind::evict_pod:
    case ActionKind::lose_node:
    case ActionKind::succeed_pod:
    case ActionKind::disconnect_agent:
    case ActionKind::silence_agent:
      // One of those that are given, or of a few that may come.
      happening.pod = static_cast<std::uint16_t>(below(s_.given_pods.size() + 3));
      break;
    case ActionKind::fail_calls: fail_calls(happening); break;
    case ActionKind::clock_step:
      happening.duration_us = static_cast<std::int64_t>(1 + below(300)) * second;
      break;
    case ActionKind::confirm:
    case ActionKind::cancel:
    case ActionKind::lose_leader: break;
  }
  s_.when.push_back(std::move(happening));
}

void Drawer::request(Happening& happening) {
  happening.pool = static_cast<PoolIndex>(below(s_.pools.size()));
  if (happening.kind == ActionKind::submit) {
    happening.pool = 0;
    TaskTemplate task;
    task.workspace = static_cast<WorkspaceIndex>(below(s_.workspaces.size()));
    const std::size_t type = below(8);
    if (type == 0) task.type = TaskType::drift_check;
    if (type == 1 || type == 2) task.type = TaskType::plan;
    happening.argument = static_cast<std::uint16_t>(tasks_.size());
    tasks_.push_back(task);
  } else if (happening.kind == ActionKind::save_config) {
    const PoolSpec& pool = s_.pools[happening.pool];
    ConfigTemplate config{happening.pool, pool.min_replicas, pool.max_replicas, pool.freeze};
    const std::size_t what = below(4);
    const auto most = static_cast<std::size_t>(pool.max_replicas) + 1;
    if (what == 1) config.min_replicas = static_cast<int>(below(most));
    if (what >= 2) config.max_replicas = static_cast<int>(below(most + 1));
    config.min_replicas = std::min(config.min_replicas, config.max_replicas);
    happening.argument = static_cast<std::uint16_t>(configs_.size());
    configs_.push_back(std::move(config));
  }
}

void Drawer::fail_calls(Happening& happening) {
  const CallFault& fault = call_faults()[below(call_faults().size())];
  happening.fault = fault.fault;
  const std::size_t verb = below(fault.verbs.size() + 1);
  if (verb < fault.verbs.size()) happening.verb = fault.verbs[verb];
  happening.count = 1 + static_cast<int>(below(3));
}

void Drawer::order() {
  std::stable_sort(s_.when.begin(), s_.when.end(),
                   [](const Happening& a, const Happening& b) { return a.at_us < b.at_us; });
}

// Says which task is confirmed or cancelled, and when: some time after it was submitted. Without a
// task there is none of it.
void Drawer::about_tasks() {
  constexpr std::int64_t longest_wait_us = 5 * minute;
  struct Submitted {
    std::uint32_t number;
    std::int64_t at_us;
  };
  std::vector<Submitted> submitted;
  std::uint32_t last = 0;
  for (const GivenTask& task : s_.given_tasks) {
    submitted.push_back({task.number, 0});
    last = std::max(last, task.number);
  }
  for (const Happening& happening : s_.when) {
    if (happening.kind == ActionKind::submit) submitted.push_back({++last, happening.at_us});
  }
  const auto is_about_task = [](const Happening& happening) {
    return happening.kind == ActionKind::confirm || happening.kind == ActionKind::cancel;
  };
  if (submitted.empty()) std::erase_if(s_.when, is_about_task);
  for (Happening& happening : s_.when) {
    if (!is_about_task(happening)) continue;
    const Submitted& task = submitted[below(submitted.size())];
    happening.task = task.number;
    const std::int64_t wait_us = times_.between(0, longest_wait_us);
    const std::int64_t at_us = std::min(last_us_, task.at_us + wait_us);
    if (happening.at_us < task.at_us || times_.chance(1, 2)) {
      happening.at_us = at_us - at_us % millisecond;
    }
  }
  order();
}

// Templates in the order in which a reader of the file would make them.
void Drawer::templates() {
  for (Happening& happening : s_.when) {
    if (happening.kind == ActionKind::submit) {
      happening.argument = place_among(s_.setup.tasks, tasks_[happening.argument]);
    } else if (happening.kind == ActionKind::save_config) {
      happening.argument = place_among(s_.setup.configs, configs_[happening.argument]);
    }
  }
}

}  // namespace

Scenario random_course(const Scenario& start, const CourseOptions& options, std::uint64_t seed) {
  assert(options.most_happenings > 0);
  return Drawer(start, options, seed).draw();
}

}  // namespace holdfast
