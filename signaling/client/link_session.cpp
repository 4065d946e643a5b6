#include "signaling/client/link_session.hpp"

#include <algorithm>
#include <utility>

#include "base/assert.hpp"
#include "signaling/identity/detail/bundle_codec.hpp"
#include "signaling/identity/name.hpp"
#include "signaling/protocol/server.pb.h"
#include "signaling/protocol/wire.hpp"

namespace sotto::signaling {
namespace {

constexpr Duration kSignInTimeout = 10s;
constexpr Duration kPingInterval = 25s;  // below the 30 s after which some NATs forget a connection
constexpr Duration kSilence = 60s;       // two pings and a half without a byte
constexpr Duration kAnswerTimeout = 10s;
constexpr Duration kMaxClockOffset = 24h;  // HANDSHAKE 2.5

/// No server has taken so many; the half above is for requests.
constexpr uint64_t kMaxSendId = uint64_t{1} << 62;

}  // namespace

void LinkSession::on_connected(const LinkBinding& binding, Timestamp now) {
  SOTTO_ASSERT(state_ == State::kNoLink);
  state_ = State::kAwaitWelcome;
  binding_ = binding;
  reader_ = FrameReader();
  connected_at_ = now;
  heard_at_ = now;
}

void LinkSession::on_disconnected() {
  state_ = State::kNoLink;
  output_.clear();
  awaiting_since_.reset();
  probing_ = false;
}

void LinkSession::on_bytes(ByteView bytes, Timestamp now, WallTime wall_now) {
  if (state_ == State::kNoLink) return;
  heard_at_ = now;
  awaiting_since_ = awaits_answer() ? std::optional(now) : std::nullopt;
  if (!reader_.feed(bytes)) return fail_by_nonsense();
  while (const std::optional<ByteView> frame = reader_.next()) {
    wire::ToDevice message;
    if (!parse_wire(*frame, kMaxFrameSize, message)) return fail_by_nonsense();
    on_message(message, now, wall_now);
    if (state_ == State::kNoLink) return;
  }
  if (!awaits_answer()) awaiting_since_.reset();
  // One word for all that came in one read.
  if (delivered_ != received_) {
    wire::ToServer message;
    message.mutable_received()->set_id(delivered_);
    write(message);
    received_ = delivered_;
  }
}

// Each state has the messages that it expects; any other ends the link.
void LinkSession::on_message(const wire::ToDevice& message, Timestamp now, WallTime wall_now) {
  const auto kind = message.message_case();
  switch (state_) {
    case State::kNoLink:
      return;
    case State::kAwaitWelcome:
      if (kind == wire::ToDevice::kWelcome) return on_welcome(message.welcome(), wall_now);
      if (kind == wire::ToDevice::kRefused) return on_refused(message.refused());
      return fail_by_nonsense();
    case State::kAwaitSignedIn:
      if (kind == wire::ToDevice::kSignedIn) return on_signed_in(message.signed_in(), now);
      if (kind == wire::ToDevice::kRefused) return on_refused(message.refused());
      return fail_by_nonsense();
    case State::kSignedIn:
      if (kind == wire::ToDevice::kRefused) return on_refused(message.refused());
      if (kind == wire::ToDevice::kDone) return on_done(message.done());
      if (kind == wire::ToDevice::kLookedUp) return on_looked_up(message.looked_up());
      if (kind == wire::ToDevice::kDeliver) return on_deliver(message.deliver());
      if (kind == wire::ToDevice::kRelayCredentials) return on_relay_credentials(message.relay_credentials());
      if (kind == wire::ToDevice::kPong) {
        probing_ = false;
        return;
      }
      return fail_by_nonsense();
  }
}

void LinkSession::on_welcome(const wire::Welcome& welcome, WallTime wall_now) {
  SignInNonce nonce;
  if (!read_exact(welcome.nonce(), nonce)) return fail_by_nonsense();
  // In unsigned milliseconds, so that no date overflows.
  const auto ours = static_cast<uint64_t>(wall_now.time_since_epoch().count());
  const uint64_t apart = std::max(welcome.time_ms(), ours) - std::min(welcome.time_ms(), ours);
  if (apart > static_cast<uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(kMaxClockOffset).count())) {
    clock_offset_.reset();
    return fail(ServerProblem::kClock,
                "This machine's clock and the server's are more than a day apart: set the clock.");
  }
  const std::chrono::milliseconds offset(static_cast<int64_t>(apart));
  clock_offset_ = welcome.time_ms() < ours ? -offset : offset;
  sign_in(nonce);
}

void LinkSession::sign_in(const SignInNonce& nonce) {
  const std::shared_ptr<const DeviceIdentity> identity = options_.identity->current();
  const SignInClaim claim{binding_.channel, binding_.server_key, identity->account(), identity->device(), nonce};
  const std::string bundle = wire_string(identity->bundle());
  const std::string proof = wire_string(identity->sign(kSignInLabel, serialize(claim)));
  wire::ToServer message;
  if (register_next_) {
    wire::Register& registration = *message.mutable_register_();
    registration.set_bundle(bundle);
    registration.set_proof(proof);
    write_record(make_name_claim(*identity, options_.register_name), *registration.mutable_name_claim());
    registration.set_invite(options_.invite);
  } else {
    message.mutable_sign_in()->set_bundle(bundle);
    message.mutable_sign_in()->set_proof(proof);
  }
  // Once: if the answer is lost, the account may be known now, and an ordinary sign-in finds out.
  registering_ = std::exchange(register_next_, false);
  state_ = State::kAwaitSignedIn;
  write(message);
}

void LinkSession::on_signed_in(const wire::SignedIn& signed_in, Timestamp now) {
  BootId boot;
  if (!read_exact(signed_in.boot_id(), boot) || signed_in.sent_id() > kMaxSendId || !valid_name(signed_in.name())) {
    return fail_by_nonsense();
  }
  if (boot_ != boot) delivered_ = 0;
  boot_ = boot;
  received_ = 0;
  state_ = State::kSignedIn;
  pinged_at_ = now;
  events_.emplace_back(LinkSignedIn{signed_in.name()});
  sends_.expire(now);
  sends_.on_signed_in(boot, signed_in.sent_id());
  for (const SendQueue::Waiting& send : sends_.waiting()) write_send(send, now);
  for (const Request& request : requests_.waiting()) write_awaited(request.frame, now);
}

void LinkSession::on_deliver(const wire::Deliver& deliver) {
  if (deliver.id() == 0 || deliver.blob().size() > kMaxBlobSize) return fail_by_nonsense();
  // It is told again until it hears that we have it.
  received_ = std::min(received_, deliver.id() - 1);
  if (deliver.id() <= delivered_) return;
  delivered_ = deliver.id();
  const ByteView blob = wire_view(deliver.blob());
  events_.emplace_back(LinkDelivered{Bytes(blob.begin(), blob.end())});
}

void LinkSession::on_deadline(Timestamp now) {
  sends_.expire(now);
  for (const RequestId request : requests_.expire(now)) {
    answer(request, signed_in() ? Error{ErrorCode::kTimeout, "The server has not answered within 10 seconds."}
                                : Error{ErrorCode::kUnavailable, "There is no link to the server now."});
  }
  if (state_ == State::kNoLink) return;
  if (!signed_in()) {
    if (now - connected_at_ < kSignInTimeout) return;
    return fail(ServerProblem::kTimeout, "The server took the connection, but did not finish the sign-in in time.");
  }
  if (!awaits_answer()) awaiting_since_.reset();
  const bool overdue = awaiting_since_ && now - *awaiting_since_ >= kAnswerTimeout;
  if (overdue || now - heard_at_ >= kSilence) {
    return fail(ServerProblem::kLost, "The server has fallen silent: the network may have changed or be down.");
  }
  if (now - pinged_at_ >= kPingInterval) write_ping(now);
}

void LinkSession::probe(Timestamp now) {
  if (!signed_in()) return;
  write_ping(now);
  probing_ = true;
  if (!awaiting_since_) awaiting_since_ = now;
}

void LinkSession::write_ping(Timestamp now) {
  wire::ToServer message;
  message.mutable_ping();
  write(message);
  pinged_at_ = now;
}

std::optional<Timestamp> LinkSession::next_deadline() const {
  std::optional<Timestamp> next = sends_.next_deadline();
  const auto consider = [&next](std::optional<Timestamp> other) {
    if (other && (!next || *other < *next)) next = other;
  };
  consider(requests_.next_deadline());
  if (state_ == State::kNoLink) return next;
  if (!signed_in()) {
    consider(connected_at_ + kSignInTimeout);
    return next;
  }
  consider(heard_at_ + kSilence);
  consider(pinged_at_ + kPingInterval);
  if (awaiting_since_) consider(*awaiting_since_ + kAnswerTimeout);
  return next;
}

void LinkSession::write(const google::protobuf::MessageLite& message) {
  const Result<Bytes> frame = make_frame(message);
  SOTTO_ASSERT(frame.ok());
  append(output_, *frame);
}

void LinkSession::write_awaited(ByteView frame, Timestamp now) {
  append(output_, frame);
  if (!awaiting_since_) awaiting_since_ = now;
}

void LinkSession::fail(ServerProblem problem, std::string explanation) {
  fail(LinkFailure{problem, std::move(explanation), std::nullopt});
}

void LinkSession::fail(LinkFailure failure) {
  on_disconnected();
  events_.emplace_back(std::move(failure));
}

}  // namespace sotto::signaling
