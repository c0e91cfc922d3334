#include "desk/screen/server.h"
#include "report/vocabulary.h"

namespace sandyk::report {
extern const std::string_view vocabulary_json;
}

namespace sandyk::desk {

void add_report_routes(Server& server, Desk&) {
  server.get(
      "/api/vocabulary",
      [](const Asked&) {
        return Answer{200, "application/json", std::string(report::vocabulary_json)};
      },
      Server::Hold::no);
}

}  // namespace sandyk::desk
