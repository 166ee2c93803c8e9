// The JSON Schema of a log's lines, made from the event table. event.schema.json beside this file
// is its text; a test holds the two together. Pure.
#pragma once

#include <string>

namespace holdfast {

// The schema, draft 2020-12, as text with a line break at its end. The same in every run.
std::string event_schema();

}  // namespace holdfast
