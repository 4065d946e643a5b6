#pragma once

#include "base/crypto/sha256.hpp"

namespace sotto::transport {

/// What OpenSSL's callbacks need to know about an association; SSL_get_app_data points to it.
struct DtlsPeer {
  Sha256Digest expected_fingerprint{};
  bool fingerprint_mismatch = false;
  unsigned first_timeout_us = 0;
};

}  // namespace sotto::transport
