#pragma once

#include <optional>
#include <set>
#include <string_view>

#include <sotto/result.hpp>
#include "base/bytes.hpp"
#include "base/crypto/sha256.hpp"

namespace sotto::signaling {

/// Who may register an account.
enum class RegistrationMode { kOpen, kByInvite, kClosed };

/// The invite codes that the operator has written down; which of them are used up, the directory knows.
class Invites {
 public:
  Invites() = default;
  /// One code a line, 8 to 64 visible characters; empty lines and those with a # in front do not count.
  /// kInvalidArgument with the line that is none.
  static Result<Invites> parse(std::string_view text);

  /// The hash that the directory keeps of a code; nothing if it is none of ours.
  std::optional<Sha256Digest> find(ByteView code) const;
  size_t size() const { return hashes_.size(); }

 private:
  std::set<Sha256Digest> hashes_;
};

}  // namespace sotto::signaling
