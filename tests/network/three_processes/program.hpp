#pragma once

#include <gtest/gtest.h>
#include <signal.h>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "tests/support/temporary_folder.hpp"
#include "tools/demo/child_process.hpp"
#include "tools/harness/line_reader.hpp"

namespace sotto::tools {

/// One run of the program, with its lines.
class Program {
 public:
  Program(const std::string& home, const std::vector<std::string>& arguments) : errors_(home + ".errors") {
    std::vector<std::string> command{"/usr/bin/env", "SOTTO_HOME=" + home, SOTTO_PROGRAM};
    command.insert(command.end(), arguments.begin(), arguments.end());
    auto started = ChildProcess::start(command, errors_);
    EXPECT_TRUE(started.ok());
    process_ = std::make_unique<ChildProcess>(std::move(*started));
    reader_ = std::make_unique<LineReader>(process_->output());
  }

  /// Reads up to a line that holds `text`; empty if the program ends before.
  std::string wait_for(const std::string& text) {
    while (const auto line = reader_->next()) {
      output_ += *line + "\n";
      if (line->find(text) != std::string::npos) return *line;
    }
    return {};
  }
  /// Reads the rest and waits for the end.
  bool ends_well() {
    while (const auto line = reader_->next()) output_ += *line + "\n";
    return process_->wait(std::chrono::seconds(60)).clean;
  }
  void signal(int number) { kill(process_->id(), number); }
  const std::string& output() const { return output_; }
  std::string errors() const { return content_of(errors_); }

 private:
  std::string errors_;
  std::unique_ptr<ChildProcess> process_;
  std::unique_ptr<LineReader> reader_;
  std::string output_;
};

}  // namespace sotto::tools
