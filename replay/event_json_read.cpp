#include <algorithm>
#include <limits>

#include <holdfast/replay/envelope.h>
#include <holdfast/replay/event_fields.h>
#include <holdfast/replay/event_json.h>
#include <holdfast/replay/event_subject.h>
#include <holdfast/replay/header_json.h>
#include <holdfast/replay/json_line.h>
#include <holdfast/replay/program_places.h>
#include <holdfast/replay/record_fields.h>
#include <holdfast/sim/input/nearest_name.h>
#include <holdfast/sim/input/utf8.h>

namespace holdfast {
namespace {

using Value = JsonLine::Value;
using Attribute = Envelope::Attribute;

// Reads the data of one event and what its envelope adds to it.
class EventReader {
 public:
  EventReader(JsonLine& line, const EntityNames& names, Event& event)
      : line_(line), names_(names), event_(event) {}

  bool read_type(std::string_view text, const char* at);
  bool read_data(JsonLine::Object& data);
  bool take_envelope(const Envelope& envelope);

 private:
  bool read_field(Value& value, const DataField& field);
  bool read_entity(Value& value, const DataField& field);
  bool read_new_name(Value& value, const DataField& field);
  bool read_procedure(Value& value, Procedure& procedure);
  bool read_frame(Value& value, Procedure& procedure);
  template <typename Record>
  bool read_member(Record& record, std::string_view key, Value& value, std::uint64_t& seen,
                   bool& known);
  template <Names Kind, typename T>
  bool read_value(Value& value, T& out);
  bool read_row(Value& value, TaskRow& row);
  bool read_bounds(Value& value, PoolBounds& bounds);
  template <Names Kind>
  bool read_set(Value& value, IndexSet& set);

  bool read_index(Value& value, std::uint16_t& out, std::string_view expected);
  bool read_slot(Value& value, SlotIndex& slot);
  template <Names Kind>
  bool read_named(Value& value, std::uint16_t& out);
  bool read_task(Value& value, TaskIndex& task);
  bool unknown_entity(Value& value, std::string_view what, std::string_view text,
                      const std::vector<std::string>& candidates);
  bool take_origin(const Envelope& envelope);

  JsonLine& line_;
  const EntityNames& names_;
  Event& event_;
  std::uint64_t seen_ = 0;        // fields of data, by their place in data_fields()
  std::string_view new_pod_;      // pod.created: the name that stands in data
  const char* new_name_at_ = nullptr;
  std::int64_t new_number_ = 0;   // task.submitted: the task's number as its name
  std::string scratch_;
};

bool EventReader::read_type(std::string_view text, const char* at) {
  const EventInfo* type = find_logged_type(text);
  if (type != nullptr) {
    event_.type = type->type;
    return true;
  }
  if (text == log_opened_type) {
    return line_.fail(LineFaultKind::unknown_type, at, text.size() + 2,
                      "type: 'holdfast.log.opened' begins a log, and this one has begun");
  }
  const auto known = logged_types();
  return line_.fail(LineFaultKind::unknown_type, at, text.size() + 2,
                    "type: unknown event type " + in_quotes(text),
                    did_you_mean(text, known.first(known.size() - 1)));
}

bool EventReader::read_data(JsonLine::Object& data) {
  const auto fields = data_fields(event_.type);
  std::size_t next = 0;  // written lines have the keys in this order
  const auto read = [&](std::string_view key, Value& value) {
    if (next >= fields.size() || fields[next].key != key) {
      const auto found = std::find_if(fields.begin(), fields.end(),
                                      [&](const DataField& field) { return field.key == key; });
      next = static_cast<std::size_t>(found - fields.begin());
    }
    if (next == fields.size()) {
      std::vector<std::string> known;
      for (const DataField& field : fields) known.push_back(field.key);
      return line_.unknown_key(key, known);
    }
    return line_.once(seen_, next, key) && read_field(value, fields[next++]);
  };
  if (!line_.each_entry(data, read)) return false;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    const bool there = ((seen_ >> i) & 1U) != 0;
    if (!there && fields[i].required) return line_.missing_key(fields[i].key);
  }
  return true;
}

bool EventReader::read_field(Value& value, const DataField& field) {
  using enum Field;
  Event& e = event_;
  switch (field.field) {
    case reason:
      if (line_.is_null(value)) return true;
      return line_.name_of(value, e.reason);
    case task_type: return line_.name_of(value, e.task_type);
    case status: return line_.name_of(value, e.status);
    case action: return line_.name_of(value, e.action);
    case Field::fault: return line_.name_of(value, e.fault);
    case mode: return line_.name_of(value, e.mode);
    case timer: return line_.name_of(value, e.timer);
    case flag: return line_.boolean(value, e.flag);
    case place: return read_index(value, e.place, "the place of a timer");
    case slot: return line_.is_null(value) || read_slot(value, e.slot);
    case n0: case n1: case n2: case n3: {
      const auto i = static_cast<std::size_t>(field.field) - static_cast<std::size_t>(n0);
      return line_.integer(value, INT64_MIN, INT64_MAX, {}, e.n[i]);
    }
    case at: return line_.moment(value, e.at);
    case pods: return read_set<Names::pod>(value, e.pods);
    case others:
      if (others_are_tasks(info(e.type))) return read_set<Names::task>(value, e.others);
      return read_set<Names::pod>(value, e.others);
    case row: return read_row(value, e.row);
    case Field::freeze: return read_freeze(line_, value, e.freeze);
    case after: return read_procedure(value, e.after);
    case pool: case workspace: case task: case pod: case Field::replica: case memory:
    case procedure:
      return read_entity(value, field);
  }
  return false;
}

bool EventReader::read_entity(Value& value, const DataField& field) {
  if (field.place) {
    return read_index(value, field.field == Field::pod ? event_.pod : event_.task,
                      "a place in the world");
  }
  if (event_.type == EventType::pod_created && field.field == Field::pod) {
    return read_new_name(value, field);
  }
  if (event_.type == EventType::task_submitted && field.field == Field::task) {
    return read_new_name(value, field);
  }
  if (field.nullable && line_.is_null(value)) return true;
  switch (field.field) {
    case Field::pool: return read_named<Names::pool>(value, event_.pool);
    case Field::workspace: return read_named<Names::workspace>(value, event_.workspace);
    case Field::task: return read_task(value, event_.task);
    case Field::pod: return read_named<Names::pod>(value, event_.pod);
    case Field::replica: return read_index(value, event_.replica, "the number of a replica");
    case Field::memory: return read_index(value, event_.memory, "the number of a memory");
    default: return read_index(value, event_.procedure, "the place of a procedure");
  }
}

// The name of what begins to exist: nobody has it yet, take_envelope() compares it.
bool EventReader::read_new_name(Value& value, const DataField& field) {
  new_name_at_ = JsonLine::start_of(value);
  if (field.field == Field::pod) return line_.text(value, "the name of a pod", new_pod_);
  return line_.integer(value, INT64_MIN, INT64_MAX, "the number of a task",
                       new_number_);
}

bool EventReader::read_procedure(Value& value, Procedure& procedure) {
  std::uint64_t seen = 0;
  constexpr std::size_t stack_bit = 63;
  const auto read = [&](std::string_view key, Value& entry) {
    if (key == "stack") {
      return line_.once(seen, stack_bit, key) &&
             line_.list(entry, "a list of steps",
                        [&](Value& item) { return read_frame(item, procedure); });
    }
    bool known = false;
    if (!read_member(procedure, key, entry, seen, known)) return false;
    if (known) return true;
    std::vector<std::string> keys{"stack"};
    for_each_member<Procedure>([&](const auto& member) { keys.emplace_back(member.key); });
    return line_.unknown_key(key, keys);
  };
  if (!line_.object(value, read)) return false;
  if (procedure.depth != 0) return true;
  return line_.missing_key("stack");
}

bool EventReader::read_frame(Value& value, Procedure& procedure) {
  std::string_view text;
  constexpr std::string_view expected = "a step such as \"sync_pods.a\"";
  if (!line_.text(value, expected, text)) return false;
  const auto frame = frame_named(text);
  if (!frame) {
    return line_.wrong(value, expected, did_you_mean(text, frame_texts()));
  }
  if (procedure.depth == Procedure::max_depth) {
    return line_.wrong(value, fmt::format("at most {} steps", Procedure::max_depth));
  }
  procedure.stack[procedure.depth++] = *frame;
  return true;
}

// Reads the member of that name, if Record has one.
template <typename Record>
bool EventReader::read_member(Record& record, std::string_view key, Value& value,
                              std::uint64_t& seen, bool& known) {
  bool good = true;
  std::size_t i = 0;
  for_each_member<Record>([&](const auto& member) {
    using MemberType = std::remove_cvref_t<decltype(member)>;
    if (!known && member.key == key) {
      known = true;
      good = line_.once(seen, i, key) &&
             read_value<MemberType::names>(value, record.*member.value);
    }
    ++i;
  });
  return good;
}

template <Names Kind, typename T>
bool EventReader::read_value(Value& value, T& out) {
  if constexpr (std::is_same_v<T, TaskRow>) {
    return read_row(value, out);
  } else if constexpr (std::is_same_v<T, IndexSet>) {
    return read_set<Kind>(value, out);
  } else if constexpr (std::is_same_v<T, Moment>) {
    return line_.moment(value, out);
  } else if constexpr (std::is_same_v<T, std::vector<PoolBounds>>) {
    return line_.list(value, "a list of bounds such as [0,3]", [&](Value& item) {
      out.emplace_back();
      return read_bounds(item, out.back());
    });
  } else if constexpr (std::is_same_v<T, bool>) {
    return line_.boolean(value, out);
  } else if constexpr (std::is_enum_v<T>) {
    return line_.name_of(value, out);
  } else if constexpr (Kind == Names::task) {
    return read_task(value, out);
  } else if constexpr (Kind == Names::slot) {
    return read_slot(value, out);
  } else if constexpr (Kind != Names::plain) {
    return read_named<Kind>(value, out);
  } else if constexpr (std::is_same_v<T, std::uint16_t>) {
    return read_index(value, out, "the number of a replica or memory");
  } else {
    using Limits = std::numeric_limits<T>;
    std::int64_t number = 0;
    if (!line_.integer(value, Limits::min(), Limits::max(), {}, number)) return false;
    out = static_cast<T>(number);
    return true;
  }
}

bool EventReader::read_bounds(Value& value, PoolBounds& bounds) {
  constexpr std::string_view expected = "bounds such as [0,3]";
  int known = 0;
  const auto read = [&](Value& item) {
    if (known == 2) return line_.wrong(item, "no more than two bounds");
    return read_value<Names::plain>(item, ++known == 1 ? bounds.min_replicas : bounds.max_replicas);
  };
  if (!line_.list(value, expected, read)) return false;
  return known == 2 || line_.wrong(value, expected);
}

bool EventReader::read_row(Value& value, TaskRow& row) {
  std::uint64_t seen = 0;
  const auto read = [&](std::string_view key, Value& entry) {
    bool known = false;
    if (!read_member(row, key, entry, seen, known)) return false;
    if (known) return true;
    std::vector<std::string> keys;
    for_each_member<TaskRow>([&](const auto& member) { keys.emplace_back(member.key); });
    return line_.unknown_key(key, keys);
  };
  if (!line_.object(value, read)) return false;
  return (seen & 1U) != 0 || line_.missing_key("status");
}

template <Names Kind>
bool EventReader::read_set(Value& value, IndexSet& set) {
  constexpr std::string_view expected =
      Kind == Names::task ? "a list of task numbers" : "a list of pod names";
  return line_.list(value, expected, [&](Value& item) {
    std::uint16_t index = none;
    if (!read_value<Kind>(item, index)) return false;
    if (set.contains(index)) return line_.wrong(item, "each of the list once");
    set.insert(index);
    return true;
  });
}

bool EventReader::read_index(Value& value, std::uint16_t& out, std::string_view expected) {
  std::int64_t number = 0;
  if (!line_.integer(value, 0, none - 1, expected, number)) return false;
  out = static_cast<std::uint16_t>(number);
  return true;
}

bool EventReader::read_slot(Value& value, SlotIndex& slot) {
  std::int64_t number = 0;
  constexpr std::string_view expected = "a slot number from 0 to 3";
  if (!line_.integer(value, 0, slots_per_pod - 1, expected, number)) return false;
  slot = static_cast<SlotIndex>(number);
  return true;
}

template <Names Kind>
bool EventReader::read_named(Value& value, std::uint16_t& out) {
  constexpr std::string_view what = Kind == Names::pool        ? "pool"
                                    : Kind == Names::workspace ? "workspace"
                                                               : "pod";
  constexpr std::string_view expected = Kind == Names::pool        ? "the id of a pool"
                                        : Kind == Names::workspace ? "the id of a workspace"
                                                                   : "the name of a pod";
  std::string_view text;
  if (!line_.text(value, expected, text)) return false;
  std::optional<std::uint16_t> found;
  if constexpr (Kind == Names::pool) {
    found = names_.pool_named(text);
  } else if constexpr (Kind == Names::workspace) {
    found = names_.workspace_named(text);
  } else {
    found = names_.pod_named(text);
  }
  if (!found) {
    return unknown_entity(value, what, text,
                          Kind == Names::pool        ? names_.pools()
                          : Kind == Names::workspace ? names_.workspaces()
                                                     : names_.pods());
  }
  out = *found;
  return true;
}

bool EventReader::read_task(Value& value, TaskIndex& task) {
  constexpr std::string_view expected = "the number of a task";
  std::optional<TaskIndex> found;
  std::int64_t number = 0;
  if (!value.get_int64().get(number)) {
    found = names_.task_numbered(number);
    if (!found) return unknown_entity(value, "task", std::to_string(number), {});
  } else {
    std::string_view text;
    if (!line_.text(value, expected, text)) return false;
    if (text.starts_with('#')) found = names_.task_named(text);
    if (!found) return line_.wrong(value, expected);
  }
  task = *found;
  return true;
}

bool EventReader::unknown_entity(Value& value, std::string_view what, std::string_view text,
                                 const std::vector<std::string>& candidates) {
  return line_.fail_at(value, LineFaultKind::unknown_entity,
                       fmt::format("{}: there is no {} {}", line_.path(), what, in_quotes(text)),
                       did_you_mean(text, candidates));
}

bool EventReader::take_envelope(const Envelope& envelope) {
  event_.time = envelope.time();
  if (!take_origin(envelope)) return false;
  if (event_.type == EventType::pod_created) {
    scratch_.clear();
    names_.append_new_pod(scratch_, event_.pool, event_.time);
    if (new_pod_ != scratch_) {
      return line_.fail(LineFaultKind::wrong_value, new_name_at_, new_pod_.size() + 2,
                        fmt::format("data.pod: expected {} by its pool and time, found {}",
                                    in_quotes(scratch_), in_quotes(new_pod_)));
    }
  }
  if (event_.type == EventType::task_submitted && new_number_ != event_.n[0]) {
    return line_.fail(LineFaultKind::wrong_value, new_name_at_, 1,
                      fmt::format("data.task: expected {} as in data.number, found {}",
                                  event_.n[0], new_number_));
  }
  scratch_.clear();
  append_subject(event_, names_, scratch_);
  if (scratch_ == envelope.text(Attribute::subject)) return true;
  if (!envelope.has(Attribute::subject)) return line_.missing_key("subject");
  return envelope.mismatch(line_, Attribute::subject, in_quotes(scratch_));
}

// The source fills in what the type's row does not say, and agrees with what it says.
bool EventReader::take_origin(const Envelope& envelope) {
  const std::string_view text = envelope.text(Attribute::source);
  EventOrigin source;
  const bool good = read_source(text, event_.type, names_, source);
  const EventOrigin origin = default_origin(event_, source);
  const auto fields = data_fields(event_.type);
  const auto take = [&](Field field, std::uint16_t& value, std::uint16_t otherwise) {
    for (std::size_t i = 0; i < fields.size(); ++i) {
      if (fields[i].field == field && ((seen_ >> i) & 1U) != 0) return;
    }
    value = otherwise;
  };
  take(Field::pool, event_.pool, origin.pool);
  take(Field::replica, event_.replica, origin.replica);
  take(Field::memory, event_.memory, origin.memory);
  scratch_.clear();
  append_source(source_of(event_), event_.type, names_, scratch_);
  if (good && scratch_ == text) return true;
  return envelope.mismatch(line_, Attribute::source, in_quotes(scratch_));
}

}  // namespace

class LineReader::Impl {
 public:
  JsonLine line;
  Envelope envelope;
};

LineReader::LineReader() : impl_(std::make_unique<Impl>()) {}
LineReader::~LineReader() = default;
LineReader::LineReader(LineReader&&) noexcept = default;
LineReader& LineReader::operator=(LineReader&&) noexcept = default;

const LineFault* LineReader::read_header(std::string_view text, LogHeader& header) {
  const bool good = read_header_line(impl_->line, impl_->envelope, text, header);
  return good ? nullptr : &impl_->line.fault();
}

const LineFault* LineReader::read_event(std::string_view text, const EntityNames& names,
                                        LoggedEvent& out) {
  JsonLine& line = impl_->line;
  Envelope& envelope = impl_->envelope;
  out.event = Event{};
  EventReader reader(line, names, out.event);
  JsonLine::Object root;
  const auto read_data = [&](JsonLine::Object& data) {
    return reader.read_type(envelope.type(), envelope.at(Attribute::type)) &&
           reader.read_data(data);
  };
  if (!line.open(text, root) || !envelope.read(line, root, read_data) ||
      !reader.take_envelope(envelope)) {
    return &line.fault();
  }
  out.sequence = envelope.sequence();
  out.causation = envelope.causation();
  out.correlation = envelope.text(Attribute::correlationid);
  out.assumed = envelope.assumed();
  out.source_line = envelope.source_line();
  return nullptr;
}

bool LineReader::is_complete(std::string_view line) { return impl_->line.is_complete(line); }

std::string_view text_of(LineFaultKind kind) {
  constexpr std::array<std::string_view, line_fault_kinds> texts{
      "no JSON", "too long", "unknown type", "missing field", "unknown field", "wrong value",
      "unknown name", "sequence gap", "refused by the model"};
  return texts[static_cast<std::size_t>(kind)];
}

}  // namespace holdfast
