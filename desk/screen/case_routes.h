// What the screen asks about cases: incidents, entities, notes, suggestions, search, retention.
#pragma once

#include "desk/screen/server.h"

namespace sandyk::desk {

void add_case_routes(Server& server, Desk& desk);        // case_routes.cpp, and the two below
void add_suggestion_routes(Server& server, Desk& desk);  // suggestion_routes.cpp: notes and search too
void add_retention_routes(Server& server, Desk& desk);   // retention_routes.cpp

/// `{class, due?, overdue, held}` of a report that is here.
[[nodiscard]] tl::expected<crypto::Json, Problem> shown_retention(Desk& desk, std::int64_t report);

}  // namespace sandyk::desk
