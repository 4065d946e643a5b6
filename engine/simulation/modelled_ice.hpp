#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "engine/simulation/simulated_network.hpp"
#include "engine/simulation/virtual_machine.hpp"
#include "transport/ice/ice_agent.hpp"

namespace sotto::simulation {

/// ICE as libnice does it between two devices with one address each, on the links of a SimulatedNetwork: the times of
/// its checks, the sizes of its messages and what they lead to. Its checks prove nothing, and it knows no servers.
///
///     candidate, credentials ... -> check (each 500 ms, 1 s, 2 s, ..) -> response: the pair is valid
///                                <- check: answered, and makes a check of our own due at once (RFC 8445 7.3.1.4)
///
/// The controlling side nominates with every check (libnice's aggressive mode), so that a valid pair is writable there;
/// at the other it is when it is valid and was nominated. A pair that was selected is checked once more at once, which
/// makes a check due at a peer whose own was lost.
class ModelledIce final : public transport::IceAgent {
 public:
  ModelledIce(VirtualMachine& machine, SimulatedNetwork& network, int device, transport::IceOptions options,
              transport::IceCallbacks callbacks);
  ~ModelledIce() override;
  ModelledIce(const ModelledIce&) = delete;
  ModelledIce& operator=(const ModelledIce&) = delete;

  const transport::IceCredentials& local_credentials() const override { return local_; }
  Result<void> start_gathering() override;
  Result<void> set_remote_credentials(std::string_view ufrag, std::string_view password) override;
  Result<void> add_remote_candidate(std::string_view candidate) override;
  void remote_candidates_done() override {}
  Result<void> restart() override;
  void send(std::span<const ByteView> datagrams) override;
  transport::IceState state() const override { return state_; }
  std::optional<transport::IcePair> selected_pair() const override;
  const transport::IceCounters& counters() const override { return counters_; }
  void close(std::function<void()> on_closed) override;

 private:
  /// Tells something from a later turn; nothing any more once closed.
  void tell(std::function<void()> what);
  void announce();
  void check_soon();
  void plan_check(Duration after);
  void send_check();
  void begin_transaction();
  void keep_alive();
  void send_stun(bool request, uint64_t transaction);
  void on_datagram(ByteView datagram, Timestamp arrival);
  void on_stun(ByteView datagram);
  void on_request(uint64_t transaction, bool nominates);
  void on_response(uint64_t transaction);
  void take_pair_if_ready();

  VirtualMachine& machine_;
  SimulatedNetwork& network_;
  const int device_;
  const transport::IceOptions options_;
  const transport::IceCallbacks callbacks_;
  const transport::IceCandidate candidate_;
  transport::IceCredentials local_;
  std::optional<std::string> remote_ufrag_;
  std::optional<transport::IceCandidate> remote_candidate_;
  transport::IceState state_ = transport::IceState::kConnecting;
  transport::IceCounters counters_;
  uint64_t socket_ = 0;
  bool closed_ = false;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);

  uint64_t next_transaction_;
  std::vector<uint64_t> transactions_;  // asked and not answered
  int sent_checks_ = 0;                 // of the transaction under way
  bool nominated_ = false;
  bool heard_ = false;  // the peer is at its address: its datagrams are taken
  bool valid_ = false;
  std::optional<VirtualMachine::EventId> check_;
  std::optional<VirtualMachine::EventId> keep_alive_;
};

}  // namespace sotto::simulation
