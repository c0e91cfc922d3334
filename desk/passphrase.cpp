#include "desk/passphrase.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>
#include <optional>

#include "crypto/seal/file.h"
#include "desk/terminal.h"

namespace sandyk::desk {
namespace {

using crypto::exit_no_key;
using crypto::exit_usage;
using crypto::Fd;
using crypto::SecretText;
using crypto::WipedBytes;

/// Shows nothing of what is typed, as long as it lives.
class EchoOff {
 public:
  explicit EchoOff(int terminal) : terminal_(terminal) {
    if (tcgetattr(terminal_, &before_) != 0) return;
    termios silent = before_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    silent.c_lflag |= ECHONL;
    is_off_ = tcsetattr(terminal_, TCSAFLUSH, &silent) == 0;
  }
  ~EchoOff() {
    if (is_off_) tcsetattr(terminal_, TCSAFLUSH, &before_);
  }
  EchoOff(const EchoOff&) = delete;
  EchoOff& operator=(const EchoOff&) = delete;
  bool is_off() const { return is_off_; }

 private:
  int terminal_;
  termios before_{};
  bool is_off_ = false;
};

std::optional<SecretText> read_secret_line(int fd) {
  WipedBytes line;
  line.reserve(most_passphrase);
  if (!read_line(fd, most_passphrase, [&](std::uint8_t byte) { line.push_back(byte); })) return std::nullopt;
  return SecretText(line);
}

tl::expected<SecretText, Problem> from_file(const std::filesystem::path& file) {
  const Fd fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd.is_open())
    return problem(fmt::format("The passphrase file {} cannot be read: {}.", file.string(),
                               crypto::sentence(crypto::io_fault(errno))),
                   exit_no_key);
  auto line = read_secret_line(fd.get());
  if (!line || line->size() == 0)
    return problem(fmt::format("The passphrase file {} has no first line of 1 to {} bytes.", file.string(),
                               most_passphrase),
                   exit_no_key);
  return std::move(*line);
}

tl::expected<SecretText, Problem> from_terminal(const std::string& prompt) {
  const auto terminal = Terminal::open("the passphrase", "--passphrase-file");
  if (!terminal) return tl::unexpected(terminal.error());
  const EchoOff silence(terminal->fd());
  if (!silence.is_off())
    return problem("The terminal cannot hide the passphrase; use --passphrase-file.", exit_usage);
  if (auto said = terminal->say(prompt + ": "); !said) return tl::unexpected(said.error());
  auto line = read_secret_line(terminal->fd());
  if (!line || line->size() == 0) return problem("No passphrase was given.", exit_no_key);
  return std::move(*line);
}

}  // namespace

tl::expected<SecretText, Problem> ask_passphrase(const PassphraseSource& source, const std::string& whose) {
  return source.file.empty() ? from_terminal("Passphrase of " + whose) : from_file(source.file);
}

tl::expected<SecretText, Problem> ask_new_passphrase(const PassphraseSource& source,
                                                     const std::string& whose) {
  auto first = source.file.empty() ? from_terminal("New passphrase of " + whose) : from_file(source.file);
  if (!first) return first;
  if (first->size() < least_passphrase)
    return problem(
        fmt::format("A passphrase of fewer than {} characters is guessed too soon; six or more random "
                    "words are good.",
                    least_passphrase),
        exit_usage);
  if (!source.file.empty()) return first;
  const auto second = from_terminal("The same again");
  if (!second) return tl::unexpected(second.error());
  if (second->size() != first->size() ||
      sodium_memcmp(first->expose().data(), second->expose().data(), first->size()) != 0)
    return problem("The two passphrases differ; nothing was made.", exit_usage);
  return first;
}

}  // namespace sandyk::desk
