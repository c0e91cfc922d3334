#include "crypto/seal/age/header.h"

#include <algorithm>
#include <optional>

#include "crypto/seal/text_encoding.h"

namespace sandyk::crypto::age {
namespace {

/// Counts lines, so that a fault can say where.
class Lines {
 public:
  explicit Lines(ByteView file) : reader_(file.first(std::min(file.size(), max_header_size))), whole_(file) {}

  std::optional<std::string_view> next() {
    auto line = reader_.take_line();
    if (line) ++number_;
    return line;
  }
  /// The next line's first bytes, without taking it.
  std::string_view ahead() const { return text_of(reader_.left()); }
  std::size_t taken() const { return std::min(whole_.size(), max_header_size) - reader_.left().size(); }

  tl::unexpected<HeaderError> fault(HeaderFault f) const { return tl::unexpected(HeaderError{f, number_}); }
  /// As above, in the line that comes next.
  tl::unexpected<HeaderError> fault_ahead(HeaderFault f) const {
    return tl::unexpected(HeaderError{f, number_ + 1});
  }
  /// No further line ended: the file is too short, or the header too long.
  tl::unexpected<HeaderError> cut() const {
    const auto f = whole_.size() >= max_header_size ? HeaderFault::too_long : HeaderFault::truncated;
    return fault_ahead(f);
  }

 private:
  Reader reader_;
  ByteView whole_;
  std::size_t number_ = 0;
};

/// Arguments are separated by single spaces, each of one or more visible ASCII characters.
std::optional<std::vector<std::string>> parse_arguments(std::string_view text) {
  std::vector<std::string> arguments;
  while (true) {
    const auto end = std::min(text.find(' '), text.size());
    const auto word = text.substr(0, end);
    if (word.empty() || !std::all_of(word.begin(), word.end(), [](char c) { return c >= 0x21 && c <= 0x7e; }))
      return std::nullopt;
    arguments.emplace_back(word);
    if (end == text.size()) return arguments;
    text.remove_prefix(end + 1);
  }
}

/// Full lines of 64 characters, then one shorter line, possibly empty.
tl::expected<Bytes, HeaderError> parse_body(Lines& lines) {
  Bytes body;
  while (true) {
    const auto line = lines.next();
    if (!line) return lines.cut();
    if (line->size() > body_columns) return lines.fault(HeaderFault::body);
    const auto part = from_base64(*line, Base64::padless);
    if (!part) return lines.fault(HeaderFault::body);
    body.insert(body.end(), part->begin(), part->end());
    if (line->size() < body_columns) return body;
  }
}

tl::expected<Stanza, HeaderError> parse_stanza(Lines& lines) {
  const auto line = lines.next();
  if (!line) return lines.cut();
  if (line->substr(0, stanza_prefix.size()) != stanza_prefix) return lines.fault(HeaderFault::stanza);
  auto arguments = parse_arguments(line->substr(stanza_prefix.size()));
  if (!arguments) return lines.fault(HeaderFault::stanza);
  auto body = parse_body(lines);
  if (!body) return tl::unexpected(body.error());
  return Stanza{std::move(*arguments), std::move(*body)};
}

tl::expected<std::array<std::uint8_t, mac_size>, HeaderError> parse_mac(Lines& lines) {
  const auto line = lines.next();
  if (!line) return lines.cut();
  if (line->size() != mac_prefix.size() + 1 + mac_base64_size || (*line)[mac_prefix.size()] != ' ')
    return lines.fault(HeaderFault::mac);
  const auto bytes = from_base64(line->substr(mac_prefix.size() + 1), Base64::padless);
  if (!bytes) return lines.fault(HeaderFault::mac);
  std::array<std::uint8_t, mac_size> mac{};
  std::copy(bytes->begin(), bytes->end(), mac.begin());
  return mac;
}

}  // namespace

tl::expected<Header, HeaderError> parse_header(ByteView file) {
  Lines lines(file);
  const auto version = lines.next();
  if (!version)
    return text_of(file).starts_with(version_line) ? lines.cut() : lines.fault_ahead(HeaderFault::version);
  if (*version != version_line) return lines.fault(HeaderFault::version);

  Header header{};
  while (!lines.ahead().starts_with(mac_prefix)) {
    if (header.stanzas.size() == max_stanzas) return lines.fault_ahead(HeaderFault::too_many_stanzas);
    auto stanza = parse_stanza(lines);
    if (!stanza) return tl::unexpected(stanza.error());
    header.stanzas.push_back(std::move(*stanza));
  }
  if (header.stanzas.empty()) return lines.fault_ahead(HeaderFault::no_stanza);
  header.authenticated = file.first(lines.taken() + mac_prefix.size());
  const auto mac = parse_mac(lines);
  if (!mac) return tl::unexpected(mac.error());
  header.mac = *mac;
  header.size = lines.taken();
  return header;
}

std::string write_unauthenticated(const std::vector<Stanza>& stanzas) {
  std::string text(version_line);
  text += '\n';
  for (const Stanza& stanza : stanzas) {
    text += "->";
    for (const std::string& argument : stanza.arguments) text += ' ' + argument;
    text += '\n';
    const std::string body = to_base64(stanza.body, Base64::padless);
    for (std::size_t at = 0; at <= body.size(); at += body_columns) {
      text += std::string_view(body).substr(at, body_columns);
      text += '\n';
    }
  }
  text += mac_prefix;
  return text;
}

}  // namespace sandyk::crypto::age
