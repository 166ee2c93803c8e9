// What a step has changed.
//
// Thread safety: the function is pure.
#pragma once

#include <holdfast/model/world.h>

namespace holdfast {

// Whether the worlds of an untimed walk differ in nothing but the procedure at `place` and the
// memory that is its own.
bool differs_only_at(const World& a, const World& b, ProcedureIndex place);

}  // namespace holdfast
