#pragma once

#include <nice/agent.h>

#include <optional>

#include "transport/ice/detail/glib_handles.hpp"
#include "transport/ice/ice_candidate.hpp"

namespace sotto::transport {

/// What a candidate of libnice's is for us; nothing if it is not UDP.
std::optional<IceCandidate> from_nice(const NiceCandidate& candidate);

/// A candidate for libnice, of component 1 of `stream`.
NiceCandidateHandle to_nice(const IceCandidate& candidate, guint stream);

/// An address for libnice.
NiceAddress to_nice(const IpAddress& address);

}  // namespace sotto::transport
