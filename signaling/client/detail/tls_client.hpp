#pragma once

#include <memory>

#include <sotto/result.hpp>
#include "signaling/client/link_failure.hpp"
#include "signaling/client/link_session.hpp"
#include "signaling/detail/asio.hpp"
#include "signaling/link/server_address.hpp"

namespace sotto::signaling {

using TlsStream = asio::ssl::stream<asio::ip::tcp::socket>;

/// How this client speaks TLS with one server: 1.3 alone, with our protocol by ALPN, and either with the key that the
/// pin says and nothing else looked at, or with a certificate that the system's authorities vouch for. Without
/// tickets: each connection proves the server's key anew. One thread.
class TlsClient {
 public:
  explicit TlsClient(ServerAddress server);

  /// A stream over a connected socket, ready for its handshake. It must not outlive this object.
  std::unique_ptr<TlsStream> make_stream(asio::ip::tcp::socket socket);

  /// What a handshake's error means.
  LinkFailure failure_of(TlsStream& stream, const std::error_code& error) const;
  /// After the handshake: what a sign-in is bound to. A failure if the server did not agree to our protocol.
  Result<LinkBinding> binding_of(TlsStream& stream) const;

 private:
  const ServerAddress server_;
  asio::ssl::context context_;
};

}  // namespace sotto::signaling
