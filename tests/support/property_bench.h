// A bench for one property: a small world with a server, a pool of one to three pods and a
// workspace, and the questions whether an event violates a property, reaches a goal, or whether
// something is owed.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include <holdfast/model/properties.h>
#include <holdfast/tests/support/drive.h>

namespace holdfast {

struct PropertyBench : ::testing::Test {
  Drive d;
  ReplicaIndex replica = d.serve();
  PoolIndex pool = d.pool(1, 3);
  WorkspaceIndex ws = d.workspace(pool);
  bool occurred = false;  // whether the antecedent did, in the last question

  static const Property& property(std::string_view name) {
    const Property* found = find_property(name);
    if (found == nullptr) {
      ADD_FAILURE() << "no property " << name;
      return properties()[0];
    }
    return *found;
  }

  Event make(EventType type, const std::function<void(Event&)>& fill = {}) const {
    Event e = d.event(type);
    if (fill) fill(e);
    return e;
  }
  Event deletes(PodIndex pod, ProcedureIndex procedure = none) const {
    return make(EventType::pod_delete_requested, [&](Event& e) {
      e.pod = pod;
      e.procedure = procedure;
    });
  }
  Event creates(ProcedureIndex procedure = none) const {
    return make(EventType::pod_created, [&](Event& e) {
      e.pod = static_cast<PodIndex>(d.world.pods.size());
      e.pool = pool;
      e.procedure = procedure;
    });
  }
  Event takes(PodIndex pod, SlotIndex slot, TaskIndex task, Action action = Action::plan) const {
    return make(EventType::agent_slot_taken, [&](Event& e) {
      e.pod = pod;
      e.slot = slot;
      e.task = task;
      e.action = action;
    });
  }
  Event gives(EventType type, PodIndex pod, SlotIndex slot, TaskIndex task) const {
    return make(type, [&](Event& e) {
      e.memory = 0;
      e.pod = pod;
      e.slot = slot;
      e.task = task;
      e.task_type = d.world.tasks[task].type;
    });
  }

  // A pod with an agent, and a task whose plan ran there in `slot` and waits for its user.
  PodIndex pod_with_agent() {
    const PodIndex pod = d.pod(pool);
    d.connect(pod);
    d.manage(pod);
    return pod;
  }
  TaskIndex reserved_task(PodIndex pod, SlotIndex slot = 0) {
    const TaskIndex task = d.task(ws);
    d.planned_on(pod, slot, task);
    return task;
  }

  // A procedure of replica 0 that stands at the first step of the last of these programs.
  ProcedureIndex standing(std::initializer_list<Program> stack, const Drive::Fill& fill = {}) {
    ProcedureIndex place = 0;
    while (d.runs(place)) ++place;
    d.fold(EventType::procedure_started, [&](Event& e) {
      e.procedure = place;
      e.after.replica = replica;
      e.after.memory = replica;
      for (const Program program : stack) e.after.stack[e.after.depth++] = {program, 0};
      if (fill) fill(e.after);
    });
    return place;
  }

  // Whom the event, not yet folded, violates the property for.
  std::vector<Entities> violations(std::string_view name, const Event& event) {
    const Property& asked = property(name);
    EXPECT_EQ(asked.kind, PropertyKind::never);
    std::vector<Entities> found;
    occurred = false;
    if (!asked.events.test(static_cast<std::size_t>(event.type))) {
      ADD_FAILURE() << name << " does not look at " << info(event.type).name;
      return found;
    }
    const Transition t{d.world, d.setup, d.clock, event};
    if (asked.before != nullptr) occurred = asked.before(t, found);
    if (asked.after != nullptr) {
      World next = d.world;
      EXPECT_EQ(evolve(next, event), "");
      const Transition after{next, d.setup, d.clock, event};
      occurred = asked.after(after, found) || occurred;
    }
    EXPECT_TRUE(found.empty() || occurred) << name << " was violated without its antecedent";
    return found;
  }
  bool violates(std::string_view name, const Event& event) {
    return !violations(name, event).empty();
  }
  // It says something about the event, and the event is fine.
  bool keeps(std::string_view name, const Event& event) {
    return violations(name, event).empty() && occurred;
  }
  // It says nothing about the event.
  bool ignores(std::string_view name, const Event& event) {
    return violations(name, event).empty() && !occurred;
  }

  std::vector<Entities> owed(std::string_view name) const {
    std::vector<Entities> found;
    property(name).owed(d.world, d.setup, d.clock, found);
    return found;
  }
  bool owes(std::string_view name) const { return !owed(name).empty(); }

  bool reaches(std::string_view name, const Event& event) const {
    const Property& asked = property(name);
    if (!asked.events.test(static_cast<std::size_t>(event.type))) {
      ADD_FAILURE() << name << " does not look at " << info(event.type).name;
      return false;
    }
    return asked.reached({d.world, d.setup, d.clock, event});
  }
};

}  // namespace holdfast
