// A bench for the procedures about pods: one server, one pool of 0 to 5 pods with one workspace.
#pragma once

#include <holdfast/tests/support/drive.h>

namespace holdfast {

struct PodsBench : testing::Test {
  PodsBench() {
    d.serve();
    pool = d.pool(0, 5);
    ws = d.workspace(pool);
  }
  void run(Program program) {
    d.run(program, [&](Procedure& p) { p.pool = pool; });
  }
  // A Running pod that the memory manages.
  PodIndex managed_pod() {
    const PodIndex pod = d.pod(pool);
    d.manage(pod);
    d.wait(second);
    return pod;
  }
  void set_bounds(int min_replicas, int max_replicas) {
    d.fold(EventType::pool_config_saved, [&](Event& e) {
      e.pool = pool;
      e.n = {min_replicas, max_replicas};
    });
  }
  bool has(PodIndex pod, SlotIndex slot, SlotState state, TaskIndex task = none) const {
    return d.slot(pod, slot).state == state && d.slot(pod, slot).task == task;
  }

  Drive d;
  PoolIndex pool = none;
  WorkspaceIndex ws = none;
};

}  // namespace holdfast
