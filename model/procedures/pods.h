// What the procedures about pods share: sets of pods as a memory or the cluster knows them, the
// calls that several of them make, and the walk over pools.
//
// Thread safety: all functions are pure but for what they are given.
#pragma once

#include <holdfast/model/procedures/turn.h>

namespace holdfast {

// The pool's pods that `memory` manages, and those of them whose slots are all Idle.
IndexSet managed_pods(const Memory& memory, PoolIndex pool);
IndexSet idle_pods(const Memory& memory, PoolIndex pool);

// The pod that was created first, by time and then by number; `none` of an empty set.
PodIndex oldest(const World& world, const IndexSet& pods);
// The pod that this memory manages under the name of `pod` without being it: one of that name that
// is gone. `none` if there is none.
PodIndex managed_namesake(const Turn& t, PodIndex pod);

// What a list call answers with: the pool's pods in the cluster, ended ones among them. A stale
// answer is one from before the last creation: it lacks the newest pod. Requires: the call does
// not fail.
IndexSet list_cluster(const Turn& t);

// A task of this procedure's pool. `served_by_pods`: its workspace runs its tasks on agents.
bool of_pool(const Turn& t, const Task& task);
bool served_by_pods(const Turn& t, const Task& task);

// Where this memory manages the name of `pod`: under the pod itself or a namesake; `none` if
// nowhere.
PodIndex managed_under_name(const Turn& t, PodIndex pod);

// One call that deletes in the cluster what has the name of `pod`: the pod, or one that was created
// in the same second after it was gone. If there is none any more, that counts as deleted.
// False if the call ends in an error, although it may have taken effect.
bool delete_in_cluster(Turn& t, PodIndex pod, Reason reason);

// Choices: each pod of the register `pods`, ascending.
void one_of_pods(const Turn& t, std::vector<std::uint16_t>& out);
// Takes the chosen pod out of the register `pods` and puts it into the register `pod`.
void take_chosen_pod(Turn& t);

// Choices where several pods have a slot with the task: each of them, as the platform walks a map.
void one_of_the_holders(const Turn& t, std::vector<std::uint16_t>& out);
// The one that the step chose, or the only one; no place if there is none.
SlotPlace chosen_holder(const Turn& t);

// How the last call ended; the register is cleared.
bool take_failed(Turn& t);

// Moves the register `pool` on to the next pool, from none to the first. False after the last: the
// register is then `none`.
bool next_pool(Turn& t);
// Reads every pool with its bounds, into the register `later`, and stands before the first.
void read_pools(Turn& t);
// Moves on to the next of the pools that read_pools() read: the registers `pool`, `min_replicas`
// and `max_replicas`. False after the last: they are then at their defaults.
bool next_read_pool(Turn& t);

}  // namespace holdfast
