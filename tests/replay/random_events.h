// Events for tests of the log: random ones of every type, and a small course of real ones.
#pragma once

#include <string>
#include <vector>

#include <holdfast/replay/event_json.h>

namespace holdfast {

// Two pools and two workspaces.
Setup small_setup();

// A world of small_setup() with tasks, and pods that share a name, are gone, or stand alone.
// Its memories and procedures are empty: names are all that it is for.
World named_world();

// An event of the type with a random value in every field that the type has, and a random origin.
// Only within a RapidCheck property.
Event random_event(EventType type);

// A header whose every member differs from its default.
LogHeader full_header();

// A course of a few dozen events with procedures in it, all of which fold from an empty world.
struct Course {
  LogHeader header;
  std::vector<Event> events;
  World end;
};
Course small_course();

// The course as the text of a log.
std::string log_text(const Course& course, bool compressed = false);

}  // namespace holdfast
