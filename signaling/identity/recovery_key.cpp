#include "signaling/identity/recovery_key.hpp"

#include <algorithm>
#include <array>

#include "base/crypto/hkdf.hpp"
#include "base/crypto/sha256.hpp"

namespace sotto::signaling {
namespace {

// Crockford's base32: no I, L, O or U, so that nothing is misread, and no word is spelled by accident.
constexpr std::string_view kAlphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
constexpr size_t kBits = 160;
constexpr size_t kSymbolBits = 5;
constexpr size_t kSymbols = kBits / kSymbolBits;
constexpr size_t kCheckSymbols = 4;
constexpr size_t kGroupSize = 4;

constexpr std::string_view kSaltLabel = "sotto recovery v1";
constexpr std::string_view kSigningLabel = "sotto recovery signing v1";
constexpr std::string_view kBackupLabel = "sotto recovery backup v1";
constexpr std::string_view kCheckLabel{"sotto recovery check v1\0", 24};

int value_of(char c) {
  if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  if (c == 'O') c = '0';
  if (c == 'I' || c == 'L') c = '1';
  const size_t at = kAlphabet.find(c);
  return at == std::string_view::npos ? -1 : static_cast<int>(at);
}

/// The symbols that stand for the first bits of `bytes`.
std::string symbols_of(ByteView bytes, size_t count) {
  std::string symbols;
  for (size_t i = 0; i < count; ++i) {
    unsigned value = 0;
    for (size_t bit = i * kSymbolBits; bit < (i + 1) * kSymbolBits; ++bit) {
      value = value << 1 | (bytes[bit / 8] >> (7 - bit % 8) & 1u);
    }
    symbols += kAlphabet[value];
  }
  return symbols;
}

// 20 bits: one typing mistake in a million passes, and is then found by the keys.
std::string check_symbols(ByteView bits) { return symbols_of(sha256({as_bytes(kCheckLabel), bits}), kCheckSymbols); }

Secret<32> derive(ByteView bits, std::string_view label) {
  const Secret<32> extracted = hkdf_extract(as_bytes(kSaltLabel), bits);
  Secret<32> key;
  hkdf_expand(extracted.view(), as_bytes(label), key.mutable_view());
  return key;
}

Error unusable(std::string message) { return {ErrorCode::kInvalidArgument, std::move(message)}; }

}  // namespace

RecoveryKey RecoveryKey::generate(RandomSource& random) {
  Secret<20> bits;
  random.fill(bits.mutable_view());
  return RecoveryKey(std::move(bits));
}

Result<RecoveryKey> RecoveryKey::parse(std::string_view text) {
  Secret<20> bits;
  Secret<kCheckSymbols> check;
  size_t count = 0;
  for (const char c : text) {
    if (c == ' ' || c == '-' || c == '\n' || c == '\r' || c == '\t') continue;
    const int value = value_of(c);
    if (value < 0) return unusable("A recovery key has letters and digits only, and no U.");
    if (count >= kSymbols + kCheckSymbols) return unusable("The recovery key is too long: it has 9 groups of 4.");
    if (count < kSymbols) {
      for (size_t i = 0; i < kSymbolBits; ++i) {
        const size_t bit = count * kSymbolBits + i;
        const unsigned set = static_cast<unsigned>(value) >> (kSymbolBits - 1 - i) & 1u;
        bits.mutable_view()[bit / 8] |= static_cast<uint8_t>(set << (7 - bit % 8));
      }
    } else {
      check.mutable_view()[count - kSymbols] = static_cast<uint8_t>(kAlphabet[static_cast<size_t>(value)]);
    }
    ++count;
  }
  if (count < kSymbols + kCheckSymbols) return unusable("The recovery key is too short: it has 9 groups of 4.");
  if (!equal_constant_time(check.view(), as_bytes(check_symbols(bits.view())))) {
    return unusable("The recovery key has a typing mistake: its last group does not fit the others.");
  }
  return RecoveryKey(std::move(bits));
}

std::string RecoveryKey::to_text() const {
  const std::string symbols = symbols_of(bits_.view(), kSymbols) + check_symbols(bits_.view());
  std::string text;
  text.reserve(symbols.size() + symbols.size() / kGroupSize);
  for (size_t i = 0; i < symbols.size(); ++i) {
    if (i > 0 && i % kGroupSize == 0) text += '-';
    text += symbols[i];
  }
  return text;
}

Ed25519KeyPair RecoveryKey::signing_key() const {
  return Ed25519KeyPair::from_seed(derive(bits_.view(), kSigningLabel).view());
}

Secret<32> RecoveryKey::backup_key() const { return derive(bits_.view(), kBackupLabel); }

}  // namespace sotto::signaling
