// What the files of the fold share: why an event is refused, and how places are looked up. Only
// evolve.cpp and fold_*.cpp include this.
//
// Thread safety: all functions are pure but for what they are given.
#pragma once

#include <string_view>
#include <vector>

#include <holdfast/model/events.h>

namespace holdfast {

inline constexpr std::string_view accepted{};
inline constexpr std::string_view refused_by_pod =
    "the pod machine has no such arrow from its state";
inline constexpr std::string_view refused_by_managed_pod =
    "the managed-pod machine has no such arrow from its state";
inline constexpr std::string_view refused_by_slot =
    "the slot machine has no such arrow from its state";
inline constexpr std::string_view refused_by_task =
    "the task machine has no such arrow from its status";
inline constexpr std::string_view refused_by_agent =
    "the agent machine has no such arrow from its state";
inline constexpr std::string_view refused_by_replica =
    "the replica machine has no such arrow from its state";
inline constexpr std::string_view no_such_pod = "no such pod";
inline constexpr std::string_view no_such_task = "no such task";
inline constexpr std::string_view no_such_pool = "no such pool";
inline constexpr std::string_view no_such_workspace = "no such workspace";
inline constexpr std::string_view no_such_replica = "no such replica";
inline constexpr std::string_view no_such_memory = "no such memory";
inline constexpr std::string_view no_such_procedure = "no such procedure";
inline constexpr std::string_view no_such_timer = "no such timer";
inline constexpr std::string_view no_such_slot = "no such slot";
inline constexpr std::string_view place_taken = "its place is taken";
inline constexpr std::string_view not_under_way = "a procedure under way stands at a step";

// The element at `index`, or null. Growth is the caller's decision.
template <typename T>
T* at(std::vector<T>& items, std::size_t index) {
  return index < items.size() ? &items[index] : nullptr;
}

template <typename T>
T& grown(std::vector<T>& items, std::size_t index) {
  if (index >= items.size()) items.resize(index + 1);
  return items[index];
}

template <typename T>
void trim(std::vector<T>& items) {
  while (!items.empty() && items.back() == T{}) items.pop_back();
}

// Empties a memory; one of a request handler gives its place back.
void forget_memory(World& world, MemoryIndex memory);

// One function per kind of entity: folds an event of that kind, or says why not.
std::string_view fold_managed_pod(World& world, const Event& event);
std::string_view fold_slot(World& world, const Event& event);
std::string_view fold_agent(World& world, const Event& event);
std::string_view fold_server(World& world, const Event& event);

}  // namespace holdfast
