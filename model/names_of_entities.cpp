#include <holdfast/model/names_of_entities.h>

namespace holdfast {
namespace {

std::string place_text(std::uint16_t place) { return '#' + std::to_string(place); }

std::string id_at(const std::vector<std::string>& ids, std::uint16_t place) {
  return place < ids.size() && !ids[place].empty() ? ids[place] : place_text(place);
}

}  // namespace

std::int64_t name_second(Moment created) {
  if (created == never || created == elapsed) return 0;
  const std::int64_t whole = created.us / second;
  return created.us % second < 0 ? whole - 1 : whole;
}

std::string pod_name(std::string_view pool, Moment created) {
  std::string name = "iac-agent-";
  name += pool;
  name += '-';
  name += std::to_string(name_second(created));
  return name;
}

std::string pod_name(const World& world, const Setup& setup, PodIndex pod) {
  if (pod >= world.pods.size() || world.pods[pod].state == PodState::absent) {
    return place_text(pod);
  }
  return pod_name(pool_id(setup, world.pods[pod].pool), world.pods[pod].created);
}

std::string pool_id(const Setup& setup, PoolIndex pool) { return id_at(setup.pools, pool); }

std::string workspace_id(const Setup& setup, WorkspaceIndex workspace) {
  return id_at(setup.workspaces, workspace);
}

std::string task_name(const World& world, TaskIndex task) {
  if (task >= world.tasks.size() || !world.tasks[task].exists) return "task " + place_text(task);
  return "task " + std::to_string(world.tasks[task].number);
}

}  // namespace holdfast
