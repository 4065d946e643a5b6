#include "base/safe_file.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <utility>

namespace sotto {
namespace {

Error from_system(const std::string& what, const std::filesystem::path& path, int error) {
  std::string message = what + " " + path.string() + ": " + std::strerror(error);
  if (error == ENOSPC || error == EDQUOT) message += ". Make room and try again; the old file is as it was.";
  return {ErrorCode::kUnavailable, std::move(message)};
}

/// A descriptor that is closed by the file system that opened it.
class Descriptor {
 public:
  Descriptor(FileSystem& system, int descriptor) : system_(system), descriptor_(descriptor) {}
  ~Descriptor() {
    if (descriptor_ >= 0) system_.close(descriptor_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return descriptor_; }
  int close() { return system_.close(std::exchange(descriptor_, -1)); }

 private:
  FileSystem& system_;
  int descriptor_;
};

bool write_all(FileSystem& system, int descriptor, ByteView content) {
  while (!content.empty()) {
    const ssize_t written = system.write(descriptor, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    content = content.subspan(static_cast<size_t>(written));
  }
  return true;
}

}  // namespace

int FileSystem::open(const char* path, int flags, mode_t mode) { return ::open(path, flags, mode); }
ssize_t FileSystem::write(int descriptor, const uint8_t* data, size_t size) { return ::write(descriptor, data, size); }
int FileSystem::fsync(int descriptor) { return ::fsync(descriptor); }
int FileSystem::close(int descriptor) { return ::close(descriptor); }
int FileSystem::rename(const char* from, const char* to) { return std::rename(from, to); }
int FileSystem::link(const char* from, const char* to) { return ::link(from, to); }
int FileSystem::unlink(const char* path) { return ::unlink(path); }

FileSystem& FileSystem::system() {
  static FileSystem system;
  return system;
}

Result<FileLock> FileLock::take(const std::filesystem::path& path) {
  const std::string name = path.string() + ".lock";
  FileLock lock(::open(name.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (lock.descriptor_ < 0) return from_system("cannot lock", path, errno);
  if (::flock(lock.descriptor_, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return from_system("cannot lock", path, errno);
    return Error{ErrorCode::kUnavailable, path.string() + " is in use already: end the other process first."};
  }
  return lock;
}

FileLock::FileLock(FileLock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

FileLock& FileLock::operator=(FileLock&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

FileLock::~FileLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

Result<void> save_file(const std::filesystem::path& path, ByteView content, SaveMode mode, FileSystem& system) {
  const std::string target = path.string();
  const std::string fresh = target + ".new";
  system.unlink(fresh.c_str());
  Descriptor file(system, system.open(fresh.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (file.get() < 0) return from_system("cannot write", fresh, errno);
  bool saved = write_all(system, file.get(), content) && system.fsync(file.get()) == 0;
  saved = saved && file.close() == 0;
  if (saved && mode == SaveMode::kReplace) saved = system.rename(fresh.c_str(), target.c_str()) == 0;
  // A link fails where a rename would replace.
  if (saved && mode == SaveMode::kCreate) saved = system.link(fresh.c_str(), target.c_str()) == 0;
  const int error = errno;
  if (!saved || mode == SaveMode::kCreate) system.unlink(fresh.c_str());
  if (!saved && error == EEXIST) {
    return Error{ErrorCode::kRefused, target + " exists already: it is not written over."};
  }
  if (!saved) return from_system("cannot write", target, error);
  // Else the old name could come back after a power failure.
  const std::filesystem::path folder = path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
  const Descriptor entry(system, system.open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0));
  if (entry.get() < 0 || system.fsync(entry.get()) != 0) return from_system("cannot write the folder", folder, errno);
  return {};
}

Result<SecretBytes> load_file(const std::filesystem::path& path, size_t max_size) {
  FileSystem& system = FileSystem::system();
  // Without O_NONBLOCK, a FIFO in the file's place would wait for ever.
  const Descriptor file(system, system.open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0));
  if (file.get() < 0 && errno == ELOOP) {
    return Error{ErrorCode::kRefused, path.string() + " is a symbolic link: name the file itself."};
  }
  if (file.get() < 0 && errno == ENOENT) {
    return Error{ErrorCode::kUnavailable, "There is no file " + path.string() + ": create it, or name another."};
  }
  if (file.get() < 0) return from_system("cannot read", path, errno);
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) return from_system("cannot read", path, errno);
  if (!S_ISREG(status.st_mode)) return Error{ErrorCode::kMalformed, path.string() + " is not a file."};
  if (status.st_uid != ::geteuid()) {
    return Error{ErrorCode::kRefused, path.string() + " belongs to another user: whoever that is knows what is in it."};
  }
  if ((status.st_mode & 077) != 0) {
    return Error{ErrorCode::kRefused,
                 "Others may read or write " + path.string() + ": run `chmod 600` on it, if they are to be trusted."};
  }
  if (status.st_size < 0 || static_cast<uint64_t>(status.st_size) > max_size) {
    return Error{ErrorCode::kMalformed, path.string() + " is too large to be a file of sotto."};
  }
  SecretBytes content(static_cast<size_t>(status.st_size));
  for (size_t at = 0; at < content.size();) {
    const ssize_t got = ::read(file.get(), content.mutable_view().data() + at, content.size() - at);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return from_system("cannot read", path, got == 0 ? EIO : errno);
    at += static_cast<size_t>(got);
  }
  return content;
}

}  // namespace sotto
