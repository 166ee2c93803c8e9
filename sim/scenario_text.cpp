#include <holdfast/sim/scenario_text.h>

#include <algorithm>
#include <string_view>

#include <fmt/format.h>

#include <holdfast/sim/input/scalar.h>
#include <holdfast/sim/scenario_names.h>
#include <holdfast/sim/scenario_reader_parts.h>
#include <holdfast/sim/scenario_text_parts.h>
#include <holdfast/sim/space_bounds.h>

namespace holdfast {
namespace {

std::string fraction_text(std::int64_t ppm) {
  constexpr std::int64_t ppm_per_percent = 10'000;
  std::string text = fmt::format("{}", ppm / ppm_per_percent);
  if (ppm % ppm_per_percent != 0) {
    text += fmt::format(".{:04}", ppm % ppm_per_percent);
    while (text.back() == '0') text.pop_back();
  }
  return text + '%';
}

class Writer {
 public:
  explicit Writer(const Scenario& scenario) : s_(scenario) {}

  std::string write();

 private:
  // `key: value` at the left; nothing for an empty value.
  void line(std::string_view key, const std::string& value) {
    if (!value.empty()) text_ += fmt::format("{}: {}\n", key, value);
  }
  void line(std::string_view key, const FlowMapping& mapping) {
    if (!mapping.empty()) line(key, mapping.text(key.size() + 2));
  }
  void settings(std::string_view key, const std::vector<std::pair<std::string, std::string>>& set);
  void head();
  void pools();
  void workspaces();
  void given();
  void given_pods();
  void chances();
  void faults();
  void schedule();
  void bounds();

  FlowMapping pool(const PoolSpec& pool) const;
  FlowMapping given_task(const GivenTask& task) const;

  const Scenario& s_;
  std::string text_;
};

std::string Writer::write() {
  head();
  pools();
  workspaces();
  given();
  chances();
  faults();
  text_ += happenings_text(s_);
  schedule();
  if (s_.until_us != default_until_us(s_)) line("until", duration_text(s_.until_us));
  text_ += expectations_text(s_);
  if (!s_.instead.empty()) line("instead", text_value(s_.instead, 9));
  settings("repaired_by", s_.repaired_by);
  if (s_.seed != 1) line("seed", fmt::format("{}", s_.seed));
  bounds();
  return std::move(text_);
}

void Writer::settings(std::string_view key,
                      const std::vector<std::pair<std::string, std::string>>& set) {
  FlowMapping mapping;
  for (const auto& [knob, value] : set) mapping.add(knob, value);
  line(key, mapping);
}

void Writer::head() {
  const Scenario by_default;
  line("name", text_value(s_.name, 6));
  if (!s_.about.empty()) line("about", text_value(s_.about, 7));
  line("profile", s_.profile);
  settings("set", s_.set);
  if (s_.start != default_start) line("start", format_instant(s_.start.us));
  if (s_.zone_us != by_default.zone_us) {
    const std::int64_t minutes = (s_.zone_us < 0 ? -s_.zone_us : s_.zone_us) / minute;
    line("zone",
         fmt::format("\"{}{:02}:{:02}\"", s_.zone_us < 0 ? '-' : '+', minutes / 60, minutes % 60));
  }
  if (s_.replicas != by_default.replicas) line("replicas", fmt::format("{}", s_.replicas));
}

FlowMapping Writer::pool(const PoolSpec& pool) const {
  const PoolSpec by_default;
  FlowMapping mapping;
  mapping.add("id", scalar_text(pool.id));
  mapping.add("min_replicas", pool.min_replicas);
  mapping.add("max_replicas", pool.max_replicas);
  if (!pool.freeze.empty()) mapping.add("freeze_schedules", freeze_text(pool.freeze));
  if (pool.secret_age_us != by_default.secret_age_us) {
    mapping.add("secret_age", duration_text(pool.secret_age_us));
  }
  return mapping;
}

void Writer::pools() {
  if (s_.pools.size() == 1) return line("pool", pool(s_.pools.front()));
  text_ += "pools:\n";
  for (const PoolSpec& each : s_.pools) text_ += fmt::format("  - {}\n", pool(each).text(4));
}

// Those that the first task to name them would not make as they are, or not in this order.
void Writer::workspaces() {
  const std::vector<std::size_t> mentions = first_mentions(s_);
  std::size_t stated = s_.workspaces.size();
  std::size_t next = never_mentioned;
  const auto is_plain = [](const WorkspaceSpec& workspace) {
    return workspace.pool == 0 && workspace.mode == ExecutionMode::k8s;
  };
  while (stated > 0 && mentions[stated - 1] < next && is_plain(s_.workspaces[stated - 1])) {
    next = mentions[--stated];
  }
  if (stated == 0) return;
  text_ += "workspaces:\n";
  for (std::size_t i = 0; i < stated; ++i) {
    const WorkspaceSpec& workspace = s_.workspaces[i];
    FlowMapping mapping;
    mapping.add("id", scalar_text(workspace.id));
    if (workspace.pool != 0) mapping.add("pool", scalar_text(s_.pools[workspace.pool].id));
    if (workspace.mode != ExecutionMode::k8s) mapping.add("mode", name(workspace.mode));
    text_ += fmt::format("  - {}\n", mapping.text(4));
  }
}

void Writer::given_pods() {
  const std::size_t count = s_.given_pods.size();
  std::vector<FlowMapping> pods;
  std::int64_t age_us = oldest_age_us(count);
  for (const GivenPod& given : s_.given_pods) {
    FlowMapping pod;
    if (given.pool != 0) pod.add("pool", scalar_text(s_.pools[given.pool].id));
    if (given.age_us != age_us) pod.add("age", duration_text(given.age_us));
    if (!given.connected) pod.add("connected", "false");
    pods.push_back(std::move(pod));
    age_us = given.age_us - age_step_us;
  }
  if (std::all_of(pods.begin(), pods.end(), [](const FlowMapping& pod) { return pod.empty(); })) {
    text_ += fmt::format("  pods: {}\n", count);
    return;
  }
  text_ += "  pods:\n";
  for (const FlowMapping& pod : pods) text_ += fmt::format("    - {}\n", pod.text(6));
}

FlowMapping Writer::given_task(const GivenTask& task) const {
  FlowMapping mapping;
  mapping.add("id", task.number);
  mapping.add("workspace", scalar_text(s_.workspaces[task.workspace].id));
  mapping.add("type", name(task.type));
  if (task.status == TaskStatus::running_planning) {
    mapping.add("status", "running");
  } else if (task.status != TaskStatus::pending) {
    mapping.add("status", name(task.status));
  }
  if (task.pod != none) mapping.add("pod", task.pod);
  if (task.slot != no_slot) mapping.add("slot", int{task.slot});
  std::int64_t waiting_us = GivenTask().waiting_us;
  if (task.pod < s_.given_pods.size()) {
    waiting_us = std::min(waiting_us, s_.given_pods[task.pod].age_us);
  }
  if (task.waiting_us != waiting_us) mapping.add("waiting", duration_text(task.waiting_us));
  return mapping;
}

void Writer::given() {
  if (s_.given_pods.empty() && s_.given_tasks.empty()) return;
  text_ += "given:\n";
  if (!s_.given_pods.empty()) given_pods();
  if (s_.given_tasks.empty()) return;
  text_ += "  tasks:\n";
  for (const GivenTask& task : s_.given_tasks) {
    text_ += fmt::format("    - {}\n", given_task(task).text(6));
  }
}

void Writer::chances() {
  const Timings by_default;
  FlowMapping timings;
  for (const TimingName& timing : timing_names()) {
    const Distribution& value = s_.timings.*timing.member;
    if (timing.name == "confirm" || value == by_default.*timing.member) continue;
    timings.add(timing.name, distribution_text(value));
  }
  line("timings", timings);
  FlowMapping users;
  if (!s_.behaviour.confirms) {
    users.add("confirm", distribution_text(Distribution::never()));
  } else if (s_.timings.confirm != by_default.confirm) {
    users.add("confirm", distribution_text(s_.timings.confirm));
  }
  line("users", users);
  FlowMapping work;
  const auto add = [&work](std::string_view key, std::int64_t ppm) {
    if (ppm != 0) work.add(key, fraction_text(ppm));
  };
  add("plan_failure", s_.behaviour.plan_failure_ppm);
  add("no_changes", s_.behaviour.no_changes_ppm);
  add("apply_failure", s_.behaviour.apply_failure_ppm);
  line("work", work);
}

void Writer::faults() {
  FlowMapping faults;
  for (const CallFault& fault : call_faults()) {
    const std::int64_t ppm = s_.faults.*fault.ppm;
    if (ppm != 0) faults.add(name(fault.fault), fraction_text(ppm));
  }
  for (const Breakage& breakage : breakages()) {
    const Distribution& gap = s_.faults.*breakage.gap;
    if (!gap.is_never()) faults.add(name(breakage.fault), distribution_text(gap));
  }
  if (s_.faults.until_us >= 0) faults.add("until", duration_text(s_.faults.until_us));
  line("faults", faults);
}

void Writer::schedule() {
  if (s_.schedule.empty()) return;
  text_ += "schedule:\n";
  for (const ScheduledStep& step : s_.schedule) {
    text_ += fmt::format("  - {}\n", scalar_text(step.text));
  }
}

void Writer::bounds() {
  FlowMapping explore;
  for (const BoundInfo& bound : bound_table()) {
    if (s_.explore.*bound.value >= 0) explore.add(bound.name, s_.explore.*bound.value);
  }
  for (const AbstractionInfo& abstraction : abstraction_table()) {
    if (s_.explore.*abstraction.value) explore.add(abstraction.name, "true");
  }
  if (s_.explore.ages) explore.add("ages", fmt::format("[{}]", ages_text(*s_.explore.ages)));
  FlowMapping longest;
  for (const LongestRun& run : s_.explore.longest) {
    longest.add(run.program, duration_text(run.us));
  }
  if (!longest.empty()) explore.add("longest", longest.text(0));
  if (s_.explore.after_start_us >= 0) {
    explore.add("after_start", duration_text(s_.explore.after_start_us));
  }
  if (s_.explore.unit_us >= 0) explore.add("unit", duration_text(s_.explore.unit_us));
  line("explore", explore);
}

}  // namespace

std::string scenario_text(const Scenario& scenario) { return Writer(scenario).write(); }

}  // namespace holdfast
