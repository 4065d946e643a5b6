// The part of DeviceLink that answers: the sign-in, and what a device that is signed in asks for.

#include <utility>

#include <sotto/signaling_channel.hpp>
#include "signaling/protocol/server.pb.h"
#include "signaling/protocol/wire.hpp"
#include "signaling/server/device_link.hpp"

namespace sotto::signaling {
namespace {

/// Beyond it a count of what a device has sent makes no sense.
constexpr uint64_t kMaxSendId = uint64_t{1} << 62;

Denial rate_limited(Duration wait) { return {wire::REFUSAL_RATE_LIMITED, wait}; }

}  // namespace

void DeviceLink::on_sign_in_message(const wire::ToServer& message, Moment now) {
  const bool registers = message.message_case() == wire::ToServer::kRegister;
  if (!registers && message.message_case() != wire::ToServer::kSignIn) return close_malformed(now.time);
  Wait wait = services_.rates.sign_in(prefix_, now.time);
  if (!wait && registers) wait = services_.rates.register_account(prefix_, now.time);
  if (wait) return close(LinkEnd::kRefused, rate_limited(*wait), now.time);
  on_signed_in(registers ? services_.directory.register_account(message.register_(), challenge_, now.date)
                         : services_.directory.sign_in(message.sign_in(), challenge_, now.date),
               now);
  if (registers && state_ == State::kSignedIn) services_.counts.registrations += 1;
}

void DeviceLink::on_signed_in(const Outcome<Member>& outcome, Moment now) {
  if (!outcome) return close(LinkEnd::kRefused, outcome.denial(), now.time);
  state_ = State::kSignedIn;
  device_ = outcome->address;
  revoked_ = outcome->revoked;
  services_.counts.sign_ins += 1;
  services_.router.attach(*device_, *this, now.time);
  attached_ = true;
  sent_id_ = services_.router.last_taken(*device_);
  wire::ToDevice message;
  wire::SignedIn& signed_in = *message.mutable_signed_in();
  signed_in.set_name(outcome->name);
  signed_in.set_boot_id(wire_string(services_.router.boot_id()));
  signed_in.set_sent_id(sent_id_);
  write(message, now.time);
}

void DeviceLink::on_request(const wire::ToServer& message, Moment now) {
  switch (message.message_case()) {
    case wire::ToServer::kPublish:
      return on_publish(message.publish(), now);
    case wire::ToServer::kLookUp:
      return on_look_up(message.look_up(), now);
    case wire::ToServer::kSend:
      return on_send(message.send(), now.time);
    case wire::ToServer::kReceived:
      return on_received(message.received());
    case wire::ToServer::kRelayRequest:
      return on_relay_request(message.relay_request(), now);
    case wire::ToServer::kProfile:
      return on_profile(message.profile(), now.time);
    case wire::ToServer::kPing: {
      wire::ToDevice pong;
      pong.mutable_pong();
      return write(pong, now.time);
    }
    case wire::ToServer::kSignIn:
    case wire::ToServer::kRegister:
    case wire::ToServer::MESSAGE_NOT_SET:
      return close_malformed(now.time);
  }
}

void DeviceLink::on_publish(const wire::Publish& message, Moment now) {
  const uint64_t request = message.request();
  if (request == 0) return close_malformed(now.time);
  if (const Wait wait = services_.rates.publish(device_->account, now.time)) {
    return refuse(request, rate_limited(*wait), now.time);
  }
  Outcome<Member> outcome = services_.directory.publish(*device_, wire_view(message.bundle()), now.date);
  if (!outcome) return refuse(request, outcome.denial(), now.time);
  revoked_.insert(revoked_.end(), outcome->revoked.begin(), outcome->revoked.end());
  say_done(request, now.time);
}

void DeviceLink::on_profile(const wire::Profile& message, Timestamp now) {
  const uint64_t request = message.request();
  if (request == 0) return close_malformed(now);
  if (const Wait wait = services_.rates.publish(device_->account, now)) {
    return refuse(request, rate_limited(*wait), now);
  }
  const Outcome<bool> outcome = services_.directory.set_profile(device_->account, message);
  if (!outcome) return refuse(request, outcome.denial(), now);
  say_done(request, now);
}

void DeviceLink::on_look_up(const wire::LookUp& message, Moment now) {
  const uint64_t request = message.request();
  if (request == 0) return close_malformed(now.time);
  if (const Wait wait = services_.rates.look_up(device_->account, now.time)) {
    return refuse(request, rate_limited(*wait), now.time);
  }
  const Outcome<std::optional<Bytes>> record = services_.directory.look_up(device_->account, message);
  if (!record) return refuse(request, record.denial(), now.time);
  wire::ToDevice answer;
  answer.mutable_looked_up()->set_request(request);
  if (*record) {
    wire::AccountRecord& account = *answer.mutable_looked_up()->mutable_account();
    if (!parse_wire(**record, kMaxFrameSize, account)) return refuse(request, {wire::REFUSAL_STORAGE}, now.time);
  }
  write(answer, now.time);
}

// The same answer whether the addressee exists, is there, or is not, and the same steps up to it.
void DeviceLink::on_send(const wire::Send& message, Timestamp now) {
  DeviceAddress to;
  if (message.id() == 0 || message.id() > kMaxSendId || message.blob().size() > kMaxBlobSize ||
      !read_exact(message.account_id(), to.account.bytes) || !read_exact(message.device_id(), to.device.bytes)) {
    return close_malformed(now);
  }
  // Sent again, because the answer was lost with a link.
  if (message.id() <= sent_id_) return say_done(message.id(), now);
  sent_id_ = message.id();
  const ByteView blob = wire_view(message.blob());
  Wait wait = services_.rates.send(device_->account, blob.size(), now);
  if (!wait) wait = services_.calls.send(device_->account, to.account, blob, now);
  if (wait) return refuse(message.id(), rate_limited(*wait), now);
  services_.counts.blobs += 1;
  say_done(message.id(), now);
  services_.router.send(*device_, message.id(), to, blob, now);
}

void DeviceLink::on_received(const wire::Received& message) {
  services_.router.on_received(*device_, *this, message.id());
}

void DeviceLink::on_relay_request(const wire::RelayRequest& message, Moment now) {
  const uint64_t request = message.request();
  if (request == 0) return close_malformed(now.time);
  if (const Wait wait = services_.rates.request_relay(device_->account, now.time)) {
    return refuse(request, rate_limited(*wait), now.time);
  }
  if (services_.relays == nullptr) return refuse(request, {wire::REFUSAL_NO_RELAY}, now.time);
  const IssuedRelay relay = services_.relays->issue(now.date, services_.random);
  wire::ToDevice answer;
  wire::RelayCredentials& credentials = *answer.mutable_relay_credentials();
  credentials.set_request(request);
  credentials.set_username(relay.username);
  credentials.set_password(relay.password);
  credentials.set_lifetime_s(static_cast<uint32_t>(relay.lifetime.count()));
  for (const std::string& uri : services_.relays->uris()) credentials.add_uri(uri);
  write(answer, now.time);
}

}  // namespace sotto::signaling
