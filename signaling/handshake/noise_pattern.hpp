#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string_view>

namespace sotto::signaling {

/// One step of a Noise handshake message (Noise revision 34, 7.1).
enum class NoiseToken : uint8_t { kE, kS, kEE, kES, kSE, kSS };

/// The tokens of one message.
class NoiseMessagePattern {
 public:
  constexpr NoiseMessagePattern() = default;
  constexpr NoiseMessagePattern(std::initializer_list<NoiseToken> tokens) : count_(tokens.size()) {
    size_t i = 0;
    for (const NoiseToken token : tokens) tokens_[i++] = token;
  }
  constexpr std::span<const NoiseToken> tokens() const { return std::span(tokens_).first(count_); }

 private:
  std::array<NoiseToken, 4> tokens_{};
  size_t count_ = 0;
};

/// Who says what in which order, and which static keys are known beforehand (Noise 7.4 and 7.5). The initiator sends
/// the first message, then both in turn.
struct NoisePattern {
  std::string_view protocol_name;
  bool initiator_static_known;  ///< Pre-message "-> s".
  bool responder_static_known;  ///< Pre-message "<- s".
  size_t message_count;
  std::array<NoiseMessagePattern, 3> messages;
};

inline constexpr NoisePattern kNoiseX = {
    "Noise_X_25519_AESGCM_SHA256",
    false,
    true,
    1,
    {{{NoiseToken::kE, NoiseToken::kES, NoiseToken::kS, NoiseToken::kSS}}},
};

inline constexpr NoisePattern kNoiseIK = {
    "Noise_IK_25519_AESGCM_SHA256",
    false,
    true,
    2,
    {{{NoiseToken::kE, NoiseToken::kES, NoiseToken::kS, NoiseToken::kSS},
      {NoiseToken::kE, NoiseToken::kEE, NoiseToken::kSE}}},
};

inline constexpr NoisePattern kNoiseXK = {
    "Noise_XK_25519_AESGCM_SHA256",
    false,
    true,
    3,
    {{{NoiseToken::kE, NoiseToken::kES}, {NoiseToken::kE, NoiseToken::kEE}, {NoiseToken::kS, NoiseToken::kSE}}},
};

inline constexpr NoisePattern kNoiseKK = {
    "Noise_KK_25519_AESGCM_SHA256",
    true,
    true,
    2,
    {{{NoiseToken::kE, NoiseToken::kES, NoiseToken::kSS}, {NoiseToken::kE, NoiseToken::kEE, NoiseToken::kSE}}},
};

inline constexpr NoisePattern kNoiseXX = {
    "Noise_XX_25519_AESGCM_SHA256",
    false,
    false,
    3,
    {{{NoiseToken::kE},
      {NoiseToken::kE, NoiseToken::kEE, NoiseToken::kS, NoiseToken::kES},
      {NoiseToken::kS, NoiseToken::kSE}}},
};

}  // namespace sotto::signaling
