#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <sotto/time.hpp>
#include "base/bytes.hpp"
#include "base/random.hpp"

namespace sotto::signaling {

/// For one call: what a TURN server that shares our secret lets in.
struct IssuedRelay {
  std::string username;  ///< "<end of its life in seconds since 1970>:<random>": it says nothing about the account.
  std::string password;  ///< base64(HMAC-SHA1(secret, username))
  std::chrono::seconds lifetime{0};
};

/// Makes TURN credentials in the form that coturn's use-auth-secret expects (draft-uberti-behave-turn-rest-00). One
/// thread.
class RelayIssuer {
 public:
  /// `uris` (RFC 7064, 7065) are told with the credentials. Without a secret they are STUN servers alone.
  RelayIssuer(std::vector<std::string> uris, std::string_view secret);
  ~RelayIssuer();
  RelayIssuer(const RelayIssuer&) = delete;
  RelayIssuer& operator=(const RelayIssuer&) = delete;

  const std::vector<std::string>& uris() const { return uris_; }
  IssuedRelay issue(WallTime now, RandomSource& random) const;

 private:
  const std::vector<std::string> uris_;
  Bytes secret_;
};

}  // namespace sotto::signaling
