// The part of LinkSession that asks, sends, and takes the answers.

#include <utility>

#include "base/assert.hpp"
#include "signaling/client/detail/directory_answer.hpp"
#include "signaling/client/detail/refusal.hpp"
#include "signaling/client/link_session.hpp"
#include "signaling/identity/name.hpp"
#include "signaling/protocol/server.pb.h"
#include "signaling/protocol/wire.hpp"

namespace sotto::signaling {
namespace {

constexpr size_t kMaxDenied = 64;  // server.proto

}  // namespace

Result<void> LinkSession::send(Envelope envelope, Timestamp now) {
  if (envelope.blob.size() > kMaxBlobSize) {
    return Error{ErrorCode::kInvalidArgument, "An envelope carries at most 8192 bytes."};
  }
  sends_.expire(now);
  if (!sends_.push(std::move(envelope), now)) {
    return Error{ErrorCode::kUnavailable, "Too many envelopes are waiting for the server."};
  }
  if (signed_in()) write_send(sends_.waiting().back(), now);
  return {};
}

void LinkSession::write_send(const SendQueue::Waiting& send, Timestamp now) {
  wire::ToServer message;
  wire::Send& body = *message.mutable_send();
  body.set_id(send.id);
  body.set_account_id(wire_string(send.envelope.account));
  body.set_device_id(wire_string(send.envelope.device));
  body.set_blob(wire_string(send.envelope.blob));
  const Result<Bytes> frame = make_frame(message);
  SOTTO_ASSERT(frame.ok());
  write_awaited(*frame, now);
}

Result<RequestId> LinkSession::look_up(std::string_view name, Timestamp now) {
  std::optional<std::string> normal = normal_name(name);
  if (!normal) {
    return Error{ErrorCode::kInvalidArgument,
                 "A name has 3 to 32 of a-z, 0-9, '.', '_' and '-', and begins with a letter."};
  }
  wire::ToServer message;
  message.mutable_look_up()->set_request(requests_.next_id());
  message.mutable_look_up()->set_name(*normal);
  Request request;
  request.kind = RequestKind::kLookUp;
  request.name = *std::move(normal);
  return ask(std::move(request), message, now);
}

Result<RequestId> LinkSession::look_up(const AccountId& account, const std::optional<LookUpToken>& token,
                                       Timestamp now) {
  wire::ToServer message;
  message.mutable_look_up()->set_request(requests_.next_id());
  message.mutable_look_up()->set_account_id(wire_string(account.bytes));
  if (token) message.mutable_look_up()->set_token(wire_string(*token));
  Request request;
  request.kind = RequestKind::kLookUp;
  request.account = account;
  return ask(std::move(request), message, now);
}

Result<RequestId> LinkSession::publish(Timestamp now) {
  wire::ToServer message;
  message.mutable_publish()->set_request(requests_.next_id());
  message.mutable_publish()->set_bundle(wire_string(options_.identity->current()->bundle()));
  Request request;
  request.kind = RequestKind::kPublish;
  return ask(std::move(request), message, now);
}

Result<RequestId> LinkSession::set_profile(bool hidden, const std::optional<LookUpToken>& token,
                                           const std::vector<AccountId>& denied, Timestamp now) {
  if (denied.size() > kMaxDenied) {
    return Error{ErrorCode::kInvalidArgument, "At most 64 accounts can be denied."};
  }
  wire::ToServer message;
  wire::Profile& profile = *message.mutable_profile();
  profile.set_request(requests_.next_id());
  profile.set_hidden(hidden);
  if (token) profile.set_token(wire_string(*token));
  for (const AccountId& account : denied) profile.add_denied(wire_string(account.bytes));
  Request request;
  request.kind = RequestKind::kProfile;
  return ask(std::move(request), message, now);
}

Result<RequestId> LinkSession::request_relays(Timestamp now) {
  wire::ToServer message;
  message.mutable_relay_request()->set_request(requests_.next_id());
  Request request;
  request.kind = RequestKind::kRelays;
  return ask(std::move(request), message, now);
}

Result<RequestId> LinkSession::ask(Request request, const wire::ToServer& message, Timestamp now) {
  if (requests_.full()) return Error{ErrorCode::kUnavailable, "Too many requests are waiting for the server."};
  Result<Bytes> frame = make_frame(message);
  if (!frame) return frame.error();
  request.frame = *std::move(frame);
  const RequestId id = requests_.next_id();
  requests_.push(std::move(request), now);
  if (signed_in()) write_awaited(requests_.waiting().back().frame, now);
  return id;
}

std::optional<Request> LinkSession::take_request(RequestId id, RequestKind kind) {
  std::optional<Request> request = requests_.take(id);
  if (request ? request->kind == kind : requests_.was_issued(id)) return request;
  // What was asked is to be asked over the next link.
  if (request) answer(id, Error{ErrorCode::kMalformed, kNonsense});
  fail_by_nonsense();
  return std::nullopt;
}

void LinkSession::answer(RequestId request, Result<Answer> answer) {
  events_.emplace_back(LinkAnswered{request, std::move(answer)});
}

void LinkSession::on_refused(const wire::Refused& refused) {
  const uint64_t id = refused.request();
  if (id == 0) {
    LinkFailure failure = link_failure_of(refused, clock_offset_);
    const bool can_register = state_ == State::kAwaitSignedIn && !registering_ && !options_.register_name.empty();
    if (failure.problem == ServerProblem::kNotRegistered && can_register) {
      register_next_ = true;
      failure = {ServerProblem::kNone, "Registering.", std::nullopt};
    }
    return fail(std::move(failure));
  }
  if (!signed_in()) return fail_by_nonsense();
  if (sends_.was_sent(id)) return sends_.on_answered(id);
  const std::optional<Request> request = requests_.take(id);
  if (!request && !requests_.was_issued(id)) return fail_by_nonsense();
  if (!request) return;
  if (request->kind == RequestKind::kRelays && refused.refusal() == wire::REFUSAL_NO_RELAY) {
    return answer(id, Answer());
  }
  answer(id, request_error_of(refused));
}

void LinkSession::on_done(const wire::Done& done) {
  const uint64_t id = done.request();
  if (sends_.was_sent(id)) return sends_.on_answered(id);
  const std::optional<Request> request = requests_.take(id);
  if (!request && requests_.was_issued(id)) return;
  if (!request) return fail_by_nonsense();
  if (request->kind == RequestKind::kPublish || request->kind == RequestKind::kProfile) {
    return answer(id, Answer());
  }
  answer(id, Error{ErrorCode::kMalformed, kNonsense});
  fail_by_nonsense();
}

void LinkSession::on_looked_up(const wire::LookedUp& looked_up) {
  const std::optional<Request> request = take_request(looked_up.request(), RequestKind::kLookUp);
  if (!request) return;
  Result<std::optional<DirectoryEntry>> entry = read_directory_answer(looked_up, *request);
  if (!entry) return answer(request->id, entry.error());
  answer(request->id, Answer{*std::move(entry), {}});
}

void LinkSession::on_relay_credentials(const wire::RelayCredentials& credentials) {
  const std::optional<Request> request = take_request(credentials.request(), RequestKind::kRelays);
  if (!request) return;
  Result<std::vector<RelayServer>> relays = read_relays(credentials);
  if (!relays) return answer(request->id, relays.error());
  answer(request->id, Answer{std::nullopt, *std::move(relays)});
}

}  // namespace sotto::signaling
