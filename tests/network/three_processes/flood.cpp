#include "tests/network/three_processes/flood.hpp"

#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "signaling/handshake/call_session.hpp"
#include "signaling/link/frame.hpp"
#include "signaling/protocol/wire.hpp"
#include "tests/unit/server/test_world.hpp"

namespace sotto::tools {
namespace {

using namespace signaling;

// So many, that what the server lets one account send does not keep the flood from the victims.
constexpr uint64_t kStrangers = 4;
constexpr size_t kBatch = 16;
// One step in so many is a new connection, with or without a sign-in: of more than 64 at once the server would only
// turn away the rest.
constexpr size_t kStepsAConnection = 8;
// The sizes that sealed blobs have (HANDSHAKE 2.3): any other is dropped unread.
constexpr std::array<std::pair<BlobKind, size_t>, 4> kBlobSizes{
    {{BlobKind::kInit, 1148}, {BlobKind::kResponse, 1092}, {BlobKind::kData, 1068}, {BlobKind::kData, 4140}}};

Bytes first_bundle_of(const wire::AccountRecord& record) {
  wire::Bundle bundle;
  bundle.set_genesis(record.genesis());
  *bundle.mutable_rotation() = record.rotation();
  *bundle.mutable_device_certificate() = record.device(0).device_certificate();
  *bundle.mutable_device_list() = record.device_list();
  *bundle.mutable_agree_key() = record.device(0).agree_key();
  return serialize_wire(bundle);
}

}  // namespace

Flood::Flood(uint16_t port, const std::array<std::string, 2>& victims, uint64_t seed) : port_(port), random_(seed) {
  for (uint64_t i = 0; i < kStrangers; ++i) {
    strangers_.push_back(std::make_unique<Stranger>(seed + i));
    EXPECT_TRUE(sign_in(*strangers_.back()));
  }
  EXPECT_TRUE(find_victims(victims));
  thread_ = std::thread([this] { run(); });
}

Flood::~Flood() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  thread_.join();
}

bool Flood::wait_for(size_t frames) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return frames_ >= frames || server_gone_; });
  return !server_gone_;
}

bool Flood::sign_in(Stranger& stranger) {
  auto link = std::make_unique<RawTlsClient>(port_);
  if (!link->is_secure()) return false;
  // Names are given out by the hour: one is enough.
  const wire::ToDevice answer =
      victims_.empty() ? stranger.device.join(*link, stranger.name) : stranger.device.come_back(*link);
  if (!answer.has_signed_in()) return false;
  // A spoiled envelope may have had any number.
  stranger.sent = answer.signed_in().sent_id();
  stranger.link = std::move(link);
  return true;
}

bool Flood::find_victims(const std::array<std::string, 2>& names) {
  RawTlsClient* const link = strangers_.front()->link.get();
  if (link == nullptr) return false;
  for (const std::string& name : names) {
    if (!link->say(look_up_message(1, name))) return false;
    const std::optional<wire::ToDevice> answer = link->hear();
    if (!answer || answer->looked_up().account().device_size() == 0) return false;
    const auto victim = verify_bundle(first_bundle_of(answer->looked_up().account()), wall_now());
    if (!victim) return false;
    victims_.push_back(*victim);
  }
  return true;
}

void Flood::run() {
  // A link that the server has closed must not end the test.
  sigset_t broken_pipe;
  sigemptyset(&broken_pipe);
  sigaddset(&broken_pipe, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &broken_pipe, nullptr);
  while (true) {
    const size_t sent = one_step();
    const bool gone = sent == 0 && !RawTlsClient(port_, {.shakes_hands = false}).is_connected();
    const std::lock_guard lock(mutex_);
    frames_ += sent;
    server_gone_ = gone;
    changed_.notify_all();
    if (stopping_ || gone) return;
  }
}

size_t Flood::one_step() {
  Stranger& stranger = *strangers_[below(strangers_.size())];
  const size_t kind = below(2 * kStepsAConnection);
  if (kind == 0) {
    RawTlsClient nobody(port_);
    return nobody.is_secure() ? send_spoiled_frames(nobody) : 0;
  }
  if (stranger.link == nullptr && !sign_in(stranger)) return 0;
  if (kind > 1) return send_envelopes(stranger);
  const std::unique_ptr<RawTlsClient> given_up = std::move(stranger.link);
  return send_spoiled_frames(*given_up);
}

size_t Flood::send_spoiled_frames(RawTlsClient& link) {
  Bytes frames;
  for (size_t i = 0; i < kBatch; ++i) append(frames, spoiled_frame());
  return link.write(frames) ? kBatch : 0;
}

size_t Flood::send_envelopes(Stranger& stranger) {
  Bytes frames;
  for (size_t i = 0; i < kBatch; ++i) {
    const Contact& victim = victims_[below(victims_.size())];
    const Bytes blob = spoiled_blob(stranger, victim);
    const DeviceAddress address{victim.account, victim.device};
    append(frames, make_frame(send_message(++stranger.sent, address, wire_string(blob))).value());
  }
  if (!stranger.link->write(frames)) {
    stranger.link = nullptr;
    return 0;
  }
  for (size_t i = 0; i < kBatch; ++i) {
    const std::optional<wire::ToDevice> answer = stranger.link->hear();
    if (answer && answer->has_deliver()) ADD_FAILURE() << "a stranger was answered";
    if (answer) continue;
    stranger.link = nullptr;
    break;
  }
  return kBatch;
}

Bytes Flood::spoiled_frame() {
  Stranger& stranger = *strangers_[below(strangers_.size())];
  const Contact& victim = victims_[below(victims_.size())];
  wire::ToServer message;
  switch (below(6)) {
    case 0:
      message.mutable_sign_in()->set_bundle(wire_string(stranger.device.identity().bundle()));
      message.mutable_sign_in()->set_proof(wire_string(random_.bytes<64>()));
      break;
    case 1:
      message = look_up_message(random_.u64(), "alice");
      break;
    case 2:
      message.mutable_publish()->set_request(random_.u64());
      message.mutable_publish()->set_bundle(wire_string(victim.bundle));
      break;
    case 3:
      message = received_message(random_.u64());
      break;
    case 4:
      message = send_message(++stranger.sent, {victim.account, victim.device}, "blob");
      break;
    default: {
      Bytes noise(1 + below(400));
      random_.fill(noise);
      return noise;
    }
  }
  Bytes frame = make_frame(message).value();
  spoil(frame);
  return frame;
}

Bytes Flood::spoiled_blob(const Stranger& stranger, const Contact& victim) {
  if (below(4) == 0) {
    auto call = CallSession::dial(stranger.device.identity(), victim, CallId{random_.bytes<16>()}, CallKind::kVideo,
                                  wall_now(), random_, "your bank");
    Bytes init = call.value().init();
    spoil(init);
    return init;
  }
  const auto [kind, size] = kBlobSizes[below(kBlobSizes.size())];
  Bytes blob(size);
  random_.fill(blob);
  ByteWriter header(MutableByteView(blob).first(BlobHeader::kSize));
  write_header(header, {.kind = kind, .session_id = {random_.bytes<16>()}});
  return blob;
}

void Flood::spoil(Bytes& bytes) {
  const Bytes before = bytes;
  do {
    for (size_t changes = 1 + below(4); changes > 0; --changes) {
      bytes[below(bytes.size())] = static_cast<uint8_t>(random_.u64());
    }
    if (below(4) == 0) bytes.resize(1 + below(bytes.size()));
  } while (bytes == before);
}

}  // namespace sotto::tools
