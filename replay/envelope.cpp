#include <holdfast/replay/envelope.h>

#include <charconv>

#include <holdfast/replay/json_text.h>
#include <holdfast/sim/input/utf8.h>

namespace holdfast {
namespace {

constexpr std::array<std::string_view, Envelope::attributes> names{
    "specversion", "id", "source", "type", "subject", "time", "sequence", "causationid",
    "correlationid", "datacontenttype", "data"};

constexpr bool is_required(Envelope::Attribute attribute) {
  using enum Envelope::Attribute;
  return attribute == specversion || attribute == id || attribute == source ||
         attribute == type || attribute == sequence || attribute == data;
}

}  // namespace

std::string_view Envelope::name_of(Attribute attribute) {
  return names[static_cast<std::size_t>(attribute)];
}

bool Envelope::read_attribute(JsonLine& line, std::string_view key, JsonLine::Value& value) {
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names[i] != key) continue;
    places_[i] = JsonLine::start_of(value);
    return line.once(seen_, i, key) && line.text(value, "text", texts_[i]);
  }
  return line.unknown_key(key, std::vector<std::string>(names.begin(), names.end()));
}

bool Envelope::check(JsonLine& line) {
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (places_[i] == nullptr && is_required(static_cast<Attribute>(i))) {
      return line.missing_key(names[i]);
    }
  }
  if (text(Attribute::specversion) != "1.0") return mismatch(line, Attribute::specversion, "'1.0'");
  if (has(Attribute::datacontenttype) && text(Attribute::datacontenttype) != "application/json") {
    return mismatch(line, Attribute::datacontenttype, "'application/json'");
  }
  if (!read_number(line, Attribute::sequence, sequence_)) return false;
  if (text(Attribute::id) != text(Attribute::sequence)) {
    return mismatch(line, Attribute::id, in_quotes(text(Attribute::sequence)) + " as in sequence");
  }
  if (has(Attribute::causationid) && !read_number(line, Attribute::causationid, causation_)) {
    return false;
  }
  if (has(Attribute::causationid) && causation_ >= sequence_) {
    return mismatch(line, Attribute::causationid, "the id of an earlier event");
  }
  if (!has(Attribute::time)) return true;
  const auto instant = read_instant(text(Attribute::time));
  if (!instant) {
    return mismatch(line, Attribute::time, "an instant such as '2025-11-08T15:53:08.123456Z'");
  }
  time_ = *instant;
  return true;
}

bool Envelope::read_number(JsonLine& line, Attribute attribute, std::uint64_t& out) {
  const std::string_view digits = text(attribute);
  const char* end = digits.data() + digits.size();
  const auto [rest, error] = std::from_chars(digits.data(), end, out);
  const bool padded = digits.size() > 1 && digits.front() == '0';
  if (error == std::errc{} && rest == end && !padded) return true;
  return line.fail(LineFaultKind::wrong_value, at(attribute), digits.size() + 2,
                   fmt::format("{}: expected a number as text, found {}", name_of(attribute),
                               in_quotes(digits)));
}

bool Envelope::mismatch(JsonLine& line, Attribute attribute, std::string_view expected) const {
  const std::string_view found = text(attribute);
  return line.fail(LineFaultKind::wrong_value, at(attribute), found.size() + 2,
                   fmt::format("{}: expected {}, found {}", name_of(attribute), expected,
                               in_quotes(found)));
}

}  // namespace holdfast
