#include "reporter/board_source.h"

#include <fmt/format.h>

#include <algorithm>

#include "report/thread.h"

namespace sandyk::reporter {
namespace {

using crypto::Board;

constexpr std::uint8_t separator = 0x1E;  // between the answers of a thread
constexpr std::size_t max_signature_file = 4096;
constexpr unsigned not_found = 404;

/// A board and its signature as a server gives them, or its status where that is not 200.
struct Fetched {
  unsigned status;
  crypto::Bytes bytes, signature;
};

tl::expected<Fetched, Failure> fetch_one(transport::Client& client, const transport::Address& node,
                                         const crypto::Organisation& of, const Patience& patience,
                                         const Notice& notice) {
  const std::string path = "/board/" + of.id + "/current";
  const auto get = [&](const std::string& file, std::size_t most) {
    return ask(
        {node}, [&](const transport::Address& address) { return client.get(address, file, most); }, patience,
        notice);
  };
  auto board = get(path, crypto::board_size(of.board_slots));
  if (!board) return tl::unexpected(board.error());
  auto signature = get(path + ".minisig", max_signature_file);
  if (!signature) return tl::unexpected(signature.error());
  const unsigned status = board->status == 200 ? signature->status : board->status;
  return Fetched{status, std::move(board->body), std::move(signature->body)};
}

}  // namespace

tl::expected<Boards, Failure> fetch_boards(transport::Client& client, const transport::Address& node,
                                           const crypto::Keyring& keyring, crypto::Date today,
                                           const Patience& patience, const Notice& notice) {
  Boards found;
  for (const crypto::Organisation& of : keyring.content().organisations) {
    tl::expected<Board, crypto::BoardFault> board = tl::unexpected(crypto::BoardFault::malformed);
    unsigned status = 200;
    // At 00:00 UTC the next board may come between the two files: then they do not fit, and the next time do.
    for (int tries = 0; tries < 2 && !board && status == 200; ++tries) {
      const auto fetched = fetch_one(client, node, of, patience, notice);
      if (!fetched) return tl::unexpected(fetched.error());
      status = fetched->status;
      if (status == 200)
        board =
            Board::verify(fetched->bytes, crypto::text_of(fetched->signature), of, keyring.content().site);
    }
    if (status == not_found) {
      found.remarks.push_back(fmt::format("{} has no board on this server.", of.id));
    } else if (status != 200) {
      found.remarks.push_back(fmt::format("The board of {} cannot be had (status {}).", of.id, status));
    } else if (!board) {
      found.remarks.push_back(
          fmt::format("The board of {} {}: nothing on it is shown. Tell the organisation.", of.id,
                      sentence(board.error())));
      found.has_unverified = true;
    } else {
      if (board->header().date < today)
        found.remarks.push_back(
            fmt::format("The board of {} is of {}: what was answered since is not on it. Somebody may be "
                        "holding back the newer ones.",
                        of.id, board->header().date.text()));
      found.boards.push_back(std::move(*board));
    }
  }
  return found;
}

std::vector<FoundAnswer> answers_on(const Boards& boards, const crypto::Keyring& keyring,
                                    const crypto::ReplyKey& reply_key) {
  std::vector<FoundAnswer> found;
  for (const Board& board : boards.boards)
    for (const crypto::Organisation& of : keyring.content().organisations) {
      if (of.id != board.organisation()) continue;
      const crypto::WipedBytes text = crypto::answer_on(board, reply_key, of.answer_key);
      for (auto at = text.begin(); at != text.end();) {
        const auto end = std::find(at, text.end(), separator);
        if (end != at) found.push_back({of.id, crypto::WipedBytes(at, end)});
        at = end == text.end() ? end : end + 1;
      }
    }
  return found;
}

std::vector<crypto::ReadProof> proofs_of(const std::vector<FoundAnswer>& answers,
                                         const crypto::ReplyKey& reply_key) {
  std::vector<crypto::ReadProof> proofs;
  for (const FoundAnswer& answer : answers)
    if (proofs.size() < report::max_read)
      proofs.push_back(crypto::read_proof(reply_key, answer.organisation, answer.text));
  return proofs;
}

}  // namespace sandyk::reporter
