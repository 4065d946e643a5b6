#pragma once

#include <optional>

#include <sotto/result.hpp>
#include <sotto/time.hpp>
#include "signaling/client/link_failure.hpp"
#include "signaling/protocol/server.pb.h"

namespace sotto::signaling {

/// What it means that the server refused the link. `clock_offset` (the server's minus ours) tells a wrong clock from an
/// old record.
LinkFailure link_failure_of(const wire::Refused& refused, std::optional<Duration> clock_offset);

/// What it means that the server refused a request.
Error request_error_of(const wire::Refused& refused);

}  // namespace sotto::signaling
