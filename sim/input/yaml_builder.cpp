#include <holdfast/sim/input/yaml_builder.h>

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include <holdfast/sim/input/utf8.h>

namespace holdfast {

namespace {

constexpr std::size_t max_text_bytes = 4 * max_source_bytes;

std::string token_text(fy_token* token) {
  if (token == nullptr) return {};
  std::size_t size = 0;
  const char* text = fy_token_get_text(token, &size);
  return text == nullptr ? std::string() : std::string(text, size);
}

bool is_null_text(std::string_view text) {
  return text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL";
}

struct Size {
  std::size_t nodes = 1;
  std::size_t bytes = 0;
  int height = 0;  // collections above the deepest scalar
};

Size size_of(const Node& node) {
  Size size;
  size.bytes = node.text().size();
  const auto add = [&size](const Node& child) {
    const Size inner = size_of(child);
    size.nodes += inner.nodes;
    size.bytes += inner.bytes;
    size.height = std::max(size.height, inner.height);
  };
  for (const Node& item : node.items()) add(item);
  for (const Entry& entry : node.entries()) {
    size.bytes += entry.key.size();
    add(entry.value);
  }
  if (node.is_sequence() || node.is_mapping()) ++size.height;
  return size;
}

}  // namespace

YamlBuilder::YamlBuilder(const Source& source, Diagnostics& diagnostics)
    : source_(source), diagnostics_(diagnostics) {}

bool YamlBuilder::take(fy_event& event) {
  bool goes_on = true;
  switch (event.type) {
    case FYET_DOCUMENT_START: {
      ++documents_;
      const fy_mark* mark = fy_event_start_mark(&event);
      const std::size_t at = mark == nullptr ? last_offset_ : mark->input_pos;
      if (documents_ > 1) {
        goes_on = refuse({source_.place_at(std::min(at, source_.text().size())), 1},
                         "a second document starts here; one file holds one document");
      }
      break;
    }
    case FYET_SCALAR: goes_on = take_scalar(event); break;
    case FYET_ALIAS: goes_on = take_alias(event); break;
    case FYET_SEQUENCE_START: goes_on = open(event, false); break;
    case FYET_MAPPING_START: goes_on = open(event, true); break;
    case FYET_SEQUENCE_END:
    case FYET_MAPPING_END: goes_on = close(); break;
    case FYET_NONE:
    case FYET_STREAM_START:
    case FYET_STREAM_END:
    case FYET_DOCUMENT_END: break;
  }
  if (const fy_mark* mark = fy_event_end_mark(&event)) {
    last_offset_ = std::max(last_offset_, std::min(mark->input_pos, source_.text().size()));
  }
  return goes_on;
}

bool YamlBuilder::take_scalar(fy_event& event) {
  fy_token* token = event.scalar.value;
  const bool is_plain = token == nullptr || fy_token_scalar_style(token) == FYSS_PLAIN;
  std::string text = token_text(token);
  const Span span = span_of(event, !is_plain);
  refuse_tag(event);
  const std::string anchor = token_text(event.scalar.anchor);
  if (expects_key()) {
    if (!anchor.empty()) refuse(span, "an anchor on a key is not supported");
    return take_key(event, std::move(text), span, is_plain);
  }
  if (!charge(1, text.size(), span)) return false;
  if (is_plain && is_null_text(text)) {
    const bool no_mark = fy_event_start_mark(&event) == nullptr;
    return add_value(Node::null(no_mark ? null_span() : span), anchor);
  }
  return add_value(Node::scalar(std::move(text), !is_plain, span), anchor);
}

bool YamlBuilder::take_key(fy_event& event, std::string key, Span span, bool is_plain) {
  Frame& frame = frames_.back();
  frame.drops_pending = true;
  if (is_plain && is_null_text(key)) {
    const bool no_mark = fy_event_start_mark(&event) == nullptr;
    refuse(no_mark ? null_span() : span, "a key is missing before ':'");
  } else if (is_plain && key == "<<") {
    refuse(span, "merge keys ('<<') are not supported", "write the keys out");
  } else if (const auto first = frame.key_lines.find(key); first != frame.key_lines.end()) {
    refuse(span, fmt::format("the key {} is given twice; first in line {}", in_quotes(key),
                             first->second));
  } else {
    frame.drops_pending = false;
    frame.key_lines.emplace(key, span.start.line);
  }
  frame.pending = Entry{std::move(key), span, Node()};
  return charge(0, frame.pending->key.size(), span);
}

bool YamlBuilder::take_alias(fy_event& event) {
  const std::string name = token_text(event.alias.anchor);
  const Span span = span_of(event, false);
  if (expects_key()) {
    refuse(span, "an alias cannot be a key");
    return false;
  }
  const bool is_open = std::any_of(frames_.begin(), frames_.end(),
                                   [&name](const Frame& frame) { return frame.anchor == name; });
  const auto found = anchors_.find(name);
  if (is_open || found == anchors_.end()) {
    refuse(span, is_open ? fmt::format("the alias {} stands inside its own value", in_quotes(name))
                         : fmt::format("no anchor {} stands before this alias", in_quotes(name)));
    return add_value(Node::null(span), {});
  }
  const Size size = size_of(found->second);
  if (static_cast<int>(frames_.size()) + size.height > max_node_depth) {
    refuse(span, fmt::format("nested deeper than {} levels through this alias", max_node_depth));
    return false;
  }
  return charge(size.nodes, size.bytes, span) && add_value(found->second, {});
}

bool YamlBuilder::open(fy_event& event, bool is_mapping) {
  const Span span = span_of(event, false);
  if (expects_key()) {
    refuse(span, "a key must be text, not a list or a mapping");
    return false;
  }
  if (frames_.size() == static_cast<std::size_t>(max_node_depth)) {
    refuse(span, fmt::format("nested deeper than {} levels", max_node_depth));
    return false;
  }
  refuse_tag(event);
  Frame frame;
  frame.is_mapping = is_mapping;
  frame.span = {span.start, 1};
  const fy_mark* mark = fy_event_start_mark(&event);
  frame.offset = mark == nullptr ? last_offset_ : std::min(mark->input_pos, source_.text().size());
  frame.anchor = token_text(is_mapping ? event.mapping_start.anchor : event.sequence_start.anchor);
  frames_.push_back(std::move(frame));
  return true;
}

bool YamlBuilder::close() {
  Frame frame = std::move(frames_.back());
  frames_.pop_back();
  Node node = frame.is_mapping ? Node::mapping(std::move(frame.entries), frame.span)
                               : Node::sequence(std::move(frame.items), frame.span);
  return charge(1, 0, frame.span) && add_value(std::move(node), frame.anchor);
}

bool YamlBuilder::add_value(Node node, const std::string& anchor) {
  if (!anchor.empty() && !keep_anchor(anchor, node)) return false;
  if (frames_.empty()) {
    root_ = std::move(node);
    return true;
  }
  Frame& frame = frames_.back();
  if (!frame.is_mapping) {
    frame.items.push_back(std::move(node));
    return true;
  }
  frame.pending->value = std::move(node);
  if (!frame.drops_pending) frame.entries.push_back(std::move(*frame.pending));
  frame.pending.reset();
  return true;
}

bool YamlBuilder::keep_anchor(const std::string& anchor, const Node& node) {
  const Size size = size_of(node);
  if (!charge(size.nodes, size.bytes, node.span())) return false;
  anchors_[anchor] = node;
  return true;
}

bool YamlBuilder::charge(std::size_t nodes, std::size_t bytes, Span span) {
  nodes_ += nodes;
  bytes_ += bytes;
  if (nodes_ > max_nodes) {
    refuse(span, fmt::format("more than {} values, aliases followed", max_nodes));
    return false;
  }
  if (bytes_ > max_text_bytes) {
    refuse(span, fmt::format("more than {} MiB of text, aliases followed", max_text_bytes >> 20U));
    return false;
  }
  return true;
}

bool YamlBuilder::refuse(Span span, std::string message, std::string hint) {
  diagnostics_.add(span, std::move(message), std::move(hint));
  return false;
}

void YamlBuilder::refuse_tag(fy_event& event) {
  fy_token* tag = fy_event_get_tag_token(&event);
  if (tag == nullptr) return;
  const fy_mark* begin = fy_token_start_mark(tag);
  const fy_mark* end = fy_token_end_mark(tag);
  if (begin == nullptr || end == nullptr || end->input_pos > source_.text().size()) return;
  const std::string_view text =
      source_.text().substr(begin->input_pos, end->input_pos - begin->input_pos);
  refuse(source_.span_between(begin->input_pos, end->input_pos),
         fmt::format("the tag {} is not supported", in_quotes(text)),
         "write the value without a tag");
}

std::optional<std::size_t> YamlBuilder::innermost_open_bracket() const {
  for (auto frame = frames_.rbegin(); frame != frames_.rend(); ++frame) {
    const bool in_text = frame->offset < source_.text().size();
    const char first = in_text ? source_.text()[frame->offset] : ' ';
    if (first == '[' || first == '{') return frame->offset;
  }
  return std::nullopt;
}

std::optional<Node> YamlBuilder::finish() {
  if (root_ && !root_->is_null()) return std::move(root_);
  diagnostics_.add({source_.file(), {}, "the file holds no values", {}, {}});
  return std::nullopt;
}

bool YamlBuilder::expects_key() const {
  return !frames_.empty() && frames_.back().is_mapping && !frames_.back().pending;
}

// A value that is not written has no place in libfyaml: the key that it belongs to, or the list's
// next dash, stands for it.
Span YamlBuilder::null_span() {
  if (!frames_.empty() && frames_.back().pending) return frames_.back().pending->key_span;
  const std::size_t next = source_.text().find_first_not_of(" \t\r\n", last_offset_);
  const bool at_dash = next != std::string_view::npos && source_.text()[next] == '-';
  const std::size_t offset = at_dash ? next : last_offset_;
  last_offset_ = at_dash ? next + 1 : last_offset_;
  return {source_.place_at(offset), 1};
}

Span YamlBuilder::span_of(fy_event& event, bool is_quoted) {
  const fy_mark* begin = fy_event_start_mark(&event);
  const fy_mark* end = fy_event_end_mark(&event);
  const std::size_t size = source_.text().size();
  if (begin == nullptr || end == nullptr) return {source_.place_at(last_offset_), 1};
  std::size_t from = std::min(begin->input_pos, size);
  std::size_t to = std::max(from, std::min(end->input_pos, size));
  // libfyaml leaves the quotes, and the star of an alias, outside.
  const char before = from > 0 ? source_.text()[from - 1] : ' ';
  const bool quote = is_quoted && (before == '"' || before == '\'');
  const bool star = event.type == FYET_ALIAS && before == '*';
  if (quote || star) --from;
  if (quote && to < size) ++to;
  return source_.span_between(from, to);
}

}  // namespace holdfast
