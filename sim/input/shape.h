#pragma once

// Declares once what a part of an input file looks like. From the declaration come the checks with
// their messages (check) and the JSON Schema for editors (json_schema), so they cannot differ.
// After check() accepted a node, a reader takes values out of it without further questions.
//
//   const Shape pool = mapping_shape("pool", {
//       required_field("id", text_shape(), "the pool's name"),
//       optional_field("max_replicas", integer_shape(0, 1000), "most pods", "0"),
//   });
//   if (check(pool, node, diagnostics)) config.id = node.at("id").text();
//
// A Shape is a value; the functions are pure and safe to call from several threads.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <holdfast/sim/input/diagnostics.h>
#include <holdfast/sim/input/node.h>

namespace holdfast {

enum class ShapeKind {
  text,
  integer,
  fraction,
  boolean,
  duration,
  instant,
  time_of_day,
  choice,
  sequence,
  mapping,
  dictionary,
  either
};

// Why a text is not what it should be; an empty message when it is.
struct TextFault {
  std::string message;
  std::string hint;
};

// A text with a form of its own. `what` completes "expected ..."; `pattern` is the same form as a
// regular expression of JSON Schema (ECMA 262), as near as one can state it.
struct TextFormat {
  std::string_view what;
  std::string_view pattern;
  TextFault (*fault)(std::string_view text);
};

struct Choice {
  std::string name;
  std::string about;
};

// Keys of a mapping that exclude each other; with `needs_one` exactly one of them must be there.
struct KeyGroup {
  std::vector<std::string> keys;
  bool needs_one = true;
};

// A key that users are known to write in the wrong place.
struct MisplacedKey {
  std::string key;
  std::string belongs;  // completes "it belongs ..."
  std::string hint;
};

// A condition over several keys. Called when everything inside the mapping is right by itself.
using MappingRule = void (*)(const Node& mapping, Diagnostics& diagnostics);

struct ShapeField;

struct Shape {
  ShapeKind kind = ShapeKind::text;
  std::string what;       // what messages call a mapping or dictionary
  std::string about;      // description in the schema
  std::int64_t low = 0;   // integer: range. duration: microseconds. sequence: number of items
  std::int64_t high = 0;
  bool may_be_null = false;
  const TextFormat* format = nullptr;      // text: its form. dictionary: the form of its keys
  std::vector<Choice> choices;             // choice
  std::vector<Shape> parts;                // sequence, dictionary: one, of each value. either: all
  std::vector<ShapeField> fields;               // mapping
  std::vector<KeyGroup> groups;            // mapping
  std::vector<MisplacedKey> misplaced;     // mapping
  MappingRule rule = nullptr;              // mapping
  // More about why a value is refused, for the end of the message; may be empty.
  TextFault (*explain)(const Node& node) = nullptr;
};

struct ShapeField {
  std::string key;
  Shape shape;
  std::string about;
  std::string by_default;  // as it would be written in a file; empty when there is none
  bool is_required = false;
};

// Any text that is not empty. Numbers and true or false must be quoted, as JSON does.
Shape text_shape();
// Text of a form. Requires: `format` outlives the shape.
Shape text_shape(const TextFormat& format);
Shape integer_shape(std::int64_t low, std::int64_t high);
// Parts per million between 0 and 1, written 0.05 or 5%.
Shape fraction_shape();
Shape boolean_shape();
// A duration as in sim/duration_text.h, at least `low_us`.
Shape duration_shape(std::int64_t low_us = 0);
Shape instant_shape();
Shape time_of_day_shape();
// One of some names. Requires: not empty.
Shape choice_shape(std::vector<Choice> choices);
Shape choice_shape(const std::vector<std::string>& names);
Shape sequence_shape(Shape item, std::int64_t min_items = 0, std::int64_t max_items = 100'000);
Shape mapping_shape(std::string what, std::vector<ShapeField> fields);
// A mapping with free keys; `key_format` may be null. Requires: it outlives the shape.
Shape dictionary_shape(std::string what, Shape value, const TextFormat* key_format = nullptr);
// Whichever of the shapes the value is meant to be: the first whose kind of node it is, and of
// several scalar ones the first that accepts it.
Shape either_shape(std::vector<Shape> alternatives);
// The same shape, and a key with no value (`restart:`) is right too.
Shape or_null(Shape shape);

ShapeField required_field(std::string key, Shape shape, std::string about);
ShapeField optional_field(std::string key, Shape shape, std::string about,
                          std::string by_default = {});

// How messages say what is expected: "an integer from 0 to 9", "one of a, b".
std::string describe_expected(const Shape& shape);

// Whether the node has the shape. Otherwise every mistake in it is added to `diagnostics`.
bool check(const Shape& shape, const Node& node, Diagnostics& diagnostics);

// The shape as a JSON Schema (draft 2020-12), two spaces per level, ended by a line break. The same
// shape gives the same bytes.
std::string json_schema(const Shape& shape, std::string_view title);

}  // namespace holdfast
