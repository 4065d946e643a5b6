#include "signaling/server/device_link.hpp"

#include <algorithm>
#include <utility>

#include "base/assert.hpp"
#include "signaling/protocol/server.pb.h"
#include "signaling/protocol/wire.hpp"

namespace sotto::signaling {
namespace {

/// With so much to be written, a link listens to nothing more. One answer can come on top.
constexpr size_t kOutputRoom = 16 * 1024;

/// How long the last words of a link that ends may take.
constexpr Duration kLinger = 5s;

/// A buffer of more than this is given back when it is empty: most links are idle most of the time.
constexpr size_t kKeepCapacity = 512;

}  // namespace

DeviceLink::DeviceLink(LinkId id, const NetworkPrefix& prefix, LinkServices& services, Timestamp now)
    : id_(id), prefix_(prefix), services_(services), began_at_(now), heard_at_(now) {}

DeviceLink::~DeviceLink() { SOTTO_ASSERT(!attached_); }

void DeviceLink::on_secured(const LinkSecurity& security, Moment now) {
  if (state_ != State::kAwaitTls) return;
  state_ = State::kAwaitSignIn;
  challenge_.channel = security.channel;
  challenge_.server_key = security.server_key;
  services_.random.fill(challenge_.nonce);
  wire::ToDevice message;
  wire::Welcome& welcome = *message.mutable_welcome();
  welcome.set_nonce(wire_string(challenge_.nonce));
  welcome.set_time_ms(static_cast<uint64_t>(now.date.time_since_epoch().count()));
  switch (services_.directory.registration()) {
    case RegistrationMode::kOpen:
      welcome.set_registration(wire::REGISTRATION_OPEN);
      break;
    case RegistrationMode::kByInvite:
      welcome.set_registration(wire::REGISTRATION_BY_INVITE);
      break;
    case RegistrationMode::kClosed:
      welcome.set_registration(wire::REGISTRATION_CLOSED);
      break;
  }
  write(message, now.time);
}

void DeviceLink::on_bytes(ByteView bytes, Moment now) {
  if (!wants_bytes() || state_ == State::kAwaitTls) return;
  heard_at_ = now.time;
  if (!reader_.feed(bytes)) return close_malformed(now.time);
  unread_ += bytes.size();
  pump(now);
}

void DeviceLink::pump(Moment now) {
  constexpr size_t kLengthSize = 4;
  paused_ = false;
  while (is_open()) {
    if (!has_room()) {
      paused_ = true;
      return;
    }
    const std::optional<ByteView> frame = reader_.next();
    if (!frame) break;
    unread_ -= kLengthSize + frame->size();
    on_frame(*frame, now);
  }
  if (unread_ == 0) reader_ = FrameReader();
  pull_blobs(now.time);
}

void DeviceLink::on_frame(ByteView frame, Moment now) {
  wire::ToServer message;
  if (!parse_wire(frame, kMaxFrameSize, message)) return close_malformed(now.time);
  switch (state_) {
    case State::kAwaitTls:
    case State::kClosed:
      return;
    case State::kAwaitSignIn:
      return on_sign_in_message(message, now);
    case State::kSignedIn:
      return on_request(message, now);
  }
}

bool DeviceLink::has_room() const { return output().size() < kOutputRoom; }

void DeviceLink::pull_blobs(Timestamp now) {
  woken_ = false;
  if (state_ != State::kSignedIn) return;
  while (has_room()) {
    const std::optional<RoutedBlob> next = services_.router.next(*device_, delivered_id_);
    if (!next) return;
    wire::ToDevice message;
    message.mutable_deliver()->set_id(next->id);
    message.mutable_deliver()->set_blob(wire_string(next->blob));
    delivered_id_ = next->id;
    write(message, now);
  }
}

void DeviceLink::on_waiting() {
  if (std::exchange(woken_, true)) return;
  services_.woken.push_back(id_);
}

void DeviceLink::write(const google::protobuf::MessageLite& message, Timestamp now) {
  const Result<Bytes> frame = make_frame(message);
  SOTTO_ASSERT(frame.ok());
  if (output().empty()) unread_since_ = now;
  append(output_, *frame);
}

void DeviceLink::on_written(size_t count, Moment now) {
  written_ += std::min(count, output().size());
  unread_since_ = now.time;
  if (output().empty()) {
    unread_since_.reset();
    written_ = 0;
    output_.clear();
    if (output_.capacity() > kKeepCapacity) output_ = Bytes();
  }
  if (is_open() && has_room()) pump(now);
}

void DeviceLink::refuse(uint64_t request, const Denial& denial, Timestamp now) {
  if (denial.why == wire::REFUSAL_RATE_LIMITED) services_.counts.rate_limited += 1;
  if (denial.why == wire::REFUSAL_STORAGE) services_.counts.storage_failures += 1;
  wire::ToDevice message;
  wire::Refused& refused = *message.mutable_refused();
  refused.set_request(request);
  refused.set_refusal(denial.why);
  const auto wait = std::chrono::ceil<std::chrono::milliseconds>(denial.retry_after);
  refused.set_retry_after_ms(static_cast<uint32_t>(wait.count()));
  write(message, now);
}

void DeviceLink::say_done(uint64_t request, Timestamp now) {
  wire::ToDevice message;
  message.mutable_done()->set_request(request);
  write(message, now);
}

void DeviceLink::close_malformed(Timestamp now) { close(LinkEnd::kMalformed, Denial{wire::REFUSAL_MALFORMED}, now); }

void DeviceLink::close(LinkEnd end, std::optional<Denial> last_word, Timestamp now) {
  if (!is_open()) return;
  // Before TLS there is nobody to say it to.
  if (last_word && state_ != State::kAwaitTls) refuse(0, *last_word, now);
  leave_router(now);
  state_ = State::kClosed;
  end_ = end;
  closed_at_ = now;
  reader_ = FrameReader();
}

void DeviceLink::close_at_once(LinkEnd end, Timestamp now) {
  close(end, std::nullopt, now);
  over_ = true;
}

void DeviceLink::leave_router(Timestamp now) {
  if (!std::exchange(attached_, false)) return;
  services_.router.detach(*device_, *this, now);
}

std::optional<Timestamp> DeviceLink::next_deadline() const {
  if (is_over()) return std::nullopt;
  if (state_ == State::kClosed) return closed_at_ + kLinger;
  if (state_ != State::kSignedIn) return began_at_ + services_.limits.handshake;
  const Timestamp silent_at = heard_at_ + services_.limits.silence;
  if (!unread_since_) return silent_at;
  return std::min(silent_at, *unread_since_ + services_.limits.stall);
}

void DeviceLink::on_deadline(Timestamp now) {
  const std::optional<Timestamp> deadline = next_deadline();
  if (!deadline || now < *deadline) return;
  switch (state_) {
    case State::kClosed:
      over_ = true;
      return;
    case State::kAwaitTls:
    case State::kAwaitSignIn:
      return close_at_once(LinkEnd::kNoSignIn, now);
    case State::kSignedIn:
      return close_at_once(now >= heard_at_ + services_.limits.silence ? LinkEnd::kSilent : LinkEnd::kStalled, now);
  }
}

std::vector<DeviceId> DeviceLink::take_revoked() { return std::exchange(revoked_, {}); }

}  // namespace sotto::signaling
