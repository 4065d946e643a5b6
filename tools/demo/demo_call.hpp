#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <string>

#include <nlohmann/json.hpp>

#include <sotto/result.hpp>
#include <sotto/time.hpp>

#include "tools/demo/demo_media.hpp"
#include "tools/demo/demo_options.hpp"
#include "tools/demo/peer_process.hpp"
#include "tools/demo/summary.hpp"
#include "tools/demo/switchboard.hpp"
#include "tools/harness/interruption.hpp"

namespace sotto::tools {

/// One call between two peer processes, step by step. One thread.
class DemoCall {
 public:
  /// Where things lie, and the words that tell how it goes.
  struct Setting {
    std::string program;  ///< of which the peers are subcommands
    DemoOptions options;
    std::array<std::string, 2> folders;  ///< Alice's and Bob's; exist
    std::array<DemoMedia, 2> media;
    std::function<void(const std::string& line)> say;
  };

  DemoCall(Setting setting, const Interruption& interruption);

  /// Starts both processes, dials, rings, accepts, talks, hangs up and waits until both are gone. Fills what it
  /// measures from outside into `summary`.
  Result<void> run(Summary& summary);

  const TalkTime& talk_time() const { return talk_time_; }
  /// The UDP ports that Alice and Bob used.
  const std::set<uint16_t>& ports(size_t peer) const { return ports_[peer]; }

  /// Where a peer logs its encoded payloads.
  static std::string payload_file(const std::string& folder) { return folder + "/payload"; }

 private:
  struct Usage {
    double cpu_seconds = 0;
    double bytes_sent = 0;
  };

  Result<void> start_peers(Summary& summary);
  Result<void> set_up(Summary& summary);
  Result<void> talk(Summary& summary);
  Result<void> hang_up(Summary& summary);
  Result<void> collect(Summary& summary);
  Result<void> tell_progress(int second, std::array<nlohmann::json, 2>& before);
  PeerProcess& alice() { return *peers_[0]; }
  PeerProcess& bob() { return *peers_[1]; }

  Setting setting_;
  const Interruption& interruption_;
  std::array<std::unique_ptr<PeerProcess>, 2> peers_;
  std::unique_ptr<Switchboard> switchboard_;
  std::array<std::set<uint16_t>, 2> ports_;
  TalkTime talk_time_;
};

}  // namespace sotto::tools
