#pragma once

#include <memory>
#include <string>

#include <sotto/engine.hpp>
#include <sotto/result.hpp>
#include <sotto/time.hpp>

namespace sotto::tools {

/// How long a command that needs the server for one question waits for it.
inline constexpr Duration kSignInPatience = 20s;

struct SignedIn {
  std::unique_ptr<Engine> engine;
  std::string name;  ///< What the account is registered as.
};

/// An engine that has signed in to the server of its options, and registered their name if the account was new. While
/// that does not work, the reason and what is tried next go to standard error. kInvalidArgument if the options have no
/// server, kRefused if trying again would not help, kTimeout.
Result<SignedIn> sign_in(EngineOptions options, Duration patience = kSignInPatience);

}  // namespace sotto::tools
