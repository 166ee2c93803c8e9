// What the courses of the knobs share.
#pragma once

#include <string>

#include <holdfast/tests/support/drive.h>

namespace holdfast {

// A server, a pool of `min` to 5 pods and a workspace.
struct KnobBench {
  explicit KnobBench(const Knobs& knobs, int min = 0) {
    d.setup.knobs = knobs;
    d.serve();
    pool = d.pool(min, 5);
    ws = d.workspace(pool);
  }
  PodIndex managed_pod() {
    const PodIndex pod = d.pod(pool);
    d.manage(pod);
    d.wait(second);
    return pod;
  }
  // Its agent is connected here, and this memory knows it.
  PodIndex ready_pod() {
    const PodIndex pod = managed_pod();
    d.connect(pod);
    d.register_agent(pod);
    return pod;
  }
  TaskIndex waiting_task(PodIndex pod) {
    const TaskIndex task = d.task(ws);
    d.planned_on(pod, 0, task);
    return task;
  }
  TaskIndex confirmed_task(PodIndex pod) {
    const TaskIndex task = waiting_task(pod);
    d.set_status(task, TaskStatus::apply_confirmed);
    d.reserve(pod, 0, task);
    return task;
  }
  void run(Program program) {
    d.run(program, [&](Procedure& p) {
      p.pool = pool;
      p.min_replicas = d.world.pools[pool].min_replicas;
      p.max_replicas = d.world.pools[pool].max_replicas;
    });
  }
  void push(TaskIndex task) {
    d.run(Program::push, [&](Procedure& p) {
      p.task = task;
      p.row = d.world.tasks[task].row;
    });
  }
  void take_step(const Step& step) {
    Events events;
    take(d.world, d.setup, d.clock, step, events);
    for (const Event& e : events) d.fold(e);
  }
  std::string status(TaskIndex task) const {
    return std::string(name(d.world.tasks[task].row.status));
  }
  std::string slot(PodIndex pod) const { return std::string(name(d.slot(pod, 0).state)); }
  std::string fate(PodIndex pod) const {
    return lives(d.world.pods[pod]) ? "kept" : "deleted";
  }
  std::string desired() const {
    return std::to_string(d.last(EventType::autoscaler_decided).n[1]);
  }
  int under_way(Program program) const {
    int found = 0;
    for (const Procedure& p : d.world.procedures) found += p.depth != 0 && p.kind() == program;
    return found;
  }
  std::int64_t ticks_in(TimerKind kind) const {
    for (const Timer& timer : d.world.timers) {
      if (timer.kind == kind) return (timer.due.us - d.clock.now().us) / second;
    }
    return -1;
  }

  Drive d;
  PoolIndex pool = none;
  WorkspaceIndex ws = none;
};

inline std::string number(std::int64_t n) { return std::to_string(n); }

}  // namespace holdfast
