#pragma once

#include <filesystem>

#include <sotto/result.hpp>
#include <sotto/time.hpp>

namespace sotto::signaling {

/// Where a server's certificate (with its chain) and its private key are, both PEM.
struct ServerKeyFiles {
  std::filesystem::path certificate;
  std::filesystem::path key;
};

/// The key of the server's own making in its state folder: P-256, with a certificate signed by itself, since it is
/// recognised by its pin alone. Made if it is not there yet, for its owner alone; a certificate without a key is left
/// alone and refused, because whoever has pinned it would be lost. kUnavailable with what to do.
Result<ServerKeyFiles> own_server_key(const std::filesystem::path& state, WallTime now);

/// kRefused if others may read this file, kUnavailable if we cannot.
Result<void> check_secret_file(const std::filesystem::path& file);

}  // namespace sotto::signaling
