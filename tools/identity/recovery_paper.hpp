#pragma once

#include <string>

#include <sotto/result.hpp>
#include "signaling/identity/recovery_key.hpp"

namespace sotto::tools {

/// Hands a new recovery key to the user: into a new file of its owner alone, if `file` is not empty; on a terminal,
/// until the user has typed the last group of it; else on standard output. An error means that nobody has it for sure.
Result<void> hand_over(const signaling::RecoveryKey& key, const std::string& file);

/// Reads a recovery key from a file of its owner alone, or from the terminal.
Result<signaling::RecoveryKey> read_recovery_key(const std::string& file);

/// Whether `typed` is the last group of `key`; case and blanks around it do not matter.
bool is_last_group(std::string_view typed, std::string_view key);

}  // namespace sotto::tools
