// The attributes that CloudEvents gives every event, read from a line before its data is looked at.
// An attribute of another name is an extension, which whoever carried the event may add: it is
// checked against CloudEvents and says nothing here. One that looks like a slip of the pen for an
// attribute that the event does not have is no extension but a mistake.
// Internal to the log's readers.
//
// Thread safety: one Envelope per thread.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include <holdfast/replay/json_line.h>

namespace holdfast {

class Envelope {
 public:
  enum class Attribute : std::uint8_t {
    specversion, id, source, type, subject, time, sequence, causationid, correlationid,
    datacontenttype, dataschema, assumed, sourceline, data
  };
  static constexpr std::size_t attributes = static_cast<std::size_t>(Attribute::data) + 1;

  // Reads all attributes but data. Calls read_data(object) once, with the data; the type is known
  // by then, in whatever order the attributes stand.
  template <typename ReadData>
  bool read(JsonLine& line, JsonLine::Object& root, ReadData&& read_data);

  bool has(Attribute attribute) const { return at(attribute) != nullptr; }
  std::string_view text(Attribute attribute) const {
    return texts_[static_cast<std::size_t>(attribute)];
  }
  std::string_view type() const { return text(Attribute::type); }
  std::uint64_t sequence() const { return sequence_; }
  std::uint64_t causation() const { return causation_; }
  Moment time() const { return time_; }
  bool assumed() const { return assumed_; }
  std::int64_t source_line() const { return source_line_; }

  // A fault whose place is the attribute: "subject: expected <expected>, found 'b'".
  bool mismatch(JsonLine& line, Attribute attribute, std::string_view expected) const;
  // Where the attribute's value begins; null if it is not there.
  const char* at(Attribute attribute) const { return places_[static_cast<std::size_t>(attribute)]; }

  static std::string_view name_of(Attribute attribute);

 private:
  struct Extension {
    std::string_view name;
    const char* at;      // the name in the line
  };
  bool read_attribute(JsonLine& line, std::string_view key, JsonLine::Value& value);
  bool read_extension(JsonLine& line, std::string_view key, JsonLine::Value& value);
  static bool unknown(JsonLine& line, const Extension& extension, std::string hint);
  bool check(JsonLine& line);
  bool check_extensions(JsonLine& line);
  bool read_number(JsonLine& line, Attribute attribute, std::uint64_t& out);

  std::array<std::string_view, attributes> texts_;
  std::array<const char*, attributes> places_{};
  std::uint64_t seen_ = 0;
  std::uint64_t sequence_ = 0;
  std::uint64_t causation_ = 0;
  Moment time_ = never;
  bool assumed_ = false;
  std::int64_t source_line_ = 0;
  std::vector<Extension> extensions_;
};

template <typename ReadData>
bool Envelope::read(JsonLine& line, JsonLine::Object& root, ReadData&& read_data) {
  *this = {};
  std::string_view late_data;
  const bool read_all = line.each_entry(root, [&](std::string_view key, JsonLine::Value& value) {
    if (key != "data") return read_attribute(line, key, value);
    if (!line.once(seen_, static_cast<std::size_t>(Attribute::data), key)) return false;
    places_[static_cast<std::size_t>(Attribute::data)] = JsonLine::start_of(value);
    JsonLine::Object object;
    if (value.get_object().get(object)) return line.wrong(value, "an object");
    if (has(Attribute::type)) return read_data(object);
    return !object.raw_json().get(late_data) || line.wrong(value, "an object");
  });
  if (!read_all || !line.close() || !check(line)) return false;
  if (late_data.empty()) return true;
  JsonLine::Object object;
  line.enter("data");
  return line.open_part(late_data, object) && read_data(object);
}

}  // namespace holdfast
