#include "tests/unit/client/test_server.hpp"

#include <openssl/ssl.h>

#include "signaling/identity/contact.hpp"
#include "signaling/link/frame.hpp"
#include "signaling/protocol/wire.hpp"

namespace sotto::signaling {
namespace {

constexpr auto kGuard = std::chrono::seconds(20);

const std::string kNonce(32, 'n');

// `list` as in TLS: each protocol behind its length. What is chosen is a part of it.
int select_protocol(SSL*, const unsigned char** out, unsigned char* out_size, const unsigned char* offered,
                    unsigned offered_size, void* list) {
  const Bytes& known = *static_cast<const Bytes*>(list);
  unsigned char* chosen = nullptr;
  const int found = SSL_select_next_proto(&chosen, out_size, known.data(), static_cast<unsigned>(known.size()), offered,
                                          offered_size);
  *out = chosen;
  return found == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

}  // namespace

class TestServer::Link : public std::enable_shared_from_this<Link> {
 public:
  Link(TestServer& server, asio::ip::tcp::socket socket) : server_(server), stream_(std::move(socket), server.tls_) {}

  void start() {
    stream_.async_handshake(asio::ssl::stream_base::server, [self = shared_from_this()](std::error_code error) {
      if (error) return;
      const char* const name = SSL_get_servername(self->ssl(), TLSEXT_NAMETYPE_host_name);
      {
        const std::lock_guard lock(self->server_.mutex_);
        self->server_.asked_name_ = name == nullptr ? "" : name;
      }
      self->server_.link_ = self;
      wire::ToDevice welcome;
      welcome.mutable_welcome()->set_nonce(kNonce);
      welcome.mutable_welcome()->set_time_ms(static_cast<uint64_t>(wall_now().time_since_epoch().count()));
      self->write(make_frame(welcome).value());
      self->read();
    });
  }
  void write(Bytes bytes) {
    append(waiting_, bytes);
    if (!writing_.empty()) return;
    writing_.swap(waiting_);
    asio::async_write(stream_, asio::buffer(writing_), [self = shared_from_this()](std::error_code error, size_t) {
      self->writing_.clear();
      if (!error && !self->waiting_.empty()) self->write({});
    });
  }
  void drop() {
    std::error_code ignored;
    stream_.next_layer().close(ignored);
  }
  SSL* ssl() { return stream_.native_handle(); }

 private:
  void read() {
    stream_.async_read_some(asio::buffer(input_), [self = shared_from_this()](std::error_code error, size_t size) {
      if (error || !self->reader_.feed(ByteView(self->input_).first(size))) return;
      while (const auto frame = self->reader_.next()) {
        wire::ToServer message;
        if (parse_wire(*frame, kMaxFrameSize, message)) self->server_.on_message(*self, message);
      }
      self->read();
    });
  }

  TestServer& server_;
  asio::ssl::stream<asio::ip::tcp::socket> stream_;
  std::array<uint8_t, 4096> input_;
  FrameReader reader_;
  Bytes waiting_;
  Bytes writing_;
};

TestServer::TestServer(Options options) : options_(std::move(options)), sent_id_(options_.sent_id) {
  const TestCertificate& certificate = options_.certificate != nullptr ? *options_.certificate : own_certificate_;
  SSL_CTX* const tls = tls_.native_handle();
  SSL_CTX_use_certificate(tls, certificate.certificate());
  SSL_CTX_use_PrivateKey(tls, certificate.key());
  SSL_CTX_set_max_proto_version(tls, options_.tls_1_3 ? TLS1_3_VERSION : TLS1_2_VERSION);
  if (!options_.protocol.empty()) {
    protocols_.push_back(static_cast<uint8_t>(options_.protocol.size()));
    append(protocols_, as_bytes(options_.protocol));
    SSL_CTX_set_alpn_select_cb(tls, select_protocol, &protocols_);
  }
  const asio::ip::tcp::endpoint endpoint(asio::ip::address_v4::loopback(), options_.port);
  acceptor_.open(endpoint.protocol());
  acceptor_.set_option(asio::socket_base::reuse_address(true));
  acceptor_.bind(endpoint);
  acceptor_.listen();
  port_ = acceptor_.local_endpoint().port();
  accept();
  thread_ = std::thread([this] { context_.run(); });
}

TestServer::~TestServer() {
  context_.stop();
  thread_.join();
}

ServerAddress TestServer::address() const {
  const TestCertificate& certificate = options_.certificate != nullptr ? *options_.certificate : own_certificate_;
  return {"127.0.0.1", port_, certificate.pin()};
}

void TestServer::accept() {
  acceptor_.async_accept([this](std::error_code error, asio::ip::tcp::socket socket) {
    if (error) return;
    socket.set_option(asio::ip::tcp::no_delay(true));
    std::make_shared<Link>(*this, std::move(socket))->start();
    accept();
  });
}

void TestServer::on_message(Link& link, const wire::ToServer& message) {
  const std::lock_guard lock(mutex_);
  wire::ToDevice answer;
  if (message.has_ping()) {
    answer.mutable_pong();
  } else if (message.has_sign_in() && options_.refusal) {
    answer.mutable_refused()->set_refusal(*options_.refusal);
  } else if (message.has_sign_in()) {
    const Result<Contact> device = verify_bundle(wire_view(message.sign_in().bundle()), wall_now());
    SignInClaim claim;
    ASSERT_TRUE(device.ok());
    ASSERT_TRUE(channel_binding_of(link.ssl(), claim.channel));
    ASSERT_TRUE(server_key_hash_of(link.ssl(), true, claim.server_key));
    claim.account = device->account;
    claim.device = device->device;
    std::copy(kNonce.begin(), kNonce.end(), claim.nonce.begin());
    Bytes signed_bytes(kSignInLabel.begin(), kSignInLabel.end());
    append(signed_bytes, serialize(claim));
    ASSERT_TRUE(ed25519_verify(device->device_key, signed_bytes, wire_view(message.sign_in().proof())));
    ++sign_ins_;
    answer.mutable_signed_in()->set_name("alice");
    answer.mutable_signed_in()->set_boot_id(std::string(16, 'b'));
    answer.mutable_signed_in()->set_sent_id(sent_id_);
  } else {
    messages_.push_back(message);
    changed_.notify_all();
    return;
  }
  link.write(make_frame(answer).value());
}

wire::ToServer TestServer::next() {
  std::unique_lock lock(mutex_);
  if (!changed_.wait_for(lock, kGuard, [this] { return !messages_.empty(); })) {
    ADD_FAILURE() << "no message came";
    return {};
  }
  wire::ToServer message = std::move(messages_.front());
  messages_.pop_front();
  return message;
}

void TestServer::say(const wire::ToDevice& message) { say_raw(make_frame(message).value()); }

void TestServer::say_raw(Bytes bytes) {
  asio::post(context_, [this, bytes = std::move(bytes)] {
    if (const auto link = link_.lock()) link->write(bytes);
  });
}

void TestServer::drop_link(uint64_t sent_id) {
  asio::post(context_, [this, sent_id] {
    {
      const std::lock_guard lock(mutex_);
      sent_id_ = sent_id;
    }
    if (const auto link = link_.lock()) link->drop();
  });
}

int TestServer::sign_ins() {
  const std::lock_guard lock(mutex_);
  return sign_ins_;
}

std::string TestServer::asked_name() {
  const std::lock_guard lock(mutex_);
  return asked_name_;
}

}  // namespace sotto::signaling
