#include <gtest/gtest.h>

#include "engine/envelope_inbox.hpp"
#include "engine/outgoing_queue.hpp"

namespace sotto::engine {
namespace {

using transport::MediaKind;

TEST(EnvelopeInbox, AsksToBeReadOnceAndSaysWhetherMoreWaits) {
  EnvelopeInbox inbox;
  EXPECT_TRUE(inbox.put({}));
  EXPECT_FALSE(inbox.put({}));
  bool more = false;
  EXPECT_TRUE(inbox.take(more));
  EXPECT_TRUE(more);
  EXPECT_TRUE(inbox.take(more));
  EXPECT_FALSE(more);
  EXPECT_FALSE(inbox.take(more));
  EXPECT_TRUE(inbox.put({})) << "empty again";
}

TEST(EnvelopeInbox, DropsWhatAFloodPutsOnTop) {
  EnvelopeInbox inbox;
  for (int i = 0; i < 100'000; ++i) (void)inbox.put({});
  size_t taken = 0;
  bool more = true;
  while (more && inbox.take(more)) ++taken;
  EXPECT_EQ(taken, EnvelopeInbox::kCapacity);
}

OutgoingPayload payload(MediaKind kind) {
  OutgoingPayload payload;
  payload.kind = kind;
  return payload;
}

TEST(OutgoingQueue, RefusesPicturesBeforeItRefusesSound) {
  OutgoingQueue queue;
  while (queue.push(payload(MediaKind::kVideo))) {
  }
  EXPECT_TRUE(queue.push(payload(MediaKind::kAudio)));
  EXPECT_FALSE(queue.push(payload(MediaKind::kVideo)));
  while (queue.push(payload(MediaKind::kAudio))) {
  }
  std::vector<OutgoingPayload> taken;
  queue.take(taken);
  EXPECT_TRUE(queue.push(payload(MediaKind::kVideo))) << "taken: there is room again";
}

}  // namespace
}  // namespace sotto::engine
