// What must never happen, what must at last happen, and what a scenario may ask to be reached
// (specification, properties.md). Each is written once, over the truth and, where its sentence says
// so, over a memory; every walk and every reader of logs uses this table.
//
// A never-property looks at one transition: an event between the world before it and the world
// after it. Most look before the event is folded, because what they protect is gone afterwards.
//
// Thread safety: the table is constant, the functions are pure.
#pragma once

#include <bitset>
#include <span>
#include <string_view>
#include <vector>

#include <holdfast/model/model.h>

namespace holdfast {

using EventMask = std::bitset<128>;

// Whom a finding names; `none` where it names nobody of that kind.
struct Entities {
  PodIndex pod = none;
  TaskIndex task = none;
  WorkspaceIndex workspace = none;
  PoolIndex pool = none;
  ReplicaIndex replica = none;
  MemoryIndex memory = none;
  SlotIndex slot = no_slot;

  auto operator<=>(const Entities&) const = default;
};

enum class PropertyKind : std::uint8_t { never, eventually, sometimes };

struct Transition {
  const World& world;     // before the event or after it, as the function says
  const Setup& setup;
  const Clock& clock;
  const Event& event;
};

struct Property {
  std::string_view name;
  PropertyKind kind;
  std::string_view sentence;    // what holds, for reports
  std::string_view antecedent;  // when it says anything at all, for reports
  // The sentence of a violation, with {pod}, {task}, {workspace}, {pool}, {replica}, {slot}.
  std::string_view violation;
  EventMask events;             // the types that it looks at

  // Never. Appends whoever this transition violates it for. Returns whether the antecedent
  // occurred. `before` sees the world that the event is about to change, `after` the changed one;
  // either may be null.
  bool (*before)(const Transition&, std::vector<Entities>&) = nullptr;
  bool (*after)(const Transition&, std::vector<Entities>&) = nullptr;

  // Eventually. Appends the entities for which the antecedent holds and the goal does not:
  // something is still owed to them. May change after events of `events` only; what the clock alone
  // changes (a freeze window begins) shows at the next of them, in the next autoscaler cycle.
  void (*owed)(const World&, const Setup&, const Clock&, std::vector<Entities>&) = nullptr;

  // Sometimes. Whether this transition reaches it (the world before the event).
  bool (*reached)(const Transition&) = nullptr;
};

std::span<const Property> properties();
const Property* find_property(std::string_view name);

}  // namespace holdfast
