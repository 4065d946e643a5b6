#include "signaling/handshake/call_message_codec.hpp"

#include <limits>
#include <utility>

#include "signaling/handshake/call_message_checks.hpp"
#include "signaling/handshake/padding.hpp"
#include "signaling/identity/detail/bundle_codec.hpp"
#include "signaling/protocol/call.pb.h"
#include "signaling/protocol/wire.hpp"

namespace sotto::signaling {
namespace {

template <typename Repeated>
bool read_texts(const Repeated& from, std::vector<std::string>& to) {
  if (from.size() > kMaxWireRepeated) return false;
  to.assign(from.begin(), from.end());
  return true;
}

template <typename Integer>
bool read_integer(uint32_t from, Integer& to) {
  if (from > std::numeric_limits<Integer>::max()) return false;
  to = static_cast<Integer>(from);
  return true;
}

// proto3 lets any number into an enum.
template <typename Enum>
bool read_enum(int from, Enum last, Enum& to) {
  if (from < 1 || from > static_cast<int>(last)) return false;
  to = static_cast<Enum>(from);
  return true;
}

void write(const IceCredentials& from, wire::IceCredentials& to) {
  to.set_ufrag(from.ufrag);
  to.set_pwd(from.pwd);
}

IceCredentials read(const wire::IceCredentials& from) { return {from.ufrag(), from.pwd()}; }

void write(const StreamDescription& from, wire::StreamDescription& to) {
  to.set_kind(static_cast<wire::StreamKind>(from.kind));
  to.set_mid(from.mid);
  to.set_codec(from.codec);
  to.set_payload_type(from.payload_type);
  if (from.rtx_payload_type) to.set_rtx_payload_type(*from.rtx_payload_type);
  if (from.red_payload_type) to.set_red_payload_type(*from.red_payload_type);
  if (from.ulpfec_payload_type) to.set_ulpfec_payload_type(*from.ulpfec_payload_type);
  to.set_clock_rate(from.clock_rate);
  to.set_channels(from.channels);
  to.set_ssrc(from.ssrc);
  if (from.rtx_ssrc) to.set_rtx_ssrc(*from.rtx_ssrc);
  to.set_max_bitrate_bps(from.max_bitrate_bps);
  to.set_max_width(from.max_width);
  to.set_max_height(from.max_height);
  to.set_receive(from.receive);
  to.set_send(from.send);
}

bool read(const wire::StreamDescription& from, StreamDescription& to) {
  to.mid = from.mid();
  to.codec = from.codec();
  to.clock_rate = from.clock_rate();
  to.ssrc = from.ssrc();
  if (from.has_rtx_ssrc()) to.rtx_ssrc = from.rtx_ssrc();
  to.max_bitrate_bps = from.max_bitrate_bps();
  to.receive = from.receive();
  to.send = from.send();
  if (from.has_rtx_payload_type() && !read_integer(from.rtx_payload_type(), to.rtx_payload_type.emplace())) {
    return false;
  }
  if (from.has_red_payload_type() && !read_integer(from.red_payload_type(), to.red_payload_type.emplace())) {
    return false;
  }
  if (from.has_ulpfec_payload_type() && !read_integer(from.ulpfec_payload_type(), to.ulpfec_payload_type.emplace())) {
    return false;
  }
  return read_enum(from.kind(), StreamKind::kVideo, to.kind) && read_integer(from.payload_type(), to.payload_type) &&
         read_integer(from.channels(), to.channels) && read_integer(from.max_width(), to.max_width) &&
         read_integer(from.max_height(), to.max_height);
}

void write(const SessionDescription& from, wire::SessionDescription& to) {
  write(from.ice, *to.mutable_ice());
  to.set_fingerprint(wire_string(from.fingerprint));
  to.set_setup(static_cast<wire::DtlsSetup>(from.setup));
  wire::MediaDescription& media = *to.mutable_media();
  media.set_cname(from.media.cname);
  media.set_mid_extension_id(from.media.mid_extension_id);
  media.set_transport_sequence_extension_id(from.media.transport_sequence_extension_id);
  for (const StreamDescription& stream : from.media.streams) write(stream, *media.add_stream());
  for (const std::string& candidate : from.candidates) to.add_candidate(candidate);
  to.set_end_of_candidates(from.end_of_candidates);
}

bool read(const wire::SessionDescription& from, SessionDescription& to) {
  const wire::MediaDescription& media = from.media();
  to.ice = read(from.ice());
  to.media.cname = media.cname();
  to.end_of_candidates = from.end_of_candidates();
  if (media.stream_size() > kMaxWireRepeated) return false;
  for (const wire::StreamDescription& stream : media.stream()) {
    if (!read(stream, to.media.streams.emplace_back())) return false;
  }
  return read_exact(from.fingerprint(), to.fingerprint) && read_enum(from.setup(), DtlsSetup::kPassive, to.setup) &&
         read_integer(media.mid_extension_id(), to.media.mid_extension_id) &&
         read_integer(media.transport_sequence_extension_id(), to.media.transport_sequence_extension_id) &&
         read_texts(from.candidate(), to.candidates);
}

/// Writes each message into its field of Data.
struct Writer {
  wire::Data& data;

  void operator()(const Offer& from) const {
    write(static_cast<const SessionDescription&>(from), *data.mutable_offer()->mutable_description());
    data.mutable_offer()->set_sas_reveal(wire_string(from.sas_reveal));
  }
  void operator()(const Ringing& from) const {
    write(static_cast<const SessionDescription&>(from), *data.mutable_ringing()->mutable_description());
  }
  void operator()(const Candidates& from) const {
    for (const std::string& candidate : from.candidates) data.mutable_candidates()->add_candidate(candidate);
  }
  void operator()(const EndOfCandidates&) const { data.mutable_end_of_candidates(); }
  void operator()(const Accept& from) const {
    data.mutable_accept()->set_audio(from.audio);
    data.mutable_accept()->set_video(from.video);
  }
  void operator()(const Accepted&) const { data.mutable_accepted(); }
  void operator()(const AnsweredElsewhere&) const { data.mutable_answered_elsewhere(); }
  void operator()(const MediaReady& from) const {
    data.mutable_media_ready()->set_epoch(from.epoch);
    data.mutable_media_ready()->set_confirmation(wire_string(from.confirmation));
  }
  void operator()(const MediaRemove& from) const {
    data.mutable_media_remove()->set_audio(from.audio);
    data.mutable_media_remove()->set_video(from.video);
  }
  void operator()(const MediaState& from) const {
    data.mutable_media_state()->set_audio(from.audio);
    data.mutable_media_state()->set_video(from.video);
    data.mutable_media_state()->set_on_hold(from.on_hold);
  }
  void operator()(const IceRestart& from) const {
    write(from.ice, *data.mutable_ice_restart()->mutable_ice());
    for (const std::string& candidate : from.candidates) data.mutable_ice_restart()->add_candidate(candidate);
  }
  void operator()(const Hangup& from) const {
    data.mutable_hangup()->set_reason(static_cast<wire::HangupReason>(from.reason));
  }
  void operator()(const Ack&) const { data.mutable_ack(); }
};

std::optional<CallMessage> read_message(const wire::Data& data) {
  switch (data.message_case()) {
    case wire::Data::kOffer: {
      Offer offer;
      if (!read(data.offer().description(), offer) || !read_exact(data.offer().sas_reveal(), offer.sas_reveal)) break;
      return offer;
    }
    case wire::Data::kRinging: {
      Ringing ringing;
      if (!read(data.ringing().description(), ringing)) break;
      return ringing;
    }
    case wire::Data::kCandidates: {
      Candidates candidates;
      if (!read_texts(data.candidates().candidate(), candidates.candidates)) break;
      return candidates;
    }
    case wire::Data::kEndOfCandidates:
      return EndOfCandidates{};
    case wire::Data::kAccept:
      return Accept{data.accept().audio(), data.accept().video()};
    case wire::Data::kAccepted:
      return Accepted{};
    case wire::Data::kAnsweredElsewhere:
      return AnsweredElsewhere{};
    case wire::Data::kMediaReady: {
      MediaReady ready;
      ready.epoch = data.media_ready().epoch();
      if (!read_exact(data.media_ready().confirmation(), ready.confirmation)) break;
      return ready;
    }
    case wire::Data::kMediaRemove:
      return MediaRemove{data.media_remove().audio(), data.media_remove().video()};
    case wire::Data::kMediaState:
      return MediaState{data.media_state().audio(), data.media_state().video(), data.media_state().on_hold()};
    case wire::Data::kIceRestart: {
      IceRestart restart;
      restart.ice = read(data.ice_restart().ice());
      if (!read_texts(data.ice_restart().candidate(), restart.candidates)) break;
      return restart;
    }
    case wire::Data::kHangup: {
      Hangup hangup;
      if (!read_enum(data.hangup().reason(), HangupReason::kIncompatible, hangup.reason)) break;
      return hangup;
    }
    case wire::Data::kAck:
      return Ack{};
    case wire::Data::MESSAGE_NOT_SET:
      break;
  }
  return std::nullopt;
}

}  // namespace

Result<Bytes> encode_data(const DataPayload& payload) {
  if (!within_limits(payload.message)) {
    return Error{ErrorCode::kInvalidArgument, "The message breaks a limit of the call protocol."};
  }
  wire::Data data;
  data.set_acknowledged(payload.acknowledged);
  data.set_acks_before(payload.acks_before);
  std::visit(Writer{data}, payload.message);
  if (payload.device_list && data.has_offer()) {
    write_record(*payload.device_list, *data.mutable_offer()->mutable_device_list());
  }
  return serialize_wire(data);
}

Result<DataPayload> decode_data(ByteView bytes) {
  const Error malformed{ErrorCode::kMalformed, "The call message is malformed."};
  wire::Data data;
  if (!parse_wire(bytes, kLargePlaintext, data)) return malformed;
  std::optional<CallMessage> message = read_message(data);
  if (!message || !within_limits(*message)) return malformed;
  DataPayload payload;
  payload.acknowledged = data.acknowledged();
  payload.acks_before = data.acks_before();
  payload.message = std::move(*message);
  if (data.has_offer() && data.offer().has_device_list() &&
      !read_record(data.offer().device_list(), payload.device_list.emplace())) {
    return malformed;
  }
  return payload;
}

}  // namespace sotto::signaling
