#include <holdfast/replay/json_line.h>

#include <algorithm>

#include <holdfast/replay/json_text.h>
#include <holdfast/sim/input/nearest_name.h>
#include <holdfast/sim/input/utf8.h>

namespace holdfast {
namespace {

constexpr std::size_t most_listed_names = 7;
constexpr std::size_t most_shown = 60;

std::string_view trimmed(std::string_view token) {
  return token.substr(0, token.find_last_not_of(" \t\r\n") + 1);
}

// The JSON token without its quotes, shortened.
std::string_view bare(std::string_view token) {
  if (token.starts_with('"')) token.remove_prefix(1);
  if (token.ends_with('"')) token.remove_suffix(1);
  return token;
}

}  // namespace

bool JsonLine::open(std::string_view line, Object& root) {
  line_ = line;
  path_.clear();
  key_ = nullptr;
  reading_ = nullptr;
  if (line.find_first_not_of(" \t\r") == std::string_view::npos) {
    return fail(LineFaultKind::not_json, line.data(), 1, "expected an event, found an empty line");
  }
  const std::size_t size = line.size();
  if (const auto error =
          parser_.iterate(line.data(), size, size + line_padding).get(document_)) {
    return no_json(error);
  }
  reading_ = &document_;
  const auto error = document_.get_object().get(root);
  if (error == simdjson::INCORRECT_TYPE) {
    const std::size_t start = line.find_first_not_of(" \t");
    return fail(LineFaultKind::not_json, line.data() + start, 1,
                "expected an event, a JSON object, found " +
                    in_quotes(line.substr(start, most_shown)));
  }
  return error ? no_json(error) : true;
}

bool JsonLine::open_part(std::string_view part, Object& root) {
  const std::size_t size = part.size();
  reading_ = nullptr;
  if (const auto error =
          part_parser_.iterate(part.data(), size, size + line_padding).get(part_)) {
    return no_json(error);
  }
  reading_ = &part_;
  const auto error = part_.get_object().get(root);
  return error ? no_json(error) : true;
}

bool JsonLine::close() {
  const char* at = nullptr;
  if (document_.current_location().get(at) == simdjson::OUT_OF_BOUNDS) return true;
  return fail(LineFaultKind::not_json, at, 1, "expected the end of the line after the event");
}

bool JsonLine::is_complete(std::string_view line) {
  return complete_.parse(line.data(), line.size(), true).error() == simdjson::SUCCESS;
}

bool JsonLine::is_null(Value& value) {
  bool null = false;
  return !value.is_null().get(null) && null;
}

bool JsonLine::text(Value& value, std::string_view expected, std::string_view& out) {
  const auto error = value.get_string().get(out);
  if (!error) return true;
  return error == simdjson::INCORRECT_TYPE ? wrong(value, expected) : no_json(error);
}

bool JsonLine::boolean(Value& value, bool& out) {
  return value.get_bool().get(out) ? wrong(value, "true or false") : true;
}

bool JsonLine::integer(Value& value, std::int64_t least, std::int64_t most,
                       std::string_view expected, std::int64_t& out) {
  if (!value.get_int64().get(out) && out >= least && out <= most) return true;
  if (!expected.empty()) return wrong(value, expected);
  return wrong(value, least == INT64_MIN && most == INT64_MAX
                          ? "a whole number"
                          : fmt::format("a whole number from {} to {}", least, most));
}

bool JsonLine::has_parts(Value& value) {
  const std::string_view token = value.raw_json_token();
  return token.starts_with('{') || token.starts_with('[');
}

bool JsonLine::scalar(Value& value) {
  constexpr std::string_view expected = "text, a whole number of 32 bits, true, false or null";
  using Type = simdjson::ondemand::json_type;
  Type type{};
  if (const auto error = value.type().get(type)) return no_json(error);
  std::string_view text;
  std::int64_t number = 0;
  bool flag = false;
  switch (type) {
    case Type::string: return this->text(value, expected, text);
    case Type::number: return integer(value, INT32_MIN, INT32_MAX, expected, number);
    case Type::boolean: return value.get_bool().get(flag) ? wrong(value, expected) : true;
    case Type::null: return is_null(value) || wrong(value, expected);
    default: return wrong(value, expected);
  }
}

bool JsonLine::moment(Value& value, Moment& out) {
  constexpr std::string_view expected =
      "an instant such as \"2025-11-08T15:53:08.123456Z\", \"elapsed\" or null";
  if (is_null(value)) {
    out = never;
    return true;
  }
  std::string_view text;
  if (!this->text(value, expected, text)) return false;
  if (text == "elapsed") {
    out = elapsed;
    return true;
  }
  const auto instant = read_instant(text);
  if (!instant) return wrong(value, expected);
  out = *instant;
  return true;
}

bool JsonLine::once(std::uint64_t& seen, std::size_t i, std::string_view key) {
  const std::uint64_t bit = std::uint64_t{1} << i;
  if ((seen & bit) == 0) {
    seen |= bit;
    return true;
  }
  return fail(LineFaultKind::unknown_field, key_, key.size(), path() + " is given twice");
}

bool JsonLine::unknown_key(std::string_view key, std::span<const std::string> known) {
  path_.pop_back();
  const std::string where = path_.empty() ? "the event" : path();
  return fail(LineFaultKind::unknown_field, key_, key.size(),
              where + " has an unknown field " + in_quotes(key), did_you_mean(key, known));
}

bool JsonLine::missing_key(std::string_view key) {
  const std::string where = path_.empty() ? "the event" : path();
  return fail(LineFaultKind::missing_field, line_.data(), 1,
              where + " has no field " + in_quotes(key));
}

bool JsonLine::wrong(Value& value, std::string_view expected, std::string hint) {
  return fail_at(value, LineFaultKind::wrong_value,
                 fmt::format("{}: expected {}, found {}", path(), expected, found(value)),
                 std::move(hint));
}

bool JsonLine::fail_at(Value& value, LineFaultKind kind, std::string message, std::string hint) {
  const std::string_view token = trimmed(value.raw_json_token());
  return fail(kind, token.data(), std::max<std::size_t>(token.size(), 1), std::move(message),
              std::move(hint));
}

bool JsonLine::fail(LineFaultKind kind, const char* at, std::size_t length, std::string message,
                    std::string hint) {
  const auto offset = static_cast<std::size_t>(std::max<std::ptrdiff_t>(at - line_.data(), 0));
  fault_ = {kind, std::min(offset, line_.size()), length, std::move(message), std::move(hint)};
  return false;
}

const char* JsonLine::start_of(Value& value) {
  return value.raw_json_token().data();
}

std::string JsonLine::path(std::string_view key) const {
  std::string result;
  for (const std::string_view part : path_) {
    if (!result.empty()) result += '.';
    result += part;
  }
  if (!key.empty() && !result.empty()) result += '.';
  result += key;
  return result;
}

bool JsonLine::no_json(simdjson::error_code error) {
  if (error == simdjson::UTF8_ERROR) {
    return fail(LineFaultKind::not_json, line_.data() + first_invalid_utf8(line_), 1,
                "expected text in UTF-8, found a byte that is not");
  }
  const char* at = nullptr;
  // A line that could not be begun has no place where reading stands.
  const bool stands = reading_ != nullptr && !reading_->current_location().get(at);
  if (!stands || at == nullptr) at = line_.data();
  return fail(LineFaultKind::not_json, at, 1,
              fmt::format("not valid JSON: {}", simdjson::error_message(error)));
}

std::string JsonLine::found(Value& value) {
  const std::string_view token = trimmed(value.raw_json_token());
  if (token.starts_with('{')) return "an object";
  if (token.starts_with('[')) return "a list";
  if (token.starts_with('"')) return in_quotes(bare(token));
  return std::string(token.substr(0, most_shown));
}

std::string expected_names(std::span<const std::string_view> names) {
  if (names.size() > most_listed_names) return "a known name";
  std::string result;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i != 0) result += i + 1 == names.size() ? " or " : ", ";
    result += names[i];
  }
  return result;
}

std::string hint_of(std::string_view text, std::span<const std::string_view> names) {
  const std::vector<std::string> candidates(names.begin(), names.end());
  return did_you_mean(text, candidates);
}

}  // namespace holdfast
