#include "report/thread.h"

#include <fmt/format.h>
#include <sodium.h>

#include <array>
#include <cstdlib>
#include <string>

#include "crypto/seal/json.h"
#include "crypto/seal/text_encoding.h"

namespace sandyk::report {
namespace {

using crypto::Json;

constexpr std::string_view format = "sandyk-thread/1";
constexpr std::string_view signing_label = "sandyk/thread/1";
constexpr int url_base64 = sodium_base64_VARIANT_URLSAFE_NO_PADDING;

struct KindWord {
  ThreadKind kind;
  std::string_view word;
};
constexpr std::array<KindWord, 4> kind_words = {{{ThreadKind::report, "report"},
                                                 {ThreadKind::followup, "followup"},
                                                 {ThreadKind::withdraw, "withdraw"},
                                                 {ThreadKind::cover, "cover"}}};

std::optional<ThreadKind> kind_of(std::string_view word) {
  for (const KindWord& entry : kind_words)
    if (entry.word == word) return entry.kind;
  return std::nullopt;
}

/// Strict base64url straight into `out`: no copy is left behind.
bool decode_into(std::string_view text, std::span<std::uint8_t> out) {
  std::size_t size = 0;
  return sodium_base642bin(out.data(), out.size(), text.data(), text.size(), nullptr, &size, nullptr,
                           url_base64) == 0 &&
         size == out.size();
}

template <std::size_t N>
std::optional<std::array<std::uint8_t, N>> bytes_member(const Json& object, std::string_view name) {
  const auto text = crypto::text_member(object, name);
  std::array<std::uint8_t, N> bytes{};
  if (!text || !decode_into(*text, bytes)) return std::nullopt;
  return bytes;
}

/// Takes the reply key out of the parsed JSON and wipes its text there. The parser's own buffer is out of
/// reach.
std::optional<crypto::ReplyKey> take_reply_key(Json& object) {
  const auto found = object.find("reply_key");
  if (found == object.end() || !found->is_string()) return std::nullopt;
  auto& text = found->get_ref<std::string&>();
  bool is_good = false;
  auto key =
      crypto::ReplyKey::make([&](std::span<std::uint8_t, 32> out) { is_good = decode_into(text, out); });
  sodium_memzero(text.data(), text.size());
  if (!is_good) return std::nullopt;
  return key;
}

/// Nothing when it is no list of proofs; empty when it is not there.
std::optional<std::vector<crypto::ReadProof>> read_member(const Json& object) {
  std::vector<crypto::ReadProof> read;
  const auto found = object.find("read");
  if (found == object.end()) return read;
  if (!found->is_array() || found->size() > max_read) return std::nullopt;
  for (const Json& entry : *found) {
    crypto::ReadProof proof{};
    if (!entry.is_string() || !decode_into(entry.get_ref<const std::string&>(), proof)) return std::nullopt;
    read.push_back(proof);
  }
  return read;
}

void append(crypto::WipedBytes& out, std::string_view text) {
  out.insert(out.end(), text.begin(), text.end());
}

void append_secret(crypto::WipedBytes& out, const crypto::ReplyKey& key) {
  crypto::WipedArray<sodium_base64_ENCODED_LEN(32, sodium_base64_VARIANT_URLSAFE_NO_PADDING)> text;
  sodium_bin2base64(reinterpret_cast<char*>(text.data()), text.size(), key.expose().data(),
                    key.expose().size(), url_base64);
  out.insert(out.end(), text.begin(), text.end() - 1);  // without its NUL
}

}  // namespace

std::string_view word_of(ThreadKind kind) {
  for (const KindWord& entry : kind_words)
    if (entry.kind == kind) return entry.word;
  std::abort();
}

bool is_signed_kind(ThreadKind kind) {
  return kind == ThreadKind::followup || kind == ThreadKind::withdraw;
}

tl::expected<Thread, ThreadFault> parse_thread(crypto::ByteView json) {
  auto object = crypto::parse_format(json, max_thread_size, format);
  if (!object) return tl::unexpected(ThreadFault::malformed);
  auto reply_key = take_reply_key(*object);
  const auto thread = bytes_member<16>(*object, "thread");
  const auto verify_key = bytes_member<32>(*object, "verify_key");
  const auto word = crypto::text_member(*object, "kind");
  const auto part = crypto::number_member(*object, "part");
  const auto parts = crypto::number_member(*object, "parts");
  auto read = read_member(*object);
  if (!reply_key || !thread || !verify_key || !word || !part || !parts || !read)
    return tl::unexpected(ThreadFault::malformed);
  const auto kind = kind_of(*word);
  if (!kind) return tl::unexpected(ThreadFault::unknown_kind);
  if (*part < 1 || *part > *parts || *parts > max_parts) return tl::unexpected(ThreadFault::bad_parts);

  std::optional<ThreadSignature> signature;
  if (object->contains("signature")) {
    if (!is_signed_kind(*kind)) return tl::unexpected(ThreadFault::odd_signature);
    signature = bytes_member<64>(*object, "signature");
    if (!signature) return tl::unexpected(ThreadFault::malformed);
  } else if (is_signed_kind(*kind)) {
    return tl::unexpected(ThreadFault::no_signature);
  }
  return Thread{*thread,
                std::move(*reply_key),
                *verify_key,
                *kind,
                static_cast<unsigned>(*part),
                static_cast<unsigned>(*parts),
                signature,
                std::move(*read)};
}

crypto::WipedBytes write_thread(const Thread& thread) {
  crypto::WipedBytes out;
  out.reserve(max_thread_size);  // so that no half-grown copy is left
  append(out, fmt::format(R"({{"format":"{}","thread":"{}","reply_key":")", format,
                          crypto::to_base64(thread.thread, crypto::Base64::url)));
  append_secret(out, thread.reply_key);
  append(out, fmt::format(R"(","verify_key":"{}","kind":"{}","part":{},"parts":{})",
                          crypto::to_base64(thread.verify_key, crypto::Base64::url), word_of(thread.kind),
                          thread.part, thread.parts));
  if (thread.signature)
    append(out,
           fmt::format(R"(,"signature":"{}")", crypto::to_base64(*thread.signature, crypto::Base64::url)));
  if (!thread.read.empty()) {
    append(out, R"(,"read":[)");
    for (const crypto::ReadProof& proof : thread.read)
      append(out, fmt::format(R"({}"{}")", &proof == &thread.read.front() ? "" : ",",
                              crypto::to_base64(proof, crypto::Base64::url)));
    append(out, "]");
  }
  append(out, "}\n");
  return out;
}

crypto::Bytes signing_message(ThreadKind kind, const crypto::ThreadId& thread,
                              const crypto::Digest& report_json, std::span<const crypto::Digest> files) {
  crypto::Bytes message;
  const auto add = [&message](crypto::ByteView bytes) {
    message.insert(message.end(), bytes.begin(), bytes.end());
  };
  add(crypto::bytes_of(signing_label));
  add(crypto::bytes_of(word_of(kind)));
  add(thread);
  add(report_json.bytes());
  for (const crypto::Digest& file : files) add(file.bytes());
  return message;
}

bool has_good_signature(const Thread& thread, const crypto::Digest& report_json,
                        std::span<const crypto::Digest> files) {
  if (!thread.signature) return false;
  const crypto::Bytes message = signing_message(thread.kind, thread.thread, report_json, files);
  return crypto_sign_verify_detached(thread.signature->data(), message.data(), message.size(),
                                     thread.verify_key.data()) == 0;
}

std::string_view sentence(ThreadFault fault) {
  switch (fault) {
    case ThreadFault::malformed:
      return "thread.json is not one that this version can read";
    case ThreadFault::unknown_kind:
      return "thread.json is of a kind that this version does not know";
    case ThreadFault::bad_parts:
      return "thread.json counts its parts wrongly";
    case ThreadFault::no_signature:
      return "a follow-up or withdrawal has no signature";
    case ThreadFault::odd_signature:
      return "a first report carries a signature, which it never does";
  }
  std::abort();
}

}  // namespace sandyk::report
