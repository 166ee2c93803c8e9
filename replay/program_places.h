// Where a procedure stands, as it is written in a log: "autoscaler_cycle.b". Some letters belong to
// several instructions, one for the access and others for the control flow around it: the second of
// them is "autoscale.c/2". Constant; safe to use from several threads.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <holdfast/model/world.h>

namespace holdfast {

// The frame's place as text; empty if it is in no program's list.
std::string_view frame_text(Frame frame);

std::optional<Frame> frame_named(std::string_view text);

// Every place there is, in the order of the programs.
std::span<const std::string> frame_texts();

}  // namespace holdfast
