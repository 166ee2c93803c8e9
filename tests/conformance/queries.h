// How many queries of the database the recordings' server makes where the model has one step: an
// injected error fails one query.
#pragma once

#include <vector>

#include <holdfast/model/procedures/turn.h>

namespace holdfast {

// The queries of the step that the procedure at `place` takes next, in order. True: an error of it
// is an error of the step, and the queries after it are not made. False: it is logged, and no more.
// Requires: the step's store is the database.
std::vector<bool> queries_of(const World& world, ProcedureIndex place);

}  // namespace holdfast
