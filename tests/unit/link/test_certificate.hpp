#pragma once

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <memory>
#include <string>

#include "signaling/link/sign_in.hpp"

namespace sotto::signaling {

/// A P-256 key and a certificate that it has signed for itself.
class TestCertificate {
 public:
  /// `names` as OpenSSL's subjectAltName has them: "DNS:localhost,IP:127.0.0.1".
  explicit TestCertificate(const std::string& names = "DNS:localhost,IP:127.0.0.1", long begins_in_s = -3600,
                           long ends_in_s = 3600)
      : key_(EVP_EC_gen("P-256"), EVP_PKEY_free), certificate_(X509_new(), X509_free) {
    X509* const certificate = certificate_.get();
    X509_set_version(certificate, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate), begins_in_s);
    X509_gmtime_adj(X509_getm_notAfter(certificate), ends_in_s);
    X509_set_pubkey(certificate, key_.get());
    X509_NAME* const name = X509_get_subject_name(certificate);
    const std::string common_name = "sotto test";
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>(common_name.data()), -1,
                               -1, 0);
    X509_set_issuer_name(certificate, name);
    X509_EXTENSION* const extension = X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, names.c_str());
    X509_add_ext(certificate, extension, -1);
    X509_EXTENSION_free(extension);
    EXPECT_GT(X509_sign(certificate, key_.get(), EVP_sha256()), 0);
  }

  EVP_PKEY* key() const { return key_.get(); }
  X509* certificate() const { return certificate_.get(); }
  ServerKeyHash pin() const {
    ServerKeyHash hash;
    EXPECT_TRUE(server_key_hash_of(certificate(), hash));
    return hash;
  }
  /// Another certificate of the same key, as after a renewal.
  TestCertificate renewed() const {
    TestCertificate other("DNS:another.example");
    EVP_PKEY_up_ref(key());
    other.key_.reset(key());
    X509_set_pubkey(other.certificate(), key());
    EXPECT_GT(X509_sign(other.certificate(), key(), EVP_sha256()), 0);
    return other;
  }
  /// For a file of trusted authorities.
  std::string pem() const {
    const std::unique_ptr<BIO, decltype(&BIO_free)> memory(BIO_new(BIO_s_mem()), BIO_free);
    PEM_write_bio_X509(memory.get(), certificate());
    char* text = nullptr;
    const long size = BIO_get_mem_data(memory.get(), &text);
    return {text, static_cast<size_t>(size)};
  }

 private:
  std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key_;
  std::unique_ptr<X509, decltype(&X509_free)> certificate_;
};

}  // namespace sotto::signaling
