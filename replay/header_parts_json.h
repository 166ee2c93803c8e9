// Parts of a log's header that are made from a table of the model: the knobs, and the bounds of
// eventual properties. Internal to the log's readers. Pure but for the line.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include <holdfast/model/knobs.h>
#include <holdfast/replay/json_line.h>

namespace holdfast {

// All knobs, by name.
bool read_knobs(JsonLine& line, JsonLine::Value& value, Knobs& knobs);
void append_knobs(const Knobs& knobs, std::string& out);
std::string knobs_schema();

// Within what time an eventual property has to come about, in microseconds by its name.
bool read_within(JsonLine& line, JsonLine::Value& value,
                 std::map<std::string, std::int64_t>& within);
// Whether each names an eventual property and is a duration that can be written.
bool are_bounds(const std::map<std::string, std::int64_t>& within);
// Requires: are_bounds(within).
void append_within(const std::map<std::string, std::int64_t>& within, std::string& out);
std::string within_schema();

}  // namespace holdfast
