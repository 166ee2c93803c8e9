#include <holdfast/sim/input/shape.h>

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace holdfast {

namespace {

constexpr std::string_view duration_pattern =
    "^(?=[0-9])([0-9.]+d)?([0-9.]+h)?([0-9.]+m)?([0-9.]+s)?([0-9.]+ms)?([0-9.]+us)?$";
constexpr std::string_view instant_pattern =
    "^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]{1,6})?"
    "([Zz]|[+-][0-9]{2}:[0-9]{2})$";
constexpr std::string_view time_of_day_pattern = "^([01][0-9]|2[0-3]):[0-5][0-9]$";
constexpr std::string_view percent_pattern = "^(100(\\.0{1,4})?|[0-9]{1,2}(\\.[0-9]{1,4})?)%$";
constexpr std::string_view fraction_pattern = "^(1(\\.0{1,6})?|0(\\.[0-9]{1,6})?)$";

std::string json_string(std::string_view text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      result += '\\';
      result += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      result += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
    } else {
      result += c;
    }
  }
  return result + "\"";
}

// A JSON value that keeps the order in which it was built: a scalar as it is written, or members
// (with names: an object, else an array).
struct Json {
  std::string scalar;
  char bracket = ' ';
  std::vector<std::string> names;
  std::vector<Json> members;

  static Json raw(std::string value) { return make(std::move(value), ' '); }
  static Json text(std::string_view value) { return raw(json_string(value)); }
  static Json object() { return make({}, '{'); }
  static Json array() { return make({}, '['); }

  Json& set(std::string name, Json value) {
    names.push_back(std::move(name));
    members.push_back(std::move(value));
    return *this;
  }
  Json& push(Json value) { return set({}, std::move(value)); }

 private:
  static Json make(std::string written, char kind) {
    Json json;
    json.scalar = std::move(written);
    json.bracket = kind;
    return json;
  }
};

void print(const Json& value, std::size_t depth, std::string& out) {
  if (value.bracket == ' ') {
    out += value.scalar;
    return;
  }
  const bool is_object = value.bracket == '{';
  out += value.bracket;
  for (std::size_t i = 0; i < value.members.size(); ++i) {
    out += fmt::format("{}\n{:{}}", i == 0 ? "" : ",", "", 2 * (depth + 1));
    if (is_object) out += json_string(value.names[i]) + ": ";
    print(value.members[i], depth + 1, out);
  }
  if (!value.members.empty()) out += fmt::format("\n{:{}}", "", 2 * depth);
  out += is_object ? '}' : ']';
}

Json array_of(const std::vector<std::string>& names) {
  Json array = Json::array();
  for (const std::string& name : names) array.push(Json::text(name));
  return array;
}

Json schema_of(const Shape& shape, std::string_view about);

Json string_schema(Json schema, std::string_view pattern) {
  schema.set("type", Json::text("string"));
  return pattern.empty() ? schema : schema.set("pattern", Json::text(pattern));
}

Json text_schema(Json schema, const Shape& shape) {
  if (shape.format != nullptr) return string_schema(std::move(schema), shape.format->pattern);
  return string_schema(std::move(schema), {}).set("minLength", Json::raw("1"));
}

Json needs(const std::string& key) {
  return Json::object().set("required", Json::array().push(Json::text(key)));
}

Json group_schema(const KeyGroup& group) {
  Json alternatives = Json::array();
  for (const std::string& key : group.keys) alternatives.push(needs(key));
  Json none = Json::object().set("not", Json::object().set("anyOf", alternatives));
  if (!group.needs_one) alternatives.push(std::move(none));
  return Json::object().set("oneOf", std::move(alternatives));
}

Json default_of(const ShapeField& field) {
  const bool bare =
      field.shape.kind == ShapeKind::integer || field.shape.kind == ShapeKind::boolean;
  return bare ? Json::raw(field.by_default) : Json::text(field.by_default);
}

Json mapping_schema(Json schema, const Shape& shape) {
  Json properties = Json::object();
  std::vector<std::string> required;
  for (const ShapeField& field : shape.fields) {
    Json property = schema_of(field.shape, field.about);
    if (!field.by_default.empty()) property.set("default", default_of(field));
    properties.set(field.key, std::move(property));
    if (field.is_required) required.push_back(field.key);
  }
  schema.set("type", Json::text("object")).set("properties", std::move(properties));
  if (!required.empty()) schema.set("required", array_of(required));
  schema.set("additionalProperties", Json::raw("false"));
  if (shape.groups.empty()) return schema;
  Json groups = Json::array();
  for (const KeyGroup& group : shape.groups) groups.push(group_schema(group));
  return schema.set("allOf", std::move(groups));
}

Json choice_schema(Json schema, const Shape& shape) {
  const bool explained = std::any_of(shape.choices.begin(), shape.choices.end(),
                                     [](const Choice& choice) { return !choice.about.empty(); });
  Json alternatives = Json::array();
  for (const Choice& choice : shape.choices) {
    Json name = Json::text(choice.name);
    if (explained) {
      name = Json::object().set("const", std::move(name));
      if (!choice.about.empty()) name.set("description", Json::text(choice.about));
    }
    alternatives.push(std::move(name));
  }
  return schema.set(explained ? "oneOf" : "enum", std::move(alternatives));
}

Json sequence_schema(Json schema, const Shape& shape) {
  schema.set("type", Json::text("array")).set("items", schema_of(shape.parts.front(), {}));
  if (shape.low > 0) schema.set("minItems", Json::raw(fmt::format("{}", shape.low)));
  return schema.set("maxItems", Json::raw(fmt::format("{}", shape.high)));
}

Json dictionary_schema(Json schema, const Shape& shape) {
  schema.set("type", Json::text("object"));
  if (shape.format != nullptr) {
    schema.set("propertyNames",
               Json::object().set("pattern", Json::text(shape.format->pattern)));
  }
  return schema.set("additionalProperties", schema_of(shape.parts.front(), {}));
}

// What json_schema() states for a shape of this kind, after `schema` with its description.
Json schema_of_kind(const Shape& shape, Json schema) {
  switch (shape.kind) {
    case ShapeKind::text: return text_schema(std::move(schema), shape);
    case ShapeKind::integer:
      return schema.set("type", Json::text("integer"))
          .set("minimum", Json::raw(fmt::format("{}", shape.low)))
          .set("maximum", Json::raw(fmt::format("{}", shape.high)));
    case ShapeKind::fraction: {
      Json number = Json::object().set("type", Json::text("number"));
      number.set("minimum", Json::raw("0")).set("maximum", Json::raw("1"));
      Json alternatives = Json::array().push(std::move(number));
      alternatives.push(string_schema(Json::object(), percent_pattern));
      alternatives.push(string_schema(Json::object(), fraction_pattern));
      return schema.set("anyOf", std::move(alternatives));
    }
    case ShapeKind::boolean: return schema.set("type", Json::text("boolean"));
    case ShapeKind::duration: return string_schema(std::move(schema), duration_pattern);
    case ShapeKind::instant: return string_schema(std::move(schema), instant_pattern);
    case ShapeKind::time_of_day: return string_schema(std::move(schema), time_of_day_pattern);
    case ShapeKind::choice: return choice_schema(std::move(schema), shape);
    case ShapeKind::sequence: return sequence_schema(std::move(schema), shape);
    case ShapeKind::mapping: return mapping_schema(std::move(schema), shape);
    case ShapeKind::dictionary: return dictionary_schema(std::move(schema), shape);
    case ShapeKind::either: break;
  }
  Json alternatives = Json::array();
  for (const Shape& part : shape.parts) alternatives.push(schema_of(part, {}));
  return schema.set("anyOf", std::move(alternatives));
}

Json schema_of(const Shape& shape, std::string_view about) {
  Json schema = Json::object();
  const std::string_view description = about.empty() ? std::string_view(shape.about) : about;
  if (!description.empty()) schema.set("description", Json::text(description));
  if (!shape.may_be_null) return schema_of_kind(shape, std::move(schema));
  Json alternatives = Json::array().push(schema_of_kind(shape, Json::object()));
  alternatives.push(Json::object().set("type", Json::text("null")));
  return schema.set("anyOf", std::move(alternatives));
}

}  // namespace

std::string json_schema(const Shape& shape, std::string_view title) {
  Json schema = Json::object();
  schema.set("$schema", Json::text("https://json-schema.org/draft/2020-12/schema"));
  schema.set("title", Json::text(title));
  Json body = schema_of(shape, {});
  for (std::size_t i = 0; i < body.members.size(); ++i) {
    schema.set(std::move(body.names[i]), std::move(body.members[i]));
  }
  std::string text;
  print(schema, 0, text);
  return text + "\n";
}

}  // namespace holdfast
