#include "reporter/connection.h"

#include <fmt/format.h>

#include "reporter/keyring_source.h"
#include "reporter/terminal.h"

namespace sandyk::reporter {
namespace {

constexpr std::size_t short_hash = 16;

}  // namespace

tl::expected<Connection, Failure> connect(const Route& route) {
  const auto address = transport::Address::parse(route.to);
  if (!address)
    return failure(crypto::exit_usage,
                   "The address is not one of an intake: it is written like https://example.org or "
                   "http://….onion, with nothing behind.");
  if (!route.pin.empty() && !transport::is_pin(route.pin))
    return failure(crypto::exit_usage,
                   "The pin is not one: it is written sha256// and 44 characters of base64.");
  if (!route.proxy.empty() && !transport::is_proxy(route.proxy))
    return failure(crypto::exit_usage, "The proxy is not one: it is written like socks5h://127.0.0.1:9050.");
  if (address->is_onion() && route.proxy.empty())
    return failure(crypto::exit_usage,
                   "An onion address is reached through Tor: add --proxy socks5h://127.0.0.1:9050.");
  Patience patience;
  patience.tries = route.tries;
  return Connection{*address, transport::Client({route.ca_file, route.pin, route.proxy}), patience};
}

Outcome send_to(Connection& connection, const std::vector<transport::Address>& nodes, const Sealed& sealed) {
  ProgressBar bar("Sending");
  const auto progress = [&bar](std::uint64_t done, std::uint64_t all) { bar.show(done, all); };
  const auto tell = [&bar](const std::string& line) {
    bar.clear();
    notice(line);
  };
  ProgressBar work("The server is under load; doing the work it asks for");
  const auto solving = [&](unsigned percent) {
    bar.clear();
    percent < 100 ? work.show(percent, 100) : work.clear();
  };
  const auto done = deliver(connection.client, nodes, sealed, connection.patience, progress, tell, solving);
  work.clear();
  bar.clear();
  if (!done) return done;
  say(fmt::format("The server holds your sealed report: {}, number {}…", size_text(sealed.bytes.size()),
                  sealed.id.hex().substr(0, short_hash)));
  return {};
}

std::vector<transport::Address> nodes_for(const Connection& connection, const Route& route,
                                          const crypto::Keyring& keyring) {
  if (!route.pin.empty()) return {connection.address};
  return nodes_of(keyring, connection.address, !route.proxy.empty());
}

}  // namespace sandyk::reporter
