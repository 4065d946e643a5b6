#include <sotto/in_process_channel.hpp>

#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <thread>
#include <utility>

namespace sotto {
namespace {

constexpr size_t kMaxWaiting = 64;  // for each device, as the server's

using Address = std::pair<std::array<uint8_t, 32>, std::array<uint8_t, 16>>;

}  // namespace

/// Everything that channels share. No lock is held while a handler runs.
class InProcessHub::State {
 public:
  struct Endpoint {
    explicit Endpoint(Address of) : address(std::move(of)) {}
    Address address;
    std::function<void(Envelope)> handler;  ///< Set between start() and stop().
    std::deque<Envelope> waiting;
  };

  void open() {
    thread_ = std::thread([this] { run(); });
  }

  void close() {
    {
      const std::lock_guard lock(mutex_);
      closed_ = true;
      wake_.notify_all();
    }
    thread_.join();
  }

  std::shared_ptr<Endpoint> add(const Address& address) {
    const std::lock_guard lock(mutex_);
    auto endpoint = std::make_shared<Endpoint>(address);
    endpoints_[address] = endpoint;
    return endpoint;
  }

  void remove(const std::shared_ptr<Endpoint>& endpoint) {
    const std::lock_guard lock(mutex_);
    const auto found = endpoints_.find(endpoint->address);
    if (found != endpoints_.end() && found->second == endpoint) endpoints_.erase(found);
  }

  void start(const std::shared_ptr<Endpoint>& endpoint, std::function<void(Envelope)> handler) {
    const std::lock_guard lock(mutex_);
    endpoint->handler = std::move(handler);
    ready_.insert(ready_.end(), endpoint->waiting.size(), endpoint);
    wake_.notify_all();
  }

  void stop(Endpoint& endpoint) {
    std::unique_lock lock(mutex_);
    endpoint.handler = nullptr;
    endpoint.waiting.clear();
    if (std::this_thread::get_id() == deliverer_) return;
    handler_done_.wait(lock, [&] { return running_ != &endpoint; });
  }

  Result<void> send(Envelope envelope) {
    if (envelope.blob.size() > kMaxBlobSize) {
      return Error{ErrorCode::kInvalidArgument, "An envelope carries at most 8192 bytes."};
    }
    const std::lock_guard lock(mutex_);
    const auto found = endpoints_.find({envelope.account, envelope.device});
    if (closed_ || found == endpoints_.end()) return {};
    Endpoint& to = *found->second;
    if (to.waiting.size() >= kMaxWaiting) {
      return Error{ErrorCode::kUnavailable, "Too many envelopes are waiting for this device."};
    }
    to.waiting.push_back(std::move(envelope));
    if (to.handler) {
      ready_.push_back(found->second);
      wake_.notify_all();
    }
    return {};
  }

 private:
  void run() {
    std::unique_lock lock(mutex_);
    deliverer_ = std::this_thread::get_id();
    while (true) {
      wake_.wait(lock, [this] { return closed_ || !ready_.empty(); });
      if (closed_) return;
      const std::shared_ptr<Endpoint> endpoint = std::move(ready_.front());
      ready_.pop_front();
      // One entry an envelope; stop() leaves entries behind whose envelope is gone.
      if (!endpoint->handler || endpoint->waiting.empty()) continue;
      Envelope envelope = std::move(endpoint->waiting.front());
      endpoint->waiting.pop_front();
      // A copy: the handler may stop its own channel, which drops the original.
      const std::function<void(Envelope)> handler = endpoint->handler;
      running_ = endpoint.get();
      lock.unlock();
      handler(std::move(envelope));
      lock.lock();
      running_ = nullptr;
      handler_done_.notify_all();
    }
  }

  std::mutex mutex_;
  std::condition_variable wake_;
  std::condition_variable handler_done_;
  std::map<Address, std::shared_ptr<Endpoint>> endpoints_;
  std::deque<std::shared_ptr<Endpoint>> ready_;
  Endpoint* running_ = nullptr;
  std::thread thread_;
  std::thread::id deliverer_;
  bool closed_ = false;
};

class InProcessHub::Channel : public SignalingChannel {
 public:
  Channel(std::shared_ptr<State> state, const Address& address)
      : state_(std::move(state)), endpoint_(state_->add(address)) {}
  ~Channel() override {
    stop();
    state_->remove(endpoint_);
  }

  void start(std::function<void(Envelope)> on_envelope) override { state_->start(endpoint_, std::move(on_envelope)); }
  void stop() override { state_->stop(*endpoint_); }
  Result<void> send(Envelope envelope) override { return state_->send(std::move(envelope)); }

 private:
  std::shared_ptr<State> state_;
  std::shared_ptr<State::Endpoint> endpoint_;
};

InProcessHub::InProcessHub() : state_(std::make_shared<State>()) { state_->open(); }

InProcessHub::~InProcessHub() { state_->close(); }

std::unique_ptr<SignalingChannel> InProcessHub::connect(const std::array<uint8_t, 32>& account,
                                                        const std::array<uint8_t, 16>& device) {
  return std::make_unique<Channel>(state_, Address(account, device));
}

}  // namespace sotto
