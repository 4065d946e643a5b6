#pragma once

#include <cstdint>
#include <string_view>

#include <sys/types.h>

#include "tests/support/temporary_folder.hpp"

namespace sotto::test {

inline constexpr const char* kTurnServer = "/usr/bin/turnserver";  // package coturn
inline constexpr const char* kTurnUser = "alice";
inline constexpr const char* kTurnPassword = "secret";

/// A coturn of one's own on loopback, for as long as this lives.
class TurnServer {
 public:
  /// Whether coturn is installed here.
  static bool available();

  TurnServer();
  ~TurnServer();
  TurnServer(const TurnServer&) = delete;
  TurnServer& operator=(const TurnServer&) = delete;

  /// On 127.0.0.1, UDP and TCP.
  uint16_t port() const { return port_; }

 private:
  void wait_until_it_says(std::string_view what);

  uint16_t port_;
  const TemporaryFolder folder_;
  pid_t process_ = 0;
  int output_ = -1;
};

}  // namespace sotto::test
