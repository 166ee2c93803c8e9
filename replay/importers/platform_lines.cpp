#include <holdfast/replay/importers/platform_lines.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>

namespace holdfast {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_beyond_ascii(char c) { return static_cast<unsigned char>(c) >= 0x80; }

struct Named {
  std::string_view name;
  Placeholder placeholder;
};
constexpr Named placeholders[] = {
    {"pod", Placeholder::pod},     {"pool", Placeholder::pool}, {"ws", Placeholder::ws},
    {"agent", Placeholder::agent}, {"task", Placeholder::task}, {"slot", Placeholder::slot},
    {"n", Placeholder::n},         {"dur", Placeholder::dur},   {"x", Placeholder::x},
    {"word", Placeholder::word},   {"text", Placeholder::text},
};

bool belongs(Placeholder kind, char c) {
  switch (kind) {
    case Placeholder::task:
    case Placeholder::slot:
    case Placeholder::n: return is_digit(c);
    case Placeholder::x: return is_digit(c) || c == '.';
    case Placeholder::dur:
      return is_digit(c) || c == '.' || c == 'h' || c == 'm' || c == 's' || c == 'n' ||
             c == 'u' || is_beyond_ascii(c);
    case Placeholder::word: return is_letter(c) || c == '_';
    case Placeholder::text: return true;
    default: return is_letter(c) || is_digit(c) || c == '-' || c == '_';
  }
}

// --- the prefix ---

// The number that stands in `width` digits at `from`; nothing if other characters do.
std::optional<int> digits(std::string_view text, std::size_t from, std::size_t width) {
  int value = 0;
  for (std::size_t i = from; i < from + width; ++i) {
    if (!is_digit(text[i])) return std::nullopt;
    value = value * 10 + (text[i] - '0');
  }
  return value;
}

constexpr std::string_view prefix_form = "0000/00/00 00:00:00 ";

// The moment of "2025/12/04 14:02:40 "; never if the text does not begin so.
Moment read_prefix(std::string_view text, std::int64_t zone_us) {
  if (text.size() < prefix_form.size()) return never;
  for (std::size_t i = 0; i < prefix_form.size(); ++i) {
    if (prefix_form[i] != '0' && text[i] != prefix_form[i]) return never;
  }
  std::array<int, 6> part{};
  constexpr std::array<std::size_t, 6> from{0, 5, 8, 11, 14, 17};
  for (std::size_t i = 0; i < part.size(); ++i) {
    const auto value = digits(text, from[i], i == 0 ? 4 : 2);
    if (!value) return never;
    part[i] = *value;
  }
  const std::chrono::year_month_day date{std::chrono::year{part[0]},
                                         std::chrono::month{static_cast<unsigned>(part[1])},
                                         std::chrono::day{static_cast<unsigned>(part[2])}};
  // A second 60 does not come from this logger.
  const bool valid = date.ok() && part[0] >= 1970 && part[3] < 24 && part[4] < 60 && part[5] < 60;
  if (!valid) return never;
  const std::int64_t days = std::chrono::sys_days{date}.time_since_epoch().count();
  return {days * day + part[3] * hour + part[4] * minute + part[5] * second - zone_us};
}

// Cuts "agent.go:12: " off.
std::string_view cut_source(std::string_view& text) {
  std::size_t i = 0;
  while (i < text.size() && (belongs(Placeholder::pod, text[i]) || text[i] == '.')) ++i;
  const std::string_view file = text.substr(0, i);
  if (!file.ends_with(".go") || i == text.size() || text[i] != ':') return {};
  const std::size_t number = ++i;
  while (i < text.size() && is_digit(text[i])) ++i;
  if (i == number || text.substr(i, 2) != ": ") return {};
  const std::string_view source = text.substr(0, i);
  text.remove_prefix(i + 2);
  return source;
}

std::string_view cut_tag(std::string_view& text) {
  if (text.empty() || text.front() != '[') return {};
  const std::size_t end = text.find("] ");
  constexpr std::size_t longest_tag = 40;
  if (end == std::string_view::npos || end > longest_tag) return {};
  const std::string_view tag = text.substr(1, end - 1);
  text.remove_prefix(end + 2);
  return tag;
}

// Some messages begin with a mark; where one was taken out, its blank stayed.
void cut_symbol(std::string_view& text) {
  while (!text.empty() && (text.front() == ' ' || is_beyond_ascii(text.front()))) {
    text.remove_prefix(1);
  }
}

// "<address> - [Mon, 02 Jan 2006 ...] "GET ..." or the older form of the web framework.
bool is_access(std::string_view line) {
  if (line.starts_with("[GIN] ") || line.starts_with("[GIN-debug] ")) return true;
  const std::size_t dash = line.find(" - [");
  constexpr std::size_t longest_address = 64;
  return dash != std::string_view::npos && dash != 0 && dash < longest_address &&
         line.substr(0, dash).find(' ') == std::string_view::npos;
}

// "I0227 09:00:00.123456       1 leaderelection.go:250] ..."
bool is_lease(std::string_view line) {
  constexpr std::string_view form = "I0000 00:00:00.";
  if (line.size() < form.size() || std::string_view("IWEF").find(line[0]) == line.npos) {
    return false;
  }
  for (std::size_t i = 1; i < form.size(); ++i) {
    if (form[i] == '0' ? !is_digit(line[i]) : line[i] != form[i]) return false;
  }
  return true;
}

bool is_database(std::string_view line, const PlatformLine& parts) {
  if (parts.time != never) {
    // date, time, the whole path of a source, a reason
    const std::size_t end = std::min(parts.text.find(' '), parts.text.size());
    return parts.text.starts_with('/') && parts.text.substr(0, end).find(".go:") != line.npos;
  }
  if (line.front() == '\x1b') return true;
  return line.front() == '[' && line.find("ms] [rows:") < 24;
}

}  // namespace

bool LineFields::add(Placeholder kind, std::string_view value) {
  if (size_ == most) return false;
  values_[size_++] = {kind, value};
  return true;
}

std::string_view LineFields::get(Placeholder kind, int nth) const {
  for (std::size_t i = 0; i < size_; ++i) {
    if (values_[i].kind == kind && nth-- == 0) return values_[i].value;
  }
  return {};
}

std::optional<std::int64_t> LineFields::number(Placeholder kind, int nth) const {
  const std::string_view text = get(kind, nth);
  std::int64_t value = 0;
  const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || rest != text.data() + text.size()) return std::nullopt;
  return value;
}

ShapeIndex::ShapeIndex() {
  for (const auto& shapes : {shapes_of_pods(), shapes_of_tasks(), shapes_of_server()}) {
    for (const LineShape& shape : shapes) add(shape);
  }
}

void ShapeIndex::add(const LineShape& shape) {
  Pieces pieces{&shape, {}};
  std::string_view rest = shape.text;
  std::size_t from = 0;
  while (true) {
    const std::size_t open = rest.find('<', from);
    const std::size_t close = rest.find('>', open == rest.npos ? 0 : open);
    if (open == rest.npos || close == rest.npos) break;
    const std::string_view name = rest.substr(open + 1, close - open - 1);
    const auto* found = std::find_if(std::begin(placeholders), std::end(placeholders),
                                     [&](const Named& named) { return named.name == name; });
    if (found == std::end(placeholders)) {
      from = open + 1;
      continue;
    }
    pieces.pieces.push_back({rest.substr(0, open), found->placeholder});
    rest.remove_prefix(close + 1);
    from = 0;
  }
  pieces.pieces.push_back({rest, std::nullopt});
  by_tag_[shape.tag].push_back(std::move(pieces));
}

bool ShapeIndex::fits(const Pieces& pieces, std::string_view text, LineFields& fields) {
  fields.clear();
  for (std::size_t i = 0; i < pieces.pieces.size(); ++i) {
    const Piece& piece = pieces.pieces[i];
    if (!text.starts_with(piece.literal)) return false;
    text.remove_prefix(piece.literal.size());
    if (!piece.placeholder) break;
    std::size_t length = 0;
    if (*piece.placeholder == Placeholder::text) {
      const std::string_view next = pieces.pieces[i + 1].literal;
      length = next.empty() ? text.size() : text.find(next);
      if (length == text.npos) return false;
    } else {
      while (length < text.size() && belongs(*piece.placeholder, text[length])) ++length;
      if (length == 0) return false;
    }
    if (!fields.add(*piece.placeholder, text.substr(0, length))) return false;
    text.remove_prefix(length);
  }
  return text.find_first_not_of(' ') == text.npos;
}

const LineShape* ShapeIndex::match(std::string_view tag, std::string_view text,
                                   LineFields& fields) const {
  const auto found = by_tag_.find(tag);
  if (found == by_tag_.end()) return nullptr;
  for (const Pieces& pieces : found->second) {
    if (fits(pieces, text, fields)) return pieces.shape;
  }
  return nullptr;
}

PlatformLine take_apart(std::string_view line, std::int64_t zone_us) {
  PlatformLine parts;
  parts.time = read_prefix(line, zone_us);
  if (parts.time != never) {
    line.remove_prefix(prefix_form.size());
    parts.source = cut_source(line);
  }
  parts.tag = cut_tag(line);
  if (!parts.tag.empty()) cut_symbol(line);
  parts.text = line;
  return parts;
}

std::string_view text_of(UnusedLine kind) {
  constexpr std::array<std::string_view, unused_line_kinds> texts{
      "blank",         "continuation",  "access log",   "lease log", "database log",
      "agent process", "unknown shape", "without time", "too long",  "unusable name"};
  return texts[static_cast<std::size_t>(kind)];
}

std::optional<UnusedLine> other_writer(std::string_view line, const PlatformLine& parts) {
  if (!parts.source.empty()) return UnusedLine::agent_process;
  if (is_database(line, parts)) return UnusedLine::database_log;
  if (parts.time != never) return std::nullopt;
  if (is_access(line)) return UnusedLine::access_log;
  if (is_lease(line)) return UnusedLine::lease_log;
  return std::nullopt;
}

}  // namespace holdfast
