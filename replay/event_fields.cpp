#include <holdfast/replay/event_fields.h>

#include <algorithm>
#include <array>
#include <initializer_list>
#include <vector>

#include <holdfast/replay/log_format.h>

namespace holdfast {
namespace {

using enum Field;

struct FixedKey {
  Field field;
  std::string_view key;
};

// In the order in which they are written. An empty key is named by the type's row.
constexpr auto order = std::to_array<FixedKey>({
    {memory, "memory"}, {Field::replica, "replica"}, {pool, "pool"}, {workspace, "workspace"},
    {task, "task"}, {pod, "pod"}, {slot, "slot"}, {place, "place"}, {timer, "timer"},
    {task_type, "task_type"}, {mode, "mode"}, {action, "action"}, {status, "status"},
    {Field::fault, "fault"}, {n0, ""}, {n1, ""}, {n2, ""}, {n3, ""}, {flag, ""}, {at, ""},
    {pods, "pods"}, {others, ""}, {reason, "reason"}, {row, "row"}, {Field::freeze, "freeze"},
    {procedure, "procedure"}, {after, "after"},
});

std::string_view key_of(const EventInfo& type, const FixedKey& fixed) {
  switch (fixed.field) {
    case n0: return type.numbers[0];
    case n1: return type.numbers[1];
    case n2: return type.numbers[2];
    case n3: return type.numbers[3];
    case flag: return type.flag;
    case at: return type.at;
    case others: return type.others;
    default: return fixed.key;
  }
}

bool is_procedure_event(EventType type) {
  return type == EventType::procedure_started || type == EventType::procedure_advanced ||
         type == EventType::procedure_ended;
}

// An event that makes an entity, or a place in a memory, has to say which: folding it makes room.
bool makes(EventType type, Field field) {
  switch (type) {
    case EventType::pod_created: return field == pod || field == pool;
    case EventType::task_submitted: return field == task || field == workspace;
    case EventType::pool_configured: return field == pool;
    case EventType::workspace_created: return field == workspace;
    case EventType::server_started: return field == Field::replica;
    case EventType::memory_restart_counted: return field == pod;
    case EventType::memory_idle_noted: return field == pool;
    default: return false;
  }
}

bool may_be_none(EventType type, Field field) {
  switch (field) {
    case Field::replica: case memory: case pool: case workspace: case task: case pod:
      return !makes(type, field);
    case slot: case at: case reason: return true;
    case procedure: return !is_procedure_event(type);
    default: return false;
  }
}

DataField data_field(EventType type, Field field, std::string_view key) {
  DataField result{.field = field, .key = std::string(key), .written = {}};
  result.nullable = may_be_none(type, field);
  result.written = '"' + result.key + "\":";
  return result;
}

std::vector<DataField> fields_of(const EventInfo& type) {
  std::vector<DataField> result;
  for (const FixedKey& fixed : order) {
    const bool in_row = type.has(fixed.field);
    const bool itself = fixed.field == procedure && is_procedure_event(type.type);
    if (in_row || itself) {
      result.push_back(data_field(type.type, fixed.field, key_of(type, fixed)));
    }
    const bool begins = (type.type == EventType::pod_created && fixed.field == pod) ||
                        (type.type == EventType::task_submitted && fixed.field == task);
    if (begins) {
      result.push_back(data_field(type.type, fixed.field, "place"));
      result.back().place = true;
    }
  }
  const auto add_origin = [&](Field field, std::string_view key) {
    if (type.has(field)) return;
    result.push_back(data_field(type.type, field, key));
    result.back().required = false;
    result.back().nullable = true;
  };
  if (!is_procedure_event(type.type)) add_origin(procedure, "procedure");
  add_origin(memory, "memory");
  if (type.type == EventType::procedure_advanced) {
    add_origin(Field::replica, "replica");
    add_origin(pool, "pool");
  }
  return result;
}

const std::array<std::vector<DataField>, event_type_count>& all_fields() {
  static const auto all = [] {
    std::array<std::vector<DataField>, event_type_count> result;
    for (const EventInfo& type : event_table()) {
      result[static_cast<std::size_t>(type.type)] = fields_of(type);
    }
    return result;
  }();
  return all;
}

const std::vector<EventType>& types_by_name() {
  static const auto sorted = [] {
    std::vector<EventType> types;
    for (const EventInfo& type : event_table()) types.push_back(type.type);
    std::sort(types.begin(), types.end(),
              [](EventType a, EventType b) { return info(a).name < info(b).name; });
    return types;
  }();
  return sorted;
}

}  // namespace

std::span<const DataField> data_fields(EventType type) {
  return all_fields()[static_cast<std::size_t>(type)];
}

std::span<const std::string> logged_types() {
  static const auto names = [] {
    std::vector<std::string> result;
    for (const EventInfo& type : event_table()) {
      result.push_back(std::string(event_type_prefix) + std::string(type.name));
    }
    result.emplace_back(log_opened_type);
    return result;
  }();
  return names;
}

std::string_view logged_type(EventType type) {
  return logged_types()[static_cast<std::size_t>(type)];
}

const EventInfo* find_logged_type(std::string_view text) {
  if (!text.starts_with(event_type_prefix)) return nullptr;
  text.remove_prefix(event_type_prefix.size());
  const auto& types = types_by_name();
  const auto before = [](EventType type, std::string_view name) { return info(type).name < name; };
  const auto found = std::lower_bound(types.begin(), types.end(), text, before);
  if (found == types.end() || info(*found).name != text) return nullptr;
  return &info(*found);
}

bool others_are_tasks(const EventInfo& type) { return type.others == "waiting"; }

std::string_view default_source(EventType type) {
  const std::string_view name = info(type).name;
  const bool users = name.starts_with("task.") || name.starts_with("pool.") ||
                     name.starts_with("workspace.");
  return users ? "/users" : "/cluster";
}

EventOrigin source_of(const Event& event) {
  EventOrigin source{event.pool, event.replica, none};
  if (event.type == EventType::procedure_advanced && source.pool == none &&
      source.replica == none) {
    source.pool = event.after.pool;
    source.replica = event.after.replica;
  }
  return source;
}

EventOrigin default_origin(const Event& event, const EventOrigin& source) {
  if (event.type == EventType::procedure_advanced) return {};
  EventOrigin origin = source;
  origin.memory = event.procedure == none ? none : source.replica;
  return origin;
}

}  // namespace holdfast
