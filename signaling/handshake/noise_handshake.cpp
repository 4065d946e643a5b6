#include "signaling/handshake/noise_handshake.hpp"

#include <utility>

#include "base/assert.hpp"

namespace sotto::signaling {
namespace {

constexpr size_t kKeySize = 32;

std::optional<X25519KeyPair> copy_of(const std::optional<X25519KeyPair>& keys) {
  if (!keys) return std::nullopt;
  return keys->clone();
}

X25519PublicKey to_public_key(ByteView bytes) {
  X25519PublicKey key;
  SOTTO_ASSERT(bytes.size() == key.bytes.size());
  std::copy(bytes.begin(), bytes.end(), key.bytes.begin());
  return key;
}

Error too_short() { return {ErrorCode::kMalformed, "The handshake message is too short."}; }

}  // namespace

NoiseHandshake::Progress NoiseHandshake::Progress::clone() const {
  return {symmetric.clone(), copy_of(own_ephemeral), remote_ephemeral, remote_static, next_message};
}

NoiseHandshake::NoiseHandshake(const NoisePattern& pattern, NoiseRole role, ByteView prologue, NoiseStaticKeys keys)
    : NoiseHandshake(pattern, role, std::move(keys.own),
                     Progress{NoiseSymmetricState(pattern.protocol_name), std::nullopt, std::nullopt, keys.remote, 0}) {
  progress_.symmetric.mix_hash(prologue);
  const auto mix_static = [this](bool own) {
    SOTTO_ASSERT(own ? own_static_.has_value() : progress_.remote_static.has_value());
    progress_.symmetric.mix_hash(own ? own_static_->public_key().bytes : progress_.remote_static->bytes);
  };
  if (pattern.initiator_static_known) mix_static(role == NoiseRole::kInitiator);
  if (pattern.responder_static_known) mix_static(role == NoiseRole::kResponder);
}

NoiseHandshake::NoiseHandshake(const NoisePattern& pattern, NoiseRole role, std::optional<X25519KeyPair> own,
                               Progress progress)
    : pattern_(&pattern), role_(role), own_static_(std::move(own)), progress_(std::move(progress)) {}

bool NoiseHandshake::my_turn() const {
  const bool initiators_turn = progress_.next_message % 2 == 0;
  return !finished() && initiators_turn == (role_ == NoiseRole::kInitiator);
}

Result<Bytes> NoiseHandshake::write_message(ByteView payload, RandomSource& random) {
  SOTTO_ASSERT(my_turn());
  Progress progress = progress_.clone();
  Bytes message;
  for (const NoiseToken token : pattern_->messages[progress.next_message].tokens()) {
    switch (token) {
      case NoiseToken::kE:
        progress.own_ephemeral = X25519KeyPair::generate(random);
        append(message, progress.own_ephemeral->public_key().bytes);
        progress.symmetric.mix_hash(progress.own_ephemeral->public_key().bytes);
        break;
      case NoiseToken::kS:
        SOTTO_ASSERT(own_static_.has_value());
        progress.symmetric.encrypt_and_hash(own_static_->public_key().bytes, message);
        break;
      case NoiseToken::kEE:
      case NoiseToken::kES:
      case NoiseToken::kSE:
      case NoiseToken::kSS: {
        const Result<void> mixed = mix_agreement(token, progress);
        if (!mixed) return mixed.error();
        break;
      }
    }
  }
  progress.symmetric.encrypt_and_hash(payload, message);
  ++progress.next_message;
  progress_ = std::move(progress);
  return message;
}

Result<Bytes> NoiseHandshake::read_message(ByteView message) {
  SOTTO_ASSERT(!finished() && !my_turn());
  Progress progress = progress_.clone();
  ByteReader reader(message);
  for (const NoiseToken token : pattern_->messages[progress.next_message].tokens()) {
    switch (token) {
      case NoiseToken::kE: {
        const ByteView key = reader.take(kKeySize);
        if (!reader.ok()) return too_short();
        progress.remote_ephemeral = to_public_key(key);
        progress.symmetric.mix_hash(key);
        break;
      }
      case NoiseToken::kS: {
        const ByteView sealed = reader.take(kKeySize + progress.symmetric.tag_size());
        if (!reader.ok()) return too_short();
        const Result<Bytes> key = progress.symmetric.decrypt_and_hash(sealed);
        if (!key) return key.error();
        progress.remote_static = to_public_key(*key);
        break;
      }
      case NoiseToken::kEE:
      case NoiseToken::kES:
      case NoiseToken::kSE:
      case NoiseToken::kSS: {
        const Result<void> mixed = mix_agreement(token, progress);
        if (!mixed) return mixed.error();
        break;
      }
    }
  }
  Result<Bytes> payload = progress.symmetric.decrypt_and_hash(reader.rest());
  if (!payload) return payload;
  ++progress.next_message;
  progress_ = std::move(progress);
  return payload;
}

Result<void> NoiseHandshake::mix_agreement(NoiseToken token, Progress& progress) const {
  const bool initiator = role_ == NoiseRole::kInitiator;
  // The first letter is the initiator's key, the second the responder's.
  const bool own_is_ephemeral = token == NoiseToken::kEE || token == (initiator ? NoiseToken::kES : NoiseToken::kSE);
  const bool remote_is_ephemeral = token == NoiseToken::kEE || token == (initiator ? NoiseToken::kSE : NoiseToken::kES);
  const std::optional<X25519KeyPair>& own = own_is_ephemeral ? progress.own_ephemeral : own_static_;
  const std::optional<X25519PublicKey>& remote =
      remote_is_ephemeral ? progress.remote_ephemeral : progress.remote_static;
  SOTTO_ASSERT(own.has_value() && remote.has_value());
  const Result<Secret<32>> shared = own->agree(*remote);
  if (!shared) return shared.error();
  progress.symmetric.mix_key(*shared);
  return {};
}

NoiseOutcome NoiseHandshake::finish(ByteView exporter_label) && {
  SOTTO_ASSERT(finished());
  const NoiseHandshake ended = std::move(*this);
  const NoiseSymmetricState& symmetric = ended.progress_.symmetric;
  auto [initiator_key, responder_key] = symmetric.split();
  const bool initiator = role_ == NoiseRole::kInitiator;
  NoiseOutcome outcome;
  outcome.send_key = std::move(initiator ? initiator_key : responder_key);
  outcome.receive_key = std::move(initiator ? responder_key : initiator_key);
  outcome.exported = symmetric.export_secret(exporter_label);
  outcome.handshake_hash = symmetric.handshake_hash();
  return outcome;
}

NoiseHandshake NoiseHandshake::clone() const {
  return NoiseHandshake(*pattern_, role_, copy_of(own_static_), progress_.clone());
}

}  // namespace sotto::signaling
