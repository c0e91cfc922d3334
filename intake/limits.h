// Every cap and every deadline of the endpoint, once. All of them are absolute: no traffic extends one.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

#include "crypto/seal/age/format.h"
#include "crypto/seal/size_class.h"

namespace sandyk::intake {

using Clock = std::chrono::steady_clock;
using TimePoint = Clock::time_point;

// What one request head may be.
inline constexpr std::size_t max_head_size = 8 * 1024;
inline constexpr std::size_t max_fields = 64;
inline constexpr std::size_t max_path_size = 200;  ///< ours are under 80
inline constexpr std::size_t max_host_size = 255;  ///< the longest name in the DNS
inline constexpr std::size_t max_length_digits = 15;

/// What the front allows. Why these numbers: docs/design.md, section 6; tests use shorter ones. Each that an
/// operator may change is an option of the configuration (intake/config.h).
struct Limits {
  std::size_t max_connections = 4000;  ///< about 60 MB when every one of them is in a handshake
  std::size_t per_source = 64;         ///< connections of one source until it is over its cap; 0: no cap
  unsigned handshake_rate = 3000;      ///< TLS handshakes begun in a second, about what one core does; 0: any
  unsigned per_source_handshakes = 50;  ///< of one source, once more than half of those are in use; 0: any
  bool counts_loopback = false;         ///< as a source; a proxy or onion service would be one for everybody
  std::uint64_t min_rate = 8 * 1024;    ///< bytes a second of a body; Tor needs the low end

  std::chrono::milliseconds handshake{5'000};
  std::chrono::milliseconds headers{10'000};
  std::chrono::milliseconds body{10'000};  ///< and length / min_rate on top
  std::chrono::milliseconds answer{5'000};
  std::chrono::milliseconds idle{5'000};
  std::chrono::milliseconds linger{
      1'000};  ///< so that an answer arrives that came before the end of the request
  std::chrono::milliseconds grace{1'500};  ///< younger connections are never evicted
  std::chrono::milliseconds sweep{100};
  std::chrono::milliseconds stop{10'000};  ///< to finish what is in work

  std::uint64_t memory = 24 * crypto::mib;          ///< of all bodies in memory, by the length they declare
  std::uint64_t small_reserve = 256 * crypto::mib;  ///< of the disk, that large reports leave to small ones
  std::size_t max_large = 16;                       ///< bodies in a spool file at a time
  std::size_t workers = 32;  ///< each waits for a commit, so this is the size of a batch
  std::size_t queue = 512;
  std::size_t puzzle_threads = 2;  ///< each takes 1 MiB and a millisecond or two for one solution
  std::size_t puzzle_queue = 256;  ///< solutions that wait; the highest effort goes first
  unsigned requests_per_connection = 100;

  // Reports that come in parts
  std::uint64_t upload_spool =
      128 * crypto::mib;                          ///< room for all that are still arriving; 0: none are taken
  std::size_t max_uploads = 1000;                 ///< at a time; those just finished are counted
  std::chrono::seconds upload_age{24 * 60 * 60};  ///< after its last part an unfinished one is dropped
  std::chrono::seconds upload_grace{120};         ///< and before that it never has to make place
  std::chrono::seconds upload_memory{15 * 60};    ///< how long a finished one is known by its token
};

/// One part of an upload: fits largest_in_memory, so it is received whole before any of it is kept.
inline constexpr std::uint64_t max_part = 256 * crypto::kib;

/// Bodies above the sealed 256 KiB class go to a spool file.
inline const std::uint64_t largest_in_memory =
    crypto::sealed_length(256 * crypto::kib, crypto::age::max_recipients);
/// The smallest class: the last quarter of the memory is for these alone.
inline const std::uint64_t smallest_report =
    crypto::sealed_length(crypto::size_classes[0], crypto::age::max_recipients);

}  // namespace sandyk::intake
