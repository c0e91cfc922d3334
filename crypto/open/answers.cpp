#include "crypto/open/answers.h"

#include <sodium.h>

#include <algorithm>
#include <numeric>

#include "crypto/seal/hkdf.h"
#include "crypto/seal/utf8.h"

namespace sandyk::crypto {
namespace {

using namespace board_format;

constexpr std::string_view slot_label = "sandyk/board/1";
constexpr std::string_view read_label = "sandyk/read/1";
constexpr std::string_view answer_label = "sandyk/answer/1";
using TagAndKey = Secret<struct TagAndKeyKind, tag_size + 32, SharedPages>;

static_assert(nonce_size == crypto_aead_xchacha20poly1305_ietf_NPUBBYTES);
static_assert(mac_size == crypto_aead_xchacha20poly1305_ietf_ABYTES);

/// What an answer's signature is over. The tag binds it to its thread, organisation, board and place.
WipedBytes signed_message(const SlotTag& tag, ByteView length_and_text) {
  WipedBytes message;
  message.reserve(answer_label.size() + tag_size + length_and_text.size());
  message.insert(message.end(), answer_label.begin(), answer_label.end());
  message.insert(message.end(), tag.begin(), tag.end());
  message.insert(message.end(), length_and_text.begin(), length_and_text.end());
  return message;
}

/// The longest beginning of `text` that a slot holds and that ends where a letter ends.
std::size_t piece_size(ByteView text) {
  if (text.size() <= max_text) return text.size();
  std::size_t size = max_text;
  while (size > 0 && (text[size] & 0xC0) == 0x80) --size;
  return size;
}

void write_slot(std::span<std::uint8_t> slot, const SlotKeys& keys, ByteView text, const SigningKey& by) {
  WipedArray<plain_size> plain;
  plain[0] = static_cast<std::uint8_t>(text.size() >> 8);
  plain[1] = static_cast<std::uint8_t>(text.size());
  std::copy(text.begin(), text.end(), plain.begin() + length_size);
  const auto signature =
      by.sign_plain(signed_message(keys.tag, ByteView(plain).first(length_size + text.size())));
  std::copy(signature.begin(), signature.end(),
            plain.begin() + static_cast<std::ptrdiff_t>(length_size + text.size()));

  std::copy(keys.tag.begin(), keys.tag.end(), slot.begin());
  const auto nonce = slot.subspan(tag_size, nonce_size);
  randombytes_buf(nonce.data(), nonce.size());
  crypto_aead_xchacha20poly1305_ietf_encrypt(slot.data() + tag_size + nonce_size, nullptr, plain.data(),
                                             plain.size(), nullptr, 0, nullptr, nonce.data(),
                                             keys.key.expose().data());
}

/// The first `wanted` of a random order of `slots` places.
std::vector<unsigned> random_places(unsigned slots, unsigned wanted) {
  std::vector<unsigned> places(slots);
  std::iota(places.begin(), places.end(), 0U);
  for (unsigned at = 0; at < wanted; ++at)
    std::swap(places[at], places[at + randombytes_uniform(slots - at)]);
  places.resize(wanted);
  return places;
}

/// Appends the slot's text to `out`; false when the slot is not this thread's, or nobody signed it.
bool open_slot(ByteView slot, const SlotKeys& keys, const VerifyKey& answer_key, WipedBytes& out) {
  WipedArray<plain_size> plain;
  const ByteView nonce = slot.subspan(tag_size, nonce_size), sealed = slot.subspan(tag_size + nonce_size);
  if (crypto_aead_xchacha20poly1305_ietf_decrypt(plain.data(), nullptr, nullptr, sealed.data(), sealed.size(),
                                                 nullptr, 0, nonce.data(), keys.key.expose().data()) != 0)
    return false;
  const std::size_t size = static_cast<std::size_t>(plain[0] << 8 | plain[1]);
  if (size > max_text) return false;
  const ByteView bytes(plain);
  const WipedBytes message = signed_message(keys.tag, bytes.first(length_size + size));
  if (crypto_sign_verify_detached(bytes.data() + length_size + size, message.data(), message.size(),
                                  answer_key.key().data()) != 0)
    return false;
  const ByteView text = bytes.subspan(length_size, size);
  out.insert(out.end(), text.begin(), text.end());
  return true;
}

}  // namespace

SlotKeys derive_slot_keys(const ReplyKey& reply_key, std::string_view organisation, std::uint32_t number,
                          unsigned index) {
  Bytes info(slot_label.begin(), slot_label.end());
  info.insert(info.end(), organisation.begin(), organisation.end());
  for (int shift = 24; shift >= 0; shift -= 8) info.push_back(static_cast<std::uint8_t>(number >> shift));
  info.push_back(static_cast<std::uint8_t>(index));
  const auto both = hkdf<TagAndKey>(reply_key.expose(), {}, info);
  SlotKeys keys{{}, SlotKey::make([&](std::span<std::uint8_t, 32> out) {
                  std::copy(both.expose().begin() + tag_size, both.expose().end(), out.begin());
                })};
  std::copy_n(both.expose().begin(), tag_size, keys.tag.begin());
  return keys;
}

std::optional<unsigned> slots_for(ByteView text) {
  if (text.empty() || !is_utf8(text_of(text))) return std::nullopt;
  unsigned slots = 0;
  for (; !text.empty(); text = text.subspan(piece_size(text)))
    if (++slots > slots_per_thread) return std::nullopt;
  return slots;
}

std::optional<Bytes> make_board(const BoardHeader& header, std::string_view organisation,
                                std::span<const ThreadText> texts, const SigningKey& answer_key) {
  unsigned wanted = 0;
  for (const ThreadText& thread : texts) {
    const auto slots = slots_for(thread.text);
    if (!slots || wanted + *slots > header.slots) return std::nullopt;
    wanted += *slots;
  }
  Bytes board(board_size(header.slots));
  randombytes_buf(board.data(), board.size());
  const auto head = write_board_header(header);
  std::copy(head.begin(), head.end(), board.begin());

  const auto places = random_places(header.slots, wanted);
  auto place = places.begin();
  for (const ThreadText& thread : texts) {
    ByteView left = thread.text;
    for (unsigned index = 0; !left.empty(); ++index, ++place) {
      const std::size_t size = piece_size(left);
      const auto slot = std::span(board).subspan(header_size + *place * slot_size, slot_size);
      write_slot(slot, derive_slot_keys(*thread.reply_key, organisation, header.number, index),
                 left.first(size), answer_key);
      left = left.subspan(size);
    }
  }
  return board;
}

WipedBytes answer_on(const Board& board, const ReplyKey& reply_key, const VerifyKey& answer_key) {
  WipedBytes text;
  for (unsigned index = 0; index < slots_per_thread; ++index) {
    const SlotKeys keys = derive_slot_keys(reply_key, board.organisation(), board.header().number, index);
    bool is_found = false;
    for (unsigned at = 0; at < board.header().slots && !is_found; ++at) {
      const ByteView slot = board.slot(at);
      is_found = std::equal(keys.tag.begin(), keys.tag.end(), slot.begin()) &&
                 open_slot(slot, keys, answer_key, text);
    }
    if (!is_found) break;
  }
  return text;
}

ReadProof read_proof(const ReplyKey& reply_key, std::string_view organisation, ByteView answer) {
  Sha256 hash;
  hash.add(bytes_of(organisation));
  hash.add(bytes_of(std::string_view("\0", 1)));
  hash.add(answer);
  const Digest of_answer = hash.finish();
  Bytes info(read_label.begin(), read_label.end());
  info.insert(info.end(), of_answer.bytes().begin(), of_answer.bytes().end());
  const auto secret = hkdf<Secret<struct ReadProofKind, 16, SharedPages>>(reply_key.expose(), {}, info);
  ReadProof proof;
  std::copy(secret.expose().begin(), secret.expose().end(), proof.begin());
  return proof;
}

}  // namespace sandyk::crypto
