#include <algorithm>

#include <holdfast/model/names.h>
#include <holdfast/replay/event_fields.h>
#include <holdfast/replay/event_json.h>
#include <holdfast/replay/event_subject.h>
#include <holdfast/replay/json_text.h>
#include <holdfast/replay/program_places.h>
#include <holdfast/replay/record_fields.h>

namespace holdfast {
namespace {

constexpr std::string_view no_instant = "a moment is outside the years 1 to 9999";
constexpr std::string_view no_step = "a procedure stands at no step of its program";
constexpr std::string_view no_id = "the setup does not have its pool or workspace";
constexpr std::string_view no_slot_number = "a slot number is not below 4";
constexpr std::string_view no_maker = "what it makes has no place, no pool or no workspace";

bool is_slot(SlotIndex slot) { return slot == no_slot || slot < slots_per_pod; }

// Appends one event's line. Keeps the first reason why it cannot be written.
class EventWriter {
 public:
  EventWriter(const EntityNames& names, std::string& out) : names_(names), out_(out) {}

  std::string_view write(const Event& event, std::uint64_t sequence, std::uint64_t causation,
                         std::string_view correlation, bool assumed, std::int64_t source_line);

 private:
  void write_data(const Event& event);
  void write_origin(const Event& event, const DataField& field);
  void write_field(const Event& event, const DataField& field);
  void write_entity(const Event& event, Field field);
  void write_freeze(const std::vector<FreezeSchedule>& schedules);
  void write_procedure(const Procedure& procedure);
  template <typename Record, typename MemberOf>
  void write_member(const Record& record, const Record& defaults, const MemberOf& member);
  template <Names Kind, typename Value>
  void write_value(const Value& value);

  void write_bounds(const std::vector<PoolBounds>& pools);
  void write_moment(Moment moment);
  void write_pod(PodIndex pod);
  void write_task(TaskIndex task);
  template <Names Kind>
  void write_set(const IndexSet& set);
  template <typename Enum>
  void write_name(Enum value) {
    out_ += '"';
    out_ += name(value);
    out_ += '"';
  }
  // Escapes what was appended since `begin`.
  void escape_from(std::size_t begin) {
    if (!names_.need_escapes()) return;
    const std::string plain = out_.substr(begin);
    out_.resize(begin);
    append_escaped(out_, plain);
  }
  void write_null() { out_ += "null"; }

  const EntityNames& names_;
  std::string& out_;
  std::string_view refusal_;
};

std::string_view EventWriter::write(const Event& event, std::uint64_t sequence,
                                    std::uint64_t causation, std::string_view correlation,
                                    bool assumed, std::int64_t source_line) {
  if (!names_.has_pool(event.pool) || !names_.has_workspace(event.workspace) ||
      !names_.has_pool(event.after.pool) || !names_.has_workspace(event.after.workspace)) {
    return no_id;
  }
  if (!is_slot(event.slot) || !is_slot(event.after.slot)) return no_slot_number;
  fmt::format_to(std::back_inserter(out_),
                 FMT_COMPILE(R"({{"specversion":"1.0","id":"{}","source":")"), sequence);
  const std::size_t source = out_.size();
  append_source(source_of(event), event.type, names_, out_);
  escape_from(source);
  out_ += R"(","type":")";
  out_ += logged_type(event.type);
  const std::size_t before_subject = out_.size();
  out_ += R"(","subject":")";
  const std::size_t subject = out_.size();
  append_subject(event, names_, out_);
  escape_from(subject);
  if (out_.size() == subject) out_.resize(before_subject);
  if (event.time != never) {
    out_ += R"(","time":")";
    if (!has_instant(event.time)) return no_instant;
    append_instant(out_, event.time);
  }
  fmt::format_to(std::back_inserter(out_), FMT_COMPILE(R"(","sequence":"{}")"), sequence);
  if (causation != no_causation) {
    fmt::format_to(std::back_inserter(out_), FMT_COMPILE(R"(,"causationid":"{}")"), causation);
  }
  if (!correlation.empty()) {
    out_ += R"(,"correlationid":)";
    append_quoted(out_, correlation);
  }
  if (assumed) out_ += R"(,"assumed":true)";
  if (source_line > 0 && source_line <= most_source_line) {
    fmt::format_to(std::back_inserter(out_), FMT_COMPILE(R"(,"sourceline":{})"), source_line);
  }
  out_ += R"(,"data":)";
  write_data(event);
  out_ += "}\n";
  return refusal_;
}

void EventWriter::write_data(const Event& event) {
  out_ += '{';
  const std::size_t begin = out_.size();
  for (const DataField& field : data_fields(event.type)) {
    if (!field.required) {
      write_origin(event, field);
      continue;
    }
    if (out_.size() != begin) out_ += ',';
    out_ += field.written;
    write_field(event, field);
  }
  if (out_[begin] == ',') out_.erase(begin, 1);
  out_ += '}';
}

// An optional key: written where a reader would take something else for granted.
void EventWriter::write_origin(const Event& event, const DataField& field) {
  const EventOrigin origin = default_origin(event, source_of(event));
  const auto write = [&](std::uint16_t value, std::uint16_t otherwise) {
    if (value == otherwise) return;
    out_ += ',';
    out_ += field.written;
    write_entity(event, field.field);
  };
  switch (field.field) {
    case Field::procedure: write(event.procedure, none); break;
    case Field::memory: write(event.memory, origin.memory); break;
    case Field::replica: write(event.replica, origin.replica); break;
    case Field::pool: write(event.pool, origin.pool); break;
    default: break;
  }
}

void EventWriter::write_field(const Event& event, const DataField& field) {
  using enum Field;
  switch (field.field) {
    case reason:
      if (event.reason == Reason::none) return write_null();
      return write_name(event.reason);
    case task_type: return write_name(event.task_type);
    case status: return write_name(event.status);
    case action: return write_name(event.action);
    case Field::fault: return write_name(event.fault);
    case mode: return write_name(event.mode);
    case timer: return write_name(event.timer);
    case flag: out_ += event.flag ? "true" : "false"; return;
    case place:
      if (event.place == none) refusal_ = no_maker;
      return append_number(out_, event.place);
    case slot:
      if (event.slot == no_slot) return write_null();
      return append_number(out_, static_cast<unsigned>(event.slot));
    case n0: case n1: case n2: case n3:
      return append_number(out_, event.n[static_cast<std::size_t>(field.field) -
                                         static_cast<std::size_t>(n0)]);
    case at: return write_moment(event.at);
    case pods: return write_set<Names::pod>(event.pods);
    case others:
      if (others_are_tasks(info(event.type))) return write_set<Names::task>(event.others);
      return write_set<Names::pod>(event.others);
    case row: return write_value<Names::plain>(event.row);
    case Field::freeze: return write_freeze(event.freeze);
    case after: return write_procedure(event.after);
    case pod: case task: {
      const std::uint16_t index = field.field == pod ? event.pod : event.task;
      if (!field.nullable && index == none) refusal_ = no_maker;
      if (field.place) return append_number(out_, index);
      return write_entity(event, field.field);
    }
    case pool: case workspace: case Field::replica: case memory: case procedure:
      return write_entity(event, field.field);
  }
}

void EventWriter::write_entity(const Event& event, Field field) {
  const auto write = [&](std::uint16_t index, auto&& append) {
    if (index == none) return write_null();
    append(index);
  };
  const auto number = [&](std::uint16_t index) { append_number(out_, index); };
  switch (field) {
    case Field::pool: write(event.pool, [&](PoolIndex i) { write_value<Names::pool>(i); }); break;
    case Field::workspace:
      write(event.workspace, [&](WorkspaceIndex i) { write_value<Names::workspace>(i); });
      break;
    case Field::task:
      if (event.type == EventType::task_submitted) return append_number(out_, event.n[0]);
      write(event.task, [&](TaskIndex i) { write_task(i); });
      break;
    case Field::pod:
      if (event.type == EventType::pod_created) {
        out_ += '"';
        const std::size_t begin = out_.size();
        names_.append_new_pod(out_, event.pool, event.time);
        escape_from(begin);
        out_ += '"';
        return;
      }
      write(event.pod, [&](PodIndex i) { write_pod(i); });
      break;
    case Field::replica: write(event.replica, number); break;
    case Field::memory: write(event.memory, number); break;
    default: write(event.procedure, number); break;
  }
}

void EventWriter::write_freeze(const std::vector<FreezeSchedule>& schedules) {
  append_freeze(schedules, out_);
}

void EventWriter::write_procedure(const Procedure& procedure) {
  out_ += R"({"stack":[)";
  for (std::size_t i = 0; i < procedure.depth; ++i) {
    const std::string_view text = frame_text(procedure.stack[i]);
    if (text.empty()) refusal_ = no_step;
    if (i != 0) out_ += ',';
    out_ += '"';
    out_ += text;
    out_ += '"';
  }
  if (procedure.depth == 0) refusal_ = no_step;
  out_ += ']';
  static const Procedure defaults;
  for_each_member<Procedure>(
      [&](const auto& member) { write_member(procedure, defaults, member); });
  out_ += '}';
}

template <typename Record, typename MemberOf>
void EventWriter::write_member(const Record& record, const Record& defaults,
                               const MemberOf& member) {
  if (record.*member.value == defaults.*member.value) return;
  out_ += ",\"";
  out_ += member.key;
  out_ += "\":";
  write_value<MemberOf::names>(record.*member.value);
}

template <Names Kind, typename Value>
void EventWriter::write_value(const Value& value) {
  if constexpr (std::is_same_v<Value, TaskRow>) {
    static const TaskRow defaults;
    out_ += R"({"status":)";
    write_name(value.status);
    const auto write_rest = [&](const auto&, const auto&... members) {
      (write_member(value, defaults, members), ...);
    };
    std::apply(write_rest, members_of<TaskRow>);
    out_ += '}';
  } else if constexpr (std::is_same_v<Value, IndexSet>) {
    write_set<Kind>(value);
  } else if constexpr (std::is_same_v<Value, Moment>) {
    write_moment(value);
  } else if constexpr (std::is_same_v<Value, std::vector<PoolBounds>>) {
    write_bounds(value);
  } else if constexpr (std::is_same_v<Value, bool>) {
    out_ += value ? "true" : "false";
  } else if constexpr (std::is_enum_v<Value>) {
    write_name(value);
  } else if constexpr (Kind == Names::pod) {
    write_pod(value);
  } else if constexpr (Kind == Names::task) {
    write_task(value);
  } else if constexpr (Kind == Names::pool || Kind == Names::workspace) {
    out_ += '"';
    const std::size_t begin = out_.size();
    if constexpr (Kind == Names::pool) {
      names_.append_pool(out_, value);
    } else {
      names_.append_workspace(out_, value);
    }
    escape_from(begin);
    out_ += '"';
  } else {
    append_number(out_, static_cast<std::int64_t>(value));
  }
}

// "[[0,3],[1,5]]": the least and the most pods of each.
void EventWriter::write_bounds(const std::vector<PoolBounds>& pools) {
  out_ += '[';
  const std::size_t begin = out_.size();
  for (const auto& [least, most] : pools) {
    if (out_.size() != begin) out_ += ',';
    fmt::format_to(std::back_inserter(out_), FMT_COMPILE("[{},{}]"), least, most);
  }
  out_ += ']';
}

void EventWriter::write_moment(Moment moment) {
  if (moment == never) return write_null();
  out_ += '"';
  if (moment == elapsed) {
    out_ += "elapsed";
  } else if (has_instant(moment)) {
    append_instant(out_, moment);
  } else {
    refusal_ = no_instant;
  }
  out_ += '"';
}

void EventWriter::write_pod(PodIndex pod) {
  out_ += '"';
  const std::size_t begin = out_.size();
  names_.append_pod(out_, pod);
  escape_from(begin);
  out_ += '"';
}

void EventWriter::write_task(TaskIndex task) {
  if (names_.has_number(task)) return names_.append_task(out_, task);
  out_ += '"';
  names_.append_task(out_, task);
  out_ += '"';
}

template <Names Kind>
void EventWriter::write_set(const IndexSet& set) {
  out_ += '[';
  const std::size_t begin = out_.size();
  set.for_each([&](std::uint16_t index) {
    if (out_.size() != begin) out_ += ',';
    write_value<Kind>(index);
  });
  out_ += ']';
}

}  // namespace

std::string_view append_event(const Event& event, const EntityNames& names, std::uint64_t sequence,
                              std::uint64_t causation, std::string_view correlation,
                              std::string& out, bool assumed, std::int64_t source_line) {
  const std::size_t size = out.size();
  const std::string_view refusal =
      EventWriter(names, out).write(event, sequence, causation, correlation, assumed, source_line);
  if (!refusal.empty()) out.resize(size);
  return refusal;
}

}  // namespace holdfast
