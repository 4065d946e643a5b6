#include "signaling/server/server_key.hpp"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <functional>
#include <memory>
#include <string>

#include "base/assert.hpp"
#include "base/safe_file.hpp"

namespace sotto::signaling {
namespace {

template <auto Function>
struct FreeBy {
  template <typename T>
  void operator()(T* object) const {
    Function(object);
  }
};
using Key = std::unique_ptr<EVP_PKEY, FreeBy<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, FreeBy<X509_free>>;
struct CloseFile {
  void operator()(FILE* file) const { std::fclose(file); }
};
using File = std::unique_ptr<FILE, CloseFile>;

// Nobody looks at the dates of a pinned key; some libraries want them to make sense.
constexpr std::chrono::days kValidFor{365 * 30};
constexpr std::chrono::days kValidBefore{1};

Error unavailable(const std::filesystem::path& file, const std::string& what) {
  return {ErrorCode::kUnavailable, file.string() + " " + what + ": " + std::strerror(errno) + "."};
}

/// What `write` writes, in a new file for its owner alone.
Result<void> save_pem(const std::filesystem::path& file, const std::function<bool(BIO*)>& write) {
  // Memory that is wiped when it goes away.
  const std::unique_ptr<BIO, FreeBy<BIO_free>> memory(BIO_new(BIO_s_secmem()));
  SOTTO_ASSERT(memory != nullptr && write(memory.get()));
  const uint8_t* text = nullptr;
  const long size = BIO_get_mem_data(memory.get(), &text);
  return save_file(file, ByteView(text, static_cast<size_t>(size)), SaveMode::kCreate);
}

Key read_key(const std::filesystem::path& file) {
  const File stream(std::fopen(file.c_str(), "re"));
  if (stream == nullptr) return nullptr;
  return Key(PEM_read_PrivateKey(stream.get(), nullptr, nullptr, nullptr));
}

Certificate make_certificate(EVP_PKEY* key, WallTime now) {
  Certificate certificate(X509_new());
  SOTTO_ASSERT(certificate != nullptr);
  X509* const x509 = certificate.get();
  const auto to_time = [now](std::chrono::days days) {
    return std::chrono::system_clock::to_time_t(std::chrono::time_point_cast<std::chrono::seconds>(now + days));
  };
  uint64_t serial = 0;
  SOTTO_ASSERT(RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial) == 1);
  X509_NAME* const name = X509_get_subject_name(x509);
  const auto* const text = reinterpret_cast<const unsigned char*>("sotto server");
  SOTTO_ASSERT(X509_set_version(x509, X509_VERSION_3) == 1 &&
               ASN1_INTEGER_set_uint64(X509_get_serialNumber(x509), serial >> 1) == 1 &&
               ASN1_TIME_set(X509_getm_notBefore(x509), to_time(-kValidBefore)) != nullptr &&
               ASN1_TIME_set(X509_getm_notAfter(x509), to_time(kValidFor)) != nullptr &&
               X509_NAME_add_entry_by_NID(name, NID_commonName, MBSTRING_ASC, text, -1, -1, 0) == 1 &&
               X509_set_issuer_name(x509, name) == 1 && X509_set_pubkey(x509, key) == 1 &&
               X509_sign(x509, key, EVP_sha256()) > 0);
  return certificate;
}

}  // namespace

Result<void> check_secret_file(const std::filesystem::path& file) {
  struct stat status {};
  if (::stat(file.c_str(), &status) != 0 || ::access(file.c_str(), R_OK) != 0) {
    return unavailable(file, "cannot be read");
  }
  // A group may read it, as Debian's ssl-cert does; everybody may not.
  if ((status.st_mode & (S_IRWXO | S_IWGRP)) != 0) {
    return Error{ErrorCode::kRefused, file.string() + " is open to others: chmod 600 it."};
  }
  return {};
}

Result<ServerKeyFiles> own_server_key(const std::filesystem::path& state, WallTime now) {
  const ServerKeyFiles files{state / "server.crt", state / "server.key"};
  std::error_code ignored;
  const bool has_key = std::filesystem::exists(files.key, ignored);
  const bool has_certificate = std::filesystem::exists(files.certificate, ignored);
  if (!has_key && has_certificate) {
    return Error{ErrorCode::kUnavailable,
                 files.key.string() +
                     " is missing, but its certificate is there: put it back from a copy, or "
                     "remove the certificate to start with a new key, which nobody has pinned."};
  }
  Key key;
  if (has_key) {
    if (const Result<void> secret = check_secret_file(files.key); !secret) return secret.error();
    key = read_key(files.key);
    if (key == nullptr) {
      return Error{ErrorCode::kMalformed,
                   files.key.string() + " is damaged: put it back from a copy, or remove it and " +
                       files.certificate.string() + " to start with a new key, which nobody has pinned."};
    }
  } else {
    key.reset(EVP_EC_gen("P-256"));
    SOTTO_ASSERT(key != nullptr);
    const Result<void> saved = save_pem(files.key, [&key](BIO* pem) {
      return PEM_write_bio_PKCS8PrivateKey(pem, key.get(), nullptr, nullptr, 0, nullptr, nullptr) == 1;
    });
    if (!saved) return saved.error();
  }
  if (!has_certificate) {
    const Certificate certificate = make_certificate(key.get(), now);
    const Result<void> saved = save_pem(
        files.certificate, [&certificate](BIO* pem) { return PEM_write_bio_X509(pem, certificate.get()) == 1; });
    if (!saved) return saved.error();
  }
  return files;
}

}  // namespace sotto::signaling
