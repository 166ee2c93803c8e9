#include <holdfast/sim/input/shape.h>

#include <algorithm>
#include <cstddef>
#include <utility>

#include <fmt/format.h>

#include <holdfast/sim/input/nearest_name.h>
#include <holdfast/sim/input/scalar.h>
#include <holdfast/sim/input/utf8.h>

namespace holdfast {

namespace {

// More names than this are cut in a message; the nearest one is named anyway.
constexpr std::size_t max_listed_names = 24;

std::string listed(const std::vector<std::string>& names) {
  const std::size_t shown = std::min(names.size(), max_listed_names);
  const auto end = names.begin() + static_cast<std::ptrdiff_t>(shown);
  std::string text = fmt::format("{}", fmt::join(names.begin(), end, ", "));
  if (shown < names.size()) text += fmt::format(" and {} more", names.size() - shown);
  return text;
}

std::vector<std::string> names_of(const std::vector<Choice>& choices) {
  std::vector<std::string> names;
  for (const Choice& choice : choices) names.push_back(choice.name);
  return names;
}

bool is_one_of(const std::string& name, const std::vector<std::string>& names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// Walks shape and node together. A label says what a value is for, as in "item 2 of 'args'"; the
// root's label is empty.
class Checker {
 public:
  explicit Checker(Diagnostics& diagnostics) : diagnostics_(diagnostics) {}

  void check_value(const Shape& shape, const Node& node, const std::string& label);

 private:
  void check_scalar(const Shape& shape, const Node& node, const std::string& label);
  void check_text(const Shape& shape, const Node& node, const std::string& label);
  void check_integer(const Shape& shape, const Node& node, const std::string& label);
  void check_duration(const Shape& shape, const Node& node, const std::string& label);
  void check_choice(const Shape& shape, const Node& node, const std::string& label);
  void check_sequence(const Shape& shape, const Node& node, const std::string& label);
  void check_mapping(const Shape& shape, const Node& node);
  void check_fields(const Shape& shape, const Node& node);
  void check_groups(const Shape& shape, const Node& node);
  void check_dictionary(const Shape& shape, const Node& node);
  void check_either(const Shape& shape, const Node& node, const std::string& label);
  void unknown_key(const Shape& shape, const Entry& entry);

  // "expected X for 'label', found Y; why"
  void unexpected(const Shape& shape, const Node& node, const std::string& label,
                  const std::string& why = {}, const std::string& hint = {});

  template <typename Value>
  void check_result(const TextResult<Value>& result, const Shape& shape, const Node& node,
                    const std::string& label) {
    if (!result.value) unexpected(shape, node, label, result.error);
  }

  Diagnostics& diagnostics_;
};

NodeKind node_kind_of(ShapeKind kind) {
  switch (kind) {
    case ShapeKind::sequence: return NodeKind::sequence;
    case ShapeKind::mapping:
    case ShapeKind::dictionary: return NodeKind::mapping;
    default: return NodeKind::scalar;
  }
}

void Checker::check_value(const Shape& shape, const Node& node, const std::string& label) {
  if (shape.kind == ShapeKind::either) {
    check_either(shape, node, label);
    return;
  }
  if (node.is_null() && shape.may_be_null) return;
  if (node.kind() != node_kind_of(shape.kind)) {
    const bool lost_colon = node.is_scalar() && node.text().find(':') != std::string::npos &&
                            node_kind_of(shape.kind) == NodeKind::mapping && !node.is_quoted();
    const bool lost_brackets = node.is_scalar() && shape.kind == ShapeKind::sequence;
    unexpected(shape, node, label, {},
               lost_colon      ? "is a space missing after ':'?"
               : lost_brackets ? "a list of one stands in brackets too: [...]"
                               : "");
    return;
  }
  switch (shape.kind) {
    case ShapeKind::sequence: check_sequence(shape, node, label); break;
    case ShapeKind::mapping: check_mapping(shape, node); break;
    case ShapeKind::dictionary: check_dictionary(shape, node); break;
    default: check_scalar(shape, node, label); break;
  }
}

void Checker::check_scalar(const Shape& shape, const Node& node, const std::string& label) {
  switch (shape.kind) {
    case ShapeKind::text: check_text(shape, node, label); break;
    case ShapeKind::integer: check_integer(shape, node, label); break;
    case ShapeKind::fraction: check_result(parse_fraction(node.text()), shape, node, label); break;
    case ShapeKind::boolean:
      if (node.is_quoted() || (node.text() != "true" && node.text() != "false")) {
        unexpected(shape, node, label);
      }
      break;
    case ShapeKind::duration: check_duration(shape, node, label); break;
    case ShapeKind::instant: check_result(parse_instant(node.text()), shape, node, label); break;
    case ShapeKind::time_of_day:
      check_result(parse_time_of_day(node.text()), shape, node, label);
      break;
    case ShapeKind::choice: check_choice(shape, node, label); break;
    default: break;
  }
}

void Checker::check_text(const Shape& shape, const Node& node, const std::string& label) {
  const TextFault fault =
      shape.format == nullptr ? TextFault{} : shape.format->fault(node.text());
  if (!fault.message.empty()) {
    unexpected(shape, node, label, fault.message, fault.hint);
  } else if (node.scalar_type() != ScalarType::text) {
    unexpected(shape, node, label, {}, fmt::format("quote it: \"{}\"", node.text().substr(0, 40)));
  } else if (shape.format == nullptr && node.text().empty()) {
    unexpected(shape, node, label, "it must not be empty");
  }
}

void Checker::check_integer(const Shape& shape, const Node& node, const std::string& label) {
  if (node.is_quoted()) {
    const bool number = parse_integer(node.text()).value.has_value();
    unexpected(shape, node, label, {}, number ? "remove the quotes" : "");
    return;
  }
  const TextResult<std::int64_t> parsed = parse_integer(node.text());
  const bool right = parsed.value && *parsed.value >= shape.low && *parsed.value <= shape.high;
  if (!right) unexpected(shape, node, label);
}

void Checker::check_duration(const Shape& shape, const Node& node, const std::string& label) {
  const TextResult<std::int64_t> result = parse_duration(node.text());
  if (!result.value) {
    const bool negative = node.text().starts_with('-');
    const bool repeats = result.error.starts_with("expected a duration");
    unexpected(shape, node, label,
               negative ? "a duration cannot be negative" : repeats ? "" : result.error);
  } else if (*result.value < shape.low) {
    unexpected(shape, node, label, "at least " + duration_text(shape.low));
  }
}

void Checker::check_choice(const Shape& shape, const Node& node, const std::string& label) {
  const std::vector<std::string> names = names_of(shape.choices);
  if (is_one_of(node.text(), names)) return;
  unexpected(shape, node, label, {}, did_you_mean(node.text(), names));
}

void Checker::check_sequence(const Shape& shape, const Node& node, const std::string& label) {
  const auto count = static_cast<std::int64_t>(node.items().size());
  if (count < shape.low || count > shape.high) {
    const bool few = count < shape.low;
    const TextFault more = shape.explain == nullptr ? TextFault{} : shape.explain(node);
    diagnostics_.add(node.span(),
                     fmt::format("expected at {} {} item{}{}, found {}{}{}", few ? "least" : "most",
                                 few ? shape.low : shape.high,
                                 (few ? shape.low : shape.high) == 1 ? "" : "s",
                                 label.empty() ? "" : " in " + label, count,
                                 more.message.empty() ? "" : "; ", more.message),
                     more.hint);
  }
  for (std::size_t i = 0; i < node.items().size(); ++i) {
    const std::string item = fmt::format("item {}{}", i + 1, label.empty() ? "" : " of " + label);
    check_value(shape.parts.front(), node.items()[i], item);
  }
}

void Checker::check_mapping(const Shape& shape, const Node& node) {
  const std::size_t before = diagnostics_.count();
  check_fields(shape, node);
  check_groups(shape, node);
  if (shape.rule != nullptr && diagnostics_.count() == before) shape.rule(node, diagnostics_);
}

void Checker::check_fields(const Shape& shape, const Node& node) {
  for (const Entry& entry : node.entries()) {
    const auto field =
        std::find_if(shape.fields.begin(), shape.fields.end(),
                     [&entry](const ShapeField& known) { return known.key == entry.key; });
    if (field == shape.fields.end()) {
      unknown_key(shape, entry);
    } else {
      check_value(field->shape, entry.value, in_quotes(entry.key));
    }
  }
  for (const ShapeField& field : shape.fields) {
    if (!field.is_required || node.find_entry(field.key) != nullptr) continue;
    diagnostics_.add(node.span(), fmt::format("the key '{}' is missing in {}; it is {}", field.key,
                                              shape.what, field.about));
  }
}

// Whether an unknown key is probably one of the group: that is told already.
bool is_misspelt(const KeyGroup& group, const Shape& shape, const Node& node) {
  return std::any_of(node.entries().begin(), node.entries().end(), [&](const Entry& entry) {
    const bool is_known =
        std::any_of(shape.fields.begin(), shape.fields.end(),
                    [&entry](const ShapeField& field) { return field.key == entry.key; });
    return !is_known && !nearest_name(entry.key, group.keys).empty();
  });
}

void Checker::check_groups(const Shape& shape, const Node& node) {
  for (const KeyGroup& group : shape.groups) {
    const Entry* first = nullptr;
    for (const Entry& entry : node.entries()) {
      if (!is_one_of(entry.key, group.keys)) continue;
      if (first == nullptr) {
        first = &entry;
        continue;
      }
      diagnostics_.add(entry.key_span, fmt::format("'{}' and '{}' exclude each other in {}",
                                                   first->key, entry.key, shape.what));
    }
    if (first != nullptr || !group.needs_one || is_misspelt(group, shape, node)) continue;
    diagnostics_.add(node.span(),
                     fmt::format("{} needs one of {}", shape.what, listed(group.keys)));
  }
}

void Checker::check_dictionary(const Shape& shape, const Node& node) {
  for (const Entry& entry : node.entries()) {
    const TextFault fault =
        shape.format == nullptr ? TextFault{} : shape.format->fault(entry.key);
    if (!fault.message.empty()) {
      diagnostics_.add(entry.key_span,
                       fmt::format("expected {} as a key of {}, found {}; {}", shape.format->what,
                                   shape.what, in_quotes(entry.key), fault.message),
                       fault.hint);
    }
    check_value(shape.parts.front(), entry.value, in_quotes(entry.key));
  }
}

void Checker::check_either(const Shape& shape, const Node& node, const std::string& label) {
  const bool null_is_right =
      node.is_null() && (shape.may_be_null ||
                         std::any_of(shape.parts.begin(), shape.parts.end(),
                                     [](const Shape& part) { return part.may_be_null; }));
  if (null_is_right) return;
  std::vector<const Shape*> same_kind;
  for (const Shape& part : shape.parts) {
    if (node_kind_of(part.kind) == node.kind()) same_kind.push_back(&part);
  }
  if (same_kind.empty()) {
    unexpected(shape, node, label);
    return;
  }
  // Only one can be meant: its own message says more than a list of alternatives.
  if (same_kind.size() == 1 || !node.is_scalar()) {
    check_value(*same_kind.front(), node, label);
    return;
  }
  for (const Shape* part : same_kind) {
    Diagnostics trial;
    Checker(trial).check_value(*part, node, label);
    if (trial.empty()) return;
  }
  unexpected(shape, node, label);
}

void Checker::unknown_key(const Shape& shape, const Entry& entry) {
  for (const MisplacedKey& misplaced : shape.misplaced) {
    if (misplaced.key != entry.key) continue;
    diagnostics_.add(entry.key_span,
                     fmt::format("'{}' does not belong in {}; it belongs {}", entry.key, shape.what,
                                 misplaced.belongs),
                     misplaced.hint);
    return;
  }
  std::vector<std::string> keys;
  for (const ShapeField& field : shape.fields) keys.push_back(field.key);
  const bool lost_space = entry.value.is_null() && entry.key.find(':') != std::string::npos;
  const std::string expected = keys.empty() ? "; it has no keys"
                                            : "; expected one of " + listed(keys);
  diagnostics_.add(
      entry.key_span,
      fmt::format("unknown key {} in {}{}", in_quotes(entry.key), shape.what, expected),
      lost_space ? "is a space missing after ':'?" : did_you_mean(entry.key, keys));
}

void Checker::unexpected(const Shape& shape, const Node& node, const std::string& label,
                         const std::string& why, const std::string& hint) {
  const TextFault more = shape.explain == nullptr ? TextFault{} : shape.explain(node);
  const std::string& reason = why.empty() ? more.message : why;
  diagnostics_.add(node.span(),
                   fmt::format("expected {}{}{}, found {}{}{}", describe_expected(shape),
                               label.empty() ? "" : " for ", label, describe_found(node),
                               reason.empty() ? "" : "; ", reason),
                   hint.empty() ? more.hint : hint);
}

Shape shape_of(ShapeKind kind) {
  Shape shape;
  shape.kind = kind;
  return shape;
}

}  // namespace

Shape text_shape() { return shape_of(ShapeKind::text); }

Shape text_shape(const TextFormat& format) {
  Shape shape = shape_of(ShapeKind::text);
  shape.format = &format;
  return shape;
}

Shape integer_shape(std::int64_t low, std::int64_t high) {
  Shape shape = shape_of(ShapeKind::integer);
  shape.low = low;
  shape.high = high;
  return shape;
}

Shape fraction_shape() { return shape_of(ShapeKind::fraction); }

Shape boolean_shape() { return shape_of(ShapeKind::boolean); }

Shape duration_shape(std::int64_t low_us) {
  Shape shape = shape_of(ShapeKind::duration);
  shape.low = low_us;
  return shape;
}

Shape instant_shape() { return shape_of(ShapeKind::instant); }

Shape time_of_day_shape() { return shape_of(ShapeKind::time_of_day); }

Shape choice_shape(std::vector<Choice> choices) {
  Shape shape = shape_of(ShapeKind::choice);
  shape.choices = std::move(choices);
  return shape;
}

Shape choice_shape(const std::vector<std::string>& names) {
  std::vector<Choice> choices;
  for (const std::string& name : names) choices.push_back({name, {}});
  return choice_shape(std::move(choices));
}

Shape sequence_shape(Shape item, std::int64_t min_items, std::int64_t max_items) {
  Shape shape = shape_of(ShapeKind::sequence);
  shape.parts.push_back(std::move(item));
  shape.low = min_items;
  shape.high = max_items;
  return shape;
}

Shape mapping_shape(std::string what, std::vector<ShapeField> fields) {
  Shape shape = shape_of(ShapeKind::mapping);
  shape.what = std::move(what);
  shape.fields = std::move(fields);
  return shape;
}

Shape dictionary_shape(std::string what, Shape value, const TextFormat* key_format) {
  Shape shape = shape_of(ShapeKind::dictionary);
  shape.what = std::move(what);
  shape.parts.push_back(std::move(value));
  shape.format = key_format;
  return shape;
}

Shape either_shape(std::vector<Shape> alternatives) {
  Shape shape = shape_of(ShapeKind::either);
  shape.parts = std::move(alternatives);
  return shape;
}

Shape or_null(Shape shape) {
  shape.may_be_null = true;
  return shape;
}

ShapeField required_field(std::string key, Shape shape, std::string about) {
  return {std::move(key), std::move(shape), std::move(about), {}, true};
}

ShapeField optional_field(std::string key, Shape shape, std::string about, std::string by_default) {
  return {std::move(key), std::move(shape), std::move(about), std::move(by_default), false};
}

std::string describe_expected(const Shape& shape) {
  switch (shape.kind) {
    case ShapeKind::text: return shape.format == nullptr ? "text" : std::string(shape.format->what);
    case ShapeKind::integer: return fmt::format("an integer from {} to {}", shape.low, shape.high);
    case ShapeKind::fraction: return "a fraction such as 0.05 or 5%";
    case ShapeKind::boolean: return "true or false";
    case ShapeKind::duration: return "a duration such as 250ms, 10s or 1h30m";
    case ShapeKind::instant: return "an instant such as 2025-11-08T15:50:00Z";
    case ShapeKind::time_of_day: return "a time of day HH:MM";
    case ShapeKind::choice: return "one of " + listed(names_of(shape.choices));
    case ShapeKind::sequence: return "a list";
    case ShapeKind::mapping:
    case ShapeKind::dictionary: return fmt::format("a mapping ({})", shape.what);
    case ShapeKind::either: break;
  }
  std::vector<std::string> parts;
  for (const Shape& part : shape.parts) parts.push_back(describe_expected(part));
  return fmt::format("{}", fmt::join(parts, " or "));
}

bool check(const Shape& shape, const Node& node, Diagnostics& diagnostics) {
  const std::size_t before = diagnostics.count();
  Checker(diagnostics).check_value(shape, node, {});
  return diagnostics.count() == before;
}

}  // namespace holdfast
