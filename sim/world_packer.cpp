#include <holdfast/sim/world_packer.h>

#include <cstring>

#include <holdfast/sim/world_packing.h>

namespace holdfast {

Renaming Renaming::identity() {
  Renaming same;
  for (std::size_t i = 0; i < same.pods.size(); ++i) {
    same.pods[i] = same.tasks[i] = same.workspaces[i] = static_cast<std::uint8_t>(i);
  }
  return same;
}

WorldPacker::WorldPacker(const World& start, const Setup& setup, const PackLimits& limits)
    : limits_(limits),
      orders_all_tasks_(setup.knobs.slot_rebuild == SlotRebuild::from_database) {
  start_.pools = start.pools;
  start_.workspaces = start.workspaces;
  start_.replicas = start.replicas;
  for (const Pool& pool : start.pools) {
    configs_.push_back({pool.min_replicas, pool.max_replicas, pool.freeze});
  }
  for (const ConfigTemplate& config : setup.configs) {
    configs_.push_back({config.min_replicas, config.max_replicas, config.freeze});
  }
  first_.resize(program_count);
  for (int p = 1; p < program_count; ++p) {
    const auto program = static_cast<Program>(p);
    first_[static_cast<std::size_t>(p)] = static_cast<std::uint16_t>(frames_.size());
    for (std::size_t at = 0; at < info(program).instructions.size(); ++at) {
      frames_.push_back({program, static_cast<std::uint8_t>(at)});
    }
  }
  // Every index has one value more: none.
  pod_bits_ = bits_for(static_cast<std::size_t>(limits.pods) + 1);
  task_bits_ = bits_for(static_cast<std::size_t>(limits.tasks) + 1);
  workspace_bits_ = bits_for(start.workspaces.size() + 1);
  replica_bits_ = bits_for(start.replicas.size() + 1);
  pool_bits_ = bits_for(start.pools.size() + 1);
  config_bits_ = bits_for(configs_.size());
  frame_bits_ = bits_for(frames_.size());
}

std::uint64_t WorldPacker::config_of(const Pool& pool) const {
  for (std::size_t i = 0; i < configs_.size(); ++i) {
    if (configs_[i].min_replicas == pool.min_replicas &&
        configs_[i].max_replicas == pool.max_replicas && configs_[i].freeze == pool.freeze) {
      return i;
    }
  }
  return configs_.size();
}

std::size_t WorldPacker::pack(const World& world, const Renaming& renaming, Scratch& scratch,
                              std::byte* out) const {
  const auto all = static_cast<std::size_t>(
      std::count_if(world.procedures.begin(), world.procedures.end(),
                    [](const Procedure& procedure) { return procedure.depth != 0; }));
  if (world.pods.size() > static_cast<std::size_t>(limits_.pods) ||
      world.tasks.size() > static_cast<std::size_t>(limits_.tasks) ||
      all > static_cast<std::size_t>(limits_.procedures)) {
    return 0;
  }
  PackWriter writer{*this, renaming, BitWriter(out)};
  WorldPacking<PackWriter> packing{writer, *this, world, limits_, pool_bits_, replica_bits_};
  for (std::uint8_t i = 0; i < 16; ++i) {
    packing.pod_at[renaming.pods[i]] = i;
    packing.task_at[renaming.tasks[i]] = i;
    packing.workspace_at[renaming.workspaces[i]] = i;
  }
  packing.entities();
  writer.number(all, 5);
  writer.bits.align();
  bool fits = writer.bits.fits();
  std::size_t size = writer.bits.bytes();
  if (scratch.procedures.size() < all) scratch.procedures.resize(all);
  scratch.order.clear();
  for (std::size_t i = 0; i < world.procedures.size(); ++i) {
    if (world.procedures[i].depth == 0) continue;
    Packed& packed = scratch.procedures[scratch.order.size()];
    writer.bits = BitWriter(packed.bytes.data());
    packing.procedure(world.procedures[i], static_cast<ProcedureIndex>(i));
    writer.bits.align();
    fits = fits && writer.bits.fits();
    packed.size = writer.bits.bytes();
    scratch.order.push_back(&packed);
  }
  std::sort(scratch.order.begin(), scratch.order.end(), [](const Packed* a, const Packed* b) {
    const int order = std::memcmp(a->bytes.data(), b->bytes.data(), std::min(a->size, b->size));
    return order != 0 ? order < 0 : a->size < b->size;
  });
  for (const Packed* packed : scratch.order) {
    std::memcpy(out + size, packed->bytes.data(), packed->size);
    size += packed->size;
  }
  return fits ? size : 0;
}

std::size_t WorldPacker::unpack(std::span<const std::byte> bytes, World& world) const {
  world.pools = start_.pools;
  world.workspaces = start_.workspaces;
  world.replicas.assign(start_.replicas.size(), Replica{});
  world.memories.assign(start_.replicas.size(), Memory{});
  world.tasks.clear();
  world.pods.clear();
  world.agents.clear();
  world.timers.clear();
  world.procedures.clear();
  world.last_task_number = 0;
  for (Workspace& workspace : world.workspaces) {
    workspace.locked = false;
    workspace.locked_by = none;
    workspace.dispatcher = none;
  }
  PackReader reader{*this, BitReader(bytes)};
  WorldPacking<PackReader> packing{reader, *this, world, limits_, pool_bits_, replica_bits_};
  for (std::uint8_t i = 0; i < 16; ++i) {
    packing.pod_at[i] = packing.task_at[i] = packing.workspace_at[i] = i;
  }
  packing.entities();
  std::size_t all = 0;
  reader.number(all, 5);
  reader.bits.align();
  for (std::size_t i = 0; i < all; ++i) {
    packing.procedure(world.procedures.emplace_back(), static_cast<ProcedureIndex>(i));
    reader.bits.align();
  }
  return reader.bits.consumed(bytes);
}

}  // namespace holdfast
