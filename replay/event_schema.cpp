#include <holdfast/replay/event_schema.h>

#include <initializer_list>
#include <limits>
#include <span>
#include <utility>

#include <holdfast/model/names.h>
#include <holdfast/replay/event_fields.h>
#include <holdfast/replay/header_json.h>
#include <holdfast/replay/json_text.h>
#include <holdfast/replay/program_places.h>
#include <holdfast/replay/record_fields.h>

namespace holdfast {
namespace {

// Appends JSON with a line per entry of an object, and short things on one line.
class SchemaText {
 public:
  void key(std::string_view key) {
    entry();
    append_quoted(text_, key);
    text_ += ": ";
  }
  void entry() {
    if (!first_) text_ += ',';
    text_ += '\n';
    text_.append(2 * depth_, ' ');
    first_ = false;
  }
  void open(char bracket) {
    text_ += bracket;
    ++depth_;
    first_ = true;
  }
  void close(char bracket) {
    --depth_;
    text_ += '\n';
    text_.append(2 * depth_, ' ');
    text_ += bracket;
    first_ = false;
  }
  void raw(std::string_view json) { text_ += json; }
  void quoted(std::string_view value) { append_quoted(text_, value); }

  std::string& text() { return text_; }

 private:
  std::string text_;
  std::size_t depth_ = 0;
  bool first_ = true;
};

std::string quoted_list(std::span<const std::string_view> values) {
  std::string list = "[";
  for (const std::string_view value : values) {
    if (list.size() > 1) list += ", ";
    append_quoted(list, value);
  }
  return list + "]";
}

std::string reference(std::string_view definition) {
  return fmt::format(R"({{"$ref": "#/$defs/{}"}})", definition);
}

std::string or_null(std::string_view schema) {
  return fmt::format(R"({{"anyOf": [{}, {{"type": "null"}}]}})", schema);
}

std::string list_of(std::string_view definition) {
  return fmt::format(R"({{"type": "array", "uniqueItems": true, "items": {}}})",
                     reference(definition));
}

std::string number(std::int64_t least, std::int64_t most) {
  return fmt::format(R"({{"type": "integer", "minimum": {}, "maximum": {}}})", least, most);
}

template <typename Enum>
std::string one_of() {
  return fmt::format(R"({{"enum": {}}})", quoted_list(names_of<Enum>));
}

// The schema of a value in data, but for null.
std::string schema_of(const EventInfo& type, const DataField& field) {
  if (field.place) return reference("place");
  switch (field.field) {
    case Field::reason: return reference("reason");
    case Field::task_type: return reference("task_type");
    case Field::status: return reference("status");
    case Field::action: return reference("action");
    case Field::fault: return reference("fault");
    case Field::mode: return reference("mode");
    case Field::timer: return reference("timer");
    case Field::slot: return reference("slot");
    case Field::flag: return R"({"type": "boolean"})";
    case Field::pool: return reference("pool");
    case Field::workspace: return reference("workspace");
    case Field::task: return reference("task");
    case Field::pod: return reference("pod");
    case Field::replica: return reference("place");
    case Field::memory: return reference("place");
    case Field::procedure: return reference("place");
    case Field::place: return reference("place");
    case Field::n0: case Field::n1: case Field::n2: case Field::n3:
      return R"({"type": "integer"})";
    case Field::at: return reference("moment");
    case Field::pods: return list_of("pod");
    case Field::others: return list_of(others_are_tasks(type) ? "task" : "pod");
    case Field::row: return reference("row");
    case Field::freeze: return reference("freeze");
    case Field::after: return reference("procedure");
  }
  return "true";
}

template <typename MemberOf>
std::string schema_of(const MemberOf&) {
  using Value = typename MemberOf::Type;
  constexpr Names names = MemberOf::names;
  if constexpr (std::is_same_v<Value, TaskRow>) {
    return reference("row");
  } else if constexpr (std::is_same_v<Value, IndexSet>) {
    return list_of(names == Names::task ? "task" : "pod");
  } else if constexpr (std::is_same_v<Value, std::vector<PoolBounds>>) {
    return R"({"type": "array", "items": {"type": "array", "items": {"type": "integer"},)"
           R"( "minItems": 2, "maxItems": 2}})";
  } else if constexpr (std::is_same_v<Value, Moment>) {
    return reference("moment");
  } else if constexpr (std::is_same_v<Value, bool>) {
    return R"({"type": "boolean"})";
  } else if constexpr (std::is_same_v<Value, Reason>) {
    return reference("reason");
  } else if constexpr (std::is_same_v<Value, Action>) {
    return reference("action");
  } else if constexpr (std::is_same_v<Value, TaskStatus>) {
    return reference("status");
  } else if constexpr (std::is_enum_v<Value>) {
    return one_of<Value>();
  } else if constexpr (names == Names::slot) {
    return reference("slot");
  } else if constexpr (names == Names::pool) {
    return reference("pool");
  } else if constexpr (names == Names::workspace) {
    return reference("workspace");
  } else if constexpr (names == Names::task) {
    return reference("task");
  } else if constexpr (names == Names::pod) {
    return reference("pod");
  } else if constexpr (std::is_same_v<Value, std::uint16_t>) {
    return reference("place");
  } else {
    return number(std::numeric_limits<Value>::min(), std::numeric_limits<Value>::max());
  }
}

void define(SchemaText& text, std::string_view name, std::string_view schema) {
  text.key(name);
  text.raw(schema);
}

// An object with these properties and no others.
template <typename Properties>
void object(SchemaText& text, std::string_view required, Properties&& properties) {
  text.open('{');
  define(text, "type", R"("object")");
  define(text, "required", required);
  define(text, "additionalProperties", "false");
  text.key("properties");
  text.open('{');
  properties();
  text.close('}');
  text.close('}');
}

void define_values(SchemaText& text) {
  define(text, "place", number(0, none - 1));
  define(text, "slot", number(0, slots_per_pod - 1));
  define(text, "pool", R"({"type": "string"})");
  define(text, "workspace", R"({"type": "string"})");
  define(text, "pod", R"~({"type": "string", "pattern": "^(iac-agent-|#)"})~");
  define(text, "task",
         R"({"anyOf": [{"type": "integer"}, {"type": "string", "pattern": "^#[0-9]+$"}]})");
  define(text, "instant",
         R"({"type": "string", "pattern": )"
         R"("^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{6}Z$"})");
  define(text, "moment",
         R"({"anyOf": [{"$ref": "#/$defs/instant"}, {"const": "elapsed"}, {"type": "null"}]})");
  define(text, "sequence", R"~({"type": "string", "pattern": "^(0|[1-9][0-9]*)$"})~");
  define(text, "reason", one_of<Reason>());
  define(text, "fault", one_of<Fault>());
  define(text, "task_type", one_of<TaskType>());
  define(text, "status", one_of<TaskStatus>());
  define(text, "action", one_of<Action>());
  define(text, "mode", one_of<ExecutionMode>());
  define(text, "timer", one_of<TimerKind>());
}

void define_records(SchemaText& text) {
  text.key("row");
  object(text, R"(["status"])", [&] {
    for_each_member<TaskRow>(
        [&](const auto& member) { define(text, member.key, schema_of(member)); });
  });
  text.key("step");
  text.raw("{\"enum\": [");
  std::size_t column = 100;
  for (const std::string& step : frame_texts()) {
    if (&step != frame_texts().data()) text.raw(",");
    const bool wraps = column + step.size() > 90;
    text.raw(wraps ? "\n      " : " ");
    column = (wraps ? 6 : column) + step.size() + 4;
    text.quoted(step);
  }
  text.raw("]}");
  text.key("procedure");
  object(text, R"(["stack"])", [&] {
    define(text, "stack",
           fmt::format(R"({{"type": "array", "minItems": 1, "maxItems": {}, "items": {}}})",
                       Procedure::max_depth, reference("step")));
    for_each_member<Procedure>(
        [&](const auto& member) { define(text, member.key, schema_of(member)); });
  });
  text.key("freeze");
  text.open('{');
  define(text, "type", R"("array")");
  text.key("items");
  object(text, R"(["from_minute", "to_minute", "weekdays"])", [&] {
    define(text, "from_minute", number(0, minutes_per_day - 1));
    define(text, "to_minute", number(0, minutes_per_day - 1));
    define(text, "weekdays",
           fmt::format(R"({{"type": "array", "items": {}}})", number(1, 7)));
  });
  text.close('}');
}

// Extension attributes are whatever CloudEvents allows; what is null is not there.
void define_envelope(SchemaText& text) {
  define(text, "extension",
         fmt::format(R"({{"anyOf": [{{"type": "string"}}, {}, {{"type": "boolean"}}, )"
                     R"({{"type": "null"}}]}})",
                     number(INT32_MIN, INT32_MAX)));
  text.key("envelope");
  text.open('{');
  define(text, "type", R"("object")");
  define(text, "required", R"(["specversion", "id", "source", "type", "sequence", "data"])");
  define(text, "propertyNames", R"({"pattern": "^[a-z0-9]+$"})");
  define(text, "additionalProperties", reference("extension"));
  text.key("properties");
  text.open('{');
  define(text, "specversion", R"({"const": "1.0"})");
  define(text, "id", reference("sequence"));
  define(text, "source", R"({"type": "string"})");
  define(text, "type", R"({"type": "string"})");
  define(text, "subject", or_null(R"({"type": "string"})"));
  define(text, "time", or_null(reference("instant")));
  define(text, "sequence", reference("sequence"));
  define(text, "causationid", or_null(reference("sequence")));
  define(text, "correlationid", or_null(R"({"type": "string"})"));
  define(text, "datacontenttype", or_null(R"({"const": "application/json"})"));
  define(text, "dataschema", or_null(R"({"type": "string"})"));
  define(text, "assumed", or_null(R"({"type": "boolean"})"));
  define(text, "sourceline",
         or_null(fmt::format(R"({{"type": "integer", "minimum": 1, "maximum": {}}})",
                             most_source_line)));
  define(text, "data", R"({"type": "object"})");
  text.close('}');
  text.close('}');
}

// One type of event: what its envelope and its data are.
template <typename Data>
void define_event(SchemaText& text, std::string_view type, std::string_view about, Data&& data) {
  text.key(type);
  text.open('{');
  text.key("description");
  text.quoted(about);
  define(text, "allOf", "[" + reference("envelope") + "]");
  text.key("properties");
  text.open('{');
  define(text, "type", fmt::format(R"({{"const": "{}"}})", type));
  text.key("data");
  data();
  text.close('}');
  text.close('}');
}

void define_event(SchemaText& text, const EventInfo& type) {
  std::vector<std::string_view> required;
  for (const DataField& field : data_fields(type.type)) {
    if (field.required) required.push_back(field.key);
  }
  define_event(text, logged_type(type.type), type.about, [&] {
    object(text, quoted_list(required), [&] {
      for (const DataField& field : data_fields(type.type)) {
        const std::string schema = schema_of(type, field);
        const bool null = field.nullable && field.field != Field::at;
        define(text, field.key, null ? or_null(schema) : schema);
      }
    });
  });
}

void define_log_opened(SchemaText& text) {
  define_event(text, log_opened_type, "The first event: what a reader needs to fold the others.",
               [&] { append_header_schema(text.text()); });
}

}  // namespace

std::string event_schema() {
  SchemaText text;
  text.open('{');
  define(text, "$schema", R"("https://json-schema.org/draft/2020-12/schema")");
  define(text, "title", R"("A line of a holdfast log")");
  define(text, "description",
         R"("Made from the event table of the model; replay/LOG_FORMAT.md explains it.")");
  text.key("oneOf");
  text.open('[');
  for (const std::string& type : logged_types()) {
    text.entry();
    text.raw(reference(type));
  }
  text.close(']');
  text.key("$defs");
  text.open('{');
  define_values(text);
  define_records(text);
  define_envelope(text);
  for (const EventInfo& type : event_table()) define_event(text, type);
  define_log_opened(text);
  text.close('}');
  text.close('}');
  return text.text() + '\n';
}

}  // namespace holdfast
