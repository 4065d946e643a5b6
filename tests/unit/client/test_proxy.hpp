#pragma once

#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/bytes.hpp"
#include "signaling/detail/asio.hpp"

namespace sotto::signaling {

/// A proxy on loopback for one connection: it reads what it is told to expect, answers as it is told, and then carries
/// bytes between its client and `target`, in one thread.
class TestProxy {
 public:
  struct Step {
    size_t read = 0;           ///< So many bytes,
    std::string read_until{};  ///< or up to this text;
    Bytes answer{};
  };

  TestProxy(std::vector<Step> steps, uint16_t target) {
    acceptor_.open(asio::ip::tcp::v4());
    acceptor_.bind({asio::ip::address_v4::loopback(), 0});
    acceptor_.listen();
    port_ = acceptor_.local_endpoint().port();
    acceptor_.async_accept(
        [this, steps = std::move(steps), target](std::error_code error, asio::ip::tcp::socket socket) {
          if (!error) serve(std::move(socket), steps, target);
        });
    thread_ = std::thread([this] { context_.run(); });
  }
  ~TestProxy() {
    context_.stop();
    thread_.join();
  }
  TestProxy(const TestProxy&) = delete;
  TestProxy& operator=(const TestProxy&) = delete;

  uint16_t port() const { return port_; }
  /// All that was read before the tunnel stood. Valid once it stands.
  const std::string& heard() const { return heard_; }

 private:
  void serve(asio::ip::tcp::socket socket, const std::vector<Step>& steps, uint16_t target) {
    std::error_code error;
    for (const Step& step : steps) {
      std::string input;
      if (step.read_until.empty()) {
        input.resize(step.read);
        asio::read(socket, asio::buffer(input), error);
      } else {
        asio::read_until(socket, asio::dynamic_buffer(input), step.read_until, error);
      }
      if (error) return;
      heard_ += input;
      asio::write(socket, asio::buffer(step.answer), error);
    }
    client_.emplace(std::move(socket));
    server_.emplace(context_);
    server_->connect({asio::ip::address_v4::loopback(), target}, error);
    if (error) return;
    pump(*client_, *server_, up_);
    pump(*server_, *client_, down_);
  }
  void pump(asio::ip::tcp::socket& from, asio::ip::tcp::socket& to, std::array<uint8_t, 4096>& buffer) {
    from.async_read_some(asio::buffer(buffer), [this, &from, &to, &buffer](std::error_code error, size_t size) {
      if (!error) asio::write(to, asio::buffer(buffer, size), error);
      if (!error) return pump(from, to, buffer);
      std::error_code ignored;
      from.close(ignored);
      to.close(ignored);
    });
  }

  asio::io_context context_;
  asio::ip::tcp::acceptor acceptor_{context_};
  std::optional<asio::ip::tcp::socket> client_;
  std::optional<asio::ip::tcp::socket> server_;
  std::array<uint8_t, 4096> up_;
  std::array<uint8_t, 4096> down_;
  std::string heard_;
  uint16_t port_ = 0;
  std::thread thread_;
};

}  // namespace sotto::signaling
