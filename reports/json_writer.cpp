#include <holdfast/reports/json_writer.h>

#include <utility>

#include <holdfast/replay/json_text.h>
#include <holdfast/reports/plain_text.h>

namespace holdfast {

void JsonWriter::text(std::string_view key, std::string_view value) {
  start_value(key);
  append_quoted(out_, as_utf8(value));
}

void JsonWriter::json(std::string_view key, std::string_view value) {
  while (value.ends_with('\n')) value.remove_suffix(1);
  start_value(key);
  for (const char c : value) {
    out_ += c;
    if (c == '\n') out_.append(static_cast<std::size_t>(2 * depth_), ' ');
  }
}

std::string JsonWriter::finish() { return std::exchange(out_, {}) + '\n'; }

void JsonWriter::begin(std::string_view key, char bracket) {
  start_value(key);
  out_ += bracket;
  ++depth_;
  is_first_ = true;
}

void JsonWriter::end(char bracket) {
  --depth_;
  if (!is_first_) {
    out_ += '\n';
    out_.append(static_cast<std::size_t>(2 * depth_), ' ');
  }
  out_ += bracket;
  is_first_ = false;
}

void JsonWriter::raw(std::string_view key, std::string_view value) {
  start_value(key);
  out_ += value;
}

void JsonWriter::start_value(std::string_view key) {
  if (depth_ > 0) {
    out_ += is_first_ ? "\n" : ",\n";
    out_.append(static_cast<std::size_t>(2 * depth_), ' ');
  }
  is_first_ = false;
  if (key.empty()) return;
  append_quoted(out_, as_utf8(key));
  out_ += ": ";
}

}  // namespace holdfast
