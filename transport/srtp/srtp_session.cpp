#include "transport/srtp/srtp_session.hpp"

#include <srtp2/srtp.h>

#include <algorithm>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace sotto::transport {
namespace {

constexpr size_t kTagSize = 16;                // RFC 7714 12: the full GCM tag
constexpr size_t kSrtcpIndexSize = 4;          // RFC 3711 3.4: E flag and 31-bit index
constexpr size_t kSpareSize = 16;              // the NSS backend of libsrtp writes this far behind what it encrypts
constexpr unsigned long kReplayWindow = 1024;  // packets; libsrtp's default of 128 is a few ms of reordered video
// A call has a handful; without a bound, a peer could make us keep state for 2^32 of them.
constexpr size_t kMaxPeerSsrcs = 64;

/// libsrtp keeps global state. It is set up once for the process and never shut down: other users of the library may
/// live in the same process, and srtp_shutdown() would pull it from under them.
bool library_ready() {
  static std::once_flag once;
  static srtp_err_status_t status = srtp_err_status_fail;
  std::call_once(once, [] { status = srtp_init(); });
  return status == srtp_err_status_ok;
}

struct ContextDelete {
  void operator()(srtp_ctx_t* context) const { srtp_dealloc(context); }
};
using Context = std::unique_ptr<srtp_ctx_t, ContextDelete>;

/// The only place that makes a policy.
Context make_context(const Secret<44>& master, srtp_ssrc_type_t direction) {
  Secret<44> key = master.clone();
  srtp_policy_t policy{};
  srtp_crypto_policy_set_aes_gcm_256_16_auth(&policy.rtp);
  srtp_crypto_policy_set_aes_gcm_256_16_auth(&policy.rtcp);
  policy.ssrc.type = direction;
  policy.key = key.mutable_view().data();
  policy.window_size = kReplayWindow;
  policy.allow_repeat_tx = 0;
  srtp_t context = nullptr;
  if (srtp_create(&context, &policy) != srtp_err_status_ok) return nullptr;
  return Context(context);
}

Error refusal(srtp_err_status_t status) {
  // libsrtp has more reasons than anybody can act on; these are the ones that packets from outside can cause.
  if (status == srtp_err_status_auth_fail || status == srtp_err_status_cipher_fail) {
    return {ErrorCode::kRefused, "the SRTP tag is wrong"};
  }
  if (status == srtp_err_status_replay_fail || status == srtp_err_status_replay_old ||
      status == srtp_err_status_pkt_idx_old || status == srtp_err_status_pkt_idx_adv) {
    return {ErrorCode::kRefused, "the SRTP packet was seen before or is too old"};
  }
  if (status == srtp_err_status_bad_param || status == srtp_err_status_parse_err ||
      status == srtp_err_status_cant_check) {
    return {ErrorCode::kMalformed, "not an SRTP packet"};
  }
  return {ErrorCode::kInternal, "libsrtp error " + std::to_string(static_cast<int>(status))};
}

struct PacketHead {
  uint32_t ssrc = 0;
};

/// Reads as much of an RTP header as decides where the payload begins (RFC 3550 5.1). `trailer` bytes must follow it.
std::optional<PacketHead> parse_rtp(ByteView packet, size_t trailer) {
  ByteReader reader(packet);
  const uint8_t first = reader.u8();
  reader.skip(7);
  const PacketHead head{.ssrc = reader.u32()};
  reader.skip(size_t{4} * (first & 0x0f));
  if ((first & 0x10) != 0) {
    reader.skip(2);
    reader.skip(size_t{4} * reader.u16());
  }
  if (!reader.ok() || first >> 6 != 2 || reader.remaining() < trailer) return std::nullopt;
  return head;
}

/// Reads the fixed part of an RTCP packet (RFC 3550 6.4). `trailer` bytes must follow it.
std::optional<PacketHead> parse_rtcp(ByteView packet, size_t trailer) {
  ByteReader reader(packet);
  const uint8_t first = reader.u8();
  reader.skip(3);
  const PacketHead head{.ssrc = reader.u32()};
  if (!reader.ok() || first >> 6 != 2 || reader.remaining() < trailer) return std::nullopt;
  return head;
}

/// How libsrtp's four packet functions look.
using PacketFunction = srtp_err_status_t (*)(srtp_t, void*, int*);

srtp_err_status_t run(PacketFunction function, srtp_ctx_t* context, PacketBuffer& packet, size_t growth) {
  SOTTO_ASSERT(packet.tailroom() >= growth + kSpareSize);
  const size_t size = packet.size();
  int length = static_cast<int>(size);
  const srtp_err_status_t status = function(context, packet.data(), &length);
  if (status != srtp_err_status_ok) {
    packet.truncate(0);  // whatever it holds now, nobody should use it
    return status;
  }
  const size_t new_size = static_cast<size_t>(length);
  SOTTO_ASSERT(length >= 0 && new_size <= size + growth);
  if (new_size > size) {
    (void)packet.append(new_size - size);
  } else {
    packet.truncate(new_size);
  }
  return status;
}

Error malformed(PacketBuffer& packet, const char* why) {
  packet.truncate(0);
  return {ErrorCode::kMalformed, why};
}

Error refused(PacketBuffer& packet, const char* why) {
  packet.truncate(0);
  return {ErrorCode::kRefused, why};
}

}  // namespace

struct SrtpSession::State {
  Context outbound;
  Context inbound;
  SrtpLimits limits;
  uint64_t rtp_protected = 0;
  uint64_t rtcp_protected = 0;
  std::vector<uint32_t> peer_ssrcs;
  std::optional<std::thread::id> owner;

  void assert_owner() {
    const std::thread::id self = std::this_thread::get_id();
    if (!owner) owner = self;
    SOTTO_ASSERT(*owner == self);
  }

  bool may_receive(uint32_t ssrc) const { return peer_ssrcs.size() < kMaxPeerSsrcs || is_known(ssrc); }
  void note_authentic(uint32_t ssrc) {
    if (!is_known(ssrc)) peer_ssrcs.push_back(ssrc);
  }
  bool is_known(uint32_t ssrc) const {
    return std::find(peer_ssrcs.begin(), peer_ssrcs.end(), ssrc) != peer_ssrcs.end();
  }

  Result<void> open(PacketFunction function, PacketBuffer& packet, uint32_t ssrc) {
    if (!may_receive(ssrc)) return refused(packet, "too many SSRCs from the peer");
    const srtp_err_status_t status = run(function, inbound.get(), packet, 0);
    if (status != srtp_err_status_ok) return refusal(status);
    note_authentic(ssrc);
    return {};
  }
};

Result<SrtpSession> SrtpSession::create(SrtpKeys keys, DtlsRole role, SrtpLimits limits) {
  if (!library_ready()) return Error{ErrorCode::kInternal, "libsrtp could not be initialised"};
  auto state = std::make_unique<State>();
  state->outbound = make_context(keys.master_of(role), ssrc_any_outbound);
  state->inbound = make_context(keys.master_of(peer_of(role)), ssrc_any_inbound);
  if (!state->outbound || !state->inbound) {
    return Error{ErrorCode::kUnavailable, "this build of libsrtp cannot do AEAD_AES_256_GCM"};
  }
  state->limits = limits;
  state->peer_ssrcs.reserve(kMaxPeerSsrcs);
  return SrtpSession(std::move(state));
}

SrtpSession::SrtpSession(std::unique_ptr<State> state) : state_(std::move(state)) {}
SrtpSession::SrtpSession(SrtpSession&&) noexcept = default;
SrtpSession& SrtpSession::operator=(SrtpSession&&) noexcept = default;
SrtpSession::~SrtpSession() = default;

Result<void> SrtpSession::protect_rtp(PacketBuffer& packet) {
  state_->assert_owner();
  if (!parse_rtp(packet.view(), 0)) return malformed(packet, "not an RTP packet");
  if (state_->rtp_protected >= state_->limits.rtp_packets) return refused(packet, "SRTP keys are used up");
  const srtp_err_status_t status = run(srtp_protect, state_->outbound.get(), packet, kTagSize);
  if (status != srtp_err_status_ok) return refusal(status);
  ++state_->rtp_protected;
  return {};
}

Result<void> SrtpSession::protect_rtcp(PacketBuffer& packet) {
  state_->assert_owner();
  if (!parse_rtcp(packet.view(), 0)) return malformed(packet, "not an RTCP packet");
  if (state_->rtcp_protected >= state_->limits.rtcp_packets) return refused(packet, "SRTP keys are used up");
  const srtp_err_status_t status = run(srtp_protect_rtcp, state_->outbound.get(), packet, kTagSize + kSrtcpIndexSize);
  if (status != srtp_err_status_ok) return refusal(status);
  ++state_->rtcp_protected;
  return {};
}

Result<void> SrtpSession::unprotect_rtp(PacketBuffer& packet) {
  state_->assert_owner();
  // libsrtp trusts the header's own lengths in places; nothing reaches it that does not add up.
  const auto head = parse_rtp(packet.view(), kTagSize);
  if (!head || packet.size() > PacketBuffer::kCapacity) return malformed(packet, "not an SRTP packet");
  return state_->open(srtp_unprotect, packet, head->ssrc);
}

Result<void> SrtpSession::unprotect_rtcp(PacketBuffer& packet) {
  state_->assert_owner();
  const auto head = parse_rtcp(packet.view(), kTagSize + kSrtcpIndexSize);
  if (!head || packet.size() > PacketBuffer::kCapacity) return malformed(packet, "not an SRTCP packet");
  return state_->open(srtp_unprotect_rtcp, packet, head->ssrc);
}

}  // namespace sotto::transport
