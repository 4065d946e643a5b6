#include "transport/ice/ice_agent.hpp"

#include <algorithm>
#include <utility>

#include "base/assert.hpp"
#include "base/log.hpp"
#include "transport/ice/detail/agent_servers.hpp"
#include "transport/ice/detail/event_queue.hpp"
#include "transport/ice/detail/glib_handles.hpp"
#include "transport/ice/detail/nice_conversion.hpp"
#include "transport/ice/detail/pair_sender.hpp"
#include "transport/ice/local_addresses.hpp"

namespace sotto::transport {
namespace {

constexpr guint kComponent = NICE_COMPONENT_TYPE_RTP;
constexpr guint kPacingMilliseconds = 5;     // Ta; RFC 8445 14.2 allows no less
constexpr size_t kMaxRemoteCandidates = 25;  // libnice takes no more
// RFC 8839 5.4
constexpr size_t kMinUfragLength = 4;
constexpr size_t kMinPasswordLength = 22;
constexpr size_t kMaxCredentialLength = 256;

Error refused(const char* why) { return {ErrorCode::kRefused, why}; }
Error invalid(const char* why) { return {ErrorCode::kInvalidArgument, why}; }

bool is_credential(std::string_view text, size_t min_length) {
  const auto is_ice_char = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '+' || c == '/';
  };
  return text.size() >= min_length && text.size() <= kMaxCredentialLength && std::ranges::all_of(text, is_ice_char);
}

Result<void> check(const IceOptions& options) {
  const auto is_address = [](const std::string& text) { return IpAddress::parse(text).has_value(); };
  for (const IceServer& server : options.servers) {
    if ((!is_address(server.host) && !is_host_name(server.host)) || server.port == 0) {
      return invalid("an ICE server needs an address or a name, and a port");
    }
  }
  if (!std::ranges::all_of(options.local_addresses, is_address)) return invalid("a local address is not an IP address");
  const auto is_turn = [](const IceServer& server) { return server.kind != IceServerKind::kStun; };
  if (options.relay_only && std::ranges::none_of(options.servers, is_turn)) {
    return invalid("relay-only calls need a TURN server");
  }
  return {};
}

/// Everything that libnice's callbacks refer to.
class Core : public std::enable_shared_from_this<Core> {
 public:
  Core(GMainContext* context, IceOptions options, IceCallbacks callbacks);
  ~Core() { close({}); }
  Core(const Core&) = delete;
  Core& operator=(const Core&) = delete;

  Result<void> start_gathering();
  Result<void> set_remote_credentials(std::string_view ufrag, std::string_view password);
  Result<void> add_remote_candidate(std::string_view line);
  void remote_candidates_done();
  Result<void> restart();
  void send(std::span<const ByteView> datagrams);
  std::optional<IcePair> selected_pair() const;
  void close(std::function<void()> on_closed);

  IceCredentials credentials;
  IceState state = IceState::kConnecting;
  IceCounters counters;

 private:
  static void on_component_state(NiceAgent*, guint, guint, guint state, gpointer core);
  static void on_new_candidate(NiceAgent*, NiceCandidate* candidate, gpointer core);
  static void on_gathering_done(NiceAgent*, guint, gpointer core);
  static void on_selected_pair(NiceAgent*, guint, guint, NiceCandidate*, NiceCandidate*, gpointer core);
  static void on_datagram(NiceAgent*, guint, guint, guint size, gchar* data, gpointer core);

  /// Calls `event` with the callbacks from a later turn. Core stays in place meanwhile, whatever the callback does.
  template <typename Event>
  void tell(Event event) {
    events_.post([this, event = std::move(event)] {
      const std::shared_ptr<Core> alive = shared_from_this();
      event(callbacks_);
    });
  }

  void read_credentials();
  void take_state(NiceComponentState component_state);
  void announce(const NiceCandidate& candidate);
  void announce_gathering_done();
  Result<void> gather();
  void on_server_settled(bool new_relay);
  /// Whether all candidates were told.
  bool gathering_done() const { return nice_gathering_done_ && servers_->complete(); }

  GMainContext* context_;
  IceOptions options_;
  IceCallbacks callbacks_;
  EventQueue events_;
  GObjectHandle<NiceAgent> agent_;
  guint stream_ = 0;

  bool gathering_started_ = false;
  bool gathering_ = false;            ///< libnice was told to: not while a name holds it up
  bool nice_gathering_done_ = false;  ///< as libnice sees it, with the servers that it has
  bool loopback_allowed_ = false;
  bool remote_credentials_set_ = false;
  bool remote_done_ = false;
  bool was_writable_ = false;
  size_t remote_candidates_ = 0;

  std::optional<AgentServers> servers_;
  std::optional<PairSender> sender_;
};

Core::Core(GMainContext* context, IceOptions options, IceCallbacks callbacks)
    : context_(context), options_(std::move(options)), callbacks_(std::move(callbacks)), events_(context) {
  agent_.reset(nice_agent_new_full(context_, NICE_COMPATIBILITY_RFC5245, NICE_AGENT_OPTION_ICE_TRICKLE));
  NiceAgent* agent = agent_.get();
  // Consent checks of this libnice are never resent, so that loss alone ends a call; ordinary checks as keep-alives do
  // no such harm, and notice a dead path after 50 s.
  g_object_set(agent, "controlling-mode", gboolean{options_.controlling}, "ice-tcp", FALSE, "upnp", FALSE,
               "stun-pacing-timer", kPacingMilliseconds, "keepalive-conncheck", TRUE, "force-relay",
               gboolean{options_.relay_only}, nullptr);
  stream_ = nice_agent_add_stream(agent, 1);
  SOTTO_ASSERT(stream_ != 0);
  sender_.emplace(agent, stream_);
  read_credentials();
  g_signal_connect(agent, "component-state-changed", G_CALLBACK(&Core::on_component_state), this);
  g_signal_connect(agent, "new-candidate-full", G_CALLBACK(&Core::on_new_candidate), this);
  g_signal_connect(agent, "candidate-gathering-done", G_CALLBACK(&Core::on_gathering_done), this);
  g_signal_connect(agent, "new-selected-pair-full", G_CALLBACK(&Core::on_selected_pair), this);
  nice_agent_attach_recv(agent, stream_, kComponent, context_, &Core::on_datagram, this);
}

void Core::read_credentials() {
  gchar* ufrag = nullptr;
  gchar* password = nullptr;
  SOTTO_ASSERT(nice_agent_get_local_credentials(agent_.get(), stream_, &ufrag, &password));
  const GText owned_ufrag(ufrag);
  const GText owned_password(password);
  credentials = {.ufrag = ufrag, .password = password};
}

Result<void> Core::start_gathering() {
  if (!agent_ || gathering_started_) return refused("ICE gathering was started before");
  std::vector<IpAddress> addresses;
  for (const std::string& text : options_.local_addresses) addresses.push_back(*IpAddress::parse(text));
  if (addresses.empty()) addresses = usable_addresses(interface_addresses());
  if (addresses.empty()) return Error{ErrorCode::kUnavailable, "this machine has no network address to call from"};
  for (const IpAddress& address : addresses) {
    NiceAddress converted = to_nice(address);
    nice_agent_add_local_address(agent_.get(), &converted);
    loopback_allowed_ = loopback_allowed_ || address.is_loopback();
  }
  gathering_started_ = true;
  servers_.emplace(agent_.get(), stream_, context_, options_, addresses,
                   [this](bool new_relay) { on_server_settled(new_relay); });
  return servers_->gathering_may_begin() ? gather() : Result<void>();
}

Result<void> Core::gather() {
  gathering_ = true;
  if (nice_agent_gather_candidates(agent_.get(), stream_)) return {};
  nice_gathering_done_ = true;
  return Error{ErrorCode::kUnavailable, "no socket could be opened on any network address"};
}

void Core::on_server_settled(bool new_relay) {
  counters.servers_unresolved = servers_->unresolved();
  if (!gathering_) {
    if (!servers_->gathering_may_begin()) return;
    const auto begun = gather();
    if (begun) return;
    log(LogLevel::kError, "ice", begun.error().message);
  } else if (new_relay) {
    nice_gathering_done_ = false;
  }
  if (gathering_done()) announce_gathering_done();
}

Result<void> Core::set_remote_credentials(std::string_view ufrag, std::string_view password) {
  if (!agent_ || remote_credentials_set_) return refused("the peer's ICE credentials change only by a restart");
  if (!is_credential(ufrag, kMinUfragLength) || !is_credential(password, kMinPasswordLength)) {
    return Error{ErrorCode::kMalformed, "not ICE credentials"};
  }
  remote_credentials_set_ = true;
  nice_agent_set_remote_credentials(agent_.get(), stream_, std::string(ufrag).c_str(), std::string(password).c_str());
  return {};
}

Result<void> Core::add_remote_candidate(std::string_view line) {
  const auto refuse = [this](Error why) {
    ++counters.candidates_refused;
    return why;
  };
  if (!agent_ || !remote_credentials_set_) return refuse(refused("an ICE candidate came before the credentials"));
  if (remote_candidates_ >= kMaxRemoteCandidates) return refuse(refused("too many ICE candidates"));
  const auto candidate = parse_ice_candidate(line);
  if (!candidate) return refuse(candidate.error());
  if (const auto valid = validate_remote_candidate(*candidate, loopback_allowed_); !valid) return refuse(valid.error());

  ++remote_candidates_;
  const NiceCandidateHandle converted = to_nice(*candidate, stream_);
  GSList item{.data = converted.get(), .next = nullptr};
  if (nice_agent_set_remote_candidates(agent_.get(), stream_, kComponent, &item) < 1) {
    return refuse(refused("libnice does not take the ICE candidate"));
  }
  return {};
}

void Core::remote_candidates_done() {
  if (!agent_ || remote_done_) return;
  remote_done_ = true;
  nice_agent_peer_candidate_gathering_done(agent_.get(), stream_);
  // A failure that was kept back because more candidates might have come.
  take_state(nice_agent_get_component_state(agent_.get(), stream_, kComponent));
}

Result<void> Core::restart() {
  if (!agent_ || !gathering_started_) return refused("ICE was not started yet");
  nice_agent_restart_stream(agent_.get(), stream_);
  read_credentials();
  remote_credentials_set_ = false;
  remote_done_ = false;
  remote_candidates_ = 0;
  GSList* candidates = nice_agent_get_local_candidates(agent_.get(), stream_, kComponent);
  for (const GSList* item = candidates; item != nullptr; item = item->next) {
    announce(*static_cast<const NiceCandidate*>(item->data));
  }
  g_slist_free_full(candidates,
                    [](gpointer candidate) { nice_candidate_free(static_cast<NiceCandidate*>(candidate)); });
  if (gathering_done()) announce_gathering_done();
  return {};
}

void Core::send(std::span<const ByteView> datagrams) {
  if (!agent_ || datagrams.empty()) return;
  const size_t sent = sender_->send(datagrams);
  counters.datagrams_sent += sent;
  counters.datagrams_dropped += datagrams.size() - sent;
}

std::optional<IcePair> Core::selected_pair() const {
  NiceCandidate* local = nullptr;
  NiceCandidate* remote = nullptr;
  if (!agent_ || !nice_agent_get_selected_pair(agent_.get(), stream_, kComponent, &local, &remote)) return std::nullopt;
  const auto own = from_nice(*local);
  const auto peer = from_nice(*remote);
  if (!own || !peer) return std::nullopt;
  return IcePair{.local = *own, .remote = *peer};
}

void Core::close(std::function<void()> on_closed) {
  if (!agent_) return;
  events_.close();
  servers_.reset();
  sender_.reset();
  NiceAgent* agent = agent_.release();
  g_signal_handlers_disconnect_by_data(agent, this);
  // The sockets are still read, or the TURN servers' answers to our leave would be waited for in vain.
  const auto ignore = [](NiceAgent*, guint, guint, guint, gchar*, gpointer) {};
  nice_agent_attach_recv(agent, stream_, kComponent, context_, ignore, nullptr);

  // From here on the agent belongs to its own closing, whoever else goes away in the meantime.
  struct Closing {
    GObjectHandle<NiceAgent> agent;
    std::function<void()> on_closed;
  };
  const auto finish = [](GObject*, GAsyncResult*, gpointer data) {
    const std::unique_ptr<Closing> closing(static_cast<Closing*>(data));
    closing->agent.reset();
    if (closing->on_closed) closing->on_closed();
  };
  const ThreadDefaultContext scope(context_);
  nice_agent_close_async(agent, finish,
                         new Closing{.agent = GObjectHandle<NiceAgent>(agent), .on_closed = std::move(on_closed)});
}

void Core::take_state(NiceComponentState component_state) {
  IceState next = IceState::kConnecting;
  if (component_state == NICE_COMPONENT_STATE_CONNECTED || component_state == NICE_COMPONENT_STATE_READY) {
    next = IceState::kWritable;
    was_writable_ = true;
  } else if (component_state == NICE_COMPONENT_STATE_FAILED && (remote_done_ || was_writable_)) {
    next = IceState::kFailed;  // while candidates may still come, it is too early to say so
  }
  if (next == state) return;
  state = next;
  tell([next](const IceCallbacks& callbacks) {
    if (callbacks.on_state) callbacks.on_state(next);
  });
}

void Core::announce(const NiceCandidate& candidate) {
  const auto converted = from_nice(candidate);
  if (!converted || (options_.relay_only && converted->type != IceCandidateType::kRelayed)) return;
  tell([line = converted->line()](const IceCallbacks& callbacks) {
    if (callbacks.on_candidate) callbacks.on_candidate(line);
  });
}

void Core::announce_gathering_done() {
  tell([](const IceCallbacks& callbacks) {
    if (callbacks.on_gathering_done) callbacks.on_gathering_done();
  });
}

void Core::on_component_state(NiceAgent*, guint, guint, guint state, gpointer core) {
  static_cast<Core*>(core)->take_state(static_cast<NiceComponentState>(state));
}

void Core::on_new_candidate(NiceAgent*, NiceCandidate* candidate, gpointer core) {
  static_cast<Core*>(core)->announce(*candidate);
}

void Core::on_gathering_done(NiceAgent*, guint, gpointer core) {
  auto* const self = static_cast<Core*>(core);
  self->nice_gathering_done_ = true;
  if (self->gathering_done()) self->announce_gathering_done();
}

void Core::on_selected_pair(NiceAgent*, guint, guint, NiceCandidate*, NiceCandidate*, gpointer core) {
  static_cast<Core*>(core)->sender_->pair_changed();
}

void Core::on_datagram(NiceAgent*, guint, guint, guint size, gchar* data, gpointer core) {
  const std::shared_ptr<Core> self =
      static_cast<Core*>(core)->shared_from_this();  // the callback may destroy the agent
  ++self->counters.datagrams_received;
  if (!self->callbacks_.on_datagram) return;
  self->callbacks_.on_datagram(ByteView{reinterpret_cast<const uint8_t*>(data), size}, monotonic_now());
}

class NiceIceAgent final : public IceAgent {
 public:
  explicit NiceIceAgent(std::shared_ptr<Core> core) : core_(std::move(core)) {}
  ~NiceIceAgent() override { core_->close({}); }
  NiceIceAgent(const NiceIceAgent&) = delete;
  NiceIceAgent& operator=(const NiceIceAgent&) = delete;

  const IceCredentials& local_credentials() const override { return core_->credentials; }
  Result<void> start_gathering() override { return core_->start_gathering(); }
  Result<void> set_remote_credentials(std::string_view ufrag, std::string_view password) override {
    return core_->set_remote_credentials(ufrag, password);
  }
  Result<void> add_remote_candidate(std::string_view candidate) override {
    return core_->add_remote_candidate(candidate);
  }
  void remote_candidates_done() override { core_->remote_candidates_done(); }
  Result<void> restart() override { return core_->restart(); }
  void send(std::span<const ByteView> datagrams) override { core_->send(datagrams); }
  IceState state() const override { return core_->state; }
  std::optional<IcePair> selected_pair() const override { return core_->selected_pair(); }
  const IceCounters& counters() const override { return core_->counters; }
  void close(std::function<void()> on_closed) override { core_->close(std::move(on_closed)); }

 private:
  std::shared_ptr<Core> core_;
};

}  // namespace

Result<std::unique_ptr<IceAgent>> IceAgent::create(GMainContext* context, IceOptions options, IceCallbacks callbacks) {
  if (const auto valid = check(options); !valid) return valid.error();
  auto core = std::make_shared<Core>(context, std::move(options), std::move(callbacks));
  return std::unique_ptr<IceAgent>(std::make_unique<NiceIceAgent>(std::move(core)));
}

}  // namespace sotto::transport
