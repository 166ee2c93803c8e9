// Reading one line of JSON by simdjson, strictly: every value has the expected type, every key is
// known and stands once, and what is wrong is said with its place in the line. Internal to the
// log's readers. The functions return false once something is wrong; fault() then says what.
//
// Thread safety: one JsonLine per thread.
#pragma once

#include <array>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <simdjson.h>

#include <holdfast/model/names.h>
#include <holdfast/replay/event_json.h>

namespace holdfast {

class JsonLine {
 public:
  using Value = simdjson::ondemand::value;
  using Object = simdjson::ondemand::object;

  // Begins a line; `root` is the object that it is.
  // Requires: line_padding readable bytes behind it.
  bool open(std::string_view line, Object& root);
  // Begins again at a part of the line that is an object, on a parser of its own.
  bool open_part(std::string_view part, Object& root);
  // After the last value: nothing may follow.
  bool close();
  bool is_complete(std::string_view line);

  const LineFault& fault() const { return fault_; }

  // Calls visit(key, value) for every entry, until it returns false.
  template <typename Visit>
  bool each_entry(Object& object, Visit&& visit);
  // The value is an object: calls visit(key, value) for every entry.
  template <typename Visit>
  bool object(Value& value, Visit&& visit);
  // The value is a list: calls visit(value) for every item.
  template <typename Visit>
  bool list(Value& value, std::string_view expected, Visit&& visit);

  bool is_null(Value& value);
  bool text(Value& value, std::string_view expected, std::string_view& out);
  bool boolean(Value& value, bool& out);
  // An empty `expected` names the bounds.
  bool integer(Value& value, std::int64_t least, std::int64_t most, std::string_view expected,
               std::int64_t& out);
  // Whether it is an object or a list.
  static bool has_parts(Value& value);
  // What CloudEvents allows as the value of an attribute, or null.
  bool scalar(Value& value);
  // A moment: null, "elapsed" or an instant.
  bool moment(Value& value, Moment& out);
  template <typename Enum>
  bool name_of(Value& value, Enum& out);

  // Marks bit `i` of `seen`; false if it was marked, which is a key given twice.
  bool once(std::uint64_t& seen, std::size_t i, std::string_view key);
  // A key that is not among `known`.
  bool unknown_key(std::string_view key, std::span<const std::string> known);
  // A required key is not there: the fault is the whole line's.
  bool missing_key(std::string_view key);
  // The value is not what was expected.
  bool wrong(Value& value, std::string_view expected, std::string hint = {});
  bool fail(LineFaultKind kind, const char* at, std::size_t length, std::string message,
            std::string hint = {});
  bool fail_at(Value& value, LineFaultKind kind, std::string message, std::string hint = {});
  // Where the value begins in the line.
  static const char* start_of(Value& value);
  // Where the key that is being read begins, behind its quote.
  const char* key_at() const { return key_; }

  // "data.after.row": where in the line the value stands. Messages begin with it.
  std::string path(std::string_view key = {}) const;
  void enter(std::string_view key) { path_.push_back(key); }
  void leave() { path_.pop_back(); }

 private:
  bool no_json(simdjson::error_code error);
  std::string found(Value& value);

  std::string_view line_;
  simdjson::ondemand::parser parser_;
  simdjson::ondemand::document document_;
  simdjson::ondemand::parser part_parser_;
  simdjson::ondemand::document part_;
  simdjson::ondemand::document* reading_ = nullptr;  // which of the two; null: neither was begun
  simdjson::dom::parser complete_;
  std::vector<std::string_view> path_;
  const char* key_ = nullptr;  // the key that is being read, behind its quote
  LineFault fault_;
};

// --- templates ---

template <typename Visit>
bool JsonLine::each_entry(Object& object, Visit&& visit) {
  for (auto entry : object) {
    std::string_view key;
    simdjson::ondemand::field field;
    if (const auto error = std::move(entry).get(field)) return no_json(error);
    key_ = field.key().raw();
    if (const auto error = field.unescaped_key().get(key)) return no_json(error);
    Value value = field.value();
    enter(key);
    if (!visit(key, value)) return false;
    leave();
  }
  return true;
}

template <typename Visit>
bool JsonLine::object(Value& value, Visit&& visit) {
  Object entries;
  if (const auto error = value.get_object().get(entries)) {
    return error == simdjson::INCORRECT_TYPE ? wrong(value, "an object") : no_json(error);
  }
  return each_entry(entries, visit);
}

template <typename Visit>
bool JsonLine::list(Value& value, std::string_view expected, Visit&& visit) {
  simdjson::ondemand::array items;
  if (const auto error = value.get_array().get(items)) {
    return error == simdjson::INCORRECT_TYPE ? wrong(value, expected) : no_json(error);
  }
  for (auto entry : items) {
    Value item;
    if (const auto error = std::move(entry).get(item)) return no_json(error);
    if (!visit(item)) return false;
  }
  return true;
}

// The names in a message: all of a few, else what they are.
std::string expected_names(std::span<const std::string_view> names);
std::string hint_of(std::string_view text, std::span<const std::string_view> names);

template <typename Enum>
bool JsonLine::name_of(Value& value, Enum& out) {
  std::string_view text;
  if (!this->text(value, "a name", text)) return false;
  if (const auto found = value_named<Enum>(text)) {
    out = *found;
    return true;
  }
  return wrong(value, expected_names(names_of<Enum>), hint_of(text, names_of<Enum>));
}

}  // namespace holdfast
