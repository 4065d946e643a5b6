#pragma once

#include <cstdint>
#include <cstdio>
#include <memory>
#include <mutex>
#include <string>

#include <sotto/result.hpp>

#include "base/bytes.hpp"

namespace sotto::tools {

/// Length of the pieces of payload that are looked for on the wire. Sixteen bytes of a coded picture or of coded speech
/// do not come up by chance.
inline constexpr size_t kPayloadBlock = 16;

/// Writes the whole blocks of each payload to a file, one after the other, for a check of what is on the wire. Any
/// thread.
class PayloadLog {
 public:
  static Result<std::unique_ptr<PayloadLog>> create(const std::string& path);

  void add(ByteView payload);
  /// Writes what is buffered.
  Result<void> flush();

 private:
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  explicit PayloadLog(std::unique_ptr<std::FILE, Close> file) : file_(std::move(file)) {}

  std::mutex mutex_;
  std::unique_ptr<std::FILE, Close> file_;
};

}  // namespace sotto::tools
