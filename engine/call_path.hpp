#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <sotto/engine.hpp>

#include "base/machine.hpp"
#include "engine/closing_work.hpp"
#include "engine/emulated_network.hpp"
#include "engine/network_thread.hpp"
#include "signaling/handshake/call_message.hpp"
#include "signaling/handshake/call_session.hpp"
#include "transport/ice/ice_agent.hpp"
#include "transport/secure_channel.hpp"

namespace sotto::engine {

/// By which ways a path may be looked for.
struct CallPathOptions {
  std::vector<IceServer> servers;
  std::vector<std::string> local_addresses;  ///< As in EngineOptions.
  bool relay_only = false;
  std::optional<transport::LinkProfile> emulated_network;  ///< As in EngineOptions.
};

/// What a path tells its owner. On the network thread, never from inside a call to the path.
struct CallPathCallbacks {
  /// Candidates, writability, messages or keys may have changed: ask.
  std::function<void()> on_change;
  /// A datagram that claims to be SRTP or SRTCP. The bytes are valid during the call.
  std::function<void(ByteView datagram, Timestamp arrival)> on_media;
};

/// The way between the two devices of one call, warm while it rings: ICE finds it, DTLS secures it, call messages go
/// over it. It carries media datagrams but can neither protect nor open them. Network thread only.
class CallPath {
 public:
  /// Starts to look for local candidates. The caller is ICE's controlling side and DTLS's server.
  static Result<std::unique_ptr<CallPath>> create(bool caller, const CallPathOptions& options,
                                                  std::shared_ptr<const transport::DtlsCertificate> certificate,
                                                  NetworkThread& network, Machine& machine,
                                                  std::shared_ptr<ClosingWork> closing,
                                                  std::shared_ptr<PacketPool> pool, CallPathCallbacks callbacks);
  ~CallPath();
  CallPath(const CallPath&) = delete;
  CallPath& operator=(const CallPath&) = delete;

  // What the other side needs to know.

  /// Fills in credentials and fingerprint.
  void describe(signaling::SessionDescription& description) const;
  /// Candidates that were found and not yet taken, as many as one message carries.
  std::vector<std::string> take_candidates();
  /// True once, when all candidates were found and taken.
  bool take_end_of_candidates();

  // What it told.

  /// The handshake's contribution to the media keys; before anything of the other side.
  void set_secrets(signaling::MediaSecrets secrets, const signaling::CallId& call_id);
  /// Credentials, fingerprint and first candidates: from here on a way is looked for.
  Result<void> set_remote(const signaling::SessionDescription& remote, Timestamp now);
  void add_remote_candidates(const std::vector<std::string>& candidates);
  void remote_candidates_done();

  // The secured channel.

  bool connected() const;
  /// Why it can never be connected, if so.
  std::optional<Error> failure() const;
  /// Sends a sealed call message, unreliably. False if it cannot go this way.
  bool send_message(ByteView blob);
  std::optional<Bytes> poll_message();
  /// Once, when it is connected.
  std::optional<transport::SecuredMedia> take_secured_media(Timestamp now);

  /// Sends what the channel has to send. After every call above that takes a time or a message.
  void flush();
  std::optional<Timestamp> next_deadline() const;
  void on_deadline(Timestamp now);

  /// Where media datagrams go.
  transport::Path& datagrams();
  std::optional<Timestamp> writable_since() const { return writable_since_; }
  /// As the DTLS handshake saw it.
  std::optional<Duration> round_trip_time() const { return round_trip_time_; }
  void add_to(CallStatistics& statistics) const;

 private:
  CallPath(bool caller, std::shared_ptr<const transport::DtlsCertificate> certificate,
           std::shared_ptr<ClosingWork> closing, CallPathCallbacks callbacks);
  void on_ice_state(transport::IceState state, Timestamp now);
  void on_datagram(ByteView datagram, Timestamp now);

  const bool caller_;
  const std::shared_ptr<const transport::DtlsCertificate> certificate_;
  const std::shared_ptr<ClosingWork> closing_;
  const CallPathCallbacks callbacks_;
  std::unique_ptr<transport::IceAgent> ice_;
  std::unique_ptr<EmulatedNetwork> emulated_network_;  // in front of ice_, if wanted
  std::vector<std::string> local_candidates_;
  bool local_candidates_done_ = false;
  bool local_end_taken_ = false;
  std::optional<transport::SecureChannel> channel_;
  Timestamp remote_known_since_{};
  std::optional<Timestamp> writable_since_;
  std::optional<Timestamp> dtls_started_;
  std::optional<Duration> round_trip_time_;
  uint64_t unknown_datagrams_ = 0;
};

}  // namespace sotto::engine
