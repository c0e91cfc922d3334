// Every organisation's board, fetched whole and verified; and what they tell one thread.
#pragma once

#include <string>
#include <vector>

#include "crypto/open/answers.h"
#include "crypto/seal/keyring.h"
#include "reporter/delivery.h"
#include "reporter/failure.h"

namespace sandyk::reporter {

struct Boards {
  std::vector<crypto::Board> boards;
  std::vector<std::string> remarks;  ///< of boards that are missing, old, or not to be trusted
  bool has_unverified = false;
};

/// Fetches the current board of every organisation of the keyring, always all of them, before a code is asked
/// for: the server sees the same of everybody.
[[nodiscard]] tl::expected<Boards, Failure> fetch_boards(transport::Client& client,
                                                         const transport::Address& node,
                                                         const crypto::Keyring& keyring, crypto::Date today,
                                                         const Patience& patience, const Notice& notice);

struct FoundAnswer {
  std::string organisation;
  crypto::WipedBytes text;  ///< begins with its day
};

/// What the boards tell whoever has this reply key, organisation by organisation, the oldest first.
std::vector<FoundAnswer> answers_on(const Boards& boards, const crypto::Keyring& keyring,
                                    const crypto::ReplyKey& reply_key);

/// What shows the organisations that these were read, no more than a thread.json holds.
std::vector<crypto::ReadProof> proofs_of(const std::vector<FoundAnswer>& answers,
                                         const crypto::ReplyKey& reply_key);

}  // namespace sandyk::reporter
