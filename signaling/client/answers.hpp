#pragma once

#include <string>
#include <vector>

#include "base/bytes.hpp"

namespace sotto::signaling {

/// What a directory says of an account. Nothing of it is believed before verify_bundle() has.
struct DirectoryEntry {
  std::string name;            ///< Claimed by the account's root; checked against the records beside it.
  std::vector<Bytes> bundles;  ///< One a device, 1 to 8.
};

/// A TURN or STUN server for one call.
struct RelayServer {
  std::string uri;  ///< RFC 7065/7064: "turn:192.0.2.1:3478?transport=udp"
  std::string username;
  std::string password;
};

}  // namespace sotto::signaling
