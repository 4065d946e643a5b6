// rooms: sotto_signaling_handshake
#include <cstdlib>
#include <vector>

#include "signaling/handshake/data_exchange.hpp"

using namespace sotto;
using namespace sotto::signaling;

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

/// One direction: what was sent and lies about, and what has to arrive of it.
struct Way {
  DataExchange* from;
  DataExchange* to;
  std::vector<Bytes> blobs{};
  uint32_t sent = 0;
  uint32_t received = 0;

  void say(bool ack) {
    const Result<Bytes> blob = from->seal(ack ? CallMessage(Ack{}) : CallMessage(MediaReady{sent, {}}));
    if (!blob) return;
    if (!ack) ++sent;
    blobs.push_back(*blob);
  }
  void deliver(ByteView blob, bool genuine) {
    const Result<std::vector<DataPayload>> opened = to->open(blob);
    if (!genuine) require(!opened.ok());
    if (!opened) return;
    for (const DataPayload& payload : *opened) require(std::get<MediaReady>(payload.message).epoch == received++);
    require(received <= sent);
  }
};

}  // namespace

/// A channel that loses, repeats, reorders and damages blobs both ways: what arrives, arrives once and in order, and a
/// damaged blob is never taken.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const Secret<32> callers_key(std::array<uint8_t, 32>{1});
  const Secret<32> callees_key(std::array<uint8_t, 32>{2});
  DataExchange caller({}, callers_key, callees_key);
  DataExchange callee({}, callees_key, callers_key);
  Way ways[] = {{&caller, &callee}, {&callee, &caller}};
  ByteReader input({data, size});
  while (!input.at_end()) {
    const uint8_t step = input.u8();
    Way& way = ways[step & 1];
    switch (step >> 1 & 7) {
      case 0:
        way.say(false);
        break;
      case 1:
        way.say(true);
        break;
      case 2:
        if (way.from->ack_due()) way.say(true);
        break;
      case 3:
        if (!way.blobs.empty()) way.deliver(way.blobs[input.u8() % way.blobs.size()], true);
        break;
      case 4:
        if (!way.blobs.empty()) way.deliver(way.blobs.back(), true);
        break;
      case 5:
        if (!way.blobs.empty()) {
          Bytes damaged = way.blobs[input.u8() % way.blobs.size()];
          damaged[input.u16() % damaged.size()] ^= static_cast<uint8_t>(input.u8() | 1);
          way.deliver(damaged, false);
        }
        break;
      case 6:
        for (const SentBlob& blob : way.from->unacknowledged()) way.deliver(blob.blob, true);
        break;
      case 7:
        way.deliver(input.take(std::min<size_t>(input.u8(), input.remaining())), false);
        break;
    }
  }
  // In the end a channel that works again makes up for everything.
  for (int round = 0; round < 3; ++round) {
    for (Way& way : ways) {
      for (const SentBlob& blob : way.from->unacknowledged()) way.deliver(blob.blob, true);
      if (way.to->ack_due()) (void)way.to->seal(Ack{}).ok();
    }
  }
  for (const Way& way : ways) require(way.received == way.sent);
  return 0;
}
