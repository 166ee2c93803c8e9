#include <algorithm>

#include <holdfast/model/procedures/pods.h>
#include <holdfast/model/procedures/programs.h>

namespace holdfast {
namespace {

constexpr int most_restarts = 5;

enum : std::uint8_t { at_a, at_b, at_c, at_d, at_e, at_f, at_g, at_h };

// `pods` are the Running pods, then those to restart; `dead` are all that were listed.
void leave(Turn& t, bool well) {
  t.self.pods.clear();
  t.self.dead.clear();
  t.self.count = 0;
  if (well) return t.done();
  t.fail();
}

void list_pods(Turn& t) {
  if (t.call_fails()) return t.fail();
  t.self.dead = list_cluster(t);
  t.self.dead.for_each([&](PodIndex pod) {
    if (phase_of(t.world.pods[pod]) == PodState::running) t.self.pods.insert(pod);
  });
  t.go(at_b);
}

void count_agents(Turn& t) {
  if (t.call_fails()) return leave(t, false);
  for (std::size_t i = 0; i < t.world.agents.size(); ++i) {
    const Agent& agent = t.world.agents[i];
    if (agent.row && t.world.pods[i].pool == t.self.pool && t.clock.pinged_lately(agent)) {
      ++t.self.count;
    }
  }
  t.go(at_c);
}

void look_for_tasks(Turn& t) {
  const auto& tasks = t.world.tasks;
  const bool busy = std::any_of(tasks.begin(), tasks.end(), [&](const Task& task) {
    return served_by_pods(t, task) && (is_running(task.row.status) || is_waiting(task.row.status));
  });
  if (busy || t.call_fails()) return leave(t, true);
  t.go(at_d);
}

void pick_unhealthy(Turn& t) {
  const int lacking = t.self.pods.size() - t.self.count;
  t.self.count = 0;
  if (lacking <= 0) {
    // All agents are there. The counters of other pools' pods go too: they share one table.
    if (!t.memory().restarts.empty()) t.emit(EventType::memory_restarts_cleared);
    return leave(t, true);
  }
  IndexSet old_enough;
  t.self.pods.for_each([&](PodIndex pod) {
    if (t.clock.past_grace(t.world.pods[pod])) old_enough.insert(pod);
  });
  t.self.pods.clear();
  while (t.self.pods.size() < lacking && !old_enough.empty()) {
    const PodIndex pod = oldest(t.world, old_enough);
    old_enough.erase(pod);
    t.self.pods.insert(pod);
  }
  t.go(t.self.pods.empty() ? at_h : at_e);
}

void finish(Turn& t, PodIndex pod) {
  t.self.pods.erase(pod);
  t.go(t.self.pods.empty() ? at_h : at_e);
}

void count_restart(Turn& t) {
  const PodIndex pod = oldest(t.world, t.self.pods);
  const auto& counted = t.memory().restarts;
  const PodRestarts restarts = pod < counted.size() ? counted[pod] : PodRestarts{};
  const bool may = t.clock.backoff_over(restarts.last, restarts.count);
  if (!may || restarts.count >= most_restarts) return finish(t, pod);
  t.emit(EventType::memory_restart_counted, pod);
  t.go(at_f);
}

void delete_unhealthy(Turn& t) {
  const PodIndex pod = oldest(t.world, t.self.pods);
  if (!delete_in_cluster(t, pod, Reason::unhealthy)) return finish(t, pod);
  t.go(at_g);
}

void forget_restarted(Turn& t) {
  const PodIndex pod = oldest(t.world, t.self.pods);
  if (const PodIndex known = managed_under_name(t, pod); known != none) {
    t.emit(EventType::memory_pod_forgotten, known).reason = Reason::restarted;
  }
  finish(t, pod);
}

void forget_counters(Turn& t) {
  const auto& counted = t.memory().restarts;
  for (std::size_t i = 0; i < counted.size(); ++i) {
    if (counted[i] == PodRestarts{} || t.self.dead.contains(static_cast<PodIndex>(i))) continue;
    t.emit(EventType::memory_restarts_cleared).pods = t.self.dead;
    break;
  }
  leave(t, true);
}

constexpr Instruction instructions[] = {
    {"a", Store::cluster, Verb::list, "the pool's Running pods", list_pods},
    {"b", Store::database, Verb::query, "agents that pinged in the last 2 min", count_agents},
    {"c", Store::database, Verb::query, "tasks that run or wait", look_for_tasks},
    {"d", Store::memory, Verb::write, "which pods to restart", pick_unhealthy},
    {"e", Store::memory, Verb::write, "count a restart of the oldest", count_restart},
    {"f", Store::cluster, Verb::remove, "delete it", delete_unhealthy},
    {"g", Store::memory, Verb::write, "forget it", forget_restarted},
    {"h", Store::memory, Verb::write, "forget the counters of pods that were not listed",
     forget_counters},
};

}  // namespace

Instructions check_unhealthy_steps() { return instructions; }

}  // namespace holdfast
