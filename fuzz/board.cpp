// A board that is read and written again has the same header. Signed, it is accepted from its organisation's
// answer key alone, for its own site, as a board alone, and of its own day alone; finding answers in it
// always ends, and finds none that nobody signed.
#include "crypto/seal/board.h"

#include <algorithm>
#include <cstdlib>

#include "crypto/open/age/mlkem768x25519.h"
#include "crypto/open/answers.h"
#include "fuzz/fixed_keys.h"

using namespace sandyk;
using namespace sandyk::crypto;

namespace {

const age::HybridRecipient& recipient() {
  static const auto one = age::HybridIdentity::generate().recipient();
  return one;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView bytes(data, size);
  const auto header = parse_board(bytes);
  if (!header) return 0;
  const auto head = write_board_header(*header);
  if (!std::equal(head.begin(), head.end(), data)) std::abort();

  const SigningKey& key = fuzz::signing_key();
  const Organisation they{"fuzz", {}, recipient(), key.verify_key(), key.verify_key(), header->slots};
  const auto read = [&](SignedKind kind, const std::string& mark, const SigningKey& by, const char* site) {
    return Board::verify(bytes, by.sign(bytes, kind, site, mark), they, "0123456789abcdef");
  };
  const std::string mark = header->date.text();
  const auto board = read(SignedKind::board, mark, key, "0123456789abcdef");
  if (!board || board->header() != *header) std::abort();
  if (read(SignedKind::statement, mark, key, "0123456789abcdef")) std::abort();
  if (read(SignedKind::board, mark + "0", key, "0123456789abcdef")) std::abort();
  if (read(SignedKind::board, mark, fuzz::second_key(), "0123456789abcdef")) std::abort();
  if (read(SignedKind::board, mark, key, "another")) std::abort();
  const auto thread = ReplyKey::make([](auto out) { std::fill(out.begin(), out.end(), std::uint8_t{1}); });
  if (!answer_on(*board, thread, fuzz::second_key().verify_key()).empty()) std::abort();
  return 0;
}
