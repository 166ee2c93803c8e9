#include <holdfast/sim/input/node.h>

#include <algorithm>
#include <array>
#include <utility>

#include <holdfast/sim/input/scalar.h>
#include <holdfast/sim/input/utf8.h>

namespace holdfast {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::size_t skip_digits(std::string_view text, std::size_t at) {
  while (at < text.size() && is_digit(text[at])) ++at;
  return at;
}

bool starts_with_sign(std::string_view text) {
  return text.starts_with('+') || text.starts_with('-');
}

bool all_of_base(std::string_view digits, std::string_view allowed) {
  return !digits.empty() && digits.find_first_not_of(allowed) == std::string_view::npos;
}

bool looks_like_boolean(std::string_view text) {
  constexpr std::array<std::string_view, 6> words{"true",  "True",  "TRUE",
                                                  "false", "False", "FALSE"};
  return std::find(words.begin(), words.end(), text) != words.end();
}

bool looks_like_integer(std::string_view text) {
  if (text.starts_with("0x")) return all_of_base(text.substr(2), "0123456789abcdefABCDEF");
  if (text.starts_with("0o")) return all_of_base(text.substr(2), "01234567");
  if (starts_with_sign(text)) text.remove_prefix(1);
  return all_of_base(text, "0123456789");
}

bool looks_like_decimal(std::string_view text) {
  constexpr std::array<std::string_view, 6> words{".inf", ".Inf", ".INF", ".nan", ".NaN", ".NAN"};
  if (starts_with_sign(text)) text.remove_prefix(1);
  if (std::find(words.begin(), words.end(), text) != words.end()) return true;
  const std::size_t before = skip_digits(text, 0);
  std::size_t at = before;
  std::size_t after = 0;
  if (at < text.size() && text[at] == '.') {
    after = skip_digits(text, at + 1) - (at + 1);
    at += 1 + after;
  }
  if (before + after == 0) return false;
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
    const std::size_t end = skip_digits(text, at);
    if (end == at) return false;
    at = end;
  }
  return at == text.size();
}

}  // namespace

Node Node::null(Span span) {
  Node node;
  node.span_ = span;
  return node;
}

Node Node::scalar(std::string text, bool quoted, Span span) {
  Node node = null(span);
  node.kind_ = NodeKind::scalar;
  node.quoted_ = quoted;
  node.text_ = std::move(text);
  return node;
}

Node Node::sequence(std::vector<Node> items, Span span) {
  Node node = null(span);
  node.kind_ = NodeKind::sequence;
  node.items_ = std::move(items);
  return node;
}

Node Node::mapping(std::vector<Entry> entries, Span span) {
  Node node = null(span);
  node.kind_ = NodeKind::mapping;
  node.entries_ = std::move(entries);
  return node;
}

ScalarType Node::scalar_type() const {
  if (quoted_) return ScalarType::text;
  if (looks_like_boolean(text_)) return ScalarType::boolean;
  if (looks_like_integer(text_)) return ScalarType::integer;
  return looks_like_decimal(text_) ? ScalarType::decimal : ScalarType::text;
}

const Entry* Node::find_entry(std::string_view key) const {
  for (const Entry& entry : entries_) {
    if (entry.key == key) return &entry;
  }
  return nullptr;
}

const Node* Node::find(std::string_view key) const {
  const Entry* entry = find_entry(key);
  return entry == nullptr || entry->value.is_null() ? nullptr : &entry->value;
}

std::string describe_found(const Node& node) {
  switch (node.kind()) {
    case NodeKind::null: return "nothing";
    case NodeKind::sequence: return "a list";
    case NodeKind::mapping: return "a mapping";
    case NodeKind::scalar: break;
  }
  switch (node.scalar_type()) {
    case ScalarType::text: return in_quotes(node.text());
    case ScalarType::boolean: return node.text();
    case ScalarType::integer:
    case ScalarType::decimal: break;
  }
  std::string shown = in_quotes(node.text());
  return "the number " + shown.substr(1, shown.size() - 2);
}

std::int64_t integer_of(const Node& node) { return parse_integer(node.text()).value.value_or(0); }

std::int64_t fraction_ppm_of(const Node& node) {
  return parse_fraction(node.text()).value.value_or(0);
}

std::int64_t duration_us_of(const Node& node) {
  return parse_duration(node.text()).value.value_or(0);
}

std::int64_t instant_us_of(const Node& node) {
  return parse_instant(node.text()).value.value_or(0);
}

int minute_of_day_of(const Node& node) { return parse_time_of_day(node.text()).value.value_or(0); }

bool boolean_of(const Node& node) { return node.text() == "true"; }

std::vector<std::string> texts_of(const Node& sequence) {
  std::vector<std::string> texts;
  texts.reserve(sequence.items().size());
  for (const Node& item : sequence.items()) texts.push_back(item.text());
  return texts;
}

std::int64_t integer_or(const Node& mapping, std::string_view key, std::int64_t otherwise) {
  const Node* value = mapping.find(key);
  return value == nullptr ? otherwise : integer_of(*value);
}

std::int64_t duration_us_or(const Node& mapping, std::string_view key, std::int64_t otherwise) {
  const Node* value = mapping.find(key);
  return value == nullptr ? otherwise : duration_us_of(*value);
}

bool boolean_or(const Node& mapping, std::string_view key, bool otherwise) {
  const Node* value = mapping.find(key);
  return value == nullptr ? otherwise : boolean_of(*value);
}

std::string text_or(const Node& mapping, std::string_view key, std::string_view otherwise) {
  const Node* value = mapping.find(key);
  return value == nullptr ? std::string(otherwise) : value->text();
}

std::vector<std::string> texts_or_none(const Node& mapping, std::string_view key) {
  const Node* value = mapping.find(key);
  return value == nullptr ? std::vector<std::string>() : texts_of(*value);
}

}  // namespace holdfast
