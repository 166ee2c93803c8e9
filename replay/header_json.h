// The header as data of log.opened. Internal to the log's readers. Pure but for the line.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <holdfast/replay/envelope.h>
#include <holdfast/replay/log_format.h>

namespace holdfast {

// Reads the first line of a log.
bool read_header_line(JsonLine& line, Envelope& envelope, std::string_view text,
                      LogHeader& header);

// Appends the schema of the header.
void append_header_schema(std::string& out);

// Reads a list of freeze windows.
bool read_freeze(JsonLine& line, JsonLine::Value& value, std::vector<FreezeSchedule>& out);

}  // namespace holdfast
