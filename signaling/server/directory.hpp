#pragma once

#include <optional>
#include <string>
#include <vector>

#include <sotto/time.hpp>
#include "base/bytes.hpp"
#include "signaling/identity/identifiers.hpp"
#include "signaling/link/sign_in.hpp"
#include "signaling/server/device_address.hpp"
#include "signaling/server/directory_store.hpp"
#include "signaling/server/invites.hpp"
#include "signaling/server/outcome.hpp"

namespace sotto::wire {
class LookUp;
class Profile;
class Register;
class SignIn;
}  // namespace sotto::wire

namespace sotto::signaling {

/// What a proof has to be made for: one connection, one server, one nonce.
struct SignInChallenge {
  ChannelBinding channel{};
  ServerKeyHash server_key{};
  SignInNonce nonce{};
};

/// A device that has proven who it is.
struct Member {
  DeviceAddress address;
  std::string name;
  /// Devices of the account that its new list has revoked: their links end.
  std::vector<DeviceId> revoked;
};

/// Who has which name, and which devices (HANDSHAKE 6.1, 6.2, 6.5). Records are what their owners have signed: the
/// directory can hold them back, not make them. Versions never go back. One thread.
class Directory {
 public:
  explicit Directory(DirectoryStore& store) : store_(store) {}

  void set_registration(RegistrationMode mode, Invites invites);
  RegistrationMode registration() const { return mode_; }

  /// A proof that does not hold is REFUSAL_BAD_PROOF, whatever else is wrong: nobody but the device learns more.
  Outcome<Member> sign_in(const wire::SignIn& message, const SignInChallenge& challenge, WallTime now);
  /// The same for an account that is new here; one that is not, with the same name, is signed in.
  Outcome<Member> register_account(const wire::Register& message, const SignInChallenge& challenge, WallTime now);
  /// Takes over a newer bundle of a device that is signed in.
  Outcome<Member> publish(const DeviceAddress& who, ByteView bundle, WallTime now);
  /// Returns nothing of use, but Outcome<void> would be another class.
  Outcome<bool> set_profile(const AccountId& account, const wire::Profile& profile);

  /// The record (wire::AccountRecord) of the account that is asked for. Nothing if there is none, if it is hidden, or
  /// if it has denied itself to who asks: these take the same steps.
  Outcome<std::optional<Bytes>> look_up(const AccountId& asker, const wire::LookUp& question);

 private:
  struct Proven;

  static Outcome<Proven> prove(ByteView bundle, WallTime now);
  static Outcome<Proven> prove_sign_in(const std::string& bundle, const std::string& proof,
                                       const SignInChallenge& challenge, WallTime now);
  Outcome<Member> take_over(Proven proven, DirectoryRow row, WallTime now);
  Outcome<Member> insert(Proven proven, std::string name, const wire::Register& message, WallTime now);
  Outcome<std::optional<AccountId>> find_target(const wire::LookUp& question);

  DirectoryStore& store_;
  RegistrationMode mode_ = RegistrationMode::kOpen;
  Invites invites_;
};

}  // namespace sotto::signaling
