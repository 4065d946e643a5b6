#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <sotto/result.hpp>
#include "signaling/link/server_address.hpp"
#include "signaling/server/invites.hpp"
#include "signaling/server/limits.hpp"
#include "signaling/server/server_key.hpp"
#include "signaling/server/server_log.hpp"

namespace sotto::signaling {

struct ListenAddress {
  std::string address;  ///< IPv4 or IPv6, without brackets.
  uint16_t port = kDefaultServerPort;
};

struct ServerOptions {
  /// Empty: every address of the machine, at the default port. Port 0: a free one, the same for all that say so.
  std::vector<ListenAddress> listen;
  std::filesystem::path state;              ///< The folder of the directory and of the key of its own making.
  std::optional<ServerKeyFiles> key_files;  ///< In the place of that key.
  RegistrationMode registration = RegistrationMode::kOpen;
  std::filesystem::path invite_file;    ///< With kByInvite.
  std::vector<std::string> relay_uris;  ///< TURN and STUN servers (RFC 7065, 7064), at most 8.
  std::filesystem::path relay_secret_file;
  ServerLimits limits;
  ServerLog::Format log_format = ServerLog::Format::kJson;
  ServerLog::Sink log;  ///< Called on the server's thread.
};

/// A signalling server: links of devices over TLS 1.3, a directory in a file, blobs in memory (docs/SERVER.md). Runs in
/// a thread of its own until stop().
class Server {
 public:
  /// Listens when it returns. Errors say which option, file or port, and what to do about it.
  static Result<std::unique_ptr<Server>> start(ServerOptions options);
  /// As stop().
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// Tells the devices, waits at most a second for them to have heard it, and ends. Any thread, once.
  void stop();

  /// Reads the certificate and the invite file again. Links go on with the certificate that they have; an error leaves
  /// everything as it is. Any thread.
  Result<void> reload();

  /// The port of the first address.
  uint16_t port() const;
  /// Of the key that new links are shown.
  ServerKeyHash key_hash() const;

 private:
  class Implementation;
  explicit Server(std::unique_ptr<Implementation> implementation);
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace sotto::signaling
