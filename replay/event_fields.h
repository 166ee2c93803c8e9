// How an event's fields are spelled in its `data`: made from the event table, so that writer,
// reader and schema cannot differ. Constant; safe to use from several threads.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include <holdfast/model/events.h>

namespace holdfast {

// One key of an event's data.
struct DataField {
  Field field;
  bool required = true;    // optional: where an event came from, when its source does not say so
  bool nullable = false;   // null stands for "none"
  bool place = false;      // the index of the pod or task that begins to exist
  std::string key;
  std::string written;     // "key": as it is written
};

// The keys of a type in the order in which they are written.
std::span<const DataField> data_fields(EventType type);

// "holdfast.pod.created"
std::string_view logged_type(EventType type);
// The type of that name, if there is one.
const EventInfo* find_logged_type(std::string_view text);
// Every type's name as it stands in a log, log.opened included.
std::span<const std::string> logged_types();

// Whether the second set of this type holds tasks; else it holds pods.
bool others_are_tasks(const EventInfo& type);

// Where an event of this type comes from that names no pool and no replica.
std::string_view default_source(EventType type);

// Where an event came from as far as its type's row does not say so: a step of a procedure is of
// the procedure's replica and memory.
struct EventOrigin {
  PoolIndex pool = none;
  ReplicaIndex replica = none;
  MemoryIndex memory = none;
};
// What `source` says of it: the event's own pool and replica; for procedure.advanced, which carries
// its procedure, those of the procedure unless the event has its own.
EventOrigin source_of(const Event& event);
// The origin that a reader takes for granted if data does not say otherwise.
EventOrigin default_origin(const Event& event, const EventOrigin& source);

}  // namespace holdfast
