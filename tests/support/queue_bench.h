// What the tests of the queue's procedures share: a server, a pool, a workspace, and words for what
// they ask again and again.
#pragma once

#include <cstdint>
#include <vector>

#include <holdfast/tests/support/drive.h>

namespace holdfast {

class QueueBench : public ::testing::Test {
 protected:
  Drive d;
  ReplicaIndex server = d.serve();
  PoolIndex pool = d.pool(0, 3);
  WorkspaceIndex ws = d.workspace(pool);

  // A Running pod that the server manages; its agent is connected to `replica`, and known here.
  PodIndex ready_pod(ReplicaIndex replica = 0) {
    const PodIndex pod = unregistered_pod(replica);
    d.register_agent(pod);
    return pod;
  }
  // The same, but the memory knows no agent.
  PodIndex unregistered_pod(ReplicaIndex replica = 0) {
    const PodIndex pod = d.pod(pool);
    d.manage(pod);
    d.connect(pod, replica);
    return pod;
  }
  // A task whose plan ran there, confirmed by a user, and its slot Reserved.
  TaskIndex confirmed_on(PodIndex pod, SlotIndex slot = 0) {
    const TaskIndex task = d.task(ws);
    d.planned_on(pod, slot, task);
    d.set_status(task, TaskStatus::apply_confirmed);
    d.reserve(pod, slot, task);
    return task;
  }
  void disconnect(PodIndex pod, bool silent = false) {
    d.fold(EventType::agent_disconnected, [&](Event& e) {
      e.pod = pod;
      e.flag = silent;
      e.at = d.clock.now();
    });
  }
  void delete_row(PodIndex pod) {
    d.fold(EventType::agent_row_deleted, [&](Event& e) { e.pod = pod; });
  }
  // The agent is busy with the task, whatever anyone believes.
  void occupy(PodIndex pod, SlotIndex slot, TaskIndex task, Action action = Action::plan) {
    d.fold(EventType::agent_slot_taken, [&](Event& e) {
      e.pod = pod;
      e.slot = slot;
      e.task = task;
      e.action = action;
    });
  }

  // A push of the task as it is in the database now.
  void push(TaskIndex task) {
    d.run(Program::push, [&](Procedure& p) { fill_push(p, task); });
  }
  ProcedureIndex start_push(TaskIndex task) {
    return d.start(Program::push, [&](Procedure& p) { fill_push(p, task); });
  }
  void try_next() {
    d.run(Program::try_next, [&](Procedure& p) { p.workspace = ws; });
  }
  void run_for(Program program, TaskIndex task) {
    d.run(program, [&](Procedure& p) { p.task = task; });
  }
  ProcedureIndex start_for(Program program, TaskIndex task) {
    return d.start(program, [&](Procedure& p) { p.task = task; });
  }
  // A report that is still at the agent in `sender`.
  ProcedureIndex report(Program program, TaskIndex task, TaskStatus outcome, PodIndex sender) {
    return d.start(program, [&](Procedure& p) {
      p.replica = none;
      p.memory = none;
      p.task = task;
      p.outcome = outcome;
      p.sender = sender;
      p.workspace = d.world.tasks[task].workspace;
    });
  }

  TaskStatus status(TaskIndex task) const { return d.world.tasks[task].row.status; }
  const TaskRow& row(TaskIndex task) const { return d.world.tasks[task].row; }
  const std::vector<AgentWork>& work(PodIndex pod) const { return d.world.agents[pod].work; }
  bool locked() const { return d.world.workspaces[ws].locked; }
  // Programs under way, by place.
  std::vector<Program> under_way() const {
    std::vector<Program> result;
    for (const Procedure& p : d.world.procedures) {
      if (p.depth != 0) result.push_back(p.kind());
    }
    return result;
  }
  // Delays of the retries that were scheduled since the last forget(), in seconds.
  std::vector<std::int64_t> retries() const {
    std::vector<std::int64_t> result;
    for (const Event& e : d.log) {
      if (e.type == EventType::queue_retry_scheduled) result.push_back(e.n[0] / second);
    }
    return result;
  }

 private:
  void fill_push(Procedure& p, TaskIndex task) const {
    p.task = task;
    p.row = d.world.tasks[task].row;
  }
};

}  // namespace holdfast
