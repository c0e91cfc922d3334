#include "desk/screen/server.h"

namespace sandyk::desk {

void add_key_routes(Server&, Desk&) {}

}  // namespace sandyk::desk
