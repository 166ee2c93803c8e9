// How each part of a World is packed, once for both directions. Internal to world_packer.cpp.
//
// A writer and a reader offer the same functions. Of a writer a function takes the value that it
// writes, of a reader the value that it sets.
//
// Thread safety: all functions are pure but for what they are given.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <type_traits>

#include <holdfast/model/names.h>
#include <holdfast/model/procedures/turn.h>
#include <holdfast/sim/bit_pack.h>
#include <holdfast/sim/time_packing.h>
#include <holdfast/sim/world_packer.h>

namespace holdfast {

template <MachineEnum E>
inline constexpr int bits_of = std::bit_width(count_of<E> - 1);

inline constexpr int small_bits = 6;  // Procedure::count and its like, with an offset
inline constexpr int small_offset = 4;
inline constexpr int token_bits = 4;  // tokens and configurations are numbered from 1

template <class V>
void trim_defaults(std::vector<V>& values) {
  while (!values.empty() && values.back() == V{}) values.pop_back();
}

struct PackWriter {
  static constexpr bool reads = false;
  const WorldPacker& packer;
  const Renaming& names;
  BitWriter bits;

  template <class T>
  void number(const T& value, int width) {
    bits.put(static_cast<std::uint64_t>(value), width);
  }
  template <MachineEnum E>
  void choice(E value) {
    bits.put(static_cast<std::uint64_t>(value), bits_of<E>);
  }
  void small(std::int16_t value) {
    bits.put(static_cast<std::uint64_t>(value + small_offset), small_bits);
  }
  bool present(bool there) {
    bits.put(there ? 1 : 0, 1);
    return there;
  }
  void moment(Age age, Moment value) {
    const PackLimits& limits = packer.limits_;
    if ((limits.ages & age_bit(age)) == 0) return;
    if (limits.grid.times(age)) return put_age(bits, limits.grid, age, value);
    bits.put(value == never ? 0 : value == elapsed ? 2 : 1, 2);
  }
  void pod(PodIndex value) { index(value, names.pods, packer.pod_bits_); }
  void task(TaskIndex value) { index(value, names.tasks, packer.task_bits_); }
  void workspace(WorkspaceIndex value) { index(value, names.workspaces, packer.workspace_bits_); }
  void plain(std::uint16_t value, int width) {
    bits.put(value == none ? (std::uint64_t{1} << width) - 1 : value, width);
  }
  void slot(SlotIndex value) { bits.put(value == no_slot ? 7 : value, 3); }
  void pods(const IndexSet& set) { index_set(set, names.pods, packer.limits_.pods); }
  void tasks(const IndexSet& set) { index_set(set, names.tasks, packer.limits_.tasks); }
  void frame(const Frame& frame) {
    bits.put(packer.first_[static_cast<std::size_t>(frame.program)] + std::uint64_t{frame.at},
             packer.frame_bits_);
  }
  void config(const Pool& pool) { bits.put(packer.config_of(pool), packer.config_bits_); }

 private:
  void index(std::uint16_t value, const std::array<std::uint8_t, 16>& name, int width) {
    plain(value == none || value >= name.size() ? value : name[value], width);
  }
  void index_set(const IndexSet& set, const std::array<std::uint8_t, 16>& name, int width) {
    std::uint64_t mask = 0;
    set.for_each([&](std::uint16_t i) { mask |= std::uint64_t{1} << name[i & 15U]; });
    bits.put(mask, width);
  }
};

struct PackReader {
  static constexpr bool reads = true;
  const WorldPacker& packer;
  BitReader bits;

  template <class T>
  void number(T& value, int width) {
    value = static_cast<T>(bits.get(width));
  }
  template <MachineEnum E>
  void choice(E& value) {
    value = static_cast<E>(bits.get(bits_of<E>));
  }
  void small(std::int16_t& value) {
    value = static_cast<std::int16_t>(static_cast<int>(bits.get(small_bits)) - small_offset);
  }
  bool present(bool) { return bits.get(1) != 0; }
  void moment(Age age, Moment& value) {
    value = never;
    const PackLimits& limits = packer.limits_;
    if ((limits.ages & age_bit(age)) == 0) return;
    if (limits.grid.times(age)) return get_age(bits, limits.grid, age, value);
    const std::uint64_t code = bits.get(2);
    if (code != 0) value = code == 2 ? elapsed : just_now;
  }
  void pod(PodIndex& value) { plain(value, packer.pod_bits_); }
  void task(TaskIndex& value) { plain(value, packer.task_bits_); }
  void workspace(WorkspaceIndex& value) { plain(value, packer.workspace_bits_); }
  void plain(std::uint16_t& value, int width) {
    const std::uint64_t code = bits.get(width);
    value = code == (std::uint64_t{1} << width) - 1 ? none : static_cast<std::uint16_t>(code);
  }
  void slot(SlotIndex& value) {
    const std::uint64_t code = bits.get(3);
    value = code == 7 ? no_slot : static_cast<SlotIndex>(code);
  }
  void pods(IndexSet& set) { index_set(set, packer.limits_.pods); }
  void tasks(IndexSet& set) { index_set(set, packer.limits_.tasks); }
  void frame(Frame& frame) { frame = packer.frames_[bits.get(packer.frame_bits_)]; }
  void config(Pool& pool) {
    const WorldPacker::Config& config = packer.configs_[bits.get(packer.config_bits_)];
    pool.min_replicas = config.min_replicas;
    pool.max_replicas = config.max_replicas;
    pool.freeze = config.freeze;
  }

 private:
  void index_set(IndexSet& set, int width) {
    set.clear();
    const std::uint64_t mask = bits.get(width);
    for (int i = 0; i < width; ++i) {
      if ((mask >> i & 1) != 0) set.insert(static_cast<std::uint16_t>(i));
    }
  }
};

// `most`: beyond so many retries one more makes no difference.
template <class C, class R>
void pack_row(C& c, R& row, int most_retries) {
  c.choice(row.status);
  c.choice(row.stage);
  c.number(row.confirmed, 1);
  c.pod(row.agent);
  const int width = bits_for(static_cast<std::size_t>(most_retries) + 1);
  if constexpr (C::reads) {
    c.number(row.retry_count, width);
  } else {
    c.number(std::min<int>(row.retry_count, most_retries), width);
  }
}

template <class C, class P>
void pack_pool(C& c, P& pool) {
  c.config(pool);
  c.moment(Age::unfreeze_over, pool.unfrozen_until);
  c.number(pool.window, 1);
  c.number(pool.first_active_token, token_bits);
  c.number(pool.last_token, token_bits);
  c.number(pool.secret_exists, 1);
  c.number(pool.secret_token, token_bits);
  c.number(pool.secret_label, token_bits);
  c.moment(Age::secret_old, pool.secret_created);
}

// Of a pod that is gone nobody reads the age but a check_unhealthy that has listed it before.
inline bool age_is_read(const World& world, PodIndex pod) {
  return std::any_of(world.procedures.begin(), world.procedures.end(), [&](const Procedure& p) {
    return p.depth != 0 && p.top().program == Program::check_unhealthy && p.pods.contains(pod);
  });
}

template <class C, class P>
void pack_pod(C& c, P& pod, int pool_bits, auto age_is_read) {
  c.choice(pod.state);
  if (pod.state == PodState::absent) return;
  if (pod.state == PodState::terminating) c.choice(pod.last_phase);
  c.plain(pod.pool, pool_bits);
  const bool gone = pod.state == PodState::gone;
  if (gone && !c.present(age_is_read())) return;
  c.moment(Age::creation_past, pod.created);
  if (!gone) c.number(pod.token, token_bits);
}

template <class C, class A>
void pack_agent(C& c, A& agent, int replica_bits) {
  c.choice(agent.state);
  if (agent.state == AgentState::absent) return;
  c.plain(agent.connected_to, replica_bits);
  if (c.present(agent.row)) {
    if constexpr (C::reads) agent.row = true;
    c.number(agent.online, 1);
    c.plain(agent.row_replica, replica_bits);
    c.moment(Age::ping_overdue, agent.last_ping);
  }
  c.moment(Age::silent, agent.silent_since);
  std::size_t count = agent.work.size();
  c.number(count, 3);
  if constexpr (C::reads) agent.work.resize(count);
  for (auto& work : agent.work) {
    c.task(work.task);
    c.choice(work.action);
    c.slot(work.slot);
  }
}

template <class C, class S>
void pack_slot(C& c, S& slot) {
  c.choice(slot.state);
  if (slot.state == SlotState::idle) return;
  c.task(slot.task);
  c.choice(slot.type);
  if (slot.state == SlotState::reserved) c.moment(Age::reservation_expired, slot.since);
}

template <class C, class P>
void pack_managed(C& c, P& pod, int pool_bits) {
  c.choice(pod.state);
  if (pod.state == ManagedPodState::unknown) return;
  c.plain(pod.pool, pool_bits);
  c.pod(pod.agent);
  c.moment(Age::heartbeat_stale, pod.heartbeat);
  for (auto& slot : pod.slots) pack_slot(c, slot);
}

// `over`: nothing reads it any more; only its place is left.
template <class C, class T>
void pack_task(C& c, T& task, bool over, int most_retries) {
  if (!c.present(task.exists)) return;
  if constexpr (C::reads) task.exists = true;
  if (c.present(over)) {
    if constexpr (C::reads) {
      task.workspace = 0;
      task.row.status = TaskStatus::cancelled;
    }
    return;
  }
  c.workspace(task.workspace);
  c.choice(task.type);
  c.number(task.run_trigger, 1);
  pack_row(c, task.row, most_retries);
  c.pod(task.plan_pod);
  c.slot(task.plan_slot);
  c.number(task.applies_started, 2);
}

// What goes through both directions for a whole world.
template <class C>
struct WorldPacking {
  using W = std::conditional_t<C::reads, World, const World>;
  C& c;
  const WorldPacker& packer;
  W& world;
  const PackLimits& limits;
  int pool_bits;
  int replica_bits;
  // The place that comes i-th, of pods, tasks and workspaces: a writer puts them in the order of
  // their new names.
  std::array<std::uint8_t, 16> pod_at{};
  std::array<std::uint8_t, 16> task_at{};
  std::array<std::uint8_t, 16> workspace_at{};

  void memory(auto& memory) {
    std::size_t known = world.pods.size();
    if constexpr (C::reads) memory.pods.resize(known);
    static const ManagedPod unknown;
    for (std::size_t i = 0; i < known; ++i) {
      const std::size_t place = pod_at[i];
      if constexpr (C::reads) {
        pack_managed(c, memory.pods[place], pool_bits);
      } else {
        pack_managed(c, place < memory.pods.size() ? memory.pods[place] : unknown, pool_bits);
      }
    }
    if constexpr (C::reads) trim_defaults(memory.pods);
    if (c.present(!memory.restarts.empty())) restarts(memory);
    if (c.present(!memory.idle_since.empty())) {
      if constexpr (C::reads) memory.idle_since.assign(world.pools.size(), never);
      for (std::size_t i = 0; i < world.pools.size(); ++i) {
        if constexpr (C::reads) {
          c.moment(Age::idle_for_a_minute, memory.idle_since[i]);
        } else {
          c.moment(Age::idle_for_a_minute,
                   i < memory.idle_since.size() ? memory.idle_since[i] : never);
        }
      }
      if constexpr (C::reads) {
        while (!memory.idle_since.empty() && memory.idle_since.back() == never) {
          memory.idle_since.pop_back();
        }
      }
    }
  }

  void restarts(auto& memory) {
    static const PodRestarts no_restarts;
    if constexpr (C::reads) memory.restarts.resize(world.pods.size());
    for (std::size_t i = 0; i < world.pods.size(); ++i) {
      const std::size_t place = pod_at[i];
      if constexpr (C::reads) {
        c.number(memory.restarts[place].count, 3);
        c.moment(Age::backoff_over, memory.restarts[place].last);
      } else {
        const PodRestarts& of =
            place < memory.restarts.size() ? memory.restarts[place] : no_restarts;
        c.number(std::min<int>(of.count, 7), 3);
        c.moment(Age::backoff_over, of.last);
      }
    }
    if constexpr (C::reads) trim_defaults(memory.restarts);
  }

  // What is kept of a row: see pack_row.
  TaskRow kept(TaskRow row) const {
    row.started = row.completed = never;
    const int most = retries_told(limits.grid);
    row.retry_count = static_cast<std::uint8_t>(std::min<int>(row.retry_count, most));
    return row;
  }

  // A row as a procedure carries it is most often none, or the row as it is.
  void row_of(auto& procedure) {
    const bool has_task = procedure.task < world.tasks.size();
    const TaskRow row = kept(procedure.row);
    if (!c.present(row != TaskRow{})) return;
    if (has_task) {
      const TaskRow& now = world.tasks[procedure.task].row;
      if (c.present(row == kept(now))) {
        if constexpr (C::reads) procedure.row = now;
        return;
      }
    }
    pack_row(c, procedure.row, retries_told(limits.grid));
  }

  void later(auto& bounds) {
    std::size_t pools = bounds.size();
    c.number(pools, pool_bits);
    if constexpr (C::reads) bounds.resize(pools);
    for (auto& pool : bounds) {
      c.number(pool.min_replicas, 8);
      c.number(pool.max_replicas, 8);
    }
  }

  void registers(auto& p) {
    if (c.present(p.pool != none)) c.plain(p.pool, pool_bits);
    if (c.present(p.workspace != none)) c.workspace(p.workspace);
    if (c.present(p.task != none)) c.task(p.task);
    if (c.present(p.pod != none)) c.pod(p.pod);
    if (c.present(p.slot != no_slot)) c.slot(p.slot);
    if (c.present(p.agent != none)) c.pod(p.agent);
    c.choice(p.action);
    if (c.present(p.outcome != TaskStatus::pending)) c.choice(p.outcome);
    c.number(p.failed, 1);
    c.number(p.flag, 1);
    if (c.present(p.count != 0)) c.small(p.count);
    if (c.present(p.wanted != 0)) c.small(p.wanted);
    if (c.present(p.removed != 0)) c.small(p.removed);
    if (c.present(p.reason != Reason::none)) c.choice(p.reason);
    if (c.present(p.min_replicas != 0 || p.max_replicas != 0)) {
      c.number(p.min_replicas, 8);
      c.number(p.max_replicas, 8);
    }
    if (c.present(!p.later.empty())) later(p.later);
    row_of(p);
    if (c.present(!p.pods.empty())) c.pods(p.pods);
    if (c.present(!p.dead.empty())) c.pods(p.dead);
    if (c.present(!p.running.empty())) c.tasks(p.running);
    if (c.present(!p.waiting.empty())) c.tasks(p.waiting);
  }

  // `place`: of the procedure in its world.
  void procedure(auto& p, ProcedureIndex place) {
    c.number(p.depth, 3);
    for (std::size_t i = 0; i < p.depth; ++i) c.frame(p.stack[i]);
    c.plain(p.replica, replica_bits);
    if (c.present(p.sender != none)) c.pod(p.sender);
    if (limits.grid.keeps_time()) pack_run(c.bits, limits.grid, p);
    // The memory of its replica, one of its own, or none.
    const bool own = p.memory != none && p.memory >= world.replicas.size();
    if (c.present(p.memory != none)) {
      if (c.present(own)) {
        if constexpr (C::reads) {
          p.memory = static_cast<MemoryIndex>(world.memories.size());
          world.memories.emplace_back().exists = true;
        }
        memory(world.memories[p.memory]);
      } else {
        c.plain(p.memory, replica_bits);
      }
    }
    registers(p);
    std::uint16_t dispatched = none;
    if constexpr (!C::reads) dispatched = dispatched_by(place);
    if (c.present(dispatched != none)) {
      c.workspace(dispatched);
      if constexpr (C::reads) world.workspaces[dispatched].dispatcher = place;
    }
  }
  std::uint16_t dispatched_by(ProcedureIndex place) const {
    for (std::size_t w = 0; w < world.workspaces.size(); ++w) {
      if (world.workspaces[w].dispatcher == place) return static_cast<std::uint16_t>(w);
    }
    return none;
  }

  void entities() {
    c.plain(world.leader, replica_bits);
    for (auto& pool : world.pools) pack_pool(c, pool);
    std::size_t pods = world.pods.size();
    c.number(pods, packer_bits(limits.pods));
    if constexpr (C::reads) {
      world.pods.resize(pods);
      world.agents.resize(pods);
    }
    for (std::size_t i = 0; i < pods; ++i) {
      const std::uint8_t place = pod_at[i];
      pack_pod(c, world.pods[place], pool_bits, [&] { return age_is_read(world, place); });
    }
    for (std::size_t i = 0; i < pods; ++i) pack_agent(c, world.agents[pod_at[i]], replica_bits);
    std::size_t tasks = world.tasks.size();
    c.number(tasks, packer_bits(limits.tasks));
    if constexpr (C::reads) world.tasks.resize(tasks);
    std::uint32_t over = 0;
    for (std::size_t i = 0; !C::reads && i < tasks; ++i) {
      if (world.tasks[i].exists && !is_read(world, static_cast<TaskIndex>(i))) over |= 1U << i;
    }
    for (std::size_t i = 0; i < tasks; ++i) {
      const std::size_t place = task_at[i];
      pack_task(c, world.tasks[place], (over >> place & 1) != 0, retries_told(limits.grid));
    }
    numbers(over);
    for (std::size_t i = 0; i < world.workspaces.size(); ++i) {
      auto& workspace = world.workspaces[workspace_at[i]];
      c.number(workspace.locked, 1);
      if (workspace.locked) c.task(workspace.locked_by);
    }
    for (auto& replica : world.replicas) {
      c.choice(replica.state);
      c.moment(Age::startup_over, replica.started);
    }
    for (std::size_t r = 0; r < world.replicas.size(); ++r) {
      if (!c.present(world.memories[r].exists)) continue;
      if constexpr (C::reads) world.memories[r].exists = true;
      memory(world.memories[r]);
    }
    pack_timers(c, world, limits.grid, workspace_at);
  }
  static int packer_bits(int most) { return bits_for(static_cast<std::size_t>(most) + 1); }

  // Of the tasks' numbers only the order counts: that within a workspace, or that of all.
  void numbers(std::uint32_t over) {
    for (std::size_t i = 0; i < world.tasks.size(); ++i) {
      auto& task = world.tasks[task_at[i]];
      if (!task.exists) continue;
      std::uint32_t rank = 0;
      for (std::size_t o = 0; !C::reads && o < world.tasks.size(); ++o) {
        const Task& other = world.tasks[o];
        const bool counts = other.exists && ((over >> o | over >> task_at[i]) & 1) == 0;
        const bool ordered = packer.orders_all_tasks() || other.workspace == task.workspace;
        rank += counts && ordered && other.number < task.number ? 1 : 0;
      }
      c.number(rank, packer_bits(limits.tasks));
      if constexpr (C::reads) {
        task.number = rank + 1;
        world.last_task_number = std::max(world.last_task_number, task.number);
      }
    }
  }
};

}  // namespace holdfast
