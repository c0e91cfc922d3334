#include "desk/terminal.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>

namespace sandyk::desk {
namespace {

constexpr std::size_t most_answer = 1024;

}  // namespace

bool read_line(int fd, std::size_t most, const std::function<void(std::uint8_t)>& take) {
  bool is_after_cr = false;
  for (std::size_t taken = 0;; ++taken) {
    std::uint8_t byte = 0;
    ssize_t n = 0;
    do n = ::read(fd, &byte, 1);
    while (n < 0 && errno == EINTR);
    if (n < 0) return false;
    const bool is_end = n == 0 || byte == '\n';
    if (is_after_cr && !is_end) take('\r');  // only one before the LF is none of the line
    if (is_end) return true;
    if (taken == most) return false;
    is_after_cr = byte == '\r';
    if (!is_after_cr) take(byte);
  }
}

tl::expected<Terminal, Problem> Terminal::open(std::string_view what, std::string_view instead) {
  crypto::Fd fd(::open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY));
  if (!fd.is_open())
    return problem(fmt::format("There is no terminal to ask for {}; use {}.", what, instead),
                   crypto::exit_usage);
  return Terminal(std::move(fd));
}

tl::expected<void, Problem> Terminal::say(std::string_view text) const {
  if (!crypto::write_all(fd_.get(), crypto::bytes_of(text)))
    return problem("The terminal cannot be written to.");
  return {};
}

tl::expected<std::string, Problem> Terminal::ask(std::string_view prompt) const {
  if (auto said = say(prompt); !said) return tl::unexpected(said.error());
  std::string line;
  if (!read_line(fd_.get(), most_answer, [&](std::uint8_t byte) { line += static_cast<char>(byte); }))
    return problem("The answer could not be read from the terminal.");
  return line;
}

}  // namespace sandyk::desk
