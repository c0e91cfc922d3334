// The configuration: one file of `key = value` lines, and flags of the same names that go before it.
#pragma once

#include <array>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "crypto/seal/signature.h"

namespace sandyk::intake {

struct Option {
  std::string_view key;  ///< in the file; the flag is `--` and this
  std::string_view help;
};

/// Every option there is, in the order of `--help`.
inline constexpr std::array<Option, 13> options = {{
    {"listen", "Where to listen: host:port, numeric, port 0 for a free one (default 127.0.0.1:8443)"},
    {"unix-socket",
     "Listen on this UNIX socket instead, without TLS, for a proxy or onion service on the same machine"},
    {"vault", "Folder of the vault; made when it is not there"},
    {"cert", "TLS certificate chain, PEM"},
    {"key", "Key of the certificate, PEM without a passphrase"},
    {"root-key", "The site's root public key: a minisign .pub file, or its base64 line"},
    {"log-key", "File of the key that signs the audit log; without it nothing is logged"},
    {"max-connections", "Connections at a time (default 4000)"},
    {"min-rate", "Least rate of an upload, in bytes a second; K and M may follow (default 8K)"},
    {"reserve", "Room on the disk that reports may not use, in bytes; K, M and G may follow (default 256M)"},
    {"epoch-size",
     "Step of the size of a database's file, a power of two, so that it does not show how much is in it; K, "
     "M and "
     "G may follow, 0 for none (default 16M)"},
    {"start-delay",
     "Most seconds to wait before starting after three crashes in a row; 0 for never (default 300)"},
    {"confinement",
     "\"off\" lets the server keep all rights of its user, to find a fault; never while it takes reports "
     "(default on)"},
}};

/// Values as they were written, by key.
using Values = std::map<std::string, std::string>;
/// What is wrong, one sentence each.
using Problems = std::vector<std::string>;

struct Config {
  std::string listen = "127.0.0.1:8443";
  std::filesystem::path unix_socket;  ///< empty: TLS on `listen`
  std::filesystem::path vault, cert, key;
  std::filesystem::path log_key;  ///< empty: no audit log
  std::optional<crypto::VerifyKey> root;
  std::size_t max_connections = 4000;
  std::uint64_t min_rate = 8 * 1024;
  std::uint64_t reserve = 256 * 1024 * 1024;
  std::uint64_t epoch_size = 16 * 1024 * 1024;
  unsigned start_delay = 300;  ///< seconds
  bool confinement = true;
};

/// Reads the lines of a file: `key = value`, blank, or a comment behind #. A key that there is not is a
/// problem that names the nearest one there is.
[[nodiscard]] tl::expected<Values, Problems> read_values(std::string_view text);

/// Checks every value on its own. Keys that are not there keep their defaults; which are needed is for the
/// command to say.
[[nodiscard]] tl::expected<Config, Problems> read_config(const Values& values);

/// What else must be there to serve: vault, root key, and a certificate unless there is a UNIX socket.
Problems missing_to_serve(const Config& config);

/// The option whose name differs least from `key`.
std::string_view nearest_key(std::string_view key);

}  // namespace sandyk::intake
