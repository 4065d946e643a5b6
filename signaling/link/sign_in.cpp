#include "signaling/link/sign_in.hpp"

#include <openssl/crypto.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

namespace sotto::signaling {
namespace {

constexpr std::string_view kExporterLabel = "EXPORTER-Channel-Binding";  // RFC 9266 section 2

}  // namespace

Bytes serialize(const SignInClaim& claim) {
  Bytes bytes;
  bytes.reserve(claim.channel.size() + claim.server_key.size() + claim.account.bytes.size() +
                claim.device.bytes.size() + claim.nonce.size());
  append(bytes, claim.channel);
  append(bytes, claim.server_key);
  append(bytes, claim.account.bytes);
  append(bytes, claim.device.bytes);
  append(bytes, claim.nonce);
  return bytes;
}

bool channel_binding_of(SSL* ssl, ChannelBinding& binding) {
  // Before TLS 1.3 the value would not be unique to a connection (RFC 9266 section 4.2).
  if (SSL_version(ssl) != TLS1_3_VERSION || SSL_is_init_finished(ssl) == 0) return false;
  const uint8_t empty_context = 0;
  return SSL_export_keying_material(ssl, binding.data(), binding.size(), kExporterLabel.data(), kExporterLabel.size(),
                                    &empty_context, 0, 1) == 1;
}

bool server_key_hash_of(SSL* ssl, bool own, ServerKeyHash& hash) {
  const X509* certificate = own ? SSL_get_certificate(ssl) : SSL_get0_peer_certificate(ssl);
  return certificate != nullptr && server_key_hash_of(certificate, hash);
}

bool server_key_hash_of(const X509* certificate, ServerKeyHash& hash) {
  unsigned char* encoded = nullptr;
  const int size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &encoded);
  if (size <= 0) return false;
  hash = sha256(ByteView(encoded, static_cast<size_t>(size)));
  OPENSSL_free(encoded);
  return true;
}

}  // namespace sotto::signaling
