#include <holdfast/sim/input/source.h>

#include <algorithm>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include <holdfast/sim/input/utf8.h>

namespace holdfast {

namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
constexpr std::size_t block_bytes = 1024;
constexpr int longest_span = 200;  // more is never shown

// Characters up to the end of every block, so that a column costs at most two blocks of counting,
// also in a file that is one long line.
std::vector<std::size_t> count_blocks(std::string_view text) {
  std::vector<std::size_t> counts{0};
  for (std::size_t offset = 0; offset < text.size(); offset += block_bytes) {
    counts.push_back(counts.back() + count_code_points(text.substr(offset, block_bytes)));
  }
  return counts;
}

std::vector<std::size_t> find_line_starts(std::string_view text) {
  std::vector<std::size_t> starts{0};
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool lone_return = text[i] == '\r' && (i + 1 == text.size() || text[i + 1] != '\n');
    if (text[i] == '\n' || lone_return) starts.push_back(i + 1);
  }
  return starts;
}

}  // namespace

struct Source::Data {
  Data(std::string file_name, std::string file_text)
      : file(std::move(file_name)),
        text(std::move(file_text)),
        line_starts(find_line_starts(text)),
        block_counts(count_blocks(text)) {}

  // Characters before `offset`.
  std::size_t characters_before(std::size_t offset) const {
    const std::size_t block = offset / block_bytes;
    const std::size_t start = block * block_bytes;
    const std::string_view rest = std::string_view(text).substr(start, offset - start);
    return block_counts[block] + count_code_points(rest);
  }

  std::string file;
  std::string text;
  std::vector<std::size_t> line_starts;
  std::vector<std::size_t> block_counts;
};

Source::Source() : Source(std::make_shared<const Data>(std::string(), std::string())) {}

Source::Source(std::shared_ptr<const Data> data) : data_(std::move(data)) {}

const std::string& Source::file() const { return data_->file; }

std::string_view Source::text() const { return data_->text; }

Place Source::place_at(std::size_t offset) const {
  const std::vector<std::size_t>& starts = data_->line_starts;
  const auto after = std::upper_bound(starts.begin(), starts.end(), offset);
  const std::size_t start = *(after - 1);
  const std::size_t column =
      data_->characters_before(offset) - data_->characters_before(start) + 1;
  return {static_cast<int>(after - starts.begin()), static_cast<int>(column)};
}

Span Source::span_between(std::size_t begin, std::size_t end) const {
  const std::string_view rest = text().substr(begin, end - begin);
  const std::string_view on_line = rest.substr(0, rest.find_first_of("\r\n"));
  int length = 0;
  for (std::size_t i = 0; i < on_line.size() && length < longest_span; ++length) {
    i += code_point_at(on_line, i).bytes;
  }
  return {place_at(begin), std::max(length, 1)};
}

std::string_view Source::line(int number) const {
  const std::vector<std::size_t>& starts = data_->line_starts;
  if (number < 1 || static_cast<std::size_t>(number) > starts.size()) return {};
  const std::size_t start = starts[static_cast<std::size_t>(number) - 1];
  const std::string_view rest = text().substr(start);
  return rest.substr(0, rest.find_first_of("\r\n"));
}

Diagnostic Source::diagnose(Span span, std::string message, std::string hint) const {
  return {file(), span.start, std::move(message), std::move(hint),
          make_excerpt(line(span.start.line), span.start.column, span.length)};
}

std::variant<Source, Diagnostic> make_source(std::string file, std::string text) {
  if (text.size() > max_source_bytes) return too_large(std::move(file));
  if (text.starts_with(byte_order_mark)) text.erase(0, byte_order_mark.size());
  const std::size_t nul = text.find('\0');
  const std::size_t invalid = first_invalid_utf8(text);
  const std::size_t bad = std::min(nul, invalid);
  Source source(std::make_shared<const Source::Data>(std::move(file), std::move(text)));
  if (bad >= source.text().size()) return source;
  const std::string message = bad == nul
                                  ? "expected text, found a NUL byte"
                                  : "expected text in UTF-8, found a byte that is not";
  const std::string hint = bad == nul ? "is this a binary file?" : "save the file as UTF-8";
  return source.diagnose({source.place_at(bad), 1}, message, hint);
}

Diagnostic too_large(std::string file) {
  return {std::move(file), {}, fmt::format("larger than {} MiB", max_source_bytes >> 20U), {}, {}};
}

}  // namespace holdfast
