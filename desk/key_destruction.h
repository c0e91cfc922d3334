// Destroying a week's private keys, and saying so under signature (docs/design.md, section 4, "Keys").
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "crypto/open/signing.h"
#include "crypto/seal/key_statement.h"
#include "desk/home.h"
#include "desk/problem.h"
#include "desk/site_record.h"

namespace sandyk::desk {

struct DestructionRequest {
  Home home;
  std::string organisation;
  crypto::Week week;
  std::filesystem::path vault;                         ///< a fresh export: it knows which epochs there are
  std::vector<std::filesystem::path> receipt_folders;  ///< besides those of the home and of the vault
  std::filesystem::path consent;  ///< of two people, for epochs not imported; may be empty
};

struct DestructionPlan {
  crypto::KeyDestroyed statement;    ///< as it will be signed, with the day of signing
  std::vector<std::string> remarks;  ///< sentences for whoever is asked to confirm
  bool is_stated = false;            ///< destroyed before: only a copy that came back is to be wiped
};

/// Whether the keys may go, which is when the week is over for good and all that can be of it was imported. A
/// destruction that was begun before is planned as it was then: what is half gone is finished.
[[nodiscard]] tl::expected<DestructionPlan, Problem> plan_destruction(const DestructionRequest& request,
                                                                      const SiteRecord& site);

/// The epochs that two people would have to give up for the keys to be destroyed now.
[[nodiscard]] tl::expected<std::vector<crypto::EpochId>, Problem> epochs_to_give_up(
    const DestructionRequest& request, const SiteRecord& site);

/// Notes what is begun, wipes the identity, then signs the statement, each durable before the next; returns
/// the statement's file. Cut off anywhere, the same command finishes it, and there is never a statement
/// while the key still exists: it is written last.
[[nodiscard]] tl::expected<std::filesystem::path, Problem> destroy_keys(const Home& home,
                                                                        DestructionPlan plan,
                                                                        const crypto::SigningKey& desk_key);

}  // namespace sandyk::desk
