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
#include "intake/limits.h"

namespace sandyk::intake {

struct Option {
  std::string_view key;  ///< in the file; the flag is `--` and this
  std::string_view help;
};

/// Every option there is, in the order of `--help`.
inline constexpr std::array<Option, 34> options = {{
    {"listen", "Where to listen: host:port, numeric, port 0 for a free one (default 127.0.0.1:8443)"},
    {"unix-socket",
     "Listen on this UNIX socket instead, without TLS, for a proxy or onion service on the same machine"},
    {"vault", "Folder of the vault; made when it is not there"},
    {"cert", "TLS certificate chain, PEM"},
    {"key", "Key of the certificate, PEM without a passphrase"},
    {"root-key", "The site's root public key: a minisign .pub file, or its base64 line"},
    {"log-key", "File of the key that signs the audit log; without it nothing is logged"},
    {"contacts",
     "File of emergency contacts, signed by the root key (.minisig beside it), that the page shows; without "
     "it "
     "none"},
    {"max-connections", "Connections at a time (default 4000)"},
    {"per-source",
     "Connections of one source (an IPv4 address, or an IPv6 network of 56 bits) from which on it is over "
     "its "
     "cap: the first to make place, and under pressure refused; 0 for no cap (default 64)"},
    {"handshake-rate", "TLS handshakes begun in a second, the others wait; 0 for any number (default 3000)"},
    {"per-source-handshakes",
     "The same of one source, while more than half of all are in use; 0 for any number (default 50)"},
    {"per-source-loopback",
     "Whether connections from this machine count as of a source, on or off; when on, a proxy or onion "
     "service here is one source for everybody behind it (default off)"},
    {"handshake-time", "Seconds from accepting a connection to the end of its TLS handshake (default 5)"},
    {"header-time", "Seconds for the headers of a request (default 10)"},
    {"body-time", "Seconds for a body, besides its length divided by min-rate (default 10)"},
    {"answer-time", "Seconds for taking an answer, besides its length divided by min-rate (default 5)"},
    {"idle-time", "Seconds that a connection may wait between two requests (default 5)"},
    {"linger-time", "Seconds that a connection stays after its last answer, for it to arrive (default 1)"},
    {"grace-time", "Milliseconds that a connection has before it may have to make place (default 1500)"},
    {"min-rate", "Least rate of an upload, in bytes a second; K and M may follow (default 8K)"},
    {"memory", "Room for all bodies in memory, in bytes; K, M and G may follow (default 24M)"},
    {"max-large", "Bodies above the 256 KiB class at a time, each in a file without a name (default 16)"},
    {"workers", "Threads that answer requests; each waits for a commit (default 64)"},
    {"queue", "Complete requests that wait for a worker (default 512)"},
    {"requests-per-connection", "Requests that one connection may make (default 100)"},
    {"reserve", "Room on the disk that reports may not use, in bytes; K, M and G may follow (default 256M)"},
    {"small-reserve",
     "Room on the disk above the reserve that reports above the 256 KiB class may not use, in bytes; K, M "
     "and "
     "G may follow (default 256M)"},
    {"epoch-size",
     "Step of the size of a database's file, a power of two, so that it does not show how much is in it; K, "
     "M and "
     "G may follow, 0 for none (default 16M)"},
    {"upload-spool",
     "Size of the file for reports that come in parts, whole from the start; K, M and G may follow, 0 to "
     "take "
     "none in parts (default 128M)"},
    {"max-uploads", "Reports that come in parts at a time (default 1000)"},
    {"puzzle-floor",
     "Least effort of the admission puzzle, always: 0 (asks for work only under load), or 64 to 16384 "
     "(default 0)"},
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
  std::filesystem::path log_key;   ///< empty: no audit log
  std::filesystem::path contacts;  ///< empty: none
  std::optional<crypto::VerifyKey> root;
  Limits limits;
  std::uint64_t reserve = 256 * 1024 * 1024;
  std::uint64_t epoch_size = 16 * 1024 * 1024;
  std::uint32_t puzzle_floor = 0;
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
