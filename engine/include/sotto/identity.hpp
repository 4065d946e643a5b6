#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <sotto/export.hpp>
#include <sotto/result.hpp>

namespace sotto {

namespace engine {
struct IdentityAccess;
}  // namespace engine

struct NewIdentity;

/// Names an account for ever: SHA-256 over its first record.
using AccountId = std::array<uint8_t, 32>;

/// Who this device is: the keys of its account and its own. An engine renews them while it runs, and so they are saved
/// where they came from. Wiped with the last copy. Cheap to copy (shared); any thread.
class SOTTO_API Identity {
 public:
  /// A new account with this as its only device, in memory alone: nobody can bring it back.
  static Identity create();

  /// The same in a new file, sealed with `passphrase` (Argon2id, 256 MiB: takes about a second). kRefused if there is a
  /// file already, or if the passphrase is empty and `insecure` is not set; with it, whoever has the file has the keys.
  static Result<NewIdentity> create(const std::filesystem::path& path, std::string_view passphrase,
                                    bool insecure = false);

  /// Opens the file of an identity and keeps it locked while a copy lives. kUnavailable: not there, or in use by
  /// another process; kMalformed: no identity, or damaged; kRefused: wrong passphrase, or readable by others.
  static Result<Identity> open(const std::filesystem::path& path, std::string_view passphrase);

  /// The public half that others need in order to call: give it to them by a way that you trust.
  std::vector<uint8_t> bundle() const;
  AccountId account() const;
  /// Names this device among those of its account, as Envelope::device does.
  std::array<uint8_t, 16> device() const;

 private:
  friend struct engine::IdentityAccess;
  class State;
  explicit Identity(std::shared_ptr<const State> state) : state_(std::move(state)) {}
  std::shared_ptr<const State> state_;
};

/// A new account, and the one way back into it.
struct NewIdentity {
  Identity identity;
  /// 160 random bits as text, for paper: replaces the root key when every device is lost. It is kept nowhere else.
  std::string recovery_key;
};

}  // namespace sotto
