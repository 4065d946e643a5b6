#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include <nlohmann/json.hpp>

#include <sotto/result.hpp>

#include "tools/demo/child_process.hpp"
#include "tools/harness/line_reader.hpp"
#include "tools/harness/line_writer.hpp"

namespace sotto::tools {

/// A harness peer as a process of its own, and what it has said. One thread.
class PeerProcess {
 public:
  /// Runs `program` harness-peer. `name` is for people: "Alice". Its configuration is `folder`/config.json, its
  /// standard error goes beside it.
  static Result<std::unique_ptr<PeerProcess>> start(const std::string& program, std::string name, std::string folder);

  /// Ends the process at once if it is still there.
  ~PeerProcess();
  PeerProcess(const PeerProcess&) = delete;
  PeerProcess& operator=(const PeerProcess&) = delete;

  const std::string& name() const { return name_; }
  const std::string& folder() const { return folder_; }
  pid_t id() const { return child_.id(); }
  int output() const { return child_.output(); }

  /// Tells it something; one that is gone does not hear it.
  void send(const nlohmann::json& message) { (void)in_.write(message.dump()); }

  /// Reads what is there, once, which waits only if nothing is. Signalling goes to `other`; events are kept.
  void read(PeerProcess& other);
  /// The oldest event of this kind that was not taken.
  std::optional<nlohmann::json> take(const std::string& event);

  /// Whether its output has ended, and so it has.
  bool ended() const { return ended_; }
  /// Waits for its end; one that does not end is killed.
  ChildProcess::End wait(Duration patience) { return child_.wait(patience); }
  /// That it failed: what it said of itself, how it ended and what it wrote to standard error.
  Error failure(const std::string& what);

 private:
  PeerProcess(std::string name, std::string folder, ChildProcess child);

  std::string name_;
  std::string folder_;
  ChildProcess child_;
  LineReader out_;
  LineWriter in_;
  std::map<std::string, std::deque<nlohmann::json>> events_;
  bool ended_ = false;
};

}  // namespace sotto::tools
