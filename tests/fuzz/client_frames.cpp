// rooms: sotto_signaling_client sotto_signaling_protocol
#include <cstdlib>
#include <set>

#include "base/random.hpp"
#include "signaling/client/link_session.hpp"
#include "signaling/protocol/server.pb.h"

using namespace sotto;
using namespace sotto::signaling;

namespace {

constexpr WallTime kWallNow{std::chrono::milliseconds(1'700'000'000'000)};

/// One device for all runs: making keys takes longer than everything else.
const std::shared_ptr<IdentityKeeper>& keeper() {
  static SeededRandom random(1);
  static const auto keeper = std::make_shared<IdentityKeeper>(DeviceIdentity::create(random, kWallNow));
  return keeper;
}

/// A session whose server says what the fuzzer wants. Each command is one byte and what it needs.
class Server {
 public:
  void run(ByteReader input) {
    while (!input.at_end()) {
      command(input);
      check();
    }
    now_ += 1h;
    session_.on_disconnected();
    session_.on_deadline(now_);
    check();
    // Every question has had its answer by now.
    if (!open_.empty() || session_.next_deadline()) std::abort();
  }

 private:
  void command(ByteReader& input) {
    switch (input.u8() % 10) {
      case 0:
        session_.on_disconnected();
        session_.on_connected({}, now_);
        return;
      case 1:
        return say_welcome();
      case 2:
        return say_signed_in(input);
      case 3:
        return say_message(input);
      case 4:
        return say(input.take(std::min<size_t>(input.u8(), input.remaining())));
      case 5:
        return opened(session_.look_up("bob", now_));
      case 6:
        return opened(session_.request_relays(now_));
      case 7:
        return opened(session_.publish(now_));
      case 8:
        (void)session_.send(Envelope{{}, {}, Bytes(input.u8())}, now_);
        return;
      case 9:
        now_ += std::chrono::milliseconds(input.u16());
        session_.on_deadline(now_);
        return;
    }
  }
  void say_welcome() {
    wire::ToDevice message;
    message.mutable_welcome()->set_nonce(std::string(32, 'n'));
    message.mutable_welcome()->set_time_ms(static_cast<uint64_t>(kWallNow.time_since_epoch().count()));
    say(make_frame(message).value());
  }
  void say_signed_in(ByteReader& input) {
    wire::ToDevice message;
    message.mutable_signed_in()->set_name("alice");
    message.mutable_signed_in()->set_boot_id(std::string(16, static_cast<char>(input.u8() % 2)));
    message.mutable_signed_in()->set_sent_id(input.u8());
    say(make_frame(message).value());
  }
  /// A frame of the right length around bytes of the fuzzer's.
  void say_message(ByteReader& input) {
    const ByteView body = input.take(std::min<size_t>(input.u16(), input.remaining()));
    Bytes frame(4 + body.size());
    ByteWriter writer(frame);
    writer.u32(static_cast<uint32_t>(body.size()));
    writer.bytes(body);
    say(frame);
  }
  void say(ByteView bytes) { session_.on_bytes(bytes, now_, kWallNow); }
  void opened(const Result<RequestId>& request) {
    if (request) open_.insert(*request);
  }

  void check() {
    for (const LinkEvent& event : session_.take_events()) {
      const auto* const answered = std::get_if<LinkAnswered>(&event);
      if (answered != nullptr && open_.erase(answered->request) != 1) std::abort();
      const auto* const delivered = std::get_if<LinkDelivered>(&event);
      if (delivered != nullptr && delivered->blob.size() > kMaxBlobSize) std::abort();
    }
    // What it writes is frames.
    if (!reader_.feed(session_.take_output())) std::abort();
    while (reader_.next()) continue;
  }

  LinkSession session_{{keeper(), "alice", "invite"}};
  Timestamp now_{std::chrono::hours(1)};
  std::set<RequestId> open_;
  FrameReader reader_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  Server().run(ByteReader({data, size}));
  return 0;
}
