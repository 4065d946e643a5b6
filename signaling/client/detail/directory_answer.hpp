#pragma once

#include <optional>

#include <sotto/result.hpp>
#include "signaling/client/answers.hpp"
#include "signaling/client/request_queue.hpp"
#include "signaling/protocol/server.pb.h"

namespace sotto::signaling {

/// Takes a directory's answer apart into one bundle a device, and checks that it is about the account or name that the
/// request asked for: the account's genesis and the name that its root has signed are held against each other, so that
/// a server cannot answer with somebody else. The bundles themselves are for verify_bundle() to believe.
/// nullopt: there is no such account to be seen. kMalformed, kRefused.
Result<std::optional<DirectoryEntry>> read_directory_answer(const wire::LookedUp& answer, const Request& request);

/// The relays of an answer. kMalformed if one has no form that a relay may have.
Result<std::vector<RelayServer>> read_relays(const wire::RelayCredentials& credentials);

}  // namespace sotto::signaling
