#include "desk/kept_thread.h"

#include <algorithm>

namespace sandyk::desk {
namespace {

using report::Thread;
using report::ThreadKind;

/// A byte from `least` to `most`.
std::optional<std::uint8_t> take_byte(crypto::Reader& in, unsigned least, unsigned most) {
  const auto byte = in.take(1);
  if (!byte || (*byte)[0] < least || (*byte)[0] > most) return std::nullopt;
  return (*byte)[0];
}

template <class Array>
bool take_into(crypto::Reader& in, Array& out) {
  const auto bytes = in.take(out.size());
  if (bytes) std::ranges::copy(*bytes, out.begin());
  return bytes.has_value();
}

std::optional<crypto::ReplyKey> take_reply_key(crypto::Reader& in) {
  bool is_there = false;
  auto key = crypto::ReplyKey::make([&](auto out) { is_there = take_into(in, out); });
  if (!is_there) return std::nullopt;
  return key;
}

template <class Bytes>
void append(crypto::WipedBytes& out, const Bytes& bytes) {
  out.insert(out.end(), bytes.begin(), bytes.end());
}

}  // namespace

crypto::WipedBytes write_kept_thread(const Thread& thread, bool is_signed) {
  crypto::WipedBytes out;
  out.reserve(max_kept_thread);  // so that no half-grown copy is left
  append(out, std::array{static_cast<std::uint8_t>(is_signed), static_cast<std::uint8_t>(thread.kind),
                         static_cast<std::uint8_t>(thread.part), static_cast<std::uint8_t>(thread.parts)});
  append(out, thread.thread);
  append(out, thread.verify_key);
  append(out, thread.reply_key.expose());
  if (thread.signature) append(out, *thread.signature);
  out.push_back(static_cast<std::uint8_t>(thread.read.size()));
  for (const crypto::ReadProof& proof : thread.read) append(out, proof);
  return out;
}

std::optional<KeptThread> parse_kept_thread(crypto::ByteView bytes) {
  crypto::Reader in(bytes);
  const auto is_signed = take_byte(in, 0, 1), kind = take_byte(in, 0, 3);
  const auto part = take_byte(in, 1, report::max_parts), parts = take_byte(in, 1, report::max_parts);
  if (!is_signed || !kind || !part || !parts || *part > *parts) return std::nullopt;
  crypto::ThreadId id;
  std::array<std::uint8_t, 32> verify_key;
  if (!take_into(in, id) || !take_into(in, verify_key)) return std::nullopt;
  auto reply_key = take_reply_key(in);
  std::optional<report::ThreadSignature> signature;
  const auto thread_kind = static_cast<ThreadKind>(*kind);
  if (report::is_signed_kind(thread_kind) && !take_into(in, signature.emplace())) return std::nullopt;
  if (*is_signed && !signature) return std::nullopt;
  const auto count = take_byte(in, 0, report::max_read);
  if (!reply_key || !count) return std::nullopt;
  std::vector<crypto::ReadProof> read(*count);
  for (crypto::ReadProof& proof : read)
    if (!take_into(in, proof)) return std::nullopt;
  if (!in.done()) return std::nullopt;
  return KeptThread{
      {id, std::move(*reply_key), verify_key, thread_kind, *part, *parts, signature, std::move(read)},
      *is_signed == 1};
}

}  // namespace sandyk::desk
