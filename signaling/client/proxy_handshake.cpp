#include "signaling/client/proxy_handshake.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "signaling/link/base64.hpp"

namespace sotto::signaling {
namespace {

constexpr size_t kMaxHttpResponse = 8192;
constexpr std::string_view kHeaderEnd = "\r\n\r\n";

// RFC 1928 and 1929.
constexpr uint8_t kSocksVersion = 5;
constexpr uint8_t kSocksNoLogin = 0;
constexpr uint8_t kSocksLogin = 2;
constexpr uint8_t kSocksLoginVersion = 1;
constexpr uint8_t kSocksConnect = 1;
constexpr uint8_t kSocksIpv4 = 1;
constexpr uint8_t kSocksName = 3;
constexpr uint8_t kSocksIpv6 = 4;
constexpr size_t kSocksReplyHead = 5;  // up to the first byte of the address, which is the length of a name

void append_string(Bytes& to, std::string_view text) {
  to.push_back(static_cast<uint8_t>(text.size()));
  append(to, as_bytes(text));
}

void append_host(Bytes& to, const std::string& host) {
  std::array<uint8_t, 16> address;
  if (inet_pton(AF_INET, host.c_str(), address.data()) == 1) {
    to.push_back(kSocksIpv4);
    append(to, ByteView(address).first(4));
  } else if (inet_pton(AF_INET6, host.c_str(), address.data()) == 1) {
    to.push_back(kSocksIpv6);
    append(to, address);
  } else {
    to.push_back(kSocksName);
    append_string(to, host);
  }
}

Bytes http_request(const ProxyAddress& proxy, const ServerAddress& server) {
  const std::string authority = to_string(ServerAddress{server.host, server.port, std::nullopt});
  std::string request = "CONNECT " + authority + " HTTP/1.1\r\nHost: " + authority + "\r\n";
  if (!proxy.username.empty()) {
    const std::string credentials = proxy.username + ":" + proxy.password;
    request += "Proxy-Authorization: Basic " + encode_base64(as_bytes(credentials)) + "\r\n";
  }
  request += "\r\n";
  return {request.begin(), request.end()};
}

// "HTTP/1.1 200 ...": the three digits; 0 if it is none.
int http_status(std::string_view response) {
  constexpr size_t kDigits = 9;
  if (!response.starts_with("HTTP/1.") || response.size() < kDigits + 3 || response[kDigits - 1] != ' ') return 0;
  int status = 0;
  for (const char c : response.substr(kDigits, 3)) {
    if (c < '0' || c > '9') return 0;
    status = status * 10 + (c - '0');
  }
  return status;
}

}  // namespace

ProxyHandshake::ProxyHandshake(ProxyAddress proxy, const ServerAddress& server)
    : proxy_(std::move(proxy)), host_(server.host), port_(server.port) {
  switch (proxy_.kind) {
    case ProxyAddress::Kind::kHttpConnect:
      step_ = Step::kHttpResponse;
      output_ = http_request(proxy_, server);
      return;
    case ProxyAddress::Kind::kSocks5:
      step_ = Step::kSocksMethod;
      output_ = proxy_.username.empty() ? Bytes{kSocksVersion, 1, kSocksNoLogin}
                                        : Bytes{kSocksVersion, 2, kSocksNoLogin, kSocksLogin};
      return;
  }
}

Bytes ProxyHandshake::take_output() { return std::exchange(output_, {}); }

void ProxyHandshake::feed(ByteView bytes) {
  append(input_, bytes);
  switch (step_) {
    case Step::kHttpResponse:
      return feed_http();
    case Step::kSocksMethod:
    case Step::kSocksLogin:
    case Step::kSocksReply:
      return feed_socks();
    case Step::kDone:
      return fail_by_nonsense();
    case Step::kFailed:
      return;
  }
}

void ProxyHandshake::feed_http() {
  const auto end = std::search(input_.begin(), input_.end(), kHeaderEnd.begin(), kHeaderEnd.end());
  if (end == input_.end() && input_.size() <= kMaxHttpResponse) return;
  const int status = http_status({reinterpret_cast<const char*>(input_.data()), input_.size()});
  if (end == input_.end() || status == 0) {
    return fail(ServerProblem::kProxy, "What listens at the proxy's port is no HTTP proxy: check its address.");
  }
  if (status / 100 != 2) return fail_by_status(status);
  finish(static_cast<size_t>(end - input_.begin()) + kHeaderEnd.size());
}

void ProxyHandshake::feed_socks() {
  if (step_ == Step::kSocksReply) return finish_socks();
  // Method and login are both answered by a version and a byte.
  if (input_.size() < 2) return;
  const uint8_t version = input_[0];
  const uint8_t value = input_[1];
  if (step_ == Step::kSocksMethod && version != kSocksVersion) {
    return fail(ServerProblem::kProxy, "What listens at the proxy's port is no SOCKS5 proxy: check its address.");
  }
  if (input_.size() > 2) return fail_by_nonsense();
  input_.clear();
  if (step_ == Step::kSocksMethod && value == kSocksNoLogin) return send_socks_request();
  const bool has_login = !proxy_.username.empty();
  if (step_ == Step::kSocksMethod && value == kSocksLogin && has_login) return send_socks_login();
  if (step_ == Step::kSocksLogin && value == 0) return send_socks_request();
  fail(ServerProblem::kProxy, has_login
                                  ? "The proxy does not accept this user and password."
                                  : "The proxy wants a user and a password: write socks5://USER:PASSWORD@HOST:PORT.");
}

void ProxyHandshake::finish_socks() {
  if (input_.size() < kSocksReplyHead) return;
  if (input_[0] != kSocksVersion) return fail_by_nonsense();
  if (input_[1] != 0) return fail_by_reply(input_[1]);
  size_t size = kSocksReplyHead + 1;  // with the port, and without the first byte of the address
  switch (input_[3]) {
    case kSocksIpv4:
      size += 4;
      break;
    case kSocksIpv6:
      size += 16;
      break;
    case kSocksName:
      size += 1 + size_t{input_[4]};
      break;
    default:
      return fail_by_nonsense();
  }
  if (input_.size() >= size) finish(size);
}

void ProxyHandshake::send_socks_login() {
  step_ = Step::kSocksLogin;
  output_ = {kSocksLoginVersion};
  append_string(output_, proxy_.username);
  append_string(output_, proxy_.password);
}

void ProxyHandshake::send_socks_request() {
  step_ = Step::kSocksReply;
  output_ = {kSocksVersion, kSocksConnect, 0};
  append_host(output_, host_);
  output_.push_back(static_cast<uint8_t>(port_ >> 8));
  output_.push_back(static_cast<uint8_t>(port_ & 0xff));
}

// The answer ended after `used` bytes. TLS begins with us: what stands behind is not the server's.
void ProxyHandshake::finish(size_t used) {
  if (input_.size() != used) return fail_by_nonsense();
  input_.clear();
  step_ = Step::kDone;
}

void ProxyHandshake::fail(ServerProblem problem, std::string explanation) {
  step_ = Step::kFailed;
  output_.clear();
  failure_ = LinkFailure{problem, std::move(explanation), std::nullopt};
}

void ProxyHandshake::fail_by_nonsense() {
  fail(ServerProblem::kProxy, "The proxy's answer makes no sense: it is no proxy of this kind.");
}

void ProxyHandshake::fail_by_status(int status) {
  switch (status) {
    case 407:
      return fail(ServerProblem::kProxy,
                  proxy_.username.empty()
                      ? "The proxy wants a user and a password: write http://USER:PASSWORD@HOST:PORT."
                      : "The proxy does not accept this user and password.");
    case 403:
    case 405:
      return fail(ServerProblem::kProxy,
                  "The proxy does not allow this connection. Many allow port 443 alone: let the server listen there.");
    case 502:
    case 503:
    case 504:
      return fail(ServerProblem::kRoute, "The proxy does not reach the server: check the server's address.");
    default:
      return fail(ServerProblem::kProxy, "The proxy refuses with status " + std::to_string(status) + ".");
  }
}

// RFC 1928 section 6.
void ProxyHandshake::fail_by_reply(uint8_t reply) {
  switch (reply) {
    case 2:
      return fail(ServerProblem::kProxy, "The proxy does not allow this connection.");
    case 3:
    case 4:
      return fail(ServerProblem::kRoute, "The proxy does not reach the server: check the server's address.");
    case 5:
      return fail(ServerProblem::kPort, "The server's machine is there, but nothing listens on the port.");
    default:
      return fail(ServerProblem::kProxy, "The proxy refuses with code " + std::to_string(reply) + ".");
  }
}

}  // namespace sotto::signaling
