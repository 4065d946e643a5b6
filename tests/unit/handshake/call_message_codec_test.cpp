#include "signaling/handshake/call_message_codec.hpp"

#include <functional>

#include <gtest/gtest.h>

#include "signaling/protocol/call.pb.h"
#include "signaling/protocol/wire.hpp"
#include "tests/unit/handshake/session_world.hpp"

namespace sotto::signaling {
namespace {

DataPayload some_payload() {
  DataPayload payload;
  payload.acknowledged = 5;
  payload.acks_before = 3;
  payload.message = some_offer();
  payload.device_list = SignedRecord{{1, 2, 3}, {4, 5, 6}};
  return payload;
}

TEST(CallMessageCodec, GivesBackAllOfAPayload) {
  const DataPayload decoded = decode_data(encode_data(some_payload()).value()).value();
  EXPECT_EQ(decoded.acknowledged, 5u);
  EXPECT_EQ(decoded.acks_before, 3u);
  EXPECT_EQ(decoded.message, some_payload().message);
  EXPECT_EQ(decoded.device_list, some_payload().device_list);
}

TEST(CallMessageCodec, KeepsAbsentNumbersAbsent) {
  Offer offer = some_offer();
  StreamDescription& stream = offer.media.streams[0];
  ASSERT_FALSE(stream.rtx_ssrc.has_value());
  stream.rtx_payload_type.reset();
  const DataPayload decoded = decode_data(encode_data({0, 0, offer, std::nullopt}).value()).value();
  EXPECT_EQ(decoded.message, CallMessage(offer));
}

TEST(CallMessageCodec, RefusesNothingAtAll) {
  EXPECT_EQ(decode_data({}).error().code, ErrorCode::kMalformed);
  wire::Data data;
  data.set_acknowledged(3);
  EXPECT_EQ(decode_data(serialize_wire(data)).error().code, ErrorCode::kMalformed);
}

struct BadData {
  std::string name;
  std::function<void(wire::Data&)> make;  ///< Spoils a valid offer, or replaces it.
};

class BadWireData : public testing::TestWithParam<BadData> {};

TEST_P(BadWireData, IsMalformed) {
  wire::Data data;
  ASSERT_TRUE(parse_wire(encode_data(some_payload()).value(), 4096, data));
  GetParam().make(data);
  const Result<DataPayload> decoded = decode_data(serialize_wire(data));
  ASSERT_FALSE(decoded.ok());
  EXPECT_EQ(decoded.error().code, ErrorCode::kMalformed);
}

wire::SessionDescription& description(wire::Data& data) { return *data.mutable_offer()->mutable_description(); }
wire::StreamDescription& stream(wire::Data& data) { return *description(data).mutable_media()->mutable_stream(0); }

const std::vector<BadData> kBadData = {
    {"NoDescription", [](wire::Data& d) { d.mutable_offer()->clear_description(); }},
    {"ShortReveal", [](wire::Data& d) { d.mutable_offer()->set_sas_reveal("short"); }},
    {"ShortSignatureOfTheList",
     [](wire::Data& d) { d.mutable_offer()->mutable_device_list()->set_signature("short"); }},
    {"ShortUfrag", [](wire::Data& d) { description(d).mutable_ice()->set_ufrag("abc"); }},
    {"LongUfrag", [](wire::Data& d) { description(d).mutable_ice()->set_ufrag(std::string(257, 'a')); }},
    {"UfragWithALineBreak", [](wire::Data& d) { description(d).mutable_ice()->set_ufrag("abcd\r\na=x"); }},
    {"ShortPassword", [](wire::Data& d) { description(d).mutable_ice()->set_pwd(std::string(21, 'a')); }},
    {"LongPassword", [](wire::Data& d) { description(d).mutable_ice()->set_pwd(std::string(257, 'a')); }},
    {"FingerprintOfAnotherHash", [](wire::Data& d) { description(d).set_fingerprint(std::string(48, 'f')); }},
    {"FingerprintOfSha1", [](wire::Data& d) { description(d).set_fingerprint(std::string(20, 'f')); }},
    {"NoSetup", [](wire::Data& d) { description(d).set_setup(wire::DTLS_SETUP_UNKNOWN); }},
    {"UnknownSetup", [](wire::Data& d) { description(d).set_setup(static_cast<wire::DtlsSetup>(4)); }},
    {"LongCname", [](wire::Data& d) { description(d).mutable_media()->set_cname(std::string(65, 'c')); }},
    {"CnameThatIsNoText", [](wire::Data& d) { description(d).mutable_media()->set_cname("\x01"); }},
    {"ExtensionIdOutOfRange", [](wire::Data& d) { description(d).mutable_media()->set_mid_extension_id(15); }},
    {"ExtensionIdThatWraps",
     [](wire::Data& d) { description(d).mutable_media()->set_transport_sequence_extension_id(257); }},
    {"NineStreams",
     [](wire::Data& d) {
       const wire::StreamDescription one = stream(d);
       while (description(d).media().stream_size() < 9) *description(d).mutable_media()->add_stream() = one;
     }},
    {"UnknownStreamKind", [](wire::Data& d) { stream(d).set_kind(static_cast<wire::StreamKind>(3)); }},
    {"NoMid", [](wire::Data& d) { stream(d).clear_mid(); }},
    {"LongMid", [](wire::Data& d) { stream(d).set_mid(std::string(17, 'm')); }},
    {"MidThatIsNoToken", [](wire::Data& d) { stream(d).set_mid("a b"); }},
    {"LongCodec", [](wire::Data& d) { stream(d).set_codec(std::string(33, 'c')); }},
    {"PayloadTypeOutOfRange", [](wire::Data& d) { stream(d).set_payload_type(128); }},
    {"PayloadTypeThatWraps", [](wire::Data& d) { stream(d).set_payload_type(256 + 96); }},
    {"RtxPayloadTypeOutOfRange", [](wire::Data& d) { stream(d).set_rtx_payload_type(128); }},
    {"RedPayloadTypeOutOfRange", [](wire::Data& d) { stream(d).set_red_payload_type(128); }},
    {"RedPayloadTypeThatWraps", [](wire::Data& d) { stream(d).set_red_payload_type(256 + 63); }},
    {"ChannelsThatWrap", [](wire::Data& d) { stream(d).set_channels(258); }},
    {"WidthThatWraps", [](wire::Data& d) { stream(d).set_max_width(65536); }},
    {"NineCandidates",
     [](wire::Data& d) {
       while (description(d).candidate_size() < 9) description(d).add_candidate("candidate:1");
     }},
    {"SixtyFiveCandidates",
     [](wire::Data& d) {
       while (description(d).candidate_size() < 65) description(d).add_candidate("c");
     }},
    {"EmptyCandidate", [](wire::Data& d) { description(d).add_candidate(""); }},
    {"LongCandidate", [](wire::Data& d) { description(d).add_candidate(std::string(257, 'c')); }},
    {"CandidateWithALineBreak", [](wire::Data& d) { description(d).add_candidate("candidate:1\r\na=sendrecv"); }},
    {"NoCandidates", [](wire::Data& d) { d.mutable_candidates(); }},
    {"ShortConfirmation", [](wire::Data& d) { d.mutable_media_ready()->set_confirmation("short"); }},
    {"RestartWithoutCredentials", [](wire::Data& d) { d.mutable_ice_restart(); }},
    {"HangupWithoutAReason", [](wire::Data& d) { d.mutable_hangup(); }},
    {"HangupForAnUnknownReason",
     [](wire::Data& d) { d.mutable_hangup()->set_reason(static_cast<wire::HangupReason>(8)); }},
    {"HangupForANegativeReason",
     [](wire::Data& d) { d.mutable_hangup()->set_reason(static_cast<wire::HangupReason>(-1)); }},
};

INSTANTIATE_TEST_SUITE_P(Every, BadWireData, testing::ValuesIn(kBadData),
                         [](const auto& bad) { return bad.param.name; });

}  // namespace
}  // namespace sotto::signaling
