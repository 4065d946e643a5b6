#include "tools/settings/passphrase.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <optional>

#include "tools/settings/secret_line.hpp"
#include "tools/settings/terminal.hpp"

namespace sotto::tools {
namespace {

class OpenFile {
 public:
  explicit OpenFile(const std::string& path) : file_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {}
  ~OpenFile() {
    if (file_ >= 0) ::close(file_);
  }
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  int get() const { return file_; }

 private:
  int file_;
};

/// Reads no further than the end of the line: another secret may follow in the same pipe.
Result<SecretBytes> read_line(int file, const std::string& what) {
  SecretBytes buffer(SecretLine::kMaxSize + 1);
  const MutableByteView bytes = buffer.mutable_view();
  size_t size = 0;
  while (size < bytes.size()) {
    const ssize_t got = ::read(file, &bytes[size], 1);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return Error{ErrorCode::kUnavailable, what + " cannot be read: " + std::strerror(errno)};
    if (got == 0 || bytes[size] == '\n') break;
    ++size;
  }
  if (size > SecretLine::kMaxSize) return Error{ErrorCode::kInvalidArgument, what + " has too long a line."};
  if (size > 0 && bytes[size - 1] == '\r') --size;
  return SecretBytes(buffer.view().first(size));
}

/// What the command line gives; nothing if the user must be asked.
std::optional<Result<SecretBytes>> given_passphrase(const PassphraseSource& source) {
  if (source.insecure) return SecretBytes();
  if (!source.file.empty()) return read_secret_file(source.file);
  if (source.fd >= 0) return read_line(source.fd, "The descriptor of --passphrase-fd");
  return std::nullopt;
}

Error nobody_to_ask() {
  return {ErrorCode::kUnavailable,
          "There is no terminal to ask for the passphrase: use --passphrase-file or --passphrase-fd."};
}

}  // namespace

std::string_view as_text(const SecretBytes& secret) {
  return {reinterpret_cast<const char*>(secret.view().data()), secret.size()};
}

Result<SecretBytes> read_secret_file(const std::string& path) {
  const OpenFile file(path);
  struct stat status {};
  if (file.get() < 0 || ::fstat(file.get(), &status) != 0) {
    return Error{ErrorCode::kUnavailable, path + " cannot be read: " + std::strerror(errno)};
  }
  if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    return Error{ErrorCode::kRefused, "Others can read " + path + ". Run: chmod 600 " + path};
  }
  return read_line(file.get(), path);
}

Result<SecretBytes> read_passphrase(const PassphraseSource& source, std::string_view prompt) {
  if (auto given = given_passphrase(source)) return std::move(*given);
  Result<Terminal> terminal = Terminal::open();
  if (!terminal) return nobody_to_ask();
  return terminal->ask_secret(prompt);
}

Result<SecretBytes> read_new_passphrase(const PassphraseSource& source, std::string_view prompt) {
  const Error empty{ErrorCode::kRefused,
                    "An empty passphrase protects nothing. If that is what you want: --insecure-identity."};
  if (auto given = given_passphrase(source)) {
    if (*given && (*given)->empty() && !source.insecure) return empty;
    return std::move(*given);
  }
  Result<Terminal> terminal = Terminal::open();
  if (!terminal) return nobody_to_ask();
  Result<SecretBytes> first = terminal->ask_secret(prompt);
  if (!first) return first;
  if (first->empty()) return empty;
  const Result<SecretBytes> again = terminal->ask_secret("The same again: ");
  if (!again) return again.error();
  if (!equal_constant_time(first->view(), again->view())) {
    return Error{ErrorCode::kRefused, "The two are not the same."};
  }
  return first;
}

}  // namespace sotto::tools
