// event.schema.json: up to date, and what is written fits it.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include <nlohmann/json.hpp>

#include <holdfast/replay/event_fields.h>
#include <holdfast/replay/event_json.h>
#include <holdfast/replay/event_schema.h>
#include <holdfast/tests/replay/random_events.h>

namespace holdfast {
namespace {

using Json = nlohmann::json;

// The parts of JSON Schema that event_schema() uses, but for patterns. Returns what does not fit.
class Checker {
 public:
  explicit Checker(const Json& root) : root_(root) {}

  std::string check(const Json& value, const Json& schema, const std::string& at) const {
    if (schema.contains("$ref")) {
      const std::string name = schema["$ref"].get<std::string>().substr(8);
      if (!root_["$defs"].contains(name)) return at + ": no definition " + name;
      return check(value, root_["$defs"][name], at);
    }
    if (schema.contains("const") && value != schema["const"]) return at + ": another constant";
    if (schema.contains("enum") && !has(schema["enum"], value)) return at + ": not listed";
    if (schema.contains("type") && !is(value, schema["type"])) return at + ": another type";
    for (const Json& part : schema.value("allOf", Json::array())) {
      if (const std::string fault = check(value, part, at); !fault.empty()) return fault;
    }
    for (const char* key : {"anyOf", "oneOf"}) {
      if (!schema.contains(key)) continue;
      int fits = 0;
      for (const Json& part : schema[key]) fits += check(value, part, at).empty() ? 1 : 0;
      const bool good = key == std::string("oneOf") ? fits == 1 : fits > 0;
      if (!good) return at + ": fits " + std::to_string(fits) + " of " + key;
    }
    if (value.is_object()) return check_object(value, schema, at);
    if (value.is_array()) return check_array(value, schema, at);
    if (!value.is_number_integer()) return "";
    const bool low = schema.contains("minimum") && value < schema["minimum"];
    const bool high = schema.contains("maximum") && value > schema["maximum"];
    return low || high ? at + ": out of bounds" : "";
  }

 private:
  std::string check_object(const Json& value, const Json& schema, const std::string& at) const {
    for (const Json& key : schema.value("required", Json::array())) {
      if (!value.contains(key.get<std::string>())) return at + ": no " + key.get<std::string>();
    }
    const Json properties = schema.value("properties", Json::object());
    const Json others = schema.value("additionalProperties", Json(true));
    for (const auto& [key, entry] : value.items()) {
      if (properties.contains(key)) {
        const std::string fault = check(entry, properties[key], at + "." + key);
        if (!fault.empty()) return fault;
      } else if (others == false) {
        return at + ": an additional " + key;
      } else if (others.is_object()) {
        const std::string fault = check(entry, others, at + "." + key);
        if (!fault.empty()) return fault;
      }
    }
    return "";
  }
  std::string check_array(const Json& value, const Json& schema, const std::string& at) const {
    if (value.size() < schema.value("minItems", std::size_t{0})) return at + ": too few";
    for (const Json& item : value) {
      if (!schema.contains("items")) break;
      const std::string fault = check(item, schema["items"], at + "[]");
      if (!fault.empty()) return fault;
    }
    return "";
  }
  static bool has(const Json& list, const Json& value) {
    return std::find(list.begin(), list.end(), value) != list.end();
  }
  static bool is(const Json& value, const std::string& type) {
    if (type == "integer") return value.is_number_integer();
    if (type == "boolean") return value.is_boolean();
    if (type == "string") return value.is_string();
    if (type == "array") return value.is_array();
    if (type == "null") return value.is_null();
    return type == "object" && value.is_object();
  }

  const Json& root_;
};

const Json& schema() {
  static const Json parsed = Json::parse(event_schema());
  return parsed;
}

// What of the line does not fit the definition of its type.
std::string misfit(const std::string& line) {
  const Json event = Json::parse(line);
  const std::string type = event["type"];
  return Checker(schema()).check(event, schema()["$defs"][type], type);
}

TEST(EventSchema, the_committed_file_is_up_to_date) {
  const std::string path = HOLDFAST_SOURCE_DIR "/replay/event.schema.json";
  if (const char* update = std::getenv("HOLDFAST_UPDATE_GOLDEN"); update != nullptr) {
    std::ofstream(path) << event_schema();
  }
  std::ostringstream committed;
  committed << std::ifstream(path).rdbuf();
  EXPECT_TRUE(committed.str() == event_schema())
      << "replay/event.schema.json is stale: run this test with HOLDFAST_UPDATE_GOLDEN=1";
}

TEST(EventSchema, defines_every_type) {
  for (const std::string& type : logged_types()) {
    EXPECT_TRUE(schema()["$defs"].contains(type)) << type;
  }
  EXPECT_EQ(schema()["oneOf"].size(), static_cast<std::size_t>(event_type_count) + 1);
}

RC_GTEST_PROP(EventSchema, every_event_that_is_written_fits, ()) {
  const EntityNames names(small_setup(), named_world());
  for (const EventInfo& type : event_table()) {
    std::string line;
    const Event event = random_event(type.type);
    const bool assumed = *rc::gen::arbitrary<bool>();
    RC_ASSERT(append_event(event, names, 2, 1, "task/598", line, assumed) == "");
    if (const std::string fault = misfit(line); !fault.empty()) RC_FAIL(fault + "\n" + line);
  }
}

TEST(EventSchema, the_header_fits) {
  std::string line;
  ASSERT_EQ(append_header(full_header(), line), "");
  EXPECT_EQ(misfit(line), "");
  Json header = Json::parse(line);
  for (const char* optional : {"imported", "within", "end", "events"}) {
    EXPECT_EQ(header["data"].erase(optional), 1U) << optional;
    EXPECT_EQ(misfit(header.dump()), "") << optional;
  }
  header["data"].erase("seed");
  EXPECT_EQ(misfit(header.dump()), "holdfast.log.opened.data: no seed");
}

TEST(EventSchema, extension_attributes_fit_if_cloud_events_allows_them) {
  std::istringstream log(log_text(small_course()));
  std::string line;
  std::getline(log, line);
  std::getline(log, line);
  Json event = Json::parse(line);
  for (const Json& value : {Json("00-1"), Json(7), Json(true), Json(nullptr)}) {
    event["traceparent"] = value;
    EXPECT_EQ(misfit(event.dump()), "") << value;
  }
  for (const Json& value : {Json::array(), Json::object(), Json(0.5), Json(2147483648)}) {
    event["traceparent"] = value;
    EXPECT_EQ(misfit(event.dump()), "holdfast.server.started.traceparent: fits 0 of anyOf")
        << value;
  }
  event.erase("traceparent");
  event["assumed"] = "yes";
  EXPECT_EQ(misfit(event.dump()), "holdfast.server.started.assumed: fits 0 of anyOf");
}

TEST(EventSchema, a_course_fits_exactly_one_definition_a_line) {
  std::istringstream log(log_text(small_course()));
  for (std::string line; std::getline(log, line);) {
    EXPECT_EQ(Checker(schema()).check(Json::parse(line), schema(), "line"), "") << line;
  }
}

TEST(EventSchema, what_is_wrong_does_not_fit) {
  std::istringstream log(log_text(small_course()));
  std::string line;
  std::getline(log, line);
  std::getline(log, line);
  const Json good = Json::parse(line);
  ASSERT_EQ(good["type"], "holdfast.server.started");
  Json event = good;
  event["data"].erase("replica");
  EXPECT_EQ(misfit(event.dump()), "holdfast.server.started.data: no replica");
  event = good;
  event["data"]["replica"] = "0";
  EXPECT_EQ(misfit(event.dump()), "holdfast.server.started.data.replica: another type");
  event = good;
  event["data"]["extra"] = 1;
  EXPECT_EQ(misfit(event.dump()), "holdfast.server.started.data: an additional extra");
  event = good;
  event.erase("source");
  EXPECT_EQ(misfit(event.dump()), "holdfast.server.started: no source");
}

}  // namespace
}  // namespace holdfast
