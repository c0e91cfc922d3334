// The request that cpp-httplib gets to see: written by us from what the front understood, never the received
// bytes.
#pragma once

#include <string>

#include "intake/request_head.h"

namespace sandyk::intake {

/// Method, path, a fixed host, the week and the report's id if they are such, what is said of an upload, and
/// no body: that travels beside, in the Exchange. `head.method` is not `preflight` or `other`. Read back by
/// parse_head it gives the same of all these.
std::string canonical_request(const Head& head);

}  // namespace sandyk::intake
