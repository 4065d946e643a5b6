#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/random.hpp"
#include "signaling/client/link_session.hpp"
#include "signaling/identity/identity_keeper.hpp"
#include "signaling/link/frame.hpp"
#include "signaling/protocol/server.pb.h"
#include "signaling/protocol/wire.hpp"

namespace sotto::signaling {

/// A LinkSession in virtual time, with the test in the place of its server.
class SessionWorld : public testing::Test {
 protected:
  static constexpr WallTime kWallNow{std::chrono::milliseconds(1'700'000'000'000)};

  explicit SessionWorld(std::string register_name = {}, std::string invite = {})
      : session({keeper, std::move(register_name), std::move(invite)}) {}

  static wire::ToDevice welcome(std::chrono::milliseconds clock_offset = {}) {
    wire::ToDevice message;
    message.mutable_welcome()->set_nonce(std::string(32, 'n'));
    message.mutable_welcome()->set_time_ms(static_cast<uint64_t>((kWallNow + clock_offset).time_since_epoch().count()));
    return message;
  }
  static wire::ToDevice signed_in(char boot = 'b', uint64_t sent_id = 0) {
    wire::ToDevice message;
    message.mutable_signed_in()->set_name("alice");
    message.mutable_signed_in()->set_boot_id(std::string(16, boot));
    message.mutable_signed_in()->set_sent_id(sent_id);
    return message;
  }
  static wire::ToDevice refused(uint64_t request, wire::Refusal refusal, uint32_t retry_after_ms = 0) {
    wire::ToDevice message;
    message.mutable_refused()->set_request(request);
    message.mutable_refused()->set_refusal(refusal);
    message.mutable_refused()->set_retry_after_ms(retry_after_ms);
    return message;
  }
  static wire::ToDevice done(uint64_t request) {
    wire::ToDevice message;
    message.mutable_done()->set_request(request);
    return message;
  }
  static wire::ToDevice deliver(uint64_t id, const std::string& blob) {
    wire::ToDevice message;
    message.mutable_deliver()->set_id(id);
    message.mutable_deliver()->set_blob(blob);
    return message;
  }
  static wire::ToDevice pong() {
    wire::ToDevice message;
    message.mutable_pong();
    return message;
  }
  static Envelope envelope(const std::string& blob) {
    Envelope envelope;
    envelope.account.fill(7);
    envelope.device.fill(9);
    envelope.blob.assign(blob.begin(), blob.end());
    return envelope;
  }

  void connect() { session.on_connected(binding, now); }
  void say(const wire::ToDevice& message) { session.on_bytes(make_frame(message).value(), now, kWallNow); }
  /// A link up to the end of its sign-in; what was said meanwhile is in `heard()`.
  void sign_in(char boot = 'b', uint64_t sent_id = 0) {
    connect();
    say(welcome());
    say(signed_in(boot, sent_id));
  }
  void lose_link() {
    session.on_disconnected();
    (void)session.take_output();
  }
  /// Time passes, with every deadline in it kept.
  void pass(Duration duration) {
    const Timestamp end = now + duration;
    while (const auto deadline = session.next_deadline()) {
      if (*deadline > end) break;
      now = std::max(now, *deadline);
      session.on_deadline(now);
    }
    now = end;
  }

  /// All messages that the session has written since the last call.
  std::vector<wire::ToServer> heard() {
    EXPECT_TRUE(reader.feed(session.take_output()).ok());
    std::vector<wire::ToServer> messages;
    while (const std::optional<ByteView> frame = reader.next()) {
      EXPECT_TRUE(parse_wire(*frame, kMaxFrameSize, messages.emplace_back()));
    }
    return messages;
  }
  /// The blobs of those that are Sends, each with its number: "1:hello".
  std::vector<std::string> heard_sends() {
    std::vector<std::string> sends;
    for (const wire::ToServer& message : heard()) {
      if (message.has_send()) sends.push_back(std::to_string(message.send().id()) + ":" + message.send().blob());
    }
    return sends;
  }

  /// The events of one kind since the last call of take().
  template <typename T>
  std::vector<T> take() {
    for (LinkEvent& event : session.take_events()) events.push_back(std::move(event));
    std::vector<T> found;
    std::erase_if(events, [&found](const LinkEvent& event) {
      if (const T* const of_kind = std::get_if<T>(&event)) found.push_back(*of_kind);
      return std::holds_alternative<T>(event);
    });
    return found;
  }
  /// Why the link has failed.
  ServerProblem problem() {
    const std::vector<LinkFailure> failures = take<LinkFailure>();
    EXPECT_LE(failures.size(), 1u);
    if (failures.empty()) return ServerProblem::kNone;
    EXPECT_NE(failures.front().explanation, "");
    return failures.front().problem;
  }
  std::vector<std::string> delivered() {
    std::vector<std::string> blobs;
    for (const LinkDelivered& event : take<LinkDelivered>()) blobs.emplace_back(event.blob.begin(), event.blob.end());
    return blobs;
  }

  SeededRandom random{1};
  std::shared_ptr<IdentityKeeper> keeper = std::make_shared<IdentityKeeper>(DeviceIdentity::create(random, kWallNow));
  LinkBinding binding{{1, 2, 3}, {4, 5, 6}};
  Timestamp now{std::chrono::hours(1)};
  LinkSession session;
  FrameReader reader;
  std::vector<LinkEvent> events;
};

}  // namespace sotto::signaling
