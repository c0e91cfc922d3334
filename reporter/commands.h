// The sub-commands of sandyk-report, each with what its flags say.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "reporter/failure.h"

namespace sandyk::reporter {

/// How to reach a server.
struct Route {
  std::string to;
  std::string ca_file, pin, proxy;
  unsigned tries;
};

struct SendOptions {
  Route route;
  std::string root_key;
  std::filesystem::path report;
  std::vector<std::string> files;
  std::vector<std::string> only;
  std::filesystem::path state;  ///< empty: nothing is kept on the device
};
/// Fetches the keyring, seals, sends, and shows the receipt.
[[nodiscard]] Outcome send(const SendOptions& options);

struct SealOptions {
  std::string root_key;
  std::filesystem::path keyring;
  std::filesystem::path report;
  std::vector<std::string> files;
  std::vector<std::string> only;
  std::filesystem::path out;
};
/// Seals to a file for another way of sending, and shows the receipt.
[[nodiscard]] Outcome seal(const SealOptions& options);

struct SendSealedOptions {
  Route route;
  std::filesystem::path file;
  std::string week;  ///< empty: the file's name says it
};
/// Sends a file that somebody else sealed.
[[nodiscard]] Outcome send_sealed(const SendSealedOptions& options);

struct PackOptions {
  std::filesystem::path report;
  std::vector<std::string> files;
  std::filesystem::path out;
};
/// Writes the packed, padded tar, for those who seal with stock age.
[[nodiscard]] Outcome pack(const PackOptions& options);

}  // namespace sandyk::reporter
