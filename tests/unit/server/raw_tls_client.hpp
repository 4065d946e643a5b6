#pragma once

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "signaling/link/frame.hpp"
#include "signaling/link/sign_in.hpp"
#include "signaling/protocol/server.pb.h"
#include "signaling/protocol/wire.hpp"

namespace sotto::signaling {

/// A TLS connection to a server on this machine that waits for whatever it asks for. It is no client of ours: what a
/// server does is seen by OpenSSL alone.
class RawTlsClient {
 public:
  struct Settings {
    int version = TLS1_3_VERSION;
    std::string protocol{kLinkProtocol};  ///< In ALPN; empty: no ALPN.
    bool shakes_hands = true;
  };

  explicit RawTlsClient(uint16_t port) : RawTlsClient(port, Settings()) {}
  RawTlsClient(uint16_t port, const Settings& settings) {
    socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const timeval guard{30, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &guard, sizeof guard);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    is_connected_ = ::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    if (is_connected_ && settings.shakes_hands) shake_hands(settings);
  }
  ~RawTlsClient() {
    ssl_.reset();
    ::close(socket_);
  }
  RawTlsClient(const RawTlsClient&) = delete;
  RawTlsClient& operator=(const RawTlsClient&) = delete;

  bool is_connected() const { return is_connected_; }
  bool is_secure() const { return is_secure_; }
  int socket() const { return socket_; }
  SSL* ssl() const { return ssl_.get(); }

  bool write(ByteView bytes) {
    return SSL_write(ssl_.get(), bytes.data(), static_cast<int>(bytes.size())) == static_cast<int>(bytes.size());
  }
  bool say(const wire::ToServer& message) { return write(make_frame(message).value()); }
  /// The next message; nothing if the server has closed the connection.
  std::optional<wire::ToDevice> hear() {
    std::optional<ByteView> frame = reader_.next();
    while (!frame) {
      Bytes bytes(4096);
      const int count = SSL_read(ssl_.get(), bytes.data(), static_cast<int>(bytes.size()));
      if (count <= 0 || !reader_.feed(ByteView(bytes).first(static_cast<size_t>(count)))) return std::nullopt;
      frame = reader_.next();
    }
    wire::ToDevice message;
    EXPECT_TRUE(parse_wire(*frame, kMaxFrameSize, message));
    return message;
  }
  /// Whether the server closes the connection; what it says before is let go.
  bool is_closed_by_server() {
    if (ssl_ != nullptr && is_secure_) {
      while (hear()) {
      }
      return SSL_get_shutdown(ssl_.get()) != 0 || errno != EAGAIN;
    }
    char byte = 0;
    ssize_t count = 0;
    while ((count = ::recv(socket_, &byte, 1, 0)) > 0) {
    }
    return count == 0 || errno != EAGAIN;
  }

 private:
  struct FreeContext {
    void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
  };
  struct FreeSsl {
    void operator()(SSL* ssl) const { SSL_free(ssl); }
  };

  void shake_hands(const Settings& settings) {
    context_.reset(SSL_CTX_new(TLS_client_method()));
    SSL_CTX_set_min_proto_version(context_.get(), settings.version);
    SSL_CTX_set_max_proto_version(context_.get(), settings.version);
    ssl_.reset(SSL_new(context_.get()));
    if (!settings.protocol.empty()) {
      Bytes offered{static_cast<uint8_t>(settings.protocol.size())};
      append(offered, as_bytes(settings.protocol));
      SSL_set_alpn_protos(ssl_.get(), offered.data(), static_cast<unsigned>(offered.size()));
    }
    SSL_set_fd(ssl_.get(), socket_);
    is_secure_ = SSL_connect(ssl_.get()) == 1;
  }

  int socket_ = -1;
  bool is_connected_ = false;
  bool is_secure_ = false;
  std::unique_ptr<SSL_CTX, FreeContext> context_;
  std::unique_ptr<SSL, FreeSsl> ssl_;
  FrameReader reader_;
};

}  // namespace sotto::signaling
