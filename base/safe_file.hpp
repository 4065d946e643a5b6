#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>

#include <sotto/result.hpp>
#include "base/bytes.hpp"
#include "base/secret_bytes.hpp"

// Files that hold secrets and must never be lost: whole before and after every change, and nobody else's to read.

namespace sotto {

/// The system calls of a save, one at a time, so that a test can stop or fail each of them. The default asks the
/// system.
class FileSystem {
 public:
  virtual ~FileSystem() = default;
  virtual int open(const char* path, int flags, mode_t mode);
  virtual ssize_t write(int descriptor, const uint8_t* data, size_t size);
  virtual int fsync(int descriptor);
  virtual int close(int descriptor);
  virtual int rename(const char* from, const char* to);
  virtual int link(const char* from, const char* to);
  virtual int unlink(const char* path);

  static FileSystem& system();
};

/// Keeps other processes from the same file, until it goes away. The lock is on a file beside it, "<name>.lock", which
/// is never removed: the file itself is replaced at each save, and a lock would stay with the old one.
class FileLock {
 public:
  /// kUnavailable if somebody has it: another process, or this one.
  static Result<FileLock> take(const std::filesystem::path& path);
  FileLock(FileLock&& other) noexcept;
  FileLock& operator=(FileLock&& other) noexcept;
  ~FileLock();

 private:
  explicit FileLock(int descriptor) : descriptor_(descriptor) {}
  int descriptor_ = -1;
};

enum class SaveMode {
  kCreate,   ///< kRefused if there is a file of that name.
  kReplace,  ///< Takes the place of what is there, or is the first.
};

/// Writes the whole file or leaves what was there: into "<name>.new", to the disk, then renamed, the folder to the
/// disk. Readable by its owner alone. A left-over of an earlier crash is removed, so two processes must not save the
/// same file at once: see FileLock. kUnavailable with what the system said; if that is of the folder alone, the new
/// content is in place, and the old may come back if the power fails now.
Result<void> save_file(const std::filesystem::path& path, ByteView content, SaveMode mode,
                       FileSystem& system = FileSystem::system());

/// Reads a file that save_file() wrote. kUnavailable: not there, or not readable; kRefused: a link, somebody else's, or
/// others may read or write it; kMalformed: larger than `max_size`.
Result<SecretBytes> load_file(const std::filesystem::path& path, size_t max_size);

}  // namespace sotto
