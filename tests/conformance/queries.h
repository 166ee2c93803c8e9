// How many queries of the database the recordings' server makes where the model has one step: an
// injected error fails one query.
#pragma once

#include <vector>

#include <holdfast/model/procedures/turn.h>

namespace holdfast {

// What an error of a query does. `stops`: the step fails, and the queries after it are not made.
// `fails`: it fails, and they are. `logged`: no more than that.
enum class Query : std::uint8_t { stops, fails, logged };

// The queries of the step that the procedure at `place` takes next, in order. Requires: the step's
// store is the database.
std::vector<Query> queries_of(const World& world, ProcedureIndex place);

}  // namespace holdfast
