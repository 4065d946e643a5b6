#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "tests/support/temporary_folder.hpp"
#include "tools/demo/child_process.hpp"

namespace sotto::tools {

/// A Chromium without a window, steered by the Chrome DevTools protocol over its standard input and output. One page.
class Browser {
 public:
  /// How a page is looked at.
  struct View {
    int width = 1280;  ///< CSS pixels
    int height = 900;
    bool dark = false;
  };

  /// The program, if one is installed.
  static std::optional<std::string> find();

  explicit Browser(const std::string& program);

  /// Shows a file, and waits until it has been loaded.
  void show(const std::string& file, const View& view);
  /// The value of an expression; a promise's when it is kept.
  nlohmann::json evaluate(const std::string& expression);
  /// Moves the mouse there, in CSS pixels from the top left of the window.
  void point_at(double x, double y);

  /// What the page complained of so far: errors and warnings on its console, and exceptions.
  const std::vector<std::string>& complaints() const { return complaints_; }
  /// What it asked for, but data: URIs.
  const std::vector<std::string>& requests() const { return requests_; }

 private:
  nlohmann::json call(const std::string& method, nlohmann::json parameters = nlohmann::json::object());
  nlohmann::json read();
  void note(const nlohmann::json& message);

  TemporaryFolder folder_;  // outlives the process, which writes into it
  ChildProcess process_;
  std::string unread_;
  int last_id_ = 0;
  std::string session_;
  bool loaded_ = false;
  std::vector<std::string> complaints_;
  std::vector<std::string> requests_;
};

}  // namespace sotto::tools
