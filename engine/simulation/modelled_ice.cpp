#include "engine/simulation/modelled_ice.hpp"

#include <algorithm>
#include <utility>

#include "base/random.hpp"

namespace sotto::simulation {
namespace {

using transport::IceCandidate;
using transport::IceState;

// libnice 0.1.21 as sotto sets it up: checks are paced by Ta; the first of a transaction is sent again after 500 ms,
// whatever one asks of it (RFC 8445 14.3 allows no less), and each time after twice as long, 7 in all. A pair is
// checked once more when it is selected, and then each 4 to 6 s; such a check is not sent again.
constexpr Duration kPacing = 5ms;
constexpr Duration kFirstTimeout = 500ms;
constexpr int kTransmissions = 7;
constexpr Duration kLeastKeepAlive = 4s;
constexpr uint32_t kKeepAliveSpread = 2'000'000;  // us

// Binding requests and responses with the attributes of RFC 8445 7.1 and 7.3, integrity and fingerprint.
constexpr size_t kRequestSize = 92;
constexpr size_t kResponseSize = 80;
constexpr uint16_t kRequest = 0x0001;  // RFC 8489 5
constexpr uint16_t kResponse = 0x0101;
constexpr uint32_t kMagicCookie = 0x2112a442;

constexpr size_t kMaxTransactions = 16;
constexpr uint16_t kPort = 40'000;

std::string random_text(size_t length) {
  constexpr std::string_view kCharacters = "abcdefghijklmnopqrstuvwxyz234567";
  std::string text;
  for (size_t i = 0; i < length; ++i) text += kCharacters[system_random().u32() % kCharacters.size()];
  return text;
}

IceCandidate host_candidate(int device) {
  return {.foundation = "1",
          .priority = 2'130'706'431,  // RFC 8445 5.1.2.1: a host's, the highest
          .address = *transport::IpAddress::parse(device == 0 ? "198.51.100.1" : "198.51.100.2"),
          .port = kPort};
}

/// Stands for the user name of a check: FNV-1a.
uint32_t digest(std::string_view ufrag) {
  uint32_t sum = 2'166'136'261;
  for (const char c : ufrag) sum = (sum ^ static_cast<uint8_t>(c)) * 16'777'619;
  return sum;
}

}  // namespace

ModelledIce::ModelledIce(VirtualMachine& machine, SimulatedNetwork& network, int device, transport::IceOptions options,
                         transport::IceCallbacks callbacks)
    : machine_(machine),
      network_(network),
      device_(device),
      options_(std::move(options)),
      callbacks_(std::move(callbacks)),
      candidate_(host_candidate(device)),
      local_{random_text(4), random_text(22)},
      next_transaction_(system_random().u64()) {}

ModelledIce::~ModelledIce() { close({}); }

void ModelledIce::tell(std::function<void()> what) {
  machine_.after(Duration{}, [this, alive = std::weak_ptr(alive_), what = std::move(what)] {
    if (const auto still = alive.lock(); still && !closed_) what();
  });
}

void ModelledIce::announce() {
  tell([this] {
    if (callbacks_.on_candidate) callbacks_.on_candidate(candidate_.line());
  });
  tell([this] {
    if (callbacks_.on_gathering_done) callbacks_.on_gathering_done();
  });
}

Result<void> ModelledIce::start_gathering() {
  if (socket_ != 0) return Error{ErrorCode::kRefused, "ICE gathering was started before"};
  socket_ = network_.open(device_, [this](ByteView datagram, Timestamp arrival) { on_datagram(datagram, arrival); });
  announce();
  return {};
}

Result<void> ModelledIce::set_remote_credentials(std::string_view ufrag, std::string_view) {
  if (remote_ufrag_) return Error{ErrorCode::kRefused, "the peer's ICE credentials change only by a restart"};
  remote_ufrag_ = ufrag;
  return {};
}

Result<void> ModelledIce::add_remote_candidate(std::string_view line) {
  if (!remote_ufrag_) return Error{ErrorCode::kRefused, "an ICE candidate came before the credentials"};
  auto candidate = transport::parse_ice_candidate(line);
  if (!candidate) return candidate.error();
  remote_candidate_ = std::move(*candidate);
  if (!valid_) check_soon();
  return {};
}

Result<void> ModelledIce::restart() {
  if (socket_ == 0) return Error{ErrorCode::kRefused, "ICE was not started yet"};
  local_ = {random_text(4), random_text(22)};
  remote_ufrag_.reset();
  remote_candidate_.reset();
  transactions_.clear();
  valid_ = nominated_ = false;
  announce();
  return {};
}

void ModelledIce::send(std::span<const ByteView> datagrams) {
  // After a restart the old pair carries on.
  const bool possible = !closed_ && state_ == IceState::kWritable;
  for (const ByteView datagram : datagrams) {
    ++(possible ? counters_.datagrams_sent : counters_.datagrams_dropped);
    if (possible) network_.send(device_, datagram);
  }
}

std::optional<transport::IcePair> ModelledIce::selected_pair() const {
  if (state_ != IceState::kWritable || !remote_candidate_) return std::nullopt;
  return transport::IcePair{candidate_, *remote_candidate_};
}

void ModelledIce::close(std::function<void()> on_closed) {
  if (std::exchange(closed_, true)) return;
  network_.close(device_, socket_);
  if (check_) machine_.cancel(*check_);
  if (keep_alive_) machine_.cancel(*keep_alive_);
  // At once: an engine that closes waits for it, and while it waits, virtual time does not go on.
  if (on_closed) on_closed();
}

// ---- checks

void ModelledIce::check_soon() {
  sent_checks_ = 0;
  plan_check(kPacing);
}

void ModelledIce::plan_check(Duration after) {
  if (check_) machine_.cancel(*check_);
  check_ = machine_.after(after, [this] {
    check_.reset();
    send_check();
  });
}

void ModelledIce::send_check() {
  if (sent_checks_ == 0) begin_transaction();
  send_stun(true, transactions_.back());
  if (++sent_checks_ < kTransmissions) plan_check(kFirstTimeout * (1 << (sent_checks_ - 1)));
}

void ModelledIce::begin_transaction() {
  if (transactions_.size() == kMaxTransactions) transactions_.erase(transactions_.begin());
  transactions_.push_back(next_transaction_++);
}

void ModelledIce::keep_alive() {
  // After a restart the new checks do that.
  if (valid_) {
    begin_transaction();
    send_stun(true, transactions_.back());
  }
  keep_alive_ =
      machine_.after(kLeastKeepAlive + Duration(system_random().u32() % kKeepAliveSpread), [this] { keep_alive(); });
}

void ModelledIce::send_stun(bool request, uint64_t transaction) {
  std::array<uint8_t, kRequestSize> message{};
  ByteWriter writer(message);
  const size_t size = request ? kRequestSize : kResponseSize;
  writer.u16(request ? kRequest : kResponse);
  writer.u16(static_cast<uint16_t>(size - 20));
  writer.u32(kMagicCookie);
  writer.u64(transaction);
  writer.u32(request ? digest(*remote_ufrag_) : 0);
  writer.u8(request && options_.controlling ? 1 : 0);
  network_.send(device_, ByteView(message).first(size));
}

void ModelledIce::on_datagram(ByteView datagram, Timestamp arrival) {
  if (closed_) return;
  if (!datagram.empty() && datagram[0] <= 3) return on_stun(datagram);
  // libnice takes nothing from an address that has not shown itself by a check.
  if (!heard_) return;
  ++counters_.datagrams_received;
  if (callbacks_.on_datagram) callbacks_.on_datagram(datagram, arrival);
}

void ModelledIce::on_stun(ByteView datagram) {
  ByteReader reader(datagram);
  const uint16_t type = reader.u16();
  reader.u16();
  const bool stun = reader.u32() == kMagicCookie;
  const uint64_t transaction = reader.u64();
  const uint32_t user = reader.u32();
  const bool nominates = reader.u8() != 0;
  if (!reader.ok() || !stun) return;
  if (type == kRequest && user == digest(local_.ufrag)) on_request(transaction, nominates);
  if (type == kResponse) on_response(transaction);
}

void ModelledIce::on_request(uint64_t transaction, bool nominates) {
  heard_ = true;
  nominated_ = nominated_ || nominates;
  send_stun(false, transaction);
  // A check of our own is due. While the peer's candidates are unknown, they start it when they come.
  if (!valid_ && remote_candidate_) check_soon();
  take_pair_if_ready();
}

void ModelledIce::on_response(uint64_t transaction) {
  const auto asked = std::find(transactions_.begin(), transactions_.end(), transaction);
  if (asked == transactions_.end()) return;
  transactions_.clear();
  heard_ = true;
  valid_ = true;
  if (check_) machine_.cancel(*std::exchange(check_, std::nullopt));
  take_pair_if_ready();
}

void ModelledIce::take_pair_if_ready() {
  const bool ready = valid_ && (options_.controlling || nominated_);
  if (!ready || state_ == IceState::kWritable) return;
  state_ = IceState::kWritable;
  keep_alive();
  tell([this] {
    if (callbacks_.on_state) callbacks_.on_state(IceState::kWritable);
  });
}

}  // namespace sotto::simulation
