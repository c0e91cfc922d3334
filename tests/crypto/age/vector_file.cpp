#include "tests/crypto/age/vector_file.h"

#include <zlib.h>

#include <algorithm>
#include <cstdlib>

#include "crypto/open/age/open.h"
#include "crypto/seal/file.h"
#include "crypto/seal/ids.h"

namespace sandyk::crypto::age {
namespace {

constexpr std::size_t max_size = 64U << 20;  // some inflate to 17 MB

std::optional<Bytes> inflated(ByteView bytes) {
  Bytes out(max_size);
  uLongf size = out.size();
  if (uncompress(out.data(), &size, bytes.data(), bytes.size()) != Z_OK) return std::nullopt;
  out.resize(size);
  return out;
}

std::string word_of(const tl::expected<void, OpenFault>& result) {
  if (result) return "success";
  switch (result.error()) {
    case OpenFault::armor:
      return "armor failure";
    case OpenFault::header:
      return "header failure";
    case OpenFault::no_match:
      return "no match";
    case OpenFault::mac:
      return "HMAC failure";
    case OpenFault::payload:
      return "payload failure";
    case OpenFault::source:
      return "the file cannot be read";
    case OpenFault::sink:
      return "the plaintext is not taken";
    case OpenFault::too_costly:
      return "not enough memory for scrypt";
  }
  std::abort();
}

}  // namespace

std::optional<VectorFile> VectorFile::read(const std::filesystem::path& path, std::string& why) {
  VectorFile v;
  v.name = path.filename().string();
  const auto bytes = read_file(path, max_size);
  if (!bytes) {
    why = sentence(bytes.error());
    return std::nullopt;
  }
  bool is_compressed = false;
  Reader reader(*bytes);
  while (true) {
    const auto line = reader.take_line();
    if (line && line->empty()) break;
    const auto colon = line ? line->find(": ") : std::string_view::npos;
    if (colon == std::string_view::npos) {
      why = "its first part is not lines of `key: value` that an empty line ends";
      return std::nullopt;
    }
    const auto key = line->substr(0, colon);
    const std::string value(line->substr(colon + 2));
    if (key == "expect")
      v.expect = value;
    else if (key == "payload")
      v.payload = value;
    else if (key == "comment")
      v.comment = value;
    else if (key == "identity")
      v.identities.push_back(value);
    else if (key == "passphrase")
      v.passphrases.push_back(value);
    else if (key == "armored" && value == "yes")
      v.is_armored = true;
    else if (key == "compressed" && value == "zlib")
      is_compressed = true;
    else if (key != "file key" && v.unknown_key.empty())
      v.unknown_key = key;
  }
  v.file.assign(reader.left().begin(), reader.left().end());
  if (is_compressed) {
    auto plain = inflated(v.file);
    if (!plain) {
      why = "its second part is not what zlib wrote";
      return std::nullopt;
    }
    v.file = std::move(*plain);
  }
  if (v.expect.empty()) {
    why = "it does not say what to expect";
    return std::nullopt;
  }
  return v;
}

std::vector<std::filesystem::path> vector_files(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    if (entry.is_regular_file() && entry.path().extension() != ".md") files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

VectorOutcome open_vector(const VectorFile& vector, CipherLibrary library) {
  std::vector<Identity> identities;
  for (const std::string& text : vector.identities) {
    auto identity = parse_identity(text);
    if (!identity) return {"an identity that cannot be read", "", 0};
    identities.push_back(std::move(*identity));
  }
  for (const std::string& text : vector.passphrases)
    identities.emplace_back(ScryptIdentity(SecretText(bytes_of(text))));

  Sha256 released;
  std::size_t size = 0;
  const Sink sink = [&](ByteView part) {
    released.add(part);
    size += part.size();
    return true;
  };
  Opening how{vector.is_armored ? Encoding::armor : Encoding::binary};
  how.effort.library = library;
  const auto result = open(source_of(vector.file), identities, sink, how);
  return {word_of(result), released.finish().hex(), size};
}

std::string fault_of(const VectorFile& vector, const VectorOutcome& outcome) {
  if (outcome.result != vector.expect) return "expected " + vector.expect + ", got " + outcome.result;
  const bool may_release = vector.expect == "success" || vector.expect == "payload failure";
  if (!may_release && outcome.released > 0)
    return "released " + std::to_string(outcome.released) + " bytes, where none may be";
  if (may_release && outcome.payload != vector.payload)
    return "released " + std::to_string(outcome.released) + " bytes with SHA-256 " + outcome.payload +
           ", expected " + vector.payload;
  return "";
}

}  // namespace sandyk::crypto::age
