// Asking a server until it answers: tries again after a wait, and at another node of the same site.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "crypto/seal/ids.h"
#include "reporter/failure.h"
#include "reporter/sealing.h"
#include "transport/client.h"

namespace sandyk::reporter {

/// How long to go on. Waits double from the first to the longest, each drawn at random between half and the
/// whole, so that those whom a flood kept out do not come back all at once. With the defaults: about ten
/// minutes.
struct Patience {
  unsigned tries = 9;
  std::chrono::milliseconds first_wait{5000};
  std::chrono::milliseconds longest_wait{120'000};
};

/// Told before each wait.
using Notice = std::function<void(const std::string&)>;
using Request =
    std::function<tl::expected<transport::Response, transport::TransportFault>(const transport::Address&)>;

/// Makes `request` of the first node that answers. Tries again after a lost connection, 408, 429 and 5xx; a
/// node whose TLS does not prove its name is not asked again. Any other status is a response, for the caller
/// to judge.
[[nodiscard]] tl::expected<transport::Response, Failure> ask(std::vector<transport::Address> nodes,
                                                             const Request& request, const Patience& patience,
                                                             const Notice& notice);

/// Sends a sealed report, a large one in parts (reporter/parted_delivery.h), the others by PUT. Sending it
/// again is harmless: its name is its content. A node that asks for work is given it (`solving` is told in
/// per cent), up to three times for each try.
[[nodiscard]] Outcome deliver(transport::Client& client, const std::vector<transport::Address>& nodes,
                              const Sealed& sealed, const Patience& patience,
                              const transport::Progress& progress, const Notice& notice,
                              const std::function<void(unsigned)>& solving);

/// The sentence of a server's JSON answer for a terminal, at most 300 characters; empty when it has none.
std::string say_of(crypto::ByteView answer);

}  // namespace sandyk::reporter
