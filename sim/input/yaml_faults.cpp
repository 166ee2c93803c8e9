#include <holdfast/sim/input/yaml_faults.h>

#include <array>
#include <string_view>

#include <fmt/format.h>

namespace holdfast {

namespace {

struct Explanation {
  std::string_view part;  // of libfyaml's message
  std::string_view message;
  std::string_view hint;
};

// The first row whose part occurs counts.
constexpr std::array<Explanation, 21> explanations{{
    {"without closing quote", "a quote is not closed", "add the closing quote"},
    {"wrongly indented double-quoted", "a quote is not closed", "add the closing quote"},
    {"wrongly indented single-quoted", "a quote is not closed", "add the closing quote"},
    {"tab ", "a tab cannot indent in YAML", "use spaces"},
    {"tabs ", "a tab cannot indent in YAML", "use spaces"},
    {"invalid multiline plain key", "a key stands inside the text that begins here",
     "check the indentation of the next line, or the ':' of this one"},
    {"invalid nested block mapping", "two keys with ':' on one line",
     "quote a value that contains ': '"},
    {"block sequence on the same line", "a list cannot start on the line of its key",
     "put the first '- ' on a line of its own"},
    {"invalid value after mapping", "expected 'key: value' here", "is the ':' missing?"},
    {"invalid scalar at the end of block sequence", "expected another '- item' here",
     "check the indentation"},
    {"did not find expected '-' indicator", "expected another '- item' here",
     "check the indentation"},
    {"did not find expected key", "expected a key here", "check the indentation"},
    {"invalid indentation in mapping", "this indentation matches no line above",
     "align it with the keys of its mapping"},
    {"invalid trailing content after", "text after the closing quote",
     "put all of it inside the quotes"},
    {"invalid extra closing", "this bracket closes nothing", "remove it"},
    {"invalid extra comma", "a value is missing before this comma", ""},
    {"did not find expected node content", "a value is missing before this",
     "'~' stands for no value"},
    {"missing document start", "text after the end of the document", ""},
    {"block scalar", "a block of text is not well formed", "indent its lines deeper than its key"},
    {"invalid anchor", "an anchor needs a name after '&'", "quote text that starts with '&'"},
    {"invalid alias", "an alias needs a name after '*'", "quote text that starts with '*'"},
}};

const Explanation* find_explanation(std::string_view message) {
  for (const Explanation& row : explanations) {
    if (message.find(row.part) != std::string_view::npos) return &row;
  }
  return nullptr;
}

bool is_blank_from(std::string_view text, std::size_t offset) {
  return text.find_first_not_of(" \t\r\n", offset) == std::string_view::npos;
}

// libfyaml starts a quoted scalar behind its quote.
Place at_quote(const YamlFault& fault, const Source& source) {
  if (fault.offset == 0 || source.place_at(fault.offset) != fault.place) return fault.place;
  const char before = source.text()[fault.offset - 1];
  return before == '"' || before == '\'' ? source.place_at(fault.offset - 1) : fault.place;
}

}  // namespace

void report_yaml_fault(const YamlFault& fault, std::optional<std::size_t> open_bracket,
                       const Source& source, Diagnostics& diagnostics) {
  const std::string_view message = fault.message;
  const bool unclosed = message.find("without a closing bracket") != std::string_view::npos ||
                        is_blank_from(source.text(), fault.offset);
  if (open_bracket && unclosed) {
    const char bracket = source.text()[*open_bracket];
    diagnostics.add({source.place_at(*open_bracket), 1},
                    fmt::format("'{}' is not closed", bracket),
                    fmt::format("add the '{}'", bracket == '[' ? ']' : '}'));
    return;
  }
  if (open_bracket && message.find("missing comma") != std::string_view::npos) {
    diagnostics.add({fault.place, 1}, "a comma is missing here",
                    fmt::format("or is the '{}' in line {} not closed?",
                                source.text()[*open_bracket],
                                source.place_at(*open_bracket).line));
    return;
  }
  constexpr std::string_view bad_start = "plain scalar cannot start with ";
  constexpr std::string_view bad_escape = "invalid escape ";
  if (message.starts_with(bad_start)) {
    const std::string_view rest = message.substr(bad_start.size());
    diagnostics.add({fault.place, 1}, fmt::format("text without quotes cannot start with {}", rest),
                    "put the text in quotes");
    return;
  }
  if (message.starts_with(bad_escape)) {
    const std::string_view rest = message.substr(bad_escape.size());
    const std::string_view escape = rest.substr(0, rest.find(" in "));
    diagnostics.add({at_quote(fault, source), 1},
                    fmt::format("'\\' followed by {} is no escape in double quotes", escape),
                    "write \\\\ for a backslash, or use single quotes");
    return;
  }
  if (const Explanation* row = find_explanation(message)) {
    const bool quote = row->message == "a quote is not closed";
    diagnostics.add({quote ? at_quote(fault, source) : fault.place, 1}, std::string(row->message),
                    std::string(row->hint));
    return;
  }
  const bool general = message == "not valid YAML";
  diagnostics.add({fault.place, 1},
                  general ? fault.message : fmt::format("not valid YAML: {}", message));
}

}  // namespace holdfast
