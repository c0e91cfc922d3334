// Starts that ended badly, counted, so that a server that crashes again and again is slowed down, not fed:
// each start costs an epoch. Only a number is kept (vault/starts), no time.
#pragma once

#include <chrono>
#include <filesystem>

namespace sandyk::storage {

/// A start that lives this long does not count, however it ends.
inline constexpr std::chrono::minutes long_enough{10};

class StartCounter {
 public:
  /// Counts this start, durably. Where the number cannot be read it is 0; where it cannot be written nothing
  /// is slowed down: opening the vault then says what is wrong. For the one process that is about to open it.
  static StartCounter count(const std::filesystem::path& vault);

  /// How many starts in a row before this one ended badly within ten minutes.
  unsigned before() const { return before_; }

  /// After a clean stop, or ten minutes of running: back to 0.
  void forget() { write(0); }
  /// When this start did not come to anything: as if it had not been.
  void take_back() { write(before_); }

 private:
  StartCounter(std::filesystem::path vault, unsigned before) : vault_(std::move(vault)), before_(before) {}
  void write(unsigned number) const;

  std::filesystem::path vault_;
  unsigned before_;
};

/// How long to wait after so many: nothing before the third, then 10 seconds, doubled by each further one, up
/// to `most`.
std::chrono::seconds start_delay(unsigned before, std::chrono::seconds most);

}  // namespace sandyk::storage
