#include <holdfast/replay/header_parts_json.h>

#include <algorithm>
#include <limits>

#include <holdfast/model/duration_text.h>
#include <holdfast/model/properties.h>
#include <holdfast/replay/json_text.h>
#include <holdfast/sim/input/nearest_name.h>

namespace holdfast {
namespace {

using Value = JsonLine::Value;

// What duration_text() writes.
constexpr std::string_view duration_schema =
    R"({"type": "string", "pattern": "^[0-9]+(us|ms|s|m|h|d)$"})";

bool read_knob(JsonLine& line, Value& value, std::string_view key, Knobs& knobs) {
  const KnobInfo* knob = find_knob(key);
  if (knob == nullptr) {
    std::vector<std::string> known;
    for (const KnobInfo& row : knob_table()) known.emplace_back(row.name);
    return line.unknown_key(key, known);
  }
  std::string_view text;
  if (!line.text(value, "a knob's value as text", text)) return false;
  if (knob->set(knobs, text)) return true;
  if (knob->values.empty()) return line.wrong(value, "a duration such as 10s");
  return line.wrong(value, expected_names(knob->values), hint_of(text, knob->values));
}

std::vector<std::string> eventual_names() {
  std::vector<std::string> names;
  for (const Property& property : properties()) {
    if (property.kind == PropertyKind::eventually) names.emplace_back(property.name);
  }
  return names;
}

bool is_eventual(std::string_view name) {
  const Property* property = find_property(name);
  return property != nullptr && property->kind == PropertyKind::eventually;
}

}  // namespace

bool read_knobs(JsonLine& line, JsonLine::Value& value, Knobs& knobs) {
  static_assert(std::numeric_limits<std::uint64_t>::digits > 32, "a bit for every knob");
  std::uint64_t seen = 0;
  const auto table = knob_table();
  const auto read = [&](std::string_view key, Value& entry) {
    for (std::size_t i = 0; i < table.size(); ++i) {
      if (table[i].name == key && !line.once(seen, i, key)) return false;
    }
    return read_knob(line, entry, key, knobs);
  };
  // A knob that is not there was added after the log was written: a default is what the model did
  // before.
  knobs = Knobs{};
  return line.object(value, read);
}

void append_knobs(const Knobs& knobs, std::string& out) {
  out += '{';
  for (const KnobInfo& knob : knob_table()) {
    if (&knob != knob_table().data()) out += ',';
    append_quoted(out, knob.name);
    out += ':';
    append_quoted(out, knob.get(knobs));
  }
  out += '}';
}

std::string knobs_schema() {
  std::string properties;
  for (const KnobInfo& knob : knob_table()) {
    if (!properties.empty()) properties += ",\n            ";
    append_quoted(properties, knob.name);
    if (knob.values.empty()) {
      properties += ": ";
      properties += duration_schema;
      continue;
    }
    properties += ": {\"enum\": [";
    for (const std::string_view value : knob.values) {
      if (value != knob.values.front()) properties += ", ";
      append_quoted(properties, value);
    }
    properties += "]}";
  }
  return fmt::format(
      "{{\"type\": \"object\", \"additionalProperties\": false,\n"
      "            \"properties\": {{\n            {}}}}}",
      properties);
}

bool are_bounds(const std::map<std::string, std::int64_t>& within) {
  return std::all_of(within.begin(), within.end(), [](const auto& bound) {
    return is_eventual(bound.first) && bound.second >= 0 && bound.second <= longest_duration_us;
  });
}

bool read_within(JsonLine& line, JsonLine::Value& value,
                 std::map<std::string, std::int64_t>& within) {
  constexpr std::string_view expected = "a duration such as \"10s\"";
  std::uint64_t seen = 0;
  const std::vector<std::string> names = eventual_names();
  return line.object(value, [&](std::string_view key, Value& entry) {
    const auto named = std::find(names.begin(), names.end(), key);
    if (named == names.end()) return line.unknown_key(key, names);
    if (!line.once(seen, static_cast<std::size_t>(named - names.begin()), key)) return false;
    std::string_view text;
    if (!line.text(entry, expected, text)) return false;
    const auto length = parse_duration(text);
    if (!length.value) return line.wrong(entry, expected);
    within.emplace(key, *length.value);
    return true;
  });
}

void append_within(const std::map<std::string, std::int64_t>& within, std::string& out) {
  out += '{';
  for (const auto& [property, length_us] : within) {
    if (out.back() != '{') out += ',';
    append_quoted(out, property);
    out += ':';
    append_quoted(out, duration_text(length_us));
  }
  out += '}';
}

std::string within_schema() {
  std::string properties;
  for (const std::string& name : eventual_names()) {
    if (!properties.empty()) properties += ",\n            ";
    append_quoted(properties, name);
    properties += fmt::format(": {}", duration_schema);
  }
  return fmt::format(
      "{{\"type\": \"object\", \"additionalProperties\": false,\n"
      "            \"properties\": {{\n            {}}}}}",
      properties);
}

}  // namespace holdfast
