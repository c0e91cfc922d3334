// Answers on a board: putting them there, and finding one's own (docs/formats.md, "Board").
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "crypto/open/receipt.h"
#include "crypto/open/signing.h"
#include "crypto/seal/board.h"

namespace sandyk::crypto {

using SlotKey = Secret<struct SlotKeyKind, 32, SharedPages>;
using SlotTag = std::array<std::uint8_t, board_format::tag_size>;

/// Where a slot is found, and what seals it: of one thread, organisation, board and place in the answer.
struct SlotKeys {
  SlotTag tag;
  SlotKey key;
};
SlotKeys derive_slot_keys(const ReplyKey& reply_key, std::string_view organisation, std::uint32_t number,
                          unsigned index);

/// All that one thread is told by one organisation on a board.
struct ThreadText {
  const ReplyKey* reply_key;
  WipedBytes text;  ///< UTF-8; at most what eight slots hold
};

/// How many slots a text takes, cut where letters end; nothing when it is empty, not UTF-8, or more than
/// eight hold.
std::optional<unsigned> slots_for(ByteView text);

/// The board's bytes: every text in slots of its own, in random places, all other slots random. Nothing when
/// they do not fit. Each call seals and signs anew, so no two boards have a slot in common.
std::optional<Bytes> make_board(const BoardHeader& header, std::string_view organisation,
                                std::span<const ThreadText> texts, const SigningKey& answer_key);

/// What the board tells this thread; empty when it holds nothing, which looks the same for a wrong code, an
/// answer that has ended and one that never was. What the organisation's answer key did not sign is passed
/// over.
WipedBytes answer_on(const Board& board, const ReplyKey& reply_key, const VerifyKey& answer_key);

/// Shows whoever has the reply key that its holder has read this answer: 16 bytes that only the text gives.
using ReadProof = std::array<std::uint8_t, 16>;
ReadProof read_proof(const ReplyKey& reply_key, std::string_view organisation, ByteView answer);

}  // namespace sandyk::crypto
