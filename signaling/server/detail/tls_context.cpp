#include "signaling/server/detail/tls_context.hpp"

#include <openssl/err.h>

#include <algorithm>
#include <string>

#include "base/assert.hpp"
#include "signaling/link/sign_in.hpp"

namespace sotto::signaling {
namespace {

// RFC 7301 section 3.2: no protocol in common ends the handshake.
int choose_protocol(SSL*, const unsigned char** out, unsigned char* out_size, const unsigned char* offered,
                    unsigned size, void*) {
  ByteReader reader({offered, size});
  while (!reader.at_end()) {
    const ByteView protocol = reader.take(reader.u8());
    if (!reader.ok()) break;
    if (!std::ranges::equal(protocol, as_bytes(kLinkProtocol))) continue;
    *out = protocol.data();
    *out_size = static_cast<unsigned char>(protocol.size());
    return SSL_TLSEXT_ERR_OK;
  }
  return SSL_TLSEXT_ERR_ALERT_FATAL;
}

// A server does not ask for passphrases: it starts by itself.
int no_passphrase(char*, int, int, void*) { return 0; }

}  // namespace

Result<std::shared_ptr<TlsContext>> TlsContext::load(const ServerKeyFiles& files) {
  if (const Result<void> secret = check_secret_file(files.key); !secret) return secret.error();
  auto result = std::make_shared<TlsContext>();
  result->context_.reset(SSL_CTX_new(TLS_server_method()));
  SSL_CTX* const context = result->context_.get();
  SOTTO_ASSERT(context != nullptr);
  SOTTO_ASSERT(SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION) == 1);
  SOTTO_ASSERT(SSL_CTX_set_max_proto_version(context, TLS1_3_VERSION) == 1);
  SOTTO_ASSERT(SSL_CTX_set1_groups_list(context, "X25519:P-256") == 1);
  SOTTO_ASSERT(SSL_CTX_set_num_tickets(context, 0) == 1);
  SSL_CTX_set_options(context, SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  // Most links are idle: they do without OpenSSL's two record buffers until there is something to read or write.
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE);
  SSL_CTX_set_alpn_select_cb(context, choose_protocol, nullptr);
  SSL_CTX_set_default_passwd_cb(context, no_passphrase);

  const auto malformed = [](const std::filesystem::path& file, const char* what) {
    ERR_clear_error();
    return Error{ErrorCode::kMalformed, file.string() + " " + what};
  };
  if (SSL_CTX_use_certificate_chain_file(context, files.certificate.c_str()) != 1) {
    return malformed(files.certificate, "has no certificate in PEM form, or cannot be read.");
  }
  if (SSL_CTX_use_PrivateKey_file(context, files.key.c_str(), SSL_FILETYPE_PEM) != 1) {
    return malformed(files.key, "has no private key in PEM form without a passphrase, or not the certificate's.");
  }
  if (SSL_CTX_check_private_key(context) != 1) return malformed(files.key, "is not the key of the certificate.");
  if (!server_key_hash_of(SSL_CTX_get0_certificate(context), result->key_hash_)) {
    return malformed(files.certificate, "has a key that cannot be read.");
  }
  return result;
}

}  // namespace sotto::signaling
