// Writes one JSON document for people and programs: two blanks per level, keys in the order in
// which they are given, the same bytes for the same values.
//
//   JsonWriter json;
//   json.begin_object();
//   json.text("name", name);
//   json.begin_array("seeds");
//   json.number(7);
//   json.end_array();
//   json.end_object();
//   return json.finish();
//
// Thread safety: one JsonWriter per thread.
#pragma once

#include <concepts>
#include <string>
#include <string_view>

#include <fmt/format.h>

namespace holdfast {

class JsonWriter {
 public:
  // In an object a value has a key, in an array it has none.
  void begin_object(std::string_view key = {}) { begin(key, '{'); }
  void end_object() { end('}'); }
  void begin_array(std::string_view key = {}) { begin(key, '['); }
  void end_array() { end(']'); }

  // Any bytes; what is no UTF-8 becomes U+FFFD.
  void text(std::string_view key, std::string_view value);
  void text(std::string_view value) { text({}, value); }
  void boolean(std::string_view key, bool value) { raw(key, value ? "true" : "false"); }
  void null(std::string_view key) { raw(key, "null"); }
  template <std::integral Number>
  void number(std::string_view key, Number value) {
    raw(key, fmt::format("{}", value));
  }
  // A text that is JSON by itself, of any number of lines.
  void json(std::string_view key, std::string_view value);

  // The document with a line break at its end. Requires: everything that was begun is ended.
  std::string finish();

 private:
  void begin(std::string_view key, char bracket);
  void end(char bracket);
  void raw(std::string_view key, std::string_view value);
  void start_value(std::string_view key);

  std::string out_;
  int depth_ = 0;
  bool is_first_ = true;   // of what was begun last
};

}  // namespace holdfast
