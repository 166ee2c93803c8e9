// The bench for tests of autoscale: a pool with pods, and what the procedure asked and decided.
#pragma once

#include <string>

#include <holdfast/tests/support/pods_bench.h>

namespace holdfast {

struct Autoscale : PodsBench {
  void run(int min_replicas = 0, int max_replicas = 5) {
    d.run(Program::autoscale, [&](Procedure& p) {
      p.pool = pool;
      p.min_replicas = min_replicas;
      p.max_replicas = max_replicas;
    });
  }
  // As above, with no more of the trail than autoscale's own steps.
  std::string asks(int min_replicas = 0, int max_replicas = 5) {
    d.forget();
    run(min_replicas, max_replicas);
    std::string trail = d.trail();
    const std::size_t from = trail.find("autoscale");
    const std::size_t to = trail.find(',', from);
    return trail.substr(from, to - from);
  }
  Event decided() const { return d.last(EventType::autoscaler_decided); }
  bool decided(int pods, int desired, Reason reason) const {
    return decided().type == EventType::autoscaler_decided && decided().n[0] == pods &&
           decided().n[1] == desired && decided().reason == reason;
  }
  // A task that waits for its apply, in slot 0 of the pod.
  TaskIndex reserved_task(PodIndex pod) {
    const TaskIndex task = d.task(d.workspace(pool));
    d.planned_on(pod, 0, task);
    d.reserve(pod, 0, task);
    return task;
  }
  // A plan that runs in that slot.
  void running_plan(PodIndex pod, SlotIndex slot) {
    const TaskIndex task = d.task(d.workspace(pool), TaskType::plan);
    d.plan_on(pod, slot, task);
    d.assign(pod, slot, task);
  }
};

}  // namespace holdfast
