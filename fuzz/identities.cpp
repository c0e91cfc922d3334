// The text of an identity file: never more than a hundred identities, and they are its lines, one by one,
// without the empty ones and the comments.
#include <cstdlib>

#include "crypto/open/age/identity_file.h"

namespace {

using namespace sandyk::crypto;

/// The lines that say something.
std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  std::size_t begin = 0;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    if (i < text.size() && text[i] != '\n') continue;
    auto line = text.substr(begin, i - begin);
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    if (!line.empty() && line[0] != '#') lines.push_back(line);
    begin = i + 1;
  }
  return lines;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = text_of(ByteView(data, size));
  const auto identities = age::parse_identities(text);
  const auto lines = lines_of(text);
  if (!identities) {
    if (lines.empty()) std::abort();
    return 0;
  }
  if (identities->size() > 100 || identities->size() != lines.size()) std::abort();
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const age::Identity& identity = (*identities)[i];
    const auto* hybrid = std::get_if<age::HybridIdentity>(&identity);
    const auto* classic = std::get_if<age::X25519Identity>(&identity);
    if (!hybrid && !classic) std::abort();  // no line of a file is a passphrase
    const SecretText line = hybrid ? hybrid->text() : classic->text();
    if (text_of(line.expose()) != lines[i]) std::abort();
  }
  return 0;
}
