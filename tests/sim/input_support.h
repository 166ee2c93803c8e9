#pragma once

// What the tests of the input layer share: text to source, and trees as one line of text.

#include <string>
#include <variant>

#include <gtest/gtest.h>

#include <holdfast/sim/input/diagnostics.h>
#include <holdfast/sim/input/node.h>
#include <holdfast/sim/input/source.h>

namespace holdfast {

// The text as the file "x.yaml". Fails the test when it is no source.
inline Source source_of(std::string text, std::string file = "x.yaml") {
  std::variant<Source, Diagnostic> made = make_source(std::move(file), std::move(text));
  if (const auto* diagnostic = std::get_if<Diagnostic>(&made)) {
    ADD_FAILURE() << render(*diagnostic);
    return Source();
  }
  return std::get<Source>(made);
}

// {a: 1, b: ["x", null]}: quoted scalars in double quotes, places left out.
inline std::string outline(const Node& node) {
  switch (node.kind()) {
    case NodeKind::null: return "null";
    case NodeKind::scalar: return node.is_quoted() ? '"' + node.text() + '"' : node.text();
    case NodeKind::sequence: {
      std::string text;
      for (const Node& item : node.items()) text += (text.empty() ? "" : ", ") + outline(item);
      return "[" + text + "]";
    }
    case NodeKind::mapping: break;
  }
  std::string text;
  for (const Entry& entry : node.entries()) {
    text += (text.empty() ? "" : ", ") + entry.key + ": " + outline(entry.value);
  }
  return "{" + text + "}";
}

// The same with the place and length of every value and key, as in {a@1:1+1: 1@1:4+1}@1:1+1.
inline std::string places(const Node& node) {
  const auto at = [](Span span) {
    return "@" + std::to_string(span.start.line) + ":" + std::to_string(span.start.column) + "+" +
           std::to_string(span.length);
  };
  std::string text;
  for (const Node& item : node.items()) text += (text.empty() ? "" : ", ") + places(item);
  for (const Entry& entry : node.entries()) {
    text += (text.empty() ? "" : ", ") + entry.key + at(entry.key_span);
    text += ": " + places(entry.value);
  }
  if (node.is_sequence()) text = "[" + text + "]";
  if (node.is_mapping()) text = "{" + text + "}";
  if (node.is_scalar() || node.is_null()) text = outline(node);
  return text + at(node.span());
}

}  // namespace holdfast
