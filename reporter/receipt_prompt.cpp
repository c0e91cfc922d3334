#include "reporter/receipt_prompt.h"

#include <fcntl.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>
#include <optional>

#include "crypto/seal/file.h"
#include "crypto/seal/secret.h"

namespace sandyk::reporter {
namespace {

constexpr std::size_t most_typed = 128;
constexpr int most_tries = 3;

/// Shows nothing of what is typed, as long as it lives: a terminal keeps what it has shown.
class Unseen {
 public:
  explicit Unseen(int terminal) : terminal_(terminal) {
    if (tcgetattr(terminal_, &before_) != 0) return;
    termios silent = before_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    silent.c_lflag |= ECHONL;
    is_on_ = tcsetattr(terminal_, TCSAFLUSH, &silent) == 0;
  }
  ~Unseen() {
    if (is_on_) tcsetattr(terminal_, TCSAFLUSH, &before_);
  }
  Unseen(const Unseen&) = delete;
  Unseen& operator=(const Unseen&) = delete;
  bool is_on() const { return is_on_; }

 private:
  int terminal_;
  termios before_{};
  bool is_on_ = false;
};

/// The code in the next line; nothing when there is none in it. Read byte by byte, so that nothing lands in a
/// buffer of the C library.
std::optional<crypto::ReceiptCode> read_code(int fd, bool& is_over) {
  crypto::WipedBytes line;
  line.reserve(most_typed);
  std::uint8_t byte = 0;
  for (;;) {
    const ssize_t n = ::read(fd, &byte, 1);
    if (n < 0 && errno == EINTR) continue;
    is_over = n <= 0;
    if (n <= 0 || byte == '\n') break;
    if (byte != '\r' && line.size() < most_typed) line.push_back(byte);
  }
  return crypto::ReceiptCode::parse(crypto::text_of(line));
}

tl::unexpected<Failure> no_code() {
  return failure(crypto::exit_usage,
                 "This is not a receipt code: it has 25 digits, and a digit was mistyped or left out.");
}

}  // namespace

tl::expected<crypto::ReceiptCode, Failure> ask_receipt_code() {
  bool is_over = false;
  if (::isatty(STDIN_FILENO) != 1) {
    auto code = read_code(STDIN_FILENO, is_over);
    if (!code) return no_code();
    return std::move(*code);
  }
  const crypto::Fd terminal(::open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY));
  const Unseen unseen(terminal.get());
  if (!unseen.is_on())
    return failure(crypto::exit_usage, "The terminal cannot hide the code; give it on standard input.");
  for (int tries = 0; tries < most_tries && !is_over; ++tries) {
    if (!crypto::write_all(terminal.get(), crypto::bytes_of("Receipt code (not shown): "))) break;
    if (auto code = read_code(terminal.get(), is_over)) return std::move(*code);
  }
  return no_code();
}

}  // namespace sandyk::reporter
