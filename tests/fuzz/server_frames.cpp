// rooms: sotto_signaling_server
#include <array>
#include <functional>
#include <map>
#include <memory>
#include <vector>

#include "base/assert.hpp"
#include "signaling/identity/detail/bundle_codec.hpp"
#include "signaling/identity/device_identity.hpp"
#include "signaling/identity/name.hpp"
#include "signaling/link/frame.hpp"
#include "signaling/protocol/server.pb.h"
#include "signaling/protocol/wire.hpp"
#include "signaling/server/local_router.hpp"
#include "signaling/server/server_core.hpp"
#include "signaling/server/sqlite_store.hpp"

using namespace sotto;
using namespace sotto::signaling;

namespace {

constexpr WallTime kDate{std::chrono::milliseconds(1'700'000'000'000)};

/// One end of a link.
struct Device {
  Device(uint64_t seed, std::string device_name)
      : random(seed), identity(DeviceIdentity::create(random, kDate)), name(std::move(device_name)) {}

  wire::ToServer sign_in(bool registers) const {
    const SignInClaim claim{security.channel, security.server_key, identity.account(), identity.device(), nonce};
    const std::string bundle = wire_string(identity.bundle());
    const std::string proof = wire_string(identity.sign(kSignInLabel, serialize(claim)));
    wire::ToServer message;
    if (registers) {
      message.mutable_register_()->set_bundle(bundle);
      message.mutable_register_()->set_proof(proof);
      write_record(make_name_claim(identity, name), *message.mutable_register_()->mutable_name_claim());
    } else {
      message.mutable_sign_in()->set_bundle(bundle);
      message.mutable_sign_in()->set_proof(proof);
    }
    return message;
  }

  SeededRandom random;
  const DeviceIdentity identity;
  const std::string name;
  LinkId link = 0;
  LinkSecurity security;
  SignInNonce nonce{};
  FrameReader reader;
};

/// A server with a link that behaves, and one that says whatever the input wants.
class World {
 public:
  World() : store_(SqliteStore::open_in_memory().value()), router_(limits_, random_, now_.time) {
    core_ = std::make_unique<ServerCore>(limits_, *store_, router_, &relays_, random_, log_, now_.time);
    connect(good);
    say(good, good.sign_in(true));
    SOTTO_ASSERT(take(good).back().has_signed_in());
    connect(bad);
  }

  void connect(Device& device) {
    if (device.link != 0) core_->on_disconnected(device.link, now_);
    device.link = core_->on_connected({}, now_).value_or(0);
    if (device.link == 0) return;
    core_->on_secured(device.link, device.security, now_);
    device.reader = FrameReader();
    const auto welcome = take(device);
    SOTTO_ASSERT(read_exact(welcome.at(0).welcome().nonce(), device.nonce));
  }
  void say(const Device& device, const wire::ToServer& message) { say(device, make_frame(message).value()); }
  void say(const Device& device, ByteView bytes) {
    if (core_->wants_bytes(device.link)) core_->on_bytes(device.link, bytes, now_);
    SOTTO_ASSERT(core_->output(device.link).size() < 64 * 1024);
  }
  /// Everything that a link is told has to make sense.
  std::vector<wire::ToDevice> take(Device& device) {
    std::vector<wire::ToDevice> messages;
    for (ByteView output = core_->output(device.link); !output.empty(); output = core_->output(device.link)) {
      SOTTO_ASSERT(device.reader.feed(output).ok());
      const size_t count = output.size();
      while (const auto frame = device.reader.next()) {
        SOTTO_ASSERT(parse_wire(*frame, kMaxFrameSize, messages.emplace_back()));
        SOTTO_ASSERT(messages.back().message_case() != wire::ToDevice::MESSAGE_NOT_SET);
      }
      core_->on_written(device.link, count, now_);
    }
    return messages;
  }
  void advance(Duration duration) {
    now_.time += duration;
    now_.date += std::chrono::duration_cast<std::chrono::milliseconds>(duration);
    core_->on_deadline(now_);
    SOTTO_ASSERT(*core_->next_deadline() > now_.time);
  }

  /// The good one sends to itself, whatever the other has done.
  void check_good() {
    wire::ToServer send;
    send.mutable_send()->set_id(++sent_);
    send.mutable_send()->set_account_id(wire_string(good.identity.account().bytes));
    send.mutable_send()->set_device_id(wire_string(good.identity.device().bytes));
    send.mutable_send()->set_blob("to myself");
    say(good, send);
    bool is_delivered = false;
    uint64_t last = 0;
    for (const wire::ToDevice& message : take(good)) {
      SOTTO_ASSERT(message.has_done() || message.has_deliver());
      if (!message.has_deliver()) continue;
      is_delivered |= message.deliver().blob() == "to myself";
      last = message.deliver().id();
    }
    SOTTO_ASSERT(is_delivered);
    wire::ToServer received;
    received.mutable_received()->set_id(last);
    say(good, received);
  }

  Device good{1, "good"};
  Device bad{2, "bad"};

 private:
  ServerLimits limits_;
  SeededRandom random_{3};
  const RelayIssuer relays_{{"turn:192.0.2.1"}, "sixteen characters"};
  const ServerLog log_{ServerLog::Format::kJson, nullptr};
  Moment now_{Timestamp(1h), kDate};
  std::unique_ptr<SqliteStore> store_;
  LocalRouter router_;
  std::unique_ptr<ServerCore> core_;
  uint64_t sent_ = 0;
};

}  // namespace

/// A sequence of good and of arbitrary messages over one link, in any order, with time between them: nothing of it
/// harms another link, breaks a bound or is answered with nonsense.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  World world;
  ByteReader input({data, size});
  for (int steps = 0; steps < 64 && !input.at_end(); ++steps) {
    switch (input.u8() % 8) {
      case 0:
        world.connect(world.bad);
        break;
      case 1:
        world.say(world.bad, world.bad.sign_in(true));
        break;
      case 2:
        world.say(world.bad, world.bad.sign_in(false));
        break;
      case 3:
        (void)world.take(world.bad);
        break;
      case 4:
        world.advance(std::chrono::milliseconds(input.u16()));
        world.say(world.good, [] {
          wire::ToServer ping;
          ping.mutable_ping();
          return ping;
        }());
        for (const wire::ToDevice& message : world.take(world.good)) SOTTO_ASSERT(!message.has_refused());
        break;
      case 5: {
        // A whole frame, so that what is in it is reached.
        const ByteView message = input.take(std::min<size_t>(input.u16() % 2048, input.remaining()));
        Bytes frame(4 + message.size());
        ByteWriter writer(frame);
        writer.u32(static_cast<uint32_t>(message.size()));
        writer.bytes(message);
        world.say(world.bad, frame);
        break;
      }
      case 6:
        world.say(world.bad, input.take(std::min<size_t>(input.u8(), input.remaining())));
        break;
      case 7:
        world.check_good();
        break;
    }
  }
  world.check_good();
  return 0;
}
