// The address of an intake, as a person gives it or a keyring lists it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace sandyk::transport {

/// `https://host[:port]`, or `http://` for an onion service, which has its own encryption and proof of name.
class Address {
 public:
  /// Nothing for another scheme, plain http to anything but *.onion, a user name, a path, a query or a
  /// fragment.
  static std::optional<Address> parse(std::string_view text);

  /// The URL of `path`, which starts with a slash.
  std::string url(std::string_view path) const { return base_ + std::string(path); }
  /// An onion service: reachable through a proxy that knows Tor, and no other way.
  bool is_onion() const { return is_onion_; }
  bool operator==(const Address&) const = default;

 private:
  Address(std::string base, bool is_onion) : base_(std::move(base)), is_onion_(is_onion) {}
  std::string base_;
  bool is_onion_;
};

}  // namespace sandyk::transport
