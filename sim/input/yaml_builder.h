#pragma once

// Builds a tree of nodes from the events of libfyaml. A part of parse_yaml().
//
// Invariants
// 1. At most max_node_depth collections are open.
// 2. All nodes made, those kept for anchors and those copied for aliases together are at most
//    max_nodes, and their text is bounded likewise.
//
// Thread safety: one YamlBuilder per thread.

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <libfyaml.h>

#include <holdfast/sim/input/diagnostics.h>
#include <holdfast/sim/input/node.h>
#include <holdfast/sim/input/source.h>

namespace holdfast {

class YamlBuilder {
 public:
  // Requires: both outlive the builder.
  YamlBuilder(const Source& source, Diagnostics& diagnostics);

  // Takes the next event; false when the text is refused and parsing must stop.
  bool take(fy_event& event);

  // Where the last event ended.
  std::size_t last_offset() const { return last_offset_; }
  // The offset of the innermost [ or { that is still open.
  std::optional<std::size_t> innermost_open_bracket() const;

  // The root, or nothing with a diagnostic added when there is no document.
  std::optional<Node> finish();

 private:
  // A collection that is being read.
  struct Frame {
    bool is_mapping = false;
    std::size_t offset = 0;
    Span span;
    std::string anchor;
    std::vector<Node> items;
    std::vector<Entry> entries;
    std::map<std::string, int, std::less<>> key_lines;
    std::optional<Entry> pending;  // a key that waits for its value
    bool drops_pending = false;    // the key was refused; its value is read and forgotten
  };

  bool take_scalar(fy_event& event);
  bool take_alias(fy_event& event);
  bool take_key(fy_event& event, std::string key, Span span, bool is_plain);
  bool open(fy_event& event, bool is_mapping);
  bool close();
  bool add_value(Node node, const std::string& anchor);
  bool keep_anchor(const std::string& anchor, const Node& node);
  bool charge(std::size_t nodes, std::size_t bytes, Span span);
  bool refuse(Span span, std::string message, std::string hint = {});
  void refuse_tag(fy_event& event);
  bool expects_key() const;
  Span null_span();
  Span span_of(fy_event& event, bool is_quoted);

  const Source& source_;
  Diagnostics& diagnostics_;
  std::vector<Frame> frames_;
  std::map<std::string, Node, std::less<>> anchors_;
  std::optional<Node> root_;
  std::size_t documents_ = 0;
  std::size_t nodes_ = 0;
  std::size_t bytes_ = 0;
  std::size_t last_offset_ = 0;
};

}  // namespace holdfast
