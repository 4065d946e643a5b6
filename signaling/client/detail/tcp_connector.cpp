#include "signaling/client/detail/tcp_connector.hpp"

#include <list>
#include <utility>

namespace sotto::signaling {
namespace {

constexpr auto kStagger = std::chrono::milliseconds(250);  // RFC 8305 section 8
constexpr size_t kMaxEndpoints = 8;

// How much an error says about the server: that it refused is more than that one family has no way there.
int weight(const std::error_code& error) {
  if (error == asio::error::connection_refused) return 3;
  if (error == asio::error::timed_out) return 2;
  return error ? 1 : 0;
}

}  // namespace

class TcpConnector::Race : public std::enable_shared_from_this<Race> {
 public:
  Race(asio::io_context& context, std::vector<asio::ip::tcp::endpoint> endpoints, Done done)
      : context_(context), timer_(context), endpoints_(std::move(endpoints)), done_(std::move(done)) {}

  void begin_next() {
    if (next_ == endpoints_.size()) return;
    asio::ip::tcp::socket& socket = sockets_.emplace_back(context_);
    ++running_;
    socket.async_connect(endpoints_[next_++], [self = shared_from_this(), &socket](const std::error_code& error) {
      self->on_connected(socket, error);
    });
    if (next_ == endpoints_.size()) return;
    timer_.expires_after(kStagger);
    timer_.async_wait([self = shared_from_this()](const std::error_code& error) {
      if (!error && self->done_) self->begin_next();
    });
  }

  void cancel() {
    done_ = nullptr;
    timer_.cancel();
    std::error_code ignored;
    for (asio::ip::tcp::socket& socket : sockets_) socket.close(ignored);
  }

 private:
  void on_connected(asio::ip::tcp::socket& socket, const std::error_code& error) {
    --running_;
    if (!done_) return;
    if (!error) {
      asio::ip::tcp::socket winner = std::move(socket);
      const Done done = std::exchange(done_, nullptr);
      cancel();
      return done(std::move(winner), {});
    }
    if (weight(error) > weight(error_)) error_ = error;
    if (next_ < endpoints_.size()) return begin_next();
    if (running_ == 0) std::exchange(done_, nullptr)(std::nullopt, error_);
  }

  asio::io_context& context_;
  asio::steady_timer timer_;
  const std::vector<asio::ip::tcp::endpoint> endpoints_;
  Done done_;
  std::list<asio::ip::tcp::socket> sockets_;
  size_t next_ = 0;
  size_t running_ = 0;
  std::error_code error_;
};

TcpConnector::TcpConnector(asio::io_context& context) : context_(context) {}

void TcpConnector::cancel() {
  if (race_) race_->cancel();
  race_.reset();
}

void TcpConnector::connect(const std::vector<asio::ip::tcp::endpoint>& endpoints, Done done) {
  std::vector<asio::ip::tcp::endpoint> first(endpoints.begin(),
                                             endpoints.begin() + std::min(endpoints.size(), kMaxEndpoints));
  cancel();
  race_ = std::make_shared<Race>(context_, std::move(first), std::move(done));
  race_->begin_next();
}

}  // namespace sotto::signaling
