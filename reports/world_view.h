// How things stand at one moment, for people and tools: what is true beside what each server
// believes, and in words where the two differ. All functions are pure; text ends in a line break.
#pragma once

#include <string>
#include <vector>

#include <holdfast/model/model.h>
#include <holdfast/reports/json_writer.h>
#include <holdfast/reports/tone.h>

namespace holdfast {

// Something that a memory holds and that is not so, or is so and it does not know.
struct Difference {
  PodIndex pod = none;
  SlotIndex slot = no_slot;    // no_slot: about the pod as a whole
  MemoryIndex memory = none;
  std::string text;            // "replica 0 does not know that task 598 is reserved in slot 0"

  bool operator==(const Difference&) const = default;
};

// By pod, memory and slot.
std::vector<Difference> differences(const World& world, const Setup& setup);

struct WorldViewOptions {
  Moment start = never;        // of the course; moments of another day carry their date
  // Whom to show. A task is shown with the pods that it is on, or is believed on.
  PodIndex pod = none;
  TaskIndex task = none;
  bool nobody_else = false;    // also if neither is given; else that means everybody
  std::int64_t zone_us = 0;    // moments are shown in a zone so far ahead of UTC

  bool narrow() const { return nobody_else || pod != none || task != none; }
};

// Servers, pools, workspaces that are locked, pods with truth and belief side by side, tasks,
// timers, procedures under way. Of one pod or task only what concerns it.
std::string world_text(const World& world, const Setup& setup, const Clock& clock,
                       const WorldViewOptions& options, Paint paint);

// The part of world_text() that is about pods, without its heading.
std::string pods_text(const World& world, const Setup& setup, const WorldViewOptions& options,
                      Paint paint);

// Writes the same as an object. Keys may be added; those below keep their names and meanings, and
// what there is none of is null.
//
//   servers      replica, state, leads, started
//   pools        pool, min_replicas, max_replicas, living_pods, frozen (true, false; null without
//                time), beliefs: memory, pods, slots, running, reserved
//   workspaces   workspace, pool, mode, locked_by (a task's number)
//   pods         pod, pool, state, created, agent: state, connected_to, work: task, action, slot;
//                reserved_for: task, slot; beliefs: memory, state, agent_known, heartbeat,
//                slots: state, task, task_type, since; differences (texts)
//   tasks        task, workspace, task_type, status, confirmed, agent, plan_pod, plan_slot
//   timers       timer, replica, workspace, due
//   procedures   procedure, step, about, replica, pool, workspace, task, pod, wakes
void write_world(JsonWriter& json, std::string_view key, const World& world, const Setup& setup,
                 const Clock& clock, const WorldViewOptions& options);

// Whether the view shows the pod, the task, the procedure.
bool shows_pod(const World& world, const WorldViewOptions& options, PodIndex pod);
bool shows_task(const World& world, const WorldViewOptions& options, TaskIndex task);
bool shows_procedure(const WorldViewOptions& options, const Procedure& procedure);

// Whose memory it is: "replica 0", "a request".
std::string believer_text(const World& world, MemoryIndex memory);

}  // namespace holdfast
