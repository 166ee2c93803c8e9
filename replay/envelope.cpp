#include <holdfast/replay/envelope.h>

#include <algorithm>
#include <charconv>
#include <iterator>
#include <string>
#include <utility>

#include <holdfast/replay/json_text.h>
#include <holdfast/sim/input/nearest_name.h>
#include <holdfast/sim/input/utf8.h>

namespace holdfast {
namespace {

constexpr std::array<std::string_view, Envelope::attributes> names{
    "specversion", "id", "source", "type", "subject", "time", "sequence", "causationid",
    "correlationid", "datacontenttype", "dataschema", "assumed", "sourceline", "data"};

constexpr bool is_required(Envelope::Attribute attribute) {
  using enum Envelope::Attribute;
  return attribute == specversion || attribute == id || attribute == source ||
         attribute == type || attribute == sequence || attribute == data;
}

// What CloudEvents allows as the name of an attribute.
bool is_attribute_name(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
  });
}

}  // namespace

std::string_view Envelope::name_of(Attribute attribute) {
  return names[static_cast<std::size_t>(attribute)];
}

bool Envelope::read_attribute(JsonLine& line, std::string_view key, JsonLine::Value& value) {
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names[i] != key) continue;
    if (!line.once(seen_, i, key)) return false;
    // CloudEvents: what is null is not there.
    if (line.is_null(value)) return true;
    places_[i] = JsonLine::start_of(value);
    if (static_cast<Attribute>(i) == Attribute::assumed) return line.boolean(value, assumed_);
    if (static_cast<Attribute>(i) == Attribute::sourceline) {
      return line.integer(value, 1, most_source_line, {}, source_line_);
    }
    return line.text(value, "text", texts_[i]);
  }
  return read_extension(line, key, value);
}

bool Envelope::read_extension(JsonLine& line, std::string_view key, JsonLine::Value& value) {
  extensions_.push_back({key, line.key_at()});
  const bool is_named = is_attribute_name(key);
  if (is_named && !line.has_parts(value)) return line.scalar(value);
  const std::string hint = did_you_mean(key, std::vector<std::string>(names.begin(), names.end()));
  if (is_named && hint.empty()) return line.scalar(value);
  return unknown(line, extensions_.back(),
                 hint.empty() ? "an extension attribute has only small letters and digits in its "
                                "name"
                              : hint);
}

bool Envelope::unknown(JsonLine& line, const Extension& extension, std::string hint) {
  return line.fail(LineFaultKind::unknown_field, extension.at, extension.name.size(),
                   "the event has an unknown field " + in_quotes(extension.name), std::move(hint));
}

// None twice, and none that looks like an attribute that is missing.
bool Envelope::check_extensions(JsonLine& line) {
  if (extensions_.empty()) return true;
  std::vector<std::string> missing;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (((seen_ >> i) & 1U) == 0) missing.emplace_back(names[i]);
  }
  for (const Extension& extension : extensions_) {
    std::string hint = did_you_mean(extension.name, missing);
    if (!hint.empty()) return unknown(line, extension, std::move(hint));
  }
  std::sort(extensions_.begin(), extensions_.end(), [](const Extension& a, const Extension& b) {
    return a.name != b.name ? a.name < b.name : a.at < b.at;
  });
  const auto twice = std::adjacent_find(
      extensions_.begin(), extensions_.end(),
      [](const Extension& a, const Extension& b) { return a.name == b.name; });
  if (twice == extensions_.end()) return true;
  return line.fail(LineFaultKind::unknown_field, std::next(twice)->at, twice->name.size(),
                   std::string(twice->name) + " is given twice");
}

bool Envelope::check(JsonLine& line) {
  if (!check_extensions(line)) return false;
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
