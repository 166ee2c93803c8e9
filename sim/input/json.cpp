#include <holdfast/sim/input/json.h>

#include <algorithm>
#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <simdjson.h>

#include <holdfast/sim/input/utf8.h>

namespace holdfast {

namespace {

namespace ondemand = simdjson::ondemand;

constexpr std::string_view blanks = " \t\r\n";

std::string_view without_trailing_blanks(std::string_view text) {
  return text.substr(0, text.find_last_not_of(blanks) + 1);
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// The offset behind the closing quote of the string that begins at `begin`.
std::size_t end_of_string(std::string_view text, std::size_t begin) {
  std::size_t at = begin + 1;
  while (at < text.size() && text[at] != '"') at += text[at] == '\\' ? 2 : 1;
  return std::min(at + 1, text.size());
}

// Walks the text once with simdjson's on-demand parser, which knows where it stands. That parser
// does not look at everything, so read() accepts nothing that the complete parser refuses.
class JsonReader {
 public:
  JsonReader(const Source& source, Diagnostics& diagnostics)
      : source_(source), diagnostics_(diagnostics), padded_(source.text()) {}

  std::optional<Node> read();

 private:
  struct Open {
    std::size_t offset;
    char bracket;
  };

  std::optional<Node> read_value(ondemand::value value);
  std::optional<Node> read_object(ondemand::value value, std::size_t offset);
  std::optional<Node> read_array(ondemand::value value, std::size_t offset);
  std::optional<Node> read_string(ondemand::value value, std::size_t begin, std::size_t end);
  std::optional<Node> read_plain(ondemand::value value, std::string_view token);
  bool enter(std::size_t offset, char bracket);
  bool is_first(const std::string& key, std::map<std::string, int>& lines, Span span);

  std::nullopt_t refuse(Span span, std::string message, std::string hint = {});
  std::nullopt_t refuse_here();
  std::nullopt_t refuse_at(std::size_t offset);
  std::nullopt_t refuse_before_walk(simdjson::error_code error);
  std::nullopt_t refuse_string(std::size_t offset);

  std::size_t offset_of(const char* position) const;
  std::size_t here();
  std::size_t end_before(std::size_t offset) const;
  bool ends_at(std::size_t offset) const;
  std::string found_at(std::size_t offset) const;
  Span span_at(std::size_t offset) const { return {source_.place_at(offset), 1}; }

  const Source& source_;
  Diagnostics& diagnostics_;
  simdjson::padded_string padded_;
  ondemand::parser parser_;
  ondemand::document document_;
  std::vector<Open> open_;
  std::size_t last_value_end_ = 0;
  std::size_t nodes_ = 0;
};

std::optional<Node> JsonReader::read() {
  if (const auto error = parser_.iterate(padded_).get(document_)) return refuse_before_walk(error);
  ondemand::json_type type{};
  if (document_.type().get(type)) return refuse_here();
  const bool collection =
      type == ondemand::json_type::object || type == ondemand::json_type::array;
  ondemand::value value;
  if (!collection || document_.get_value().get(value)) {
    const std::size_t start = source_.text().find_first_not_of(blanks);
    return refuse(span_at(start), "expected an object or an array, found " + found_at(start));
  }
  std::optional<Node> root = read_value(value);
  if (!root) return std::nullopt;
  if (const std::size_t rest = here(); rest < source_.text().size()) {
    return refuse(span_at(rest), "expected the end of the file, found " + found_at(rest));
  }
  simdjson::dom::parser complete;
  if (complete.parse(padded_).error()) {
    diagnostics_.add({source_.file(), {}, "not valid JSON", {}, {}});
    return std::nullopt;
  }
  return root;
}

std::optional<Node> JsonReader::read_value(ondemand::value value) {
  const std::string_view token = without_trailing_blanks(value.raw_json_token());
  const std::size_t begin = offset_of(token.data());
  ondemand::json_type type{};
  if (value.type().get(type)) return refuse_here();
  if (++nodes_ > max_nodes) {
    return refuse(span_at(begin), fmt::format("more than {} values", max_nodes));
  }
  switch (type) {
    case ondemand::json_type::object: return read_object(value, begin);
    case ondemand::json_type::array: return read_array(value, begin);
    case ondemand::json_type::string: return read_string(value, begin, begin + token.size());
    case ondemand::json_type::number:
    case ondemand::json_type::boolean:
    case ondemand::json_type::null: break;
  }
  return read_plain(value, token);
}

std::optional<Node> JsonReader::read_object(ondemand::value value, std::size_t offset) {
  if (!enter(offset, '{')) return std::nullopt;
  ondemand::object object;
  if (value.get_object().get(object)) return refuse_here();
  std::vector<Entry> entries;
  std::map<std::string, int> lines;
  for (auto element : object) {
    ondemand::field field;
    if (std::move(element).get(field)) return refuse_here();
    // raw() starts behind the opening quote of the key.
    const std::size_t begin = offset_of(field.key().raw()) - 1;
    std::string_view key;
    if (field.unescaped_key().get(key)) return refuse_string(begin);
    const Span span = source_.span_between(begin, end_of_string(source_.text(), begin));
    Entry entry{std::string(key), span, Node()};
    if (!is_first(entry.key, lines, span)) return std::nullopt;
    std::optional<Node> node = read_value(field.value());
    if (!node) return std::nullopt;
    entry.value = std::move(*node);
    entries.push_back(std::move(entry));
  }
  open_.pop_back();
  last_value_end_ = end_before(here());
  return Node::mapping(std::move(entries), span_at(offset));
}

std::optional<Node> JsonReader::read_array(ondemand::value value, std::size_t offset) {
  if (!enter(offset, '[')) return std::nullopt;
  ondemand::array array;
  if (value.get_array().get(array)) return refuse_here();
  std::vector<Node> items;
  for (auto element : array) {
    ondemand::value item;
    if (std::move(element).get(item)) return refuse_here();
    std::optional<Node> node = read_value(item);
    if (!node) return std::nullopt;
    items.push_back(std::move(*node));
  }
  open_.pop_back();
  last_value_end_ = end_before(here());
  return Node::sequence(std::move(items), span_at(offset));
}

std::optional<Node> JsonReader::read_string(ondemand::value value, std::size_t begin,
                                            std::size_t end) {
  std::string_view text;
  if (value.get_string().get(text)) return refuse_string(begin);
  last_value_end_ = end;
  return Node::scalar(std::string(text), true, source_.span_between(begin, end));
}

std::optional<Node> JsonReader::read_plain(ondemand::value value, std::string_view token) {
  const std::size_t begin = offset_of(token.data());
  const std::size_t end = begin + token.size();
  const Span span = source_.span_between(begin, end);
  const bool is_number = token.starts_with('-') || is_digit(token[0]);
  // Nothing can be missing but the closing bracket, and then the token may be cut off too.
  if (ends_at(end)) return refuse_at(source_.text().size());
  ondemand::number number;
  if (is_number && value.get_number().get(number)) {
    const bool digits_only = token.find_first_not_of("0123456789", 1) == std::string_view::npos;
    const bool long_enough = digits_only && token.size() > 18;
    return refuse(span, long_enough
                            ? fmt::format("the number {} is too large", in_quotes(token))
                            : fmt::format("{} is no number in JSON", in_quotes(token)));
  }
  if (!is_number && token != "true" && token != "false" && token != "null") {
    return refuse_at(begin);
  }
  if (token == "null" ? !value.is_null() : (!is_number && value.get_bool().error())) {
    return refuse_at(begin);
  }
  last_value_end_ = end;
  if (token == "null") return Node::null(span);
  return Node::scalar(std::string(token), false, span);
}

bool JsonReader::enter(std::size_t offset, char bracket) {
  if (open_.size() == static_cast<std::size_t>(max_node_depth)) {
    refuse(span_at(offset), fmt::format("nested deeper than {} levels", max_node_depth));
    return false;
  }
  open_.push_back({offset, bracket});
  return true;
}

bool JsonReader::is_first(const std::string& key, std::map<std::string, int>& lines, Span span) {
  const auto [first, inserted] = lines.emplace(key, span.start.line);
  if (inserted) return true;
  refuse(span, fmt::format("the key {} is given twice; first in line {}", in_quotes(key),
                           first->second));
  return false;
}

std::nullopt_t JsonReader::refuse(Span span, std::string message, std::string hint) {
  diagnostics_.add(span, std::move(message), std::move(hint));
  return std::nullopt;
}

std::nullopt_t JsonReader::refuse_here() { return refuse_at(here()); }

// What is wrong at `offset` follows from what stands before it and in which bracket it stands.
std::nullopt_t JsonReader::refuse_at(std::size_t offset) {
  const std::string_view text = source_.text();
  offset = std::min(text.find_first_not_of(blanks, offset), text.size());
  const bool in_object = !open_.empty() && open_.back().bracket == '{';
  const char closing = in_object ? '}' : ']';
  if (offset == text.size() && !open_.empty()) {
    return refuse(span_at(open_.back().offset),
                  fmt::format("'{}' is not closed", open_.back().bracket),
                  fmt::format("add the '{}'", closing));
  }
  if (offset == text.size()) return refuse(span_at(offset), "the text ends too early");
  const char found = text[offset];
  const std::size_t before =
      offset == 0 ? std::string_view::npos : text.find_last_not_of(blanks, offset - 1);
  const char previous = before == std::string_view::npos ? ' ' : text[before];
  const bool at_comment = text.substr(offset).starts_with("//") ||
                          text.substr(offset).starts_with("/*") || found == '#';
  if (at_comment) {
    return refuse(span_at(offset), "JSON has no comments", "remove it, or use a YAML file");
  }
  if (found == '\'') return refuse(span_at(offset), "text in JSON stands in double quotes");
  if (previous == ',' && (found == '}' || found == ']')) {
    return refuse(span_at(before), "nothing stands after this comma", "remove it");
  }
  if (found == ',' && (previous == ',' || previous == ':' || previous == '[' || previous == '{')) {
    return refuse(span_at(offset), "a value is missing before this comma");
  }
  const std::string found_text = found_at(offset);
  if (before != std::string_view::npos && before + 1 == last_value_end_) {
    return refuse(span_at(offset),
                  fmt::format("expected ',' or '{}', found {}", closing, found_text));
  }
  if (in_object && (previous == '{' || previous == ',')) {
    return refuse(span_at(offset), "expected a key in double quotes, found " + found_text);
  }
  if (in_object && previous == '"') {
    return refuse(span_at(offset), "expected ':' after the key, found " + found_text);
  }
  const bool letter = (found >= 'a' && found <= 'z') || (found >= 'A' && found <= 'Z');
  return refuse(span_at(offset), "expected a value, found " + found_text,
                letter ? "text stands in double quotes" : "");
}

// The errors that simdjson finds before it knows a place.
std::nullopt_t JsonReader::refuse_before_walk(simdjson::error_code error) {
  const std::string_view text = source_.text();
  if (error == simdjson::EMPTY) {
    diagnostics_.add({source_.file(), {}, "the file holds no values", {}, {}});
    return std::nullopt;
  }
  std::size_t start = std::string_view::npos;  // of the string that the scan is in
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool inside = start != std::string_view::npos;
    if (text[i] == '"') {
      start = inside ? std::string_view::npos : i;
    } else if (inside && text[i] == '\\') {
      ++i;
    } else if (inside && (text[i] == '\n' || text[i] == '\r')) {
      break;
    } else if (inside && static_cast<unsigned char>(text[i]) < 0x20) {
      const std::string shown = printable({static_cast<char32_t>(text[i])}, text.substr(i, 1));
      return refuse(span_at(i), fmt::format("the character {} needs an escape in JSON", shown));
    }
  }
  if (start != std::string_view::npos) {
    return refuse(span_at(start), "a quote is not closed on its line", "add the closing quote");
  }
  diagnostics_.add({source_.file(), {}, "not valid JSON", {}, {}});
  return std::nullopt;
}

std::nullopt_t JsonReader::refuse_string(std::size_t offset) {
  return refuse(span_at(offset), "an escape in this text is not valid in JSON",
                "write \\\\ for a backslash");
}

std::size_t JsonReader::offset_of(const char* position) const {
  return std::min(static_cast<std::size_t>(position - padded_.data()), source_.text().size());
}

// Where the parser stands; the end of the text when it has read everything.
std::size_t JsonReader::here() {
  const char* position = nullptr;
  if (document_.current_location().get(position)) return source_.text().size();
  return offset_of(position);
}

// The end of the last token before `offset`. Requires: there is one.
std::size_t JsonReader::end_before(std::size_t offset) const {
  return source_.text().find_last_not_of(blanks, offset - 1) + 1;
}

// Whether nothing but blanks follows `offset`.
bool JsonReader::ends_at(std::size_t offset) const {
  return source_.text().find_first_not_of(blanks, offset) == std::string_view::npos;
}

std::string JsonReader::found_at(std::size_t offset) const {
  const std::string_view text = source_.text();
  if (text[offset] == '"') {
    return in_quotes(text.substr(offset, end_of_string(text, offset) - offset));
  }
  const std::string_view rest = text.substr(offset);
  const std::size_t word = rest.find_first_of(" \t\r\n,:{}[]\"'");
  return in_quotes(rest.substr(0, std::max<std::size_t>(word, 1)));
}

}  // namespace

std::optional<Node> parse_json(const Source& source, Diagnostics& diagnostics) {
  return JsonReader(source, diagnostics).read();
}

}  // namespace holdfast
