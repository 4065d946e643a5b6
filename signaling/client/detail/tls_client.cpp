#include "signaling/client/detail/tls_client.hpp"

#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <utility>

#include "base/assert.hpp"
#include "base/secret.hpp"

namespace sotto::signaling {
namespace {

// In the place of OpenSSL's own: the pin is all that counts. That the server has the key itself, TLS 1.3 proves with
// its CertificateVerify (RFC 8446 section 4.4.3).
int check_pin(X509_STORE_CTX* chain, void* pin) {
  const X509* const certificate = X509_STORE_CTX_get0_cert(chain);
  ServerKeyHash hash;
  const bool matches = certificate != nullptr && server_key_hash_of(certificate, hash) &&
                       equal_constant_time(hash, *static_cast<const ServerKeyHash*>(pin));
  X509_STORE_CTX_set_error(chain, matches ? X509_V_OK : X509_V_ERR_APPLICATION_VERIFICATION);
  return matches ? 1 : 0;
}

bool is_ip_address(const std::string& host) {
  std::error_code error;
  asio::ip::make_address(host, error);
  return !error;
}

std::string certificate_explanation(long result) {
  switch (result) {
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
      return "The server's certificate is for another name: check the address, or ask for one with a #PIN.";
    case X509_V_ERR_CERT_HAS_EXPIRED:
      return "The server's certificate has expired: tell its operator, or check this machine's clock.";
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return "The server's certificate is not valid yet: check this machine's clock.";
    default:
      break;
  }
  return std::string("No authority vouches for the server's certificate (") + X509_verify_cert_error_string(result) +
         "): if the server has a key of its own making, use the address with its #PIN.";
}

constexpr const char* kNotOurs = "What listens there is no sotto server: check the host and the port.";

}  // namespace

TlsClient::TlsClient(ServerAddress server) : server_(std::move(server)), context_(asio::ssl::context::tls_client) {
  SSL_CTX* const context = context_.native_handle();
  SOTTO_ASSERT(SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION) == 1);
  SOTTO_ASSERT(SSL_CTX_set_max_proto_version(context, TLS1_3_VERSION) == 1);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  if (server_.pin) {
    SSL_CTX_set_cert_verify_callback(context, check_pin, const_cast<ServerKeyHash*>(&*server_.pin));
  } else {
    // A system without authorities trusts nobody: the handshake says so.
    std::error_code ignored;
    context_.set_default_verify_paths(ignored);
  }
  Bytes protocols{static_cast<uint8_t>(kLinkProtocol.size())};
  append(protocols, as_bytes(kLinkProtocol));
  SOTTO_ASSERT(SSL_CTX_set_alpn_protos(context, protocols.data(), static_cast<unsigned>(protocols.size())) == 0);
}

std::unique_ptr<TlsStream> TlsClient::make_stream(asio::ip::tcp::socket socket) {
  auto stream = std::make_unique<TlsStream>(std::move(socket), context_);
  SSL* const ssl = stream->native_handle();
  const std::string& host = server_.host;
  if (is_ip_address(host)) {
    SOTTO_ASSERT(X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), host.c_str()) == 1);
  } else {
    // RFC 6066 section 3: names alone, no addresses.
    // As OpenSSL's macro for it, which has a cast of the old kind.
    SOTTO_ASSERT(
        SSL_ctrl(ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, const_cast<char*>(host.c_str())) == 1);
    SSL_set_hostflags(ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    SOTTO_ASSERT(SSL_set1_host(ssl, host.c_str()) == 1);
  }
  return stream;
}

LinkFailure TlsClient::failure_of(TlsStream& stream, const std::error_code& error) const {
  const long verified = SSL_get_verify_result(stream.native_handle());
  if (verified != X509_V_OK && server_.pin) {
    return {ServerProblem::kPin,
            "The server has another key than the pin says: compare the address with the one its operator gave. If it "
            "is the same, somebody stands between.",
            std::nullopt};
  }
  if (verified != X509_V_OK) return {ServerProblem::kCertificate, certificate_explanation(verified), std::nullopt};
  if (error.category() == asio::error::get_ssl_category()) {
    const int reason = ERR_GET_REASON(static_cast<unsigned long>(error.value()));
    if (reason == SSL_R_UNSUPPORTED_PROTOCOL || reason == SSL_R_TLSV1_ALERT_PROTOCOL_VERSION) {
      return {ServerProblem::kTls,
              "What listens there does not speak TLS 1.3: it is no sotto server, or something "
              "between reads the connection.",
              std::nullopt};
    }
    return {ServerProblem::kTls, kNotOurs, std::nullopt};
  }
  return {ServerProblem::kTls, "The connection was closed while TLS began: something between may not let it through.",
          std::nullopt};
}

Result<LinkBinding> TlsClient::binding_of(TlsStream& stream) const {
  SSL* const ssl = stream.native_handle();
  const unsigned char* protocol = nullptr;
  unsigned size = 0;
  SSL_get0_alpn_selected(ssl, &protocol, &size);
  LinkBinding binding;
  if (std::string_view(reinterpret_cast<const char*>(protocol), size) != kLinkProtocol ||
      !channel_binding_of(ssl, binding.channel) || !server_key_hash_of(ssl, false, binding.server_key)) {
    return Error{ErrorCode::kRefused, kNotOurs};
  }
  return binding;
}

}  // namespace sotto::signaling
