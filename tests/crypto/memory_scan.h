// Looking for secrets in all the memory that another process has mapped.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/seal/bytes.h"

namespace sandyk::crypto {

/// What to look for: secrets, each in every form in which a program may have left it behind.
class Needles {
 public:
  /// Secret bytes: as they are; as HMAC pads them; with the bytes of each word turned round, as SHA-256 works
  /// on them; in hex and base64; and each word repeated, as ChaCha20 spreads its key over vector registers.
  void add_key(const std::string& name, ByteView key);
  /// The same for a text, which is also looked for in lower case.
  void add_text(const std::string& name, std::string_view text);
  /// Bytes as they are, and no form of them.
  void add_bytes(const std::string& name, ByteView bytes);
  void add(const Needles& more) { all_.insert(all_.end(), more.all_.begin(), more.all_.end()); }

  struct Needle {
    std::string name;
    Bytes bytes;
    std::size_t least;  ///< bytes in a row, from a multiple of this, that are a find: 8, or 16
  };
  const std::vector<Needle>& all() const { return all_; }

 private:
  /// As SHA-256 has it in its block of words, and as HMAC's key.
  void add_padded(const std::string& name, ByteView bytes);
  void add_form(const std::string& name, ByteView bytes, std::size_t least = 8);
  std::vector<Needle> all_;
};

/// One place where a secret, or a part of one, stands.
struct Find {
  std::string name;      ///< of the secret, with its form
  std::size_t had, all;  ///< bytes of it that stand there, and how many it has
  std::uint64_t address;
  std::string mapping;  ///< as the kernel names it: [heap], [stack], a file, or nothing
  bool is_whole() const { return had == all; }
};
void PrintTo(const Find& find, std::ostream* out);

struct Scan {
  std::vector<Find> finds;
  std::uint64_t bytes = 0;             ///< looked at
  std::uint64_t unreadable_pages = 0;  ///< which no read of the process itself can reach either

  /// Whether the secret of this name, whole and as it is, stands anywhere.
  bool found(std::string_view name) const;
  /// The mappings in which it does.
  std::vector<std::string> places(std::string_view name) const;
};

/// Reads everything that `process` has mapped, guarded pages too (/proc/PID/mem heeds no protection), and
/// looks for `needles` at every byte. Throws where the system does not let us look.
Scan scan_memory(pid_t process, const Needles& needles);

}  // namespace sandyk::crypto
