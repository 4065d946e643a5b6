#pragma once

#include <array>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/bytes.hpp"
#include "base/random.hpp"
#include "signaling/identity/contact.hpp"
#include "signaling/protocol/server.pb.h"
#include "tests/unit/server/raw_tls_client.hpp"
#include "tests/unit/server/real_device.hpp"

namespace sotto::tools {

/// Frames that mean harm, one after the other as fast as the server takes them, from a thread of its own: from
/// connections that do not sign in, and from strangers who do, partly to the server itself, partly, as envelopes, to
/// two people whom it knows. The same seed makes the same frames.
class Flood {
 public:
  Flood(uint16_t port, const std::array<std::string, 2>& victims, uint64_t seed);
  /// Stops.
  ~Flood();
  Flood(const Flood&) = delete;
  Flood& operator=(const Flood&) = delete;

  /// Waits until so many frames were sent. False if the server is not there any more.
  bool wait_for(size_t frames);

 private:
  /// One who has a name at the server, and is nobody's contact.
  struct Stranger {
    explicit Stranger(uint64_t seed) : device(seed), name("stranger" + std::to_string(seed)) {}
    signaling::RealDevice device;
    std::string name;
    std::unique_ptr<signaling::RawTlsClient> link;  ///< None: not signed in.
    uint64_t sent = 0;                              ///< The number of its last envelope.
  };

  bool sign_in(Stranger& stranger);
  bool find_victims(const std::array<std::string, 2>& names);
  void run();
  size_t one_step();
  size_t send_spoiled_frames(signaling::RawTlsClient& link);
  size_t send_envelopes(Stranger& stranger);
  Bytes spoiled_frame();
  Bytes spoiled_blob(const Stranger& stranger, const signaling::Contact& victim);
  void spoil(Bytes& bytes);
  size_t below(size_t limit) { return static_cast<size_t>(random_.u64() % limit); }

  const uint16_t port_;
  SeededRandom random_;
  std::vector<std::unique_ptr<Stranger>> strangers_;
  std::vector<signaling::Contact> victims_;

  std::mutex mutex_;
  std::condition_variable changed_;
  size_t frames_ = 0;
  bool stopping_ = false;
  bool server_gone_ = false;
  std::thread thread_;
};

}  // namespace sotto::tools
