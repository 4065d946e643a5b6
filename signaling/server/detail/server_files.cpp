#include "signaling/server/detail/server_files.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <string>
#include <string_view>
#include <utility>

#include "base/secret.hpp"

namespace sotto::signaling {
namespace {

constexpr size_t kMaxFile = 1 << 20;
constexpr size_t kMaxRelays = 8;  // server.proto
constexpr size_t kMaxRelayUri = 256;
constexpr size_t kMinRelaySecret = 16;

Error unavailable(const std::filesystem::path& path, const std::string& what) {
  return {ErrorCode::kUnavailable, path.string() + " " + what + ": " + std::strerror(errno) + "."};
}

Result<std::string> read_file(const std::filesystem::path& file) {
  errno = 0;
  std::ifstream stream(file, std::ios::binary);
  std::string text(kMaxFile + 1, '\0');
  if (!stream) return unavailable(file, "cannot be read");
  stream.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (stream.bad()) return unavailable(file, "cannot be read");
  text.resize(static_cast<size_t>(stream.gcount()));
  if (text.size() > kMaxFile) return Error{ErrorCode::kInvalidArgument, file.string() + " is larger than 1 MiB."};
  return text;
}

bool is_relay(std::string_view uri, std::initializer_list<std::string_view> schemes) {
  return uri.size() <= kMaxRelayUri &&
         std::ranges::any_of(schemes, [uri](std::string_view scheme) { return uri.starts_with(scheme); }) &&
         std::ranges::all_of(uri, [](char c) { return c > ' ' && c <= '~'; });
}

}  // namespace

Result<void> prepare_state_folder(const std::filesystem::path& folder) {
  if (folder.empty()) return Error{ErrorCode::kInvalidArgument, "A server needs a folder for its state."};
  std::error_code error;
  std::filesystem::create_directories(folder.parent_path().empty() ? "." : folder.parent_path(), error);
  if (error) {
    return Error{ErrorCode::kUnavailable, folder.parent_path().string() + " cannot be made: " + error.message() + "."};
  }
  if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) return unavailable(folder, "cannot be made");
  if (!std::filesystem::is_directory(folder, error)) {
    return Error{ErrorCode::kUnavailable, folder.string() + " is no folder."};
  }
  if (::access(folder.c_str(), R_OK | W_OK | X_OK) != 0) return unavailable(folder, "cannot be written to");
  return {};
}

Result<Invites> read_invites(const ServerOptions& options) {
  if (options.registration != RegistrationMode::kByInvite) return Invites();
  if (options.invite_file.empty()) {
    return Error{ErrorCode::kInvalidArgument, "Registration by invite needs a file with the codes, one a line."};
  }
  if (const Result<void> secret = check_secret_file(options.invite_file); !secret) return secret.error();
  const Result<std::string> text = read_file(options.invite_file);
  if (!text) return text.error();
  return Invites::parse(*text);
}

Result<std::unique_ptr<RelayIssuer>> read_relays(const ServerOptions& options) {
  if (options.relay_uris.empty()) return std::unique_ptr<RelayIssuer>();
  if (options.relay_uris.size() > kMaxRelays) {
    return Error{ErrorCode::kInvalidArgument, "At most 8 relays can be given."};
  }
  for (const std::string& uri : options.relay_uris) {
    if (is_relay(uri, {"turn:", "turns:", "stun:", "stuns:"})) continue;
    return Error{ErrorCode::kInvalidArgument,
                 "A relay is written turn:HOST:PORT?transport=udp, turns:HOST:PORT?transport=tcp or stun:HOST:PORT."};
  }
  std::string secret;
  if (!options.relay_secret_file.empty()) {
    if (const Result<void> safe = check_secret_file(options.relay_secret_file); !safe) return safe.error();
    Result<std::string> text = read_file(options.relay_secret_file);
    if (!text) return text.error();
    secret = std::move(text).value();
    while (secret.ends_with('\n') || secret.ends_with('\r')) secret.pop_back();
    if (secret.size() < kMinRelaySecret) {
      return Error{ErrorCode::kInvalidArgument,
                   options.relay_secret_file.string() +
                       " has less than 16 characters: make it anew, and give the relay the same "
                       "(static-auth-secret of coturn)."};
    }
  }
  const bool needs_secret = std::ranges::any_of(options.relay_uris, [](const std::string& uri) {
    return is_relay(uri, {"turn:", "turns:"});
  });
  if (needs_secret && secret.empty()) {
    return Error{ErrorCode::kInvalidArgument, "TURN servers need the file with the secret that they share with us."};
  }
  auto relays = std::make_unique<RelayIssuer>(options.relay_uris, secret);
  wipe({reinterpret_cast<uint8_t*>(secret.data()), secret.size()});
  return relays;
}

}  // namespace sotto::signaling
