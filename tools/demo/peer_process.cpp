#include "tools/demo/peer_process.hpp"

#include <fstream>
#include <sstream>
#include <utility>

#include "tools/harness/json_text.hpp"

namespace sotto::tools {
namespace {

constexpr size_t kMaxErrorText = 4000;  // characters of standard error that are shown
constexpr Duration kDyingTime = 2s;

}  // namespace

Result<std::unique_ptr<PeerProcess>> PeerProcess::start(const std::string& program, std::string name,
                                                        std::string folder) {
  Result<ChildProcess> child =
      ChildProcess::start({program, "harness-peer", folder + "/config.json"}, folder + "/stderr.txt");
  if (!child.ok()) return child.error();
  return std::unique_ptr<PeerProcess>(new PeerProcess(std::move(name), std::move(folder), std::move(child).value()));
}

PeerProcess::PeerProcess(std::string name, std::string folder, ChildProcess child)
    : name_(std::move(name)),
      folder_(std::move(folder)),
      child_(std::move(child)),
      out_(child_.output()),
      in_(child_.input()) {}

PeerProcess::~PeerProcess() {
  // First, so that no thread of ours is left writing to one that does not read.
  (void)child_.wait(0ms);
}

void PeerProcess::read(PeerProcess& other) {
  ended_ = !out_.read_more();
  while (const std::optional<std::string> line = out_.take()) {
    nlohmann::json message = nlohmann::json::parse(*line, nullptr, false);
    if (!message.is_object()) continue;
    if (message.contains("signal")) {
      (void)other.in_.write(*line);
    } else if (const std::optional<std::string> event = text_of(message, "ev")) {
      events_[*event].push_back(std::move(message));
    }
  }
}

std::optional<nlohmann::json> PeerProcess::take(const std::string& event) {
  const auto found = events_.find(event);
  if (found == events_.end() || found->second.empty()) return std::nullopt;
  nlohmann::json message = std::move(found->second.front());
  found->second.pop_front();
  return message;
}

Error PeerProcess::failure(const std::string& what) {
  std::string text = name_ + " " + what;
  if (ended_) text += " (" + wait(kDyingTime).words + ")";
  while (const std::optional<nlohmann::json> error = take("error"))
    text += "\n  " + text_of(*error, "error").value_or("unknown error");
  std::ifstream file(folder_ + "/stderr.txt");
  std::stringstream content;
  content << file.rdbuf();
  std::string written = content.str();
  if (written.size() > kMaxErrorText) written.erase(0, written.size() - kMaxErrorText);
  if (!written.empty()) text += "\n" + name_ + "'s standard error:\n" + written;
  return {ErrorCode::kUnavailable, text};
}

}  // namespace sotto::tools
