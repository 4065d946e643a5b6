#include <algorithm>
#include <vector>

#include <gmock/gmock.h>

#include "signaling/handshake/blob_layout.hpp"
#include "signaling/identity/verify.hpp"
#include "tests/unit/handshake/session_world.hpp"

namespace sotto::signaling {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class CallSessionData : public SessionWorld {
 protected:
  CallSessionData() : pair_(established()) {}

  static std::vector<std::string_view> names(const Result<std::vector<CallMessage>>& opened) {
    std::vector<std::string_view> names;
    for (const CallMessage& message : opened.value()) names.push_back(message_name(message));
    return names;
  }

  Pair pair_;
  CallSession& caller_ = pair_.caller;
  CallSession& callee_ = pair_.callee;
};

TEST_F(CallSessionData, AnOfferProvesTheCaller) {
  EXPECT_FALSE(callee_.proven());
  const Bytes blob = caller_.seal(some_offer()).value();
  const std::vector<CallMessage> opened = callee_.open(blob).value();
  ASSERT_EQ(opened.size(), 1u);
  const Offer& offer = std::get<Offer>(opened[0]);
  EXPECT_EQ(static_cast<const SessionDescription&>(offer), some_description());
  EXPECT_TRUE(callee_.proven());
}

TEST_F(CallSessionData, AnOfferBringsTheCallersDeviceList) {
  EXPECT_EQ(callee_.peer().list_version, 0u);
  ASSERT_TRUE(callee_.open(caller_.seal(some_offer()).value()).ok());
  EXPECT_EQ(callee_.peer().list_version, 1u);
  EXPECT_TRUE(verify_bundle(callee_.peer().bundle, kNow, &alices_contact_).ok());
}

TEST_F(CallSessionData, BothSeeTheSameSymbolsOnceBothNoncesAreKnown) {
  EXPECT_TRUE(caller_.sas_symbols().has_value());
  EXPECT_FALSE(callee_.sas_symbols().has_value());
  ASSERT_TRUE(callee_.open(caller_.seal(some_offer()).value()).ok());
  EXPECT_EQ(caller_.sas_symbols(), callee_.sas_symbols());
}

TEST_F(CallSessionData, EveryMessageArrivesAsItWasSent) {
  const std::vector<CallMessage> callers = {Candidates{{"candidate:1 1 UDP 1 192.0.2.1 5 typ host"}},
                                            EndOfCandidates{},
                                            Accepted{},
                                            AnsweredElsewhere{},
                                            MediaReady{7, {1, 2, 3}},
                                            MediaRemove{false, true},
                                            MediaState{true, false, true},
                                            IceRestart{{"newu", "newpasswordnewpassword"}, {"candidate:2 x"}},
                                            Hangup{HangupReason::kCancelled}};
  for (const CallMessage& message : callers) {
    EXPECT_THAT(callee_.open(caller_.seal(message).value()).value(), ElementsAre(message)) << message_name(message);
  }
  const std::vector<CallMessage> callees = {some_ringing(), Accept{true, false}, Hangup{HangupReason::kDeclined}};
  for (const CallMessage& message : callees) {
    EXPECT_THAT(caller_.open(callee_.seal(message).value()).value(), ElementsAre(message)) << message_name(message);
  }
}

TEST_F(CallSessionData, EverythingShortHasOneSize) {
  EXPECT_EQ(caller_.seal(some_offer()).value().size(), 1068u);
  EXPECT_EQ(caller_.seal(Hangup{}).value().size(), 1068u);
  EXPECT_EQ(callee_.seal(Ack{}).value().size(), 1068u);
}

TEST_F(CallSessionData, WhatIsLongHasAnother) {
  Offer offer = some_offer();
  offer.candidates.assign(8, std::string(250, 'c'));
  const Bytes blob = caller_.seal(offer).value();
  EXPECT_EQ(blob.size(), 4140u);
  EXPECT_THAT(names(callee_.open(blob)), ElementsAre("Offer"));
}

TEST_F(CallSessionData, NothingIsSealedBeforeTheSessionIsOpen) {
  CallSession caller = dial();
  CallSession callee = answer(caller.init()).value();
  EXPECT_EQ(caller.seal(some_offer()).error().code, ErrorCode::kRefused);
  EXPECT_EQ(callee.seal(some_ringing()).error().code, ErrorCode::kRefused);
  EXPECT_EQ(caller.open(Bytes(kSmallDataSize)).error().code, ErrorCode::kRefused);
}

// --- hostile blobs --------------------------------------------------------------------------------------------------

TEST_F(CallSessionData, RefusesAnyFlippedBitAndThenTakesTheGenuineOne) {
  const Bytes genuine = caller_.seal(some_offer()).value();
  for (size_t bit = 0; bit < genuine.size() * 8; ++bit) {
    Bytes flipped = genuine;
    flipped[bit / 8] ^= static_cast<uint8_t>(1 << bit % 8);
    ASSERT_FALSE(callee_.open(flipped).ok()) << "bit " << bit;
  }
  EXPECT_FALSE(callee_.proven());
  EXPECT_THAT(names(callee_.open(genuine)), ElementsAre("Offer"));
}

TEST_F(CallSessionData, RefusesAnyOtherSize) {
  Bytes blob = caller_.seal(some_offer()).value();
  for (size_t size = 0; size < blob.size(); ++size) {
    ASSERT_EQ(callee_.open(ByteView(blob).first(size)).error().code, ErrorCode::kMalformed) << size;
  }
  blob.push_back(0);
  EXPECT_EQ(callee_.open(blob).error().code, ErrorCode::kMalformed);
}

TEST_F(CallSessionData, RefusesItsOwnBlobsSentBack) {
  EXPECT_FALSE(caller_.open(caller_.seal(Hangup{}).value()).ok());
  EXPECT_FALSE(callee_.open(callee_.seal(Hangup{}).value()).ok());
}

TEST_F(CallSessionData, RefusesTheBlobsOfAnotherSession) {
  auto other = established();
  Bytes blob = other.caller.seal(some_offer()).value();
  EXPECT_EQ(callee_.open(blob).error().code, ErrorCode::kRefused);
  std::copy(callee_.session_id().bytes.begin(), callee_.session_id().bytes.end(), blob.begin() + 4);
  EXPECT_EQ(callee_.open(blob).error().code, ErrorCode::kRefused);
}

TEST_F(CallSessionData, RefusesEveryNumberButItsOwn) {
  const Bytes genuine = caller_.seal(some_offer()).value();
  for (const uint64_t n : {uint64_t{1}, uint64_t{63}, uint64_t{64}, kMaxMessages, UINT64_MAX - 1, UINT64_MAX}) {
    Bytes renumbered = genuine;
    ByteWriter(MutableByteView(renumbered).subspan(BlobHeader::kSize)).u64(n);
    EXPECT_EQ(callee_.open(renumbered).error().code, ErrorCode::kRefused) << n;
  }
  EXPECT_TRUE(callee_.open(genuine).ok());
}

TEST_F(CallSessionData, AHundredThousandBadBlobsEndNothing) {
  Bytes bad = caller_.seal(some_offer()).value();
  const Bytes genuine = bad;
  bad.back() ^= 1;
  for (int i = 0; i < 100'000; ++i) ASSERT_FALSE(callee_.open(bad).ok());
  EXPECT_EQ(callee_.refused_blobs(), 100'000u);
  EXPECT_THAT(names(callee_.open(genuine)), ElementsAre("Offer"));
}

// --- order, loss and repetition -------------------------------------------------------------------------------------

TEST_F(CallSessionData, DropsDuplicates) {
  const Bytes blob = caller_.seal(some_offer()).value();
  EXPECT_THAT(names(callee_.open(blob)), ElementsAre("Offer"));
  EXPECT_THAT(names(callee_.open(blob)), IsEmpty());
}

TEST_F(CallSessionData, DropsDuplicatesOfWhatWaits) {
  (void)caller_.seal(some_offer()).value();
  const Bytes second = caller_.seal(EndOfCandidates{}).value();
  EXPECT_THAT(names(callee_.open(second)), IsEmpty());
  EXPECT_THAT(names(callee_.open(second)), IsEmpty());
}

TEST_F(CallSessionData, PutsMessagesInOrder) {
  const Bytes offer = caller_.seal(some_offer()).value();
  const Bytes candidates = caller_.seal(Candidates{{"candidate:1"}}).value();
  const Bytes end = caller_.seal(EndOfCandidates{}).value();
  EXPECT_THAT(names(callee_.open(end)), IsEmpty());
  EXPECT_THAT(names(callee_.open(candidates)), IsEmpty());
  EXPECT_THAT(names(callee_.open(offer)), ElementsAre("Offer", "Candidates", "EndOfCandidates"));
}

TEST_F(CallSessionData, WaitsForSixtyThreeMissingOnesAndNotForMore) {
  std::vector<Bytes> blobs;
  for (int i = 0; i < 64; ++i) blobs.push_back(caller_.seal(EndOfCandidates{}).value());
  EXPECT_THAT(names(callee_.open(blobs[63])), IsEmpty());
  for (size_t i = 0; i < 62; ++i) EXPECT_EQ(callee_.open(blobs[i]).value().size(), 1u);
  EXPECT_EQ(callee_.open(blobs[62]).value().size(), 2u);
}

TEST_F(CallSessionData, TheSenderStopsWhenSixtyFourAreNotAcknowledged) {
  for (int i = 0; i < 64; ++i) ASSERT_TRUE(caller_.seal(EndOfCandidates{}).ok());
  EXPECT_EQ(caller_.seal(EndOfCandidates{}).error().code, ErrorCode::kUnavailable);
  EXPECT_TRUE(caller_.resend_due());
}

TEST_F(CallSessionData, WhatIsLostIsSentAgainAsItWas) {
  const Bytes lost = caller_.seal(some_offer()).value();
  const Bytes arrived = caller_.seal(EndOfCandidates{}).value();
  EXPECT_THAT(names(callee_.open(arrived)), IsEmpty());
  ASSERT_TRUE(caller_.resend_due());
  ASSERT_EQ(caller_.unacknowledged().size(), 2u);
  EXPECT_EQ(caller_.unacknowledged()[0].blob, lost);
  EXPECT_EQ(caller_.unacknowledged()[1].blob, arrived);
  EXPECT_THAT(names(callee_.open(caller_.unacknowledged()[0].blob)), ElementsAre("Offer", "EndOfCandidates"));
}

TEST_F(CallSessionData, EveryMessageAcknowledgesWhatArrived) {
  ASSERT_TRUE(callee_.open(caller_.seal(some_offer()).value()).ok());
  EXPECT_TRUE(callee_.ack_due());
  ASSERT_TRUE(caller_.open(callee_.seal(some_ringing()).value()).ok());
  EXPECT_FALSE(callee_.ack_due());
  EXPECT_THAT(caller_.unacknowledged(), IsEmpty());
  EXPECT_FALSE(caller_.resend_due());
}

TEST_F(CallSessionData, AnAckIsNotAcknowledged) {
  ASSERT_TRUE(callee_.open(caller_.seal(some_offer()).value()).ok());
  EXPECT_THAT(names(caller_.open(callee_.seal(Ack{}).value())), IsEmpty());
  EXPECT_THAT(caller_.unacknowledged(), IsEmpty());
  EXPECT_FALSE(caller_.ack_due());
  EXPECT_FALSE(callee_.resend_due());
}

TEST_F(CallSessionData, ALostAckIsRepeatedWhenItsMessageComesAgain) {
  const Bytes offer = caller_.seal(some_offer()).value();
  ASSERT_TRUE(callee_.open(offer).ok());
  const Bytes lost_ack = callee_.seal(Ack{}).value();
  EXPECT_FALSE(callee_.ack_due());
  EXPECT_THAT(names(callee_.open(offer)), IsEmpty());
  ASSERT_TRUE(callee_.ack_due());
  EXPECT_EQ(callee_.seal(Ack{}).value(), lost_ack);
  EXPECT_FALSE(callee_.ack_due());
}

TEST_F(CallSessionData, NoAckIsRepeatedThatThePeerIsKnownToHave) {
  const Bytes offer = caller_.seal(some_offer()).value();
  ASSERT_TRUE(callee_.open(offer).ok());
  ASSERT_TRUE(caller_.open(callee_.seal(Ack{}).value()).ok());
  ASSERT_TRUE(callee_.open(caller_.seal(EndOfCandidates{}).value()).ok());  // acknowledges the Ack
  ASSERT_TRUE(caller_.open(callee_.seal(some_ringing()).value()).ok());
  ASSERT_TRUE(callee_.open(caller_.seal(Ack{}).value()).ok());
  EXPECT_THAT(names(callee_.open(offer)), IsEmpty());
  EXPECT_FALSE(callee_.ack_due());
}

TEST_F(CallSessionData, NobodyWaitsForALostAck) {
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(callee_.open(caller_.seal(MediaReady{}).value()).ok());
    (void)callee_.seal(Ack{}).value();  // lost
  }
  EXPECT_EQ(callee_.unacknowledged().size(), 1u);
  EXPECT_THAT(names(caller_.open(callee_.seal(some_ringing()).value())), ElementsAre("Ringing"));
  EXPECT_THAT(caller_.unacknowledged(), IsEmpty());
}

TEST_F(CallSessionData, AMessageBeforeLostAcksIsWaitedFor) {
  const Bytes ringing = callee_.seal(some_ringing()).value();
  ASSERT_TRUE(callee_.open(caller_.seal(some_offer()).value()).ok());
  (void)callee_.seal(Ack{}).value();  // lost
  EXPECT_THAT(names(caller_.open(callee_.seal(Accept{}).value())), IsEmpty());
  EXPECT_THAT(names(caller_.open(ringing)), ElementsAre("Ringing", "Accept"));
}

TEST_F(CallSessionData, AnAckBehindAGapStillCounts) {
  ASSERT_TRUE(callee_.open(caller_.seal(some_offer()).value()).ok());
  (void)callee_.seal(some_ringing()).value();  // lost
  ASSERT_TRUE(callee_.open(caller_.seal(EndOfCandidates{}).value()).ok());
  EXPECT_THAT(names(caller_.open(callee_.seal(Ack{}).value())), IsEmpty());
  EXPECT_THAT(caller_.unacknowledged(), IsEmpty());
}

/// All that can happen to blobs on the way, for a long time: everything arrives once, in order.
TEST_F(CallSessionData, EverythingArrivesOnceAndInOrderThroughABadChannel) {
  SeededRandom chance(3);
  std::vector<Bytes> to_callee, to_caller;
  uint32_t next_sent = 0, next_received = 0;
  const auto deliver = [&](std::vector<Bytes>& way, CallSession& to, bool check) {
    while (!way.empty()) {
      const size_t pick = chance.u32() % way.size();
      const Bytes blob = way[pick];
      const uint32_t fate = chance.u32() % 10;
      if (fate < 8) way.erase(way.begin() + static_cast<std::ptrdiff_t>(pick));  // else it comes again
      if (fate == 0) continue;                                                   // lost
      const Result<std::vector<CallMessage>> opened = to.open(blob);
      if (!opened || !check) continue;
      for (const CallMessage& message : *opened) EXPECT_EQ(std::get<MediaReady>(message).epoch, next_received++);
    }
  };
  while (next_received < 2000) {
    for (uint32_t burst = chance.u32() % 20; burst > 0; --burst) {
      const Result<Bytes> blob = caller_.seal(MediaReady{next_sent, {}});
      if (!blob) break;
      ++next_sent;
      to_callee.push_back(*blob);
    }
    if (caller_.resend_due()) {
      for (const SentBlob& sent : caller_.unacknowledged()) to_callee.push_back(sent.blob);
    }
    deliver(to_callee, callee_, true);
    if (callee_.ack_due()) to_caller.push_back(callee_.seal(Ack{}).value());
    deliver(to_caller, caller_, false);
    ASSERT_LE(callee_.unacknowledged().size(), 64u);
  }
}

// --- roles ----------------------------------------------------------------------------------------------------------

TEST_F(CallSessionData, ASideCannotSayWhatIsForTheOtherToSay) {
  for (const CallMessage& message : std::vector<CallMessage>{some_ringing(), Accept{}}) {
    EXPECT_EQ(caller_.seal(message).error().code, ErrorCode::kInvalidArgument) << message_name(message);
  }
  for (const CallMessage& message : std::vector<CallMessage>{some_offer(), Accepted{}, AnsweredElsewhere{}}) {
    EXPECT_EQ(callee_.seal(message).error().code, ErrorCode::kInvalidArgument) << message_name(message);
  }
}

TEST_F(CallSessionData, ASecondOfferIsLeftOut) {
  ASSERT_TRUE(callee_.open(caller_.seal(some_offer()).value()).ok());
  EXPECT_THAT(names(callee_.open(caller_.seal(some_offer()).value())), IsEmpty());
  EXPECT_EQ(callee_.ignored_messages(), 1u);
}

TEST_F(CallSessionData, ALimitBrokenIsSaidToTheSender) {
  EXPECT_EQ(caller_.seal(Candidates{}).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(caller_.seal(Candidates{std::vector<std::string>(9, "c")}).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(caller_.seal(Hangup{}).value().size(), kSmallDataSize);
}

TEST_F(CallSessionData, ACallerWithAnOlderListThanKnownIsTurnedAway) {
  CallSession caller = dial();
  CallSession callee = answer(caller.init()).value();
  Contact known = alices_contact_;
  known.list_version = 2;
  ASSERT_TRUE(callee.recognise(known).ok());
  ASSERT_TRUE(caller.on_response(callee.respond(ResponseStatus::kProceed, kNow, random_).value()).ok());

  EXPECT_EQ(callee.open(caller.seal(some_offer()).value()).error().code, ErrorCode::kRefused);
  EXPECT_FALSE(callee.proven());
  EXPECT_EQ(callee.open(caller.seal(EndOfCandidates{}).value()).error().code, ErrorCode::kRefused);
}

}  // namespace
}  // namespace sotto::signaling
