#include <holdfast/sim/input/yaml.h>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <libfyaml.h>

#include <holdfast/sim/input/utf8.h>
#include <holdfast/sim/input/yaml_builder.h>
#include <holdfast/sim/input/yaml_faults.h>

namespace holdfast {

namespace {

struct DestroyDiag {
  void operator()(fy_diag* diag) const { fy_diag_destroy(diag); }
};
struct DestroyParser {
  void operator()(fy_parser* parser) const { fy_parser_destroy(parser); }
};
using Diag = std::unique_ptr<fy_diag, DestroyDiag>;
using Parser = std::unique_ptr<fy_parser, DestroyParser>;

void discard_output(fy_diag*, void*, const char*, std::size_t) {}

// libfyaml ends a scalar silently at a control character and takes some rare ones as line breaks,
// so they are refused before it sees them.
bool is_allowed_in_yaml(char32_t value) {
  if (value < 0x20) return value == U'\t' || value == U'\n' || value == U'\r';
  const bool control = value >= 0x7F && value <= 0x9F;
  const bool separator = value == 0x2028 || value == 0x2029;
  const bool no_character = value == 0xFEFF || value == 0xFFFE || value == 0xFFFF;
  return !control && !separator && !no_character;
}

bool is_opening(char c) { return c == '[' || c == '{'; }
bool is_closing(char c) { return c == ']' || c == '}'; }

// libfyaml reads ahead over open brackets and to the end of a line, with about 350 bytes for every
// token. Far more of either than a person writes is refused before that.
constexpr std::size_t max_line_bytes = std::size_t{256} << 10U;
constexpr int max_open_brackets = 1000;

bool may_be_parsed(const Source& source, Diagnostics& diagnostics) {
  const std::string_view text = source.text();
  std::size_t line_start = 0;
  int open_brackets = 0;  // in quotes and comments too, hence the generous limit
  for (std::size_t offset = 0; offset < text.size();) {
    const CodePoint point = code_point_at(text, offset);
    const char byte = text[offset];
    const auto refuse = [&](std::string message, std::string hint = {}) {
      diagnostics.add({source.place_at(offset), 1}, std::move(message), std::move(hint));
      return false;
    };
    if (!is_allowed_in_yaml(point.value)) {
      const std::string shown = printable(point, text.substr(offset, point.bytes));
      return refuse(fmt::format("the character {} is not allowed in YAML", shown),
                    "write it as an escape in double quotes");
    }
    if (byte == '\n' || byte == '\r') {
      line_start = offset + 1;
    } else if (offset - line_start > max_line_bytes) {
      return refuse(fmt::format("a line longer than {} KiB", max_line_bytes >> 10U));
    }
    open_brackets = std::max(0, open_brackets + is_opening(byte) - is_closing(byte));
    if (open_brackets > max_open_brackets) {
      return refuse(fmt::format("nested deeper than {} levels", max_node_depth));
    }
    offset += point.bytes;
  }
  return true;
}

Diag make_diag() {
  fy_diag_cfg config;
  fy_diag_cfg_default(&config);
  config.fp = nullptr;
  config.output_fn = discard_output;
  config.level = FYET_ERROR;
  Diag diag(fy_diag_create(&config));
  if (diag) fy_diag_set_collect_errors(diag.get(), true);
  return diag;
}

Parser make_parser(fy_diag* diag, std::string_view text) {
  fy_parse_cfg config{};
  config.flags = FYPCF_DEFAULT_VERSION_1_2;
  config.diag = diag;
  Parser parser(fy_parser_create(&config));
  if (!parser) return nullptr;
  return fy_parser_set_string(parser.get(), text.data(), text.size()) == 0 ? std::move(parser)
                                                                          : nullptr;
}

// The first error that libfyaml collected, or a general one.
YamlFault collected_fault(fy_diag* diag, const Source& source, std::size_t last_offset) {
  YamlFault result{source.place_at(last_offset), last_offset, "not valid YAML"};
  void* position = nullptr;
  const fy_diag_error* error = fy_diag_errors_iterate(diag, &position);
  if (error == nullptr) return result;
  result.message = error->msg;
  const fy_mark* mark = error->fyt == nullptr ? nullptr : fy_token_start_mark(error->fyt);
  if (mark != nullptr && mark->input_pos <= source.text().size()) {
    result.offset = mark->input_pos;
    result.place = source.place_at(result.offset);
  } else if (error->line > 0 && error->column > 0) {
    result.place = {error->line, error->column};
  }
  return result;
}

}  // namespace

std::optional<Node> parse_yaml(const Source& source, Diagnostics& diagnostics) {
  const std::size_t before = diagnostics.count();
  if (!may_be_parsed(source, diagnostics)) return std::nullopt;
  const Diag diag = make_diag();
  const Parser parser = diag ? make_parser(diag.get(), source.text()) : nullptr;
  if (!parser) {
    diagnostics.add({source.file(), {}, "out of memory while reading YAML", {}, {}});
    return std::nullopt;
  }
  YamlBuilder builder(source, diagnostics);
  bool goes_on = true;
  while (goes_on) {
    fy_event* event = fy_parser_parse(parser.get());
    if (event == nullptr) break;
    goes_on = builder.take(*event);
    fy_parser_event_free(parser.get(), event);
  }
  if (goes_on && fy_diag_got_error(diag.get())) {
    report_yaml_fault(collected_fault(diag.get(), source, builder.last_offset()),
                      builder.innermost_open_bracket(), source, diagnostics);
  }
  if (diagnostics.count() > before) return std::nullopt;
  return builder.finish();
}

}  // namespace holdfast
