#include <holdfast/replay/header_json.h>

#include <charconv>
#include <limits>

#include <holdfast/replay/event_subject.h>
#include <holdfast/replay/header_parts_json.h>
#include <holdfast/replay/json_text.h>
#include <holdfast/sim/input/nearest_name.h>
#include <holdfast/sim/input/utf8.h>

namespace holdfast {
namespace {

using Value = JsonLine::Value;

constexpr std::int64_t most = std::numeric_limits<int>::max();

// What is read before the ids that it names may be known.
struct HeaderParts {
  LogHeader& header;
  std::vector<std::string> workspaces_of_tasks;
  std::vector<std::string> pools_of_configs;
};

// One key of the data of log.opened.
struct HeaderField {
  std::string_view key;
  void (*write)(const LogHeader&, std::string& out);
  bool (*read)(JsonLine&, Value&, HeaderParts&);
  std::string_view schema;                                // empty: made_schema() makes it
  bool (*is_there)(const LogHeader&) = nullptr;           // null: always, and a reader wants it
  std::string (*made_schema)() = nullptr;
};

constexpr std::string_view text_schema = R"({"type": "string"})";
constexpr std::string_view count_schema = R"({"type": "integer", "minimum": 0})";
constexpr std::string_view ids_schema = R"({"type": "array", "items": {"type": "string"}})";
constexpr std::string_view tasks_schema =
    R"({"type": "array", "items": {"type": "object", "required": ["workspace", "type"],)"
    R"( "additionalProperties": false, "properties": {"workspace": {"$ref": "#/$defs/workspace"},)"
    R"( "type": {"$ref": "#/$defs/task_type"}}}})";
constexpr std::string_view configs_schema =
    R"({"type": "array", "items": {"type": "object",)"
    R"( "required": ["pool", "min_replicas", "max_replicas", "freeze"],)"
    R"( "additionalProperties": false, "properties": {"pool": {"$ref": "#/$defs/pool"},)"
    R"( "min_replicas": {"type": "integer"}, "max_replicas": {"type": "integer"},)"
    R"( "freeze": {"$ref": "#/$defs/freeze"}}}})";

bool read_string(JsonLine& line, Value& value, std::string& out) {
  std::string_view text;
  if (!line.text(value, "text", text)) return false;
  out = text;
  return true;
}

bool read_int(JsonLine& line, Value& value, std::int64_t least, int& out) {
  std::int64_t number = 0;
  if (!line.integer(value, least, most, {}, number)) return false;
  out = static_cast<int>(number);
  return true;
}

bool read_format(JsonLine& line, Value& value, HeaderParts& parts) {
  std::int64_t format = 0;
  if (!line.integer(value, 1, most, {}, format)) return false;
  if (format != log_format_version) {
    return line.wrong(value, fmt::format("format {}, the one that this version reads",
                                         log_format_version));
  }
  parts.header.format = static_cast<int>(format);
  return true;
}

bool read_seed(JsonLine& line, Value& value, HeaderParts& parts) {
  constexpr std::string_view expected = "a seed as text, such as \"7\"";
  std::string_view text;
  if (!line.text(value, expected, text)) return false;
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, parts.header.seed);
  return (error == std::errc{} && rest == end) || line.wrong(value, expected);
}

bool read_ids(JsonLine& line, Value& value, std::vector<std::string>& out) {
  return line.list(value, "a list of ids", [&](Value& item) {
    if (out.size() == none) return line.wrong(item, fmt::format("at most {} ids", none));
    out.emplace_back();
    return read_string(line, item, out.back());
  });
}

void write_ids(const std::vector<std::string>& ids, std::string& out) {
  out += '[';
  for (const std::string& id : ids) {
    if (&id != ids.data()) out += ',';
    append_quoted(out, id);
  }
  out += ']';
}

// Reads an object whose keys are all required, in any order; `read(i, value)` reads keys[i].
template <typename Read>
bool read_record(JsonLine& line, Value& value, std::span<const std::string_view> keys,
                 Read&& read) {
  std::uint64_t seen = 0;
  const auto read_entry = [&](std::string_view key, Value& entry) {
    for (std::size_t i = 0; i < keys.size(); ++i) {
      if (keys[i] == key) return line.once(seen, i, key) && read(i, entry);
    }
    return line.unknown_key(key, std::vector<std::string>(keys.begin(), keys.end()));
  };
  if (!line.object(value, read_entry)) return false;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (((seen >> i) & 1U) == 0) return line.missing_key(keys[i]);
  }
  return true;
}

bool read_tasks(JsonLine& line, Value& value, HeaderParts& parts) {
  static constexpr std::array<std::string_view, 2> keys{"workspace", "type"};
  return line.list(value, "a list of tasks", [&](Value& item) {
    TaskTemplate& task = parts.header.setup.tasks.emplace_back();
    std::string& workspace = parts.workspaces_of_tasks.emplace_back();
    return read_record(line, item, keys, [&](std::size_t i, Value& entry) {
      return i == 0 ? read_string(line, entry, workspace) : line.name_of(entry, task.type);
    });
  });
}

void write_tasks(const LogHeader& header, std::string& out) {
  const EntityNames names(header.setup);
  out += '[';
  for (const TaskTemplate& task : header.setup.tasks) {
    if (&task != header.setup.tasks.data()) out += ',';
    std::string workspace;
    names.append_workspace(workspace, task.workspace);
    out += R"({"workspace":)";
    append_quoted(out, workspace);
    out += R"(,"type":")";
    out += name(task.type);
    out += "\"}";
  }
  out += ']';
}

bool read_configs(JsonLine& line, Value& value, HeaderParts& parts) {
  static constexpr std::array<std::string_view, 4> keys{"pool", "min_replicas", "max_replicas",
                                                        "freeze"};
  return line.list(value, "a list of configurations", [&](Value& item) {
    ConfigTemplate& config = parts.header.setup.configs.emplace_back();
    std::string& pool = parts.pools_of_configs.emplace_back();
    return read_record(line, item, keys, [&](std::size_t i, Value& entry) {
      switch (i) {
        case 0: return read_string(line, entry, pool);
        case 1: return read_int(line, entry, 0, config.min_replicas);
        case 2: return read_int(line, entry, 0, config.max_replicas);
        default: return read_freeze(line, entry, config.freeze);
      }
    });
  });
}

void write_configs(const LogHeader& header, std::string& out) {
  const EntityNames names(header.setup);
  out += '[';
  for (const ConfigTemplate& config : header.setup.configs) {
    if (&config != header.setup.configs.data()) out += ',';
    std::string pool;
    names.append_pool(pool, config.pool);
    out += R"({"pool":)";
    append_quoted(out, pool);
    fmt::format_to(std::back_inserter(out),
                   FMT_COMPILE(R"(,"min_replicas":{},"max_replicas":{},"freeze":)"),
                   config.min_replicas, config.max_replicas);
    append_freeze(config.freeze, out);
    out += '}';
  }
  out += ']';
}

void write_instant(Moment moment, std::string& out) {
  out += '"';
  append_instant(out, moment);
  out += '"';
}

void write_start(const LogHeader& header, std::string& out) {
  if (header.start == never) {
    out += "null";
  } else {
    write_instant(header.start, out);
  }
}

bool read_imported(JsonLine& line, Value& value, HeaderParts& parts) {
  if (!read_string(line, value, parts.header.imported)) return false;
  return !parts.header.imported.empty() || line.wrong(value, "a kind of log");
}

// A log whose end is not known does not say so: it says nothing.
bool read_end(JsonLine& line, Value& value, HeaderParts& parts) {
  constexpr std::string_view expected = "an instant such as \"2025-11-08T15:53:08.123456Z\"";
  std::string_view text;
  if (!line.text(value, expected, text)) return false;
  const auto instant = read_instant(text);
  if (!instant) return line.wrong(value, expected);
  parts.header.end = *instant;
  return true;
}

bool read_events(JsonLine& line, Value& value, HeaderParts& parts) {
  std::int64_t events = 0;
  const std::int64_t largest = std::numeric_limits<std::int64_t>::max();
  if (!line.integer(value, 1, largest, {}, events)) return false;
  parts.header.events = static_cast<std::uint64_t>(events);
  return true;
}

constexpr HeaderField fields[] = {
    {"format", [](const LogHeader& h, std::string& out) { append_number(out, h.format); },
     read_format, R"({"const": 1})"},
    {"program_version",
     [](const LogHeader& h, std::string& out) { append_quoted(out, h.program_version); },
     [](JsonLine& line, Value& v, HeaderParts& p) {
       return read_string(line, v, p.header.program_version);
     },
     text_schema},
    {"scenario", [](const LogHeader& h, std::string& out) { append_quoted(out, h.scenario); },
     [](JsonLine& line, Value& v, HeaderParts& p) {
       return read_string(line, v, p.header.scenario);
     },
     text_schema},
    {"profile", [](const LogHeader& h, std::string& out) { append_quoted(out, h.profile); },
     [](JsonLine& line, Value& v, HeaderParts& p) {
       return read_string(line, v, p.header.profile);
     },
     text_schema},
    {"knobs",
     [](const LogHeader& h, std::string& out) { append_knobs(h.setup.knobs, out); },
     [](JsonLine& line, Value& v, HeaderParts& p) {
       return read_knobs(line, v, p.header.setup.knobs);
     },
     {}, nullptr, knobs_schema},
    {"seed",
     [](const LogHeader& h, std::string& out) { append_quoted(out, std::to_string(h.seed)); },
     read_seed, R"({"type": "string", "pattern": "^[0-9]+$"})"},
    {"start", write_start,
     [](JsonLine& line, Value& v, HeaderParts& p) { return line.moment(v, p.header.start); },
     R"({"$ref": "#/$defs/moment"})"},
    {"zone_us", [](const LogHeader& h, std::string& out) { append_number(out, h.zone_us); },
     [](JsonLine& line, Value& v, HeaderParts& p) {
       return line.integer(v, -day, day, {}, p.header.zone_us);
     },
     R"({"type": "integer"})"},
    {"replicas", [](const LogHeader& h, std::string& out) { append_number(out, h.replicas); },
     [](JsonLine& line, Value& v, HeaderParts& p) {
       return read_int(line, v, 0, p.header.replicas);
     },
     count_schema},
    {"pools", [](const LogHeader& h, std::string& out) { write_ids(h.setup.pools, out); },
     [](JsonLine& line, Value& v, HeaderParts& p) {
       return read_ids(line, v, p.header.setup.pools);
     },
     ids_schema},
    {"workspaces",
     [](const LogHeader& h, std::string& out) { write_ids(h.setup.workspaces, out); },
     [](JsonLine& line, Value& v, HeaderParts& p) {
       return read_ids(line, v, p.header.setup.workspaces);
     },
     ids_schema},
    {"tasks", write_tasks, read_tasks, tasks_schema},
    {"configs", write_configs, read_configs, configs_schema},
    {"slots_on_agent",
     [](const LogHeader& h, std::string& out) { append_number(out, h.setup.slots_on_agent); },
     [](JsonLine& line, Value& v, HeaderParts& p) {
       return read_int(line, v, 0, p.header.setup.slots_on_agent);
     },
     count_schema},
    {"keep_everything",
     [](const LogHeader& h, std::string& out) {
       out += h.setup.keep_everything ? "true" : "false";
     },
     [](JsonLine& line, Value& v, HeaderParts& p) {
       return line.boolean(v, p.header.setup.keep_everything);
     },
     R"({"type": "boolean"})"},
    {"imported", [](const LogHeader& h, std::string& out) { append_quoted(out, h.imported); },
     read_imported, text_schema, [](const LogHeader& h) { return !h.imported.empty(); }},
    {"within", [](const LogHeader& h, std::string& out) { append_within(h.within, out); },
     [](JsonLine& line, Value& v, HeaderParts& p) {
       return read_within(line, v, p.header.within);
     },
     {}, [](const LogHeader& h) { return !h.within.empty(); }, within_schema},
    {"end", [](const LogHeader& h, std::string& out) { write_instant(h.end, out); }, read_end,
     R"({"$ref": "#/$defs/instant"})", [](const LogHeader& h) { return h.end != never; }},
    {"events", [](const LogHeader& h, std::string& out) { append_number(out, h.events); },
     read_events, R"({"type": "integer", "minimum": 1})",
     [](const LogHeader& h) { return h.events != 0; }},
};

bool read_header_data(JsonLine& line, JsonLine::Object& data, HeaderParts& parts) {
  std::uint64_t seen = 0;
  const auto read = [&](std::string_view key, Value& value) {
    for (std::size_t i = 0; i < std::size(fields); ++i) {
      if (fields[i].key != key) continue;
      return line.once(seen, i, key) && fields[i].read(line, value, parts);
    }
    std::vector<std::string> known;
    for (const HeaderField& field : fields) known.emplace_back(field.key);
    return line.unknown_key(key, known);
  };
  if (!line.each_entry(data, read)) return false;
  for (std::size_t i = 0; i < std::size(fields); ++i) {
    const bool there = ((seen >> i) & 1U) != 0;
    if (!there && fields[i].is_there == nullptr) return line.missing_key(fields[i].key);
  }
  return true;
}

// Now that the ids are known.
bool resolve(JsonLine& line, const char* at, HeaderParts& parts) {
  Setup& setup = parts.header.setup;
  const EntityNames names(setup);
  const auto unknown = [&](std::string_view what, const std::string& id,
                           const std::vector<std::string>& ids) {
    return line.fail(LineFaultKind::unknown_entity, at, 1,
                     fmt::format("data: there is no {} {}", what, in_quotes(id)),
                     did_you_mean(id, ids));
  };
  for (std::size_t i = 0; i < setup.tasks.size(); ++i) {
    const std::string& id = parts.workspaces_of_tasks[i];
    const auto found = names.workspace_named(id);
    if (!found) return unknown("workspace", id, setup.workspaces);
    setup.tasks[i].workspace = *found;
  }
  for (std::size_t i = 0; i < setup.configs.size(); ++i) {
    const std::string& id = parts.pools_of_configs[i];
    const auto found = names.pool_named(id);
    if (!found) return unknown("pool", id, setup.pools);
    setup.configs[i].pool = *found;
  }
  return true;
}

// Whether the end is one of this course.
bool is_course(const LogHeader& header) {
  return header.end == never || (header.start != never && header.end >= header.start);
}

}  // namespace

std::string_view append_header(const LogHeader& header, std::string& out) {
  const EntityNames names(header.setup);
  for (const Moment moment : {header.start, header.end}) {
    if (moment != never && !has_instant(moment)) {
      return "its start or its end is outside the years 1 to 9999";
    }
  }
  if (!is_course(header)) return "its end lies before its start";
  if (!are_bounds(header.within)) return "a bound is of no eventual property, or no duration";
  for (const TaskTemplate& task : header.setup.tasks) {
    if (task.workspace == none || !names.has_workspace(task.workspace)) {
      return "the setup does not have the workspace of a task";
    }
  }
  for (const ConfigTemplate& config : header.setup.configs) {
    if (config.pool == none || !names.has_pool(config.pool)) {
      return "the setup does not have the pool of a configuration";
    }
  }
  fmt::format_to(std::back_inserter(out),
                 R"({{"specversion":"1.0","id":"{0}","source":"/holdfast","type":"{1}")",
                 log_opened_sequence, log_opened_type);
  if (header.start != never) {
    out += R"(,"time":)";
    write_start(header, out);
  }
  fmt::format_to(std::back_inserter(out), R"(,"sequence":"{}","data":{{)", log_opened_sequence);
  for (const HeaderField& field : fields) {
    if (field.is_there != nullptr && !field.is_there(header)) continue;
    if (&field != fields) out += ',';
    append_quoted(out, field.key);
    out += ':';
    field.write(header, out);
  }
  out += "}}\n";
  return {};
}

bool read_header_line(JsonLine& line, Envelope& envelope, std::string_view text,
                      LogHeader& header) {
  using enum Envelope::Attribute;
  header = {};
  HeaderParts parts{header, {}, {}};
  JsonLine::Object root;
  const auto read_data = [&](JsonLine::Object& object) {
    if (envelope.type() == log_opened_type) return read_header_data(line, object, parts);
    return line.fail(LineFaultKind::unknown_type, envelope.at(type), envelope.type().size() + 2,
                     fmt::format("type: a log begins with '{}', found {}", log_opened_type,
                                 in_quotes(envelope.type())));
  };
  if (!line.open(text, root) || !envelope.read(line, root, read_data)) return false;
  if (envelope.text(source) != "/holdfast") return envelope.mismatch(line, source, "'/holdfast'");
  if (envelope.sequence() != log_opened_sequence) return envelope.mismatch(line, sequence, "'0'");
  if (envelope.has(subject)) return envelope.mismatch(line, subject, "none");
  if (envelope.source_line() != 0) {
    return line.fail(LineFaultKind::wrong_value, envelope.at(sourceline), 1,
                     fmt::format("sourceline: expected none, found {}", envelope.source_line()));
  }
  if (envelope.assumed()) {
    return line.fail(LineFaultKind::wrong_value, envelope.at(assumed), 4,
                     "assumed: expected none, found true");
  }
  if (envelope.time() != header.start) {
    return line.fail(LineFaultKind::wrong_value, text.data(), 1,
                     "time: expected the instant of data.start");
  }
  if (!is_course(header)) {
    return line.fail(LineFaultKind::wrong_value, envelope.at(data), 1,
                     "data.end: expected an instant that is not before data.start");
  }
  return resolve(line, envelope.at(data), parts);
}

void append_header_schema(std::string& out) {
  std::string required;
  std::string properties;
  const auto add = [](std::string& list, std::string_view key) {
    if (!list.empty()) list += ", ";
    append_quoted(list, key);
  };
  for (const HeaderField& field : fields) {
    if (field.is_there == nullptr) add(required, field.key);
    if (!properties.empty()) properties += ",\n          ";
    append_quoted(properties, field.key);
    properties += ": ";
    properties += field.made_schema != nullptr ? field.made_schema() : std::string(field.schema);
  }
  fmt::format_to(std::back_inserter(out),
                 "{{\n          \"type\": \"object\",\n          \"required\": [{}],\n"
                 "          \"additionalProperties\": false,\n"
                 "          \"properties\": {{\n          {}}}}}",
                 required, properties);
}

bool read_freeze(JsonLine& line, JsonLine::Value& value, std::vector<FreezeSchedule>& out) {
  static constexpr std::array<std::string_view, 3> keys{"from_minute", "to_minute", "weekdays"};
  return line.list(value, "a list of freeze windows", [&](Value& item) {
    FreezeSchedule& window = out.emplace_back();
    const auto read_minute = [&](Value& entry, int& minute_of_day) {
      std::int64_t number = 0;
      if (!line.integer(entry, 0, minutes_per_day - 1, {}, number)) return false;
      minute_of_day = static_cast<int>(number);
      return true;
    };
    return read_record(line, item, keys, [&](std::size_t i, Value& entry) {
      if (i == 0) return read_minute(entry, window.from_minute);
      if (i == 1) return read_minute(entry, window.to_minute);
      return line.list(entry, "a list of weekdays", [&](Value& weekday) {
        std::int64_t number = 0;
        if (!line.integer(weekday, 1, 7, {}, number)) return false;
        window.weekdays |= weekday_bit(static_cast<int>(number));
        return true;
      });
    });
  });
}

}  // namespace holdfast
