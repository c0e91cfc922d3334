// The request that cpp-httplib gets to see: written by us from what the front understood, never the received
// bytes.
#pragma once

#include <string>

#include "intake/request_head.h"

namespace sandyk::intake {

/// Method, path, a fixed host, the week if it is one, and no body: that travels beside, in the Exchange.
/// `head.method` is get or put. Read back by parse_head it gives the same method, path and week.
std::string canonical_request(const Head& head);

}  // namespace sandyk::intake
