#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include <sotto/identity.hpp>

#include "base/crypto/sha256.hpp"
#include "engine/contact_book.hpp"

namespace sotto::engine {

/// What a server is told of whom the user has blocked: this account does not exist for them (docs/SERVER.md, "Who can
/// be found"). They are dropped here all the same.
struct BlockReport {
  std::vector<AccountId> accounts;  ///< In order of their bytes, so that the same people make the same report.
  Sha256Digest digest{};            ///< Names the accounts and the server: for ContactBook::set_blocks_told().
};

/// What `server`, as the settings name it, has still to be told; nothing if it has acknowledged just that, or if nobody
/// is blocked and it was never told of anybody.
std::optional<BlockReport> block_report(const ContactBook& contacts, std::string_view server);

}  // namespace sotto::engine
