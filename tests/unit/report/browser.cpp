#include "tests/unit/report/browser.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <sstream>
#include <stdexcept>

namespace sotto::tools {
namespace {

using nlohmann::json;

ChildProcess start(const std::string& program, const TemporaryFolder& folder) {
  // The protocol runs over the descriptors 3 and 4. A sandbox needs rights that a test in a container has not.
  auto process = ChildProcess::start(
      {"/bin/sh", "-c", "exec \"$@\" 3<&0 4>&1 </dev/null >/dev/null", "sh", program, "--headless", "--no-sandbox",
       "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--disable-background-networking",
       "--disable-component-update", "--remote-debugging-pipe", "--user-data-dir=" + folder / "profile", "about:blank"},
      folder / "errors");
  if (!process) throw std::runtime_error(process.error().message);
  return std::move(*process);
}

}  // namespace

std::optional<std::string> Browser::find() {
  std::stringstream path(std::getenv("PATH") == nullptr ? "" : std::getenv("PATH"));
  for (std::string place; std::getline(path, place, ':');) {
    for (const char* name : {"chromium-headless-shell", "chromium"}) {
      const std::string program = place + "/" + name;
      if (access(program.c_str(), X_OK) == 0) return program;
    }
  }
  return std::nullopt;
}

Browser::Browser(const std::string& program) : process_(start(program, folder_)) {
  const json target = call("Target.createTarget", {{"url", "about:blank"}});
  const json session = call("Target.attachToTarget", {{"targetId", target["targetId"]}, {"flatten", true}});
  session_ = session["sessionId"];
  for (const char* domain : {"Page", "Runtime", "Log", "Network"}) call(std::string(domain) + ".enable");
}

void Browser::show(const std::string& file, const View& view) {
  call("Emulation.setDeviceMetricsOverride",
       {{"width", view.width}, {"height", view.height}, {"deviceScaleFactor", 1}, {"mobile", view.width < 600}});
  const json scheme = {{"name", "prefers-color-scheme"}, {"value", view.dark ? "dark" : "light"}};
  call("Emulation.setEmulatedMedia", {{"features", json::array({scheme})}});
  loaded_ = false;
  call("Page.navigate", {{"url", "file://" + file}});
  while (!loaded_) note(read());
}

json Browser::evaluate(const std::string& expression) {
  const json answer =
      call("Runtime.evaluate", {{"expression", expression}, {"awaitPromise", true}, {"returnByValue", true}});
  EXPECT_FALSE(answer.contains("exceptionDetails")) << expression << ": " << answer.dump();
  return answer["result"].value("value", json());
}

void Browser::point_at(double x, double y) {
  call("Input.dispatchMouseEvent", {{"type", "mouseMoved"}, {"x", x}, {"y", y}});
}

json Browser::call(const std::string& method, json parameters) {
  json message = {{"id", ++last_id_}, {"method", method}, {"params", std::move(parameters)}};
  if (!session_.empty()) message["sessionId"] = session_;
  const std::string text = message.dump() + '\0';
  for (size_t at = 0; at < text.size();) {
    const ssize_t size = write(process_.input(), text.data() + at, text.size() - at);
    if (size <= 0) throw std::runtime_error("the browser does not listen: " + content_of(folder_ / "errors"));
    at += static_cast<size_t>(size);
  }
  while (true) {
    const json answer = read();
    if (answer.value("id", 0) != last_id_) {
      note(answer);
    } else if (answer.contains("error")) {
      throw std::runtime_error(method + ": " + answer.dump());
    } else {
      return answer["result"];
    }
  }
}

json Browser::read() {
  size_t end = unread_.find('\0');
  while (end == std::string::npos) {
    char chunk[65536];
    const ssize_t size = ::read(process_.output(), chunk, sizeof chunk);
    if (size <= 0) throw std::runtime_error("the browser has ended: " + content_of(folder_ / "errors"));
    unread_.append(chunk, static_cast<size_t>(size));
    end = unread_.find('\0');
  }
  json message = json::parse(unread_.substr(0, end));
  unread_.erase(0, end + 1);
  return message;
}

void Browser::note(const json& message) {
  const std::string method = message.value("method", "");
  if (method == "Page.loadEventFired") loaded_ = true;
  if (method == "Runtime.exceptionThrown" || method == "Runtime.consoleAPICalled" || method == "Log.entryAdded") {
    complaints_.push_back(message["params"].dump());
  }
  if (method == "Network.requestWillBeSent") {
    const std::string url = message["params"]["request"]["url"];
    if (!url.starts_with("data:")) requests_.push_back(url);
  }
}

}  // namespace sotto::tools
