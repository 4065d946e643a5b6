#include "engine/call_path.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/assert.hpp"
#include "base/log.hpp"
#include "transport/datagram_kind.hpp"

namespace sotto::engine {
namespace {

using transport::DtlsRole;
using transport::DtlsState;

// What the first connectivity check suggests as round trip is trusted within these: a check that was lost took longer.
constexpr Duration kMinCheckedRoundTrip = 10ms;
constexpr Duration kMaxCheckedRoundTrip = 250ms;
constexpr Duration kMaxRoundTrip = 1s;

std::string type_name(transport::IceCandidateType type) {
  switch (type) {
    case transport::IceCandidateType::kHost:
      return "host";
    case transport::IceCandidateType::kServerReflexive:
      return "srflx";
    case transport::IceCandidateType::kPeerReflexive:
      return "prflx";
    case transport::IceCandidateType::kRelayed:
      return "relay";
  }
  return {};
}

transport::IceServerKind to_transport(IceServer::Kind kind) {
  switch (kind) {
    case IceServer::Kind::kStun:
      return transport::IceServerKind::kStun;
    case IceServer::Kind::kTurnUdp:
      return transport::IceServerKind::kTurnUdp;
    case IceServer::Kind::kTurnTcp:
      return transport::IceServerKind::kTurnTcp;
  }
  return transport::IceServerKind::kStun;
}

}  // namespace

CallPath::CallPath(bool caller, std::shared_ptr<const transport::DtlsCertificate> certificate,
                   std::shared_ptr<ClosingWork> closing, CallPathCallbacks callbacks)
    : caller_(caller),
      certificate_(std::move(certificate)),
      closing_(std::move(closing)),
      callbacks_(std::move(callbacks)) {}

CallPath::~CallPath() {
  if (!ice_) return;
  closing_->begin();
  ice_->close([closing = closing_] { closing->end(); });
}

Result<std::unique_ptr<CallPath>> CallPath::create(bool caller, const CallPathOptions& options,
                                                   std::shared_ptr<const transport::DtlsCertificate> certificate,
                                                   NetworkThread& network, Machine& machine,
                                                   std::shared_ptr<ClosingWork> closing,
                                                   std::shared_ptr<PacketPool> pool, CallPathCallbacks callbacks) {
  std::unique_ptr<CallPath> path(
      new CallPath(caller, std::move(certificate), std::move(closing), std::move(callbacks)));
  transport::IceOptions ice;
  ice.controlling = caller;
  ice.local_addresses = options.local_addresses;
  ice.relay_only = options.relay_only;
  for (const IceServer& server : options.servers) {
    ice.servers.push_back({server.address, server.port, to_transport(server.kind), server.username, server.password});
  }
  transport::IceCallbacks ice_callbacks;
  ice_callbacks.on_candidate = [self = path.get()](std::string candidate) {
    self->local_candidates_.push_back(std::move(candidate));
    self->callbacks_.on_change();
  };
  ice_callbacks.on_gathering_done = [self = path.get()] {
    self->local_candidates_done_ = true;
    self->callbacks_.on_change();
  };
  ice_callbacks.on_state = [self = path.get(), &machine](transport::IceState state) {
    self->on_ice_state(state, machine.now());
    self->callbacks_.on_change();
  };
  ice_callbacks.on_datagram = [self = path.get()](ByteView datagram, Timestamp arrival) {
    if (self->emulated_network_) {
      self->emulated_network_->receive(datagram, arrival);
    } else {
      self->on_datagram(datagram, arrival);
    }
  };
  auto agent = network.make_ice_agent(std::move(ice), std::move(ice_callbacks));
  if (!agent) return agent.error();
  path->ice_ = std::move(*agent);
  if (options.emulated_network) {
    path->emulated_network_ = std::make_unique<EmulatedNetwork>(
        *path->ice_, *options.emulated_network, system_random().u64(), std::move(pool), network, machine,
        [self = path.get()](ByteView datagram, Timestamp arrival) { self->on_datagram(datagram, arrival); });
  }
  if (auto started = path->ice_->start_gathering(); !started) return started.error();
  return path;
}

void CallPath::describe(signaling::SessionDescription& description) const {
  description.ice = {ice_->local_credentials().ufrag, ice_->local_credentials().password};
  description.fingerprint = certificate_->fingerprint();
}

std::vector<std::string> CallPath::take_candidates() {
  const size_t count = std::min(local_candidates_.size(), signaling::kMaxCandidatesPerMessage);
  const auto end = local_candidates_.begin() + static_cast<std::ptrdiff_t>(count);
  std::vector<std::string> taken(std::make_move_iterator(local_candidates_.begin()), std::make_move_iterator(end));
  local_candidates_.erase(local_candidates_.begin(), end);
  return taken;
}

bool CallPath::take_end_of_candidates() {
  if (!local_candidates_done_ || !local_candidates_.empty()) return false;
  return !std::exchange(local_end_taken_, true);
}

void CallPath::set_secrets(signaling::MediaSecrets secrets, const signaling::CallId& call_id) {
  transport::SecureChannelOptions options;
  options.role = caller_ ? DtlsRole::kServer : DtlsRole::kClient;
  options.certificate = certificate_;
  options.media_keys.noise_secret = std::move(secrets.media);
  options.media_keys.confirmation_key = std::move(secrets.confirmation);
  options.media_keys.suite = secrets.suite;
  options.media_keys.call_id = call_id.bytes;
  options.media_keys.handshake_hash = secrets.handshake_hash;
  channel_.emplace(std::move(options));
}

Result<void> CallPath::set_remote(const signaling::SessionDescription& remote, Timestamp now) {
  SOTTO_ASSERT(channel_);
  channel_->set_peer_fingerprint(remote.fingerprint, now);
  if (auto set = ice_->set_remote_credentials(remote.ice.ufrag, remote.ice.pwd); !set) return set;
  remote_known_since_ = now;
  add_remote_candidates(remote.candidates);
  if (remote.end_of_candidates) remote_candidates_done();
  return {};
}

void CallPath::add_remote_candidates(const std::vector<std::string>& candidates) {
  for (const std::string& candidate : candidates) {
    if (const auto added = ice_->add_remote_candidate(candidate); !added) {
      log(LogLevel::kInfo, "engine", "left out a candidate: " + added.error().message);
    }
  }
}

void CallPath::remote_candidates_done() { ice_->remote_candidates_done(); }

void CallPath::on_ice_state(transport::IceState state, Timestamp now) {
  switch (state) {
    case transport::IceState::kConnecting:
    case transport::IceState::kFailed:  // more candidates may come: the owner's deadline decides
      return;
    case transport::IceState::kWritable:
      if (!writable_since_) writable_since_ = now;
      if (!dtls_started_) dtls_started_ = now;
      if (!channel_) return;
      // Connectivity checks go around an emulated network.
      if (!emulated_network_) {
        channel_->set_round_trip_time(
            std::clamp<Duration>(now - remote_known_since_, kMinCheckedRoundTrip, kMaxCheckedRoundTrip));
      }
      channel_->on_path_writable(now);
      return;
  }
}

void CallPath::on_datagram(ByteView datagram, Timestamp now) {
  switch (transport::datagram_kind(datagram)) {
    case transport::DatagramKind::kSrtp:
    case transport::DatagramKind::kSrtcp:
      callbacks_.on_media(datagram, now);
      return;
    case transport::DatagramKind::kDtls:
      if (!channel_) return;
      if (!dtls_started_) dtls_started_ = now;
      channel_->on_dtls_datagram(datagram, now);
      callbacks_.on_change();
      return;
    case transport::DatagramKind::kStun:
    case transport::DatagramKind::kUnknown:
      ++unknown_datagrams_;
      return;
  }
}

bool CallPath::connected() const { return channel_ && channel_->state() == DtlsState::kConnected; }

std::optional<Error> CallPath::failure() const {
  if (!channel_ || channel_->state() != DtlsState::kFailed) return std::nullopt;
  return channel_->failure();
}

bool CallPath::send_message(ByteView blob) { return connected() && channel_->send_message(blob).ok(); }

std::optional<Bytes> CallPath::poll_message() {
  if (!channel_) return std::nullopt;
  return channel_->poll_message();
}

std::optional<transport::SecuredMedia> CallPath::take_secured_media(Timestamp now) {
  if (!channel_) return std::nullopt;
  auto secured = channel_->take_secured_media();
  if (secured && dtls_started_) {
    // From ClientHello to Finished the client waits two round trips, the server one.
    const Duration took = now - *dtls_started_;
    round_trip_time_ = std::clamp<Duration>(caller_ ? took : took / 2, 1ms, kMaxRoundTrip);
  }
  return secured;
}

transport::Path& CallPath::datagrams() {
  if (emulated_network_) return *emulated_network_;
  return *ice_;
}

void CallPath::flush() {
  if (!channel_) return;
  while (const auto datagram = channel_->poll_datagram()) {
    const ByteView view = *datagram;
    datagrams().send({&view, 1});
  }
}

std::optional<Timestamp> CallPath::next_deadline() const {
  if (!channel_) return std::nullopt;
  return channel_->next_deadline();
}

void CallPath::on_deadline(Timestamp now) {
  if (channel_) channel_->on_deadline(now);
}

void CallPath::add_to(CallStatistics& statistics) const {
  statistics.path.refused += unknown_datagrams_;
  if (!statistics.path.round_trip_time) statistics.path.round_trip_time = round_trip_time_;
  if (const auto pair = ice_->selected_pair()) {
    statistics.path.local_candidate_type = type_name(pair->local.type);
    statistics.path.remote_candidate_type = type_name(pair->remote.type);
  }
}

}  // namespace sotto::engine
