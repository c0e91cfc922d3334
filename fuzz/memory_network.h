// A network and a clock in memory, for a front that runs on one thread: the calls of the system that it makes
// are replaced for the whole program (memory_network.cpp), and each epoll_wait first asks a script what
// happens next. The front is the product's, unchanged.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace sandyk::fuzzing {

/// The other end of one connection.
struct Peer {
  std::string sent;          ///< to the server
  std::size_t taken = 0;     ///< of it, by the server
  std::string received;      ///< from the server
  std::size_t window = 0;    ///< bytes that it will still take
  bool has_ended = false;    ///< will send no more
  bool is_reset = false;     ///< is gone
  bool is_finished = false;  ///< the server has said that it will send no more
  bool is_accepted = false;
  bool is_closed = false;            ///< by the server
  std::uint32_t address = 0;         ///< IPv4
  std::chrono::nanoseconds since{};  ///< when it came
};

class MemoryNetwork {
 public:
  /// What happens next, within a turn that may wait for `most`: moves the clock, or changes peers.
  using Script = std::function<void(std::chrono::milliseconds most)>;

  /// Takes the place of the network until it goes.
  explicit MemoryNetwork(Script script);
  ~MemoryNetwork();
  MemoryNetwork(const MemoryNetwork&) = delete;
  MemoryNetwork& operator=(const MemoryNetwork&) = delete;

  std::chrono::nanoseconds now() const { return now_; }
  void pass(std::chrono::milliseconds time) { now_ += time; }

  /// A peer that connects; it stays where it is until this network goes.
  Peer& connect(std::uint32_t address);
  /// Says that something about it has changed.
  void changed(const Peer& peer);
  /// What workers and verifiers have finished is not told while it is held back.
  void hold_back(bool is_held) { is_held_ = is_held; }

  /// The next accept fails like this.
  void refuse_accept(int error) { accept_error_ = error; }

  /// Descriptors that are open.
  std::size_t open_descriptors() const { return descriptors_.size(); }

 private:
  friend struct Calls;
  enum class Kind { epoll, event, listener, connection };
  struct Descriptor {
    Kind kind;
    std::uint64_t count = 0;  ///< of an event
    Peer* peer = nullptr;
    bool is_watched = false, is_edge = false, is_changed = false;
    std::uint64_t data = 0;
  };
  int open(Descriptor descriptor);
  Descriptor* find(int fd, Kind kind);
  bool is_ready(const Descriptor& descriptor) const;
  unsigned events_of(const Descriptor& descriptor) const;

  Script script_;
  std::chrono::nanoseconds now_{std::chrono::hours(1)};
  int next_;
  std::map<int, Descriptor> descriptors_;
  std::vector<std::unique_ptr<Peer>> peers_;
  bool is_held_ = false;
  int accept_error_ = 0;
};

}  // namespace sandyk::fuzzing
