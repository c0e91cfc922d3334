// The listening socket. A peer's address is only ever in one buffer here, which becomes the number of a
// bucket and is wiped before accept() returns.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "crypto/seal/file.h"
#include "intake/source_buckets.h"

namespace sandyk::intake {

enum class ListenFault {
  address,  ///< not numeric "host:port"
  in_use,
  no_access,  ///< a port below 1024, or a folder that may not be written
  failed,
  handed_over,  ///< what the service manager handed over is not the one socket that was asked for
};
std::string_view sentence(ListenFault fault);

struct Accepted {
  crypto::Fd socket;
  std::optional<SourceBuckets::Bucket> source = std::nullopt;
};

class Listener {
 public:
  /// `address` is `127.0.0.1:8443` or `[::1]:8443`; port 0 takes a free one. `[::]` takes IPv4 as well.
  [[nodiscard]] static tl::expected<Listener, ListenFault> on_address(const std::string& address);
  /// A UNIX socket for a proxy or an onion service on the same machine. A socket that nobody serves is
  /// replaced.
  [[nodiscard]] static tl::expected<Listener, ListenFault> on_path(const std::filesystem::path& path);

  /// True when a service manager opened the socket and handed it over, by the protocol of sd_listen_fds(3).
  static bool is_handed_over();
  /// That socket: exactly one, listening, on a UNIX socket or on TCP. Call once: it takes the variables of
  /// the protocol out of the environment.
  enum class Kind { tcp, unix_socket };
  [[nodiscard]] static tl::expected<Listener, ListenFault> take_over(Kind kind);

  int fd() const { return socket_.get(); }
  /// Where it listens, as host:port or as the path.
  const std::string& address() const { return address_; }

  /// The next connection, non-blocking; nothing when none waits or the system is short of something. Out of
  /// descriptors, the waiting ones are taken with the reserve and closed, so that they learn it.
  Accepted accept(const SourceBuckets& sources);
  std::uint64_t errors() const { return errors_; }

 private:
  Listener(crypto::Fd socket, std::string address);
  bool shed_one();

  crypto::Fd socket_;
  crypto::Fd reserve_;
  std::string address_;
  std::uint64_t errors_ = 0;
};

}  // namespace sandyk::intake
