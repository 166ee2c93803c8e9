#pragma once

// A value read from YAML or JSON: a tree of mappings, sequences and scalars in which everything
// knows its place. What it means is up to shapes (shape.h) and readers.
//
// Immutable; safe to read from several threads.
//
// Invariants
// 1. The keys of a mapping differ; entries keep the order of the file.
// 2. A tree is at most max_node_depth deep and holds at most max_nodes nodes.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <holdfast/sim/input/diagnostic.h>

namespace holdfast {

inline constexpr int max_node_depth = 64;
inline constexpr std::size_t max_nodes = 200'000;

enum class NodeKind { null, scalar, sequence, mapping };

// What an unquoted scalar is by the YAML 1.2 core schema, which JSON agrees with. A quoted one is
// always text.
enum class ScalarType { text, integer, decimal, boolean };

class Node;
struct Entry;

class Node {
 public:
  // Null, at no place.
  Node() = default;

  static Node null(Span span);
  static Node scalar(std::string text, bool quoted, Span span);
  static Node sequence(std::vector<Node> items, Span span);
  // Requires: the keys differ.
  static Node mapping(std::vector<Entry> entries, Span span);

  NodeKind kind() const { return kind_; }
  bool is_null() const { return kind_ == NodeKind::null; }
  bool is_scalar() const { return kind_ == NodeKind::scalar; }
  bool is_sequence() const { return kind_ == NodeKind::sequence; }
  bool is_mapping() const { return kind_ == NodeKind::mapping; }
  Span span() const { return span_; }

  // The text of a scalar as written, without quotes and escapes. Empty for the other kinds.
  const std::string& text() const { return text_; }
  // Whether a scalar stood in quotes or in a block (| or >).
  bool is_quoted() const { return quoted_; }
  // Requires: is_scalar().
  ScalarType scalar_type() const;

  // The items of a sequence. Empty for the other kinds.
  const std::vector<Node>& items() const { return items_; }
  // The entries of a mapping. Empty for the other kinds.
  const std::vector<Entry>& entries() const { return entries_; }

  // The entry of a mapping with this key, or null. A key whose value is null is an entry.
  const Entry* find_entry(std::string_view key) const;
  // The value of a key, or null when the key is missing or has no value.
  const Node* find(std::string_view key) const;
  // Requires: find(key) is not null.
  const Node& at(std::string_view key) const { return *find(key); }

 private:
  NodeKind kind_ = NodeKind::null;
  bool quoted_ = false;
  Span span_;
  std::string text_;
  std::vector<Node> items_;
  std::vector<Entry> entries_;
};

struct Entry {
  std::string key;
  Span key_span;
  Node value;
};

// How a message says what was found: "nothing", "a list", "a mapping", "the number 5", "true",
// "'text'".
std::string describe_found(const Node& node);

// The values of checked nodes. Requires: check() (shape.h) accepted the node as such a value.
std::int64_t integer_of(const Node& node);
std::int64_t fraction_ppm_of(const Node& node);
std::int64_t duration_us_of(const Node& node);
std::int64_t instant_us_of(const Node& node);
int minute_of_day_of(const Node& node);
bool boolean_of(const Node& node);
std::vector<std::string> texts_of(const Node& sequence);

// The same for the value of a key that may be missing. Requires: as above when it is there.
std::int64_t integer_or(const Node& mapping, std::string_view key, std::int64_t otherwise);
std::int64_t duration_us_or(const Node& mapping, std::string_view key, std::int64_t otherwise);
bool boolean_or(const Node& mapping, std::string_view key, bool otherwise);
std::string text_or(const Node& mapping, std::string_view key, std::string_view otherwise);
std::vector<std::string> texts_or_none(const Node& mapping, std::string_view key);

}  // namespace holdfast
