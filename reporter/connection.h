// Reaching a server: flags checked, a client, and sending with a progress bar.
#pragma once

#include <vector>

#include "crypto/seal/keyring.h"
#include "reporter/commands.h"
#include "reporter/delivery.h"
#include "reporter/failure.h"
#include "reporter/sealing.h"
#include "transport/client.h"

namespace sandyk::reporter {

/// A route whose flags were checked.
struct Connection {
  transport::Address address;
  transport::Client client;
  Patience patience;
};

/// Checks the flags; nothing is asked of a server yet.
[[nodiscard]] tl::expected<Connection, Failure> connect(const Route& route);

/// Sends with a progress bar, and says what the server now holds.
[[nodiscard]] Outcome send_to(Connection& connection, const std::vector<transport::Address>& nodes,
                              const Sealed& sealed);

/// Pins hold for one server only: with one, no other node is asked.
std::vector<transport::Address> nodes_for(const Connection& connection, const Route& route,
                                          const crypto::Keyring& keyring);

}  // namespace sandyk::reporter
