#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "signaling/detail/asio.hpp"

namespace sotto::signaling {

/// Connects to the first of several addresses that answers (RFC 8305 section 5): each next one is begun when the one
/// before has failed, or a quarter of a second later. One thread, its context's.
class TcpConnector {
 public:
  /// The socket, or the most telling of the errors.
  using Done = std::function<void(std::optional<asio::ip::tcp::socket> socket, std::error_code error)>;

  explicit TcpConnector(asio::io_context& context);
  ~TcpConnector() { cancel(); }
  TcpConnector(const TcpConnector&) = delete;
  TcpConnector& operator=(const TcpConnector&) = delete;

  void connect(const std::vector<asio::ip::tcp::endpoint>& endpoints, Done done);
  /// Ends it without a word, as the destructor does.
  void cancel();

 private:
  class Race;
  asio::io_context& context_;
  std::shared_ptr<Race> race_;
};

}  // namespace sotto::signaling
