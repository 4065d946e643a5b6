#include "transport/dtls/dtls_certificate.hpp"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include "base/random.hpp"
#include "base/secret.hpp"
#include "transport/dtls/detail/dtls_peer.hpp"

namespace sotto::transport {
namespace {

// The class sotto-sotto: one suite, one profile, one signature scheme. P-256 has to be among the groups, because
// TLS 1.2 checks the certificate's curve against them.
constexpr const char* kCipher = "ECDHE-ECDSA-AES256-GCM-SHA384";
constexpr const char* kGroups = "X25519:P-256";
constexpr const char* kSignatureAlgorithms = "ECDSA+SHA256";
constexpr const char* kSrtpProfile = "SRTP_AEAD_AES_256_GCM";
constexpr long kMaxPeerCertificateSize = 4096;  // bytes; ours has about 300
// Nobody checks these dates, but parsers want some. An hour back, for clocks that are slow; 30 days, as browsers do.
constexpr long kNotBefore = -3600;
constexpr long kNotAfter = 30L * 24 * 3600;

template <auto function>
struct Deleter {
  template <typename T>
  void operator()(T* object) const {
    function(object);
  }
};
using Key = std::unique_ptr<EVP_PKEY, Deleter<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Deleter<X509_free>>;

Certificate self_signed(EVP_PKEY* key) {
  Certificate certificate(X509_new());
  X509* x509 = certificate.get();
  const uint64_t serial = system_random().u64() >> 1;
  X509_NAME* name = X509_get_subject_name(x509);
  const auto* common_name = reinterpret_cast<const unsigned char*>("sotto");
  const bool made = X509_set_version(x509, X509_VERSION_3) == 1 &&
                    ASN1_INTEGER_set_uint64(X509_get_serialNumber(x509), serial) == 1 &&
                    X509_gmtime_adj(X509_getm_notBefore(x509), kNotBefore) != nullptr &&
                    X509_gmtime_adj(X509_getm_notAfter(x509), kNotAfter) != nullptr &&
                    X509_NAME_add_entry_by_NID(name, NID_commonName, MBSTRING_ASC, common_name, -1, -1, 0) == 1 &&
                    X509_set_issuer_name(x509, name) == 1 && X509_set_pubkey(x509, key) == 1 &&
                    X509_sign(x509, key, EVP_sha256()) > 0;
  if (!made) return nullptr;
  return certificate;
}

Sha256Digest fingerprint_of(X509* certificate) {
  unsigned char* encoded = nullptr;
  const int size = i2d_X509(certificate, &encoded);
  if (size <= 0) return {};  // equals no real fingerprint
  const Sha256Digest digest = sha256(ByteView{encoded, static_cast<size_t>(size)});
  OPENSSL_free(encoded);
  return digest;
}

/// Stands in for the whole chain verification (RFC 5763 5): names, dates and issuers mean nothing here.
int verify_peer(X509_STORE_CTX* store, void* /*argument*/) {
  auto* ssl = static_cast<SSL*>(X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx()));
  auto* peer = static_cast<DtlsPeer*>(SSL_get_app_data(ssl));
  const Sha256Digest fingerprint = fingerprint_of(X509_STORE_CTX_get0_cert(store));
  if (equal_constant_time(fingerprint, peer->expected_fingerprint)) return 1;
  peer->fingerprint_mismatch = true;
  X509_STORE_CTX_set_error(store, X509_V_ERR_CERT_REJECTED);
  return 0;
}

bool configure(SSL_CTX* context, EVP_PKEY* key, X509* certificate) {
  SSL_CTX_set_options(context,
                      SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_NO_QUERY_MTU);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  SSL_CTX_set_cert_verify_callback(context, verify_peer, nullptr);
  SSL_CTX_set_max_cert_list(context, kMaxPeerCertificateSize);
  return SSL_CTX_set_min_proto_version(context, DTLS1_2_VERSION) == 1 &&
         SSL_CTX_set_max_proto_version(context, DTLS1_2_VERSION) == 1 &&
         SSL_CTX_set_cipher_list(context, kCipher) == 1 && SSL_CTX_set1_groups_list(context, kGroups) == 1 &&
         SSL_CTX_set1_sigalgs_list(context, kSignatureAlgorithms) == 1 &&
         SSL_CTX_set1_client_sigalgs_list(context, kSignatureAlgorithms) == 1 &&
         SSL_CTX_set_tlsext_use_srtp(context, kSrtpProfile) == 0 &&  // 0 is success here
         SSL_CTX_use_certificate(context, certificate) == 1 && SSL_CTX_use_PrivateKey(context, key) == 1;
}

}  // namespace

void DtlsCertificate::ContextDelete::operator()(ssl_ctx_st* context) const { SSL_CTX_free(context); }

Result<DtlsCertificate> DtlsCertificate::create() {
  ERR_clear_error();
  const Key key(EVP_EC_gen("P-256"));
  const Certificate certificate = key ? self_signed(key.get()) : nullptr;
  Context context(SSL_CTX_new(DTLS_method()));
  if (!certificate || !context || !configure(context.get(), key.get(), certificate.get())) {
    ERR_clear_error();
    return Error{ErrorCode::kInternal, "this build of OpenSSL lacks what DTLS-SRTP needs"};
  }
  return DtlsCertificate(std::move(context), fingerprint_of(certificate.get()));
}

}  // namespace sotto::transport
