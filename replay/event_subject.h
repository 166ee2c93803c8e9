// The attributes of an event's envelope that are made from its fields: where it came from, what it
// is about and what it belongs to. And the list of freeze windows, which both share. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <holdfast/replay/entity_names.h>
#include <holdfast/replay/event_fields.h>

namespace holdfast {

// "/pool/pool-a/replica/0", as far as it is known; else default_source().
void append_source(const EventOrigin& source, EventType type, const EntityNames& names,
                   std::string& out);

// The reverse; false if the text is no such source.
bool read_source(std::string_view text, EventType type, const EntityNames& names,
                 EventOrigin& source);

// "pod/iac-agent-pool-a-1762590434/slot/0"; nothing if the event is about nobody.
void append_subject(const Event& event, const EntityNames& names, std::string& out);

// Appends the windows as JSON: [{"from_minute":1320,"to_minute":360,"weekdays":[1,2]}].
void append_freeze(const std::vector<FreezeSchedule>& schedules, std::string& out);

}  // namespace holdfast
