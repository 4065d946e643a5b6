#include "transport/ice/detail/nice_conversion.hpp"

#include <array>

#include "base/assert.hpp"

namespace sotto::transport {
namespace {

IceCandidateType from_nice(NiceCandidateType type) {
  switch (type) {
    case NICE_CANDIDATE_TYPE_HOST:
      return IceCandidateType::kHost;
    case NICE_CANDIDATE_TYPE_SERVER_REFLEXIVE:
      return IceCandidateType::kServerReflexive;
    case NICE_CANDIDATE_TYPE_PEER_REFLEXIVE:
      return IceCandidateType::kPeerReflexive;
    case NICE_CANDIDATE_TYPE_RELAYED:
      return IceCandidateType::kRelayed;
  }
  return IceCandidateType::kHost;
}

NiceCandidateType to_nice(IceCandidateType type) {
  switch (type) {
    case IceCandidateType::kHost:
      return NICE_CANDIDATE_TYPE_HOST;
    case IceCandidateType::kServerReflexive:
      return NICE_CANDIDATE_TYPE_SERVER_REFLEXIVE;
    case IceCandidateType::kPeerReflexive:
      return NICE_CANDIDATE_TYPE_PEER_REFLEXIVE;
    case IceCandidateType::kRelayed:
      return NICE_CANDIDATE_TYPE_RELAYED;
  }
  return NICE_CANDIDATE_TYPE_HOST;
}

}  // namespace

std::optional<IceCandidate> from_nice(const NiceCandidate& candidate) {
  if (candidate.transport != NICE_CANDIDATE_TRANSPORT_UDP) return std::nullopt;
  std::array<gchar, NICE_ADDRESS_STRING_LEN> text{};
  nice_address_to_string(&candidate.addr, text.data());
  const auto address = IpAddress::parse(text.data());
  if (!address) return std::nullopt;
  return IceCandidate{.foundation = candidate.foundation,
                      .priority = candidate.priority,
                      .address = *address,
                      .port = static_cast<uint16_t>(nice_address_get_port(&candidate.addr)),
                      .type = from_nice(candidate.type)};
}

NiceAddress to_nice(const IpAddress& address) {
  NiceAddress converted;
  nice_address_init(&converted);
  SOTTO_ASSERT(nice_address_set_from_string(&converted, address.text().c_str()));
  return converted;
}

NiceCandidateHandle to_nice(const IceCandidate& candidate, guint stream) {
  NiceCandidateHandle converted(nice_candidate_new(to_nice(candidate.type)));
  converted->transport = NICE_CANDIDATE_TRANSPORT_UDP;
  converted->addr = to_nice(candidate.address);
  nice_address_set_port(&converted->addr, candidate.port);
  converted->base_addr = converted->addr;
  converted->priority = candidate.priority;
  converted->stream_id = stream;
  converted->component_id = NICE_COMPONENT_TYPE_RTP;
  g_strlcpy(converted->foundation, candidate.foundation.c_str(), sizeof converted->foundation);
  return converted;
}

}  // namespace sotto::transport
