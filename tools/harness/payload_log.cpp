#include "tools/harness/payload_log.hpp"

#include <cerrno>
#include <cstring>
#include <utility>

namespace sotto::tools {

Result<std::unique_ptr<PayloadLog>> PayloadLog::create(const std::string& path) {
  std::unique_ptr<std::FILE, Close> file(std::fopen(path.c_str(), "wb"));
  if (!file) return Error{ErrorCode::kUnavailable, "cannot write " + path + ": " + std::strerror(errno)};
  return std::unique_ptr<PayloadLog>(new PayloadLog(std::move(file)));
}

void PayloadLog::add(ByteView payload) {
  const std::lock_guard lock(mutex_);
  // An error stays in the stream, where flush() finds it.
  (void)std::fwrite(payload.data(), kPayloadBlock, payload.size() / kPayloadBlock, file_.get());
}

Result<void> PayloadLog::flush() {
  const std::lock_guard lock(mutex_);
  if (std::fflush(file_.get()) != 0 || std::ferror(file_.get()) != 0) {
    return Error{ErrorCode::kUnavailable, "the payloads could not be written: is the disk full?"};
  }
  return {};
}

}  // namespace sotto::tools
