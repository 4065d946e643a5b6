#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include <sotto/result.hpp>
#include "base/bytes.hpp"
#include "base/crypto/sha256.hpp"
#include "base/crypto/x25519.hpp"
#include "base/random.hpp"
#include "base/secret.hpp"
#include "signaling/handshake/noise_pattern.hpp"
#include "signaling/handshake/noise_symmetric_state.hpp"

namespace sotto::signaling {

enum class NoiseRole : uint8_t { kInitiator, kResponder };

/// The keys that each side is told before the first message. Which ones are needed, the pattern says.
struct NoiseStaticKeys {
  std::optional<X25519KeyPair> own;
  std::optional<X25519PublicKey> remote;
};

/// What a finished handshake leaves behind.
struct NoiseOutcome {
  Secret<32> send_key;
  Secret<32> receive_key;
  Secret<32> exported;  ///< See NoiseSymmetricState::export_secret().
  Sha256Digest handshake_hash{};
};

/// Walks through a Noise pattern token by token (Noise revision 34, 5.3). Messages in and out; no I/O. A message that
/// is refused changes nothing, so that the genuine one may still follow. Move-only, one thread.
class NoiseHandshake {
 public:
  /// `pattern` is one of the constants, or outlives this object.
  NoiseHandshake(const NoisePattern& pattern, NoiseRole role, ByteView prologue, NoiseStaticKeys keys);

  bool finished() const { return progress_.next_message == pattern_->message_count; }
  /// Whether it is this side that sends the next message.
  bool my_turn() const;

  /// The next message with `payload` in it. kRefused if the peer's key is of low order. Only when my_turn().
  Result<Bytes> write_message(ByteView payload, RandomSource& random);
  /// The payload of the peer's next message. kMalformed if it is too short, kRefused if a tag is wrong or a key of low
  /// order. Only when not my_turn().
  Result<Bytes> read_message(ByteView message);

  /// The peer's static key, once known. That the peer holds it is proven only by what is encrypted under it.
  const std::optional<X25519PublicKey>& remote_static() const { return progress_.remote_static; }

  /// Ends the handshake and wipes its state. Only when finished().
  NoiseOutcome finish(ByteView exporter_label) &&;

  /// A second state to try a message on, given up if what the message says is refused.
  NoiseHandshake clone() const;

 private:
  /// All that a message changes, so that it is replaced at once or not at all.
  struct Progress {
    NoiseSymmetricState symmetric;
    std::optional<X25519KeyPair> own_ephemeral;
    std::optional<X25519PublicKey> remote_ephemeral;
    std::optional<X25519PublicKey> remote_static;
    size_t next_message = 0;

    Progress clone() const;
  };

  NoiseHandshake(const NoisePattern& pattern, NoiseRole role, std::optional<X25519KeyPair> own, Progress progress);
  Result<void> mix_agreement(NoiseToken token, Progress& progress) const;

  const NoisePattern* pattern_;
  NoiseRole role_;
  std::optional<X25519KeyPair> own_static_;
  Progress progress_;
};

}  // namespace sotto::signaling
