// rooms: sotto_signaling_identity
#include <cstdlib>

#include "signaling/identity/recovery_key.hpp"
#include "signaling/identity/safety_number.hpp"

using namespace sotto;
using namespace sotto::signaling;

/// What a person types as a recovery key, and what a camera reads as a verification code.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const Result<RecoveryKey> key = RecoveryKey::parse(text);
  if (key) {
    const Result<RecoveryKey> again = RecoveryKey::parse(key->to_text());
    if (!again || again->to_text() != key->to_text()) std::abort();
  }

  const AccountFingerprint own{1};
  const AccountFingerprint peer{2};
  const Bytes theirs = verification_code(peer, own);
  const bool same = std::equal(theirs.begin(), theirs.end(), data, data + size);
  if (verification_code_matches({data, size}, own, peer) != same) std::abort();
  return 0;
}
