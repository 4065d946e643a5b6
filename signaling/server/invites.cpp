#include "signaling/server/invites.hpp"

#include <algorithm>
#include <string>

namespace sotto::signaling {
namespace {

constexpr size_t kMinCode = 8;
constexpr size_t kMaxCode = 64;
constexpr std::string_view kLabel{"sotto invite v1\0", 16};

bool is_code(std::string_view line) {
  return line.size() >= kMinCode && line.size() <= kMaxCode &&
         std::ranges::all_of(line, [](char c) { return c > ' ' && c <= '~'; });
}

// Of the hash, not of the code: how long a comparison takes then says nothing about codes.
Sha256Digest hash_of(ByteView code) { return sha256({as_bytes(kLabel), code}); }

}  // namespace

Result<Invites> Invites::parse(std::string_view text) {
  Invites invites;
  for (size_t number = 1; !text.empty(); ++number) {
    const size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty() || line.starts_with('#')) continue;
    if (!is_code(line)) {
      return Error{ErrorCode::kInvalidArgument, "Line " + std::to_string(number) +
                                                    " of the invite file is no code: 8 to 64 letters, digits or signs, "
                                                    "without blanks."};
    }
    invites.hashes_.insert(hash_of(as_bytes(line)));
  }
  return invites;
}

std::optional<Sha256Digest> Invites::find(ByteView code) const {
  const Sha256Digest hash = hash_of(code);
  if (!hashes_.contains(hash)) return std::nullopt;
  return hash;
}

}  // namespace sotto::signaling
