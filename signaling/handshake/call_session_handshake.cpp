#include "signaling/handshake/call_session.hpp"

#include <algorithm>
#include <utility>

#include "base/assert.hpp"
#include "signaling/handshake/blob_layout.hpp"
#include "signaling/handshake/call_message_codec.hpp"
#include "signaling/identity/verify.hpp"

namespace sotto::signaling {
namespace {

constexpr std::string_view kPrologueLabel{"sotto call v1\0", 14};
constexpr Suite kSuite = Suite::kNoiseIk25519AesGcmSha256;
/// The end of the year 9999: later dates are nonsense, and arithmetic on them may overflow.
constexpr uint64_t kLastDate = 253'402'300'799'999;

Error refused(std::string why) { return {ErrorCode::kRefused, std::move(why)}; }

/// What both sides must agree on before a word is said (HANDSHAKE 2.3).
Bytes prologue(const SessionId& session_id, const AccountId& callee, const DeviceId& device, uint64_t created_ms) {
  Bytes bytes(kPrologueLabel.size() + sizeof(uint16_t) + sizeof(session_id.bytes) + sizeof(callee.bytes) +
              sizeof(device.bytes) + kCreatedSize);
  ByteWriter writer(bytes);
  writer.bytes(as_bytes(kPrologueLabel));
  writer.u16(static_cast<uint16_t>(kSuite));
  writer.bytes(session_id.bytes);
  writer.bytes(callee.bytes);
  writer.bytes(device.bytes);
  writer.u64(created_ms);
  return bytes;
}

bool speaks_suite(const Contact& contact) {
  return std::ranges::find(contact.suites, static_cast<uint16_t>(kSuite)) != contact.suites.end();
}

/// Whether the certified key is the one that the handshake was made with.
bool holds(const Contact& contact, const std::optional<X25519PublicKey>& handshake_key) {
  return handshake_key && equal_constant_time(contact.agree_key.bytes, handshake_key->bytes);
}

Result<BlobHeader> header_of(ByteView blob, BlobKind kind) {
  const Result<BlobHeader> header = peek_header(blob);
  if (header && header->kind != kind) return refused("The blob is not of the kind that is due.");
  return header;
}

NoiseHandshake make_noise(NoiseRole role, ByteView prologue, const X25519KeyPair& own,
                          std::optional<X25519PublicKey> remote) {
  return {kNoiseIK, role, prologue, {own.clone(), remote}};
}

}  // namespace

CallSession::CallSession(bool is_caller, const DeviceIdentity& self, NoiseHandshake noise, WallTime now)
    : is_caller_(is_caller),
      began_(now),
      own_credentials_(self.credentials()),
      own_list_(self.device_list()),
      own_list_version_(self.list_version()),
      noise_(std::move(noise)) {}

Result<CallSession> CallSession::dial(const DeviceIdentity& self, const Contact& peer, const CallId& call_id,
                                      CallKind kind, WallTime now, RandomSource& random, std::string_view name_hint) {
  Result<Contact> proven = verify_bundle(peer.bundle, now, &peer);
  if (!proven) return proven.error();
  if (!speaks_suite(*proven)) return refused("The peer's device speaks no protocol that this one does.");
  if (proven->account == self.account() && proven->device == self.device()) {
    return Error{ErrorCode::kInvalidArgument, "A device cannot call itself."};
  }
  const DeviceIdentity::AgreeKeyPair& own_key = self.agree_key();
  if (now >= own_key.not_after) {
    return Error{ErrorCode::kExpired, "This device's own keys have expired: renew the identity."};
  }

  SessionId session_id;
  SasNonce nonce;
  random.fill(session_id.bytes);
  random.fill(nonce);
  const uint64_t created_ms = static_cast<uint64_t>(now.time_since_epoch().count());
  CallSession session(
      true, self,
      make_noise(NoiseRole::kInitiator, prologue(session_id, proven->account, proven->device, created_ms), own_key.keys,
                 proven->agree_key),
      now);
  session.peer_ = std::move(*proven);
  session.call_id_ = call_id;
  session.kind_ = kind;
  session.session_id_ = session_id;
  session.callers_nonce_ = nonce;

  InitPayload payload;
  payload.caller = session.own_credentials_;
  payload.call_id = call_id;
  payload.kind = kind;
  payload.sas_commitment = commit_to(nonce);
  payload.known_list_version = session.peer_.list_version;
  payload.name_hint = name_hint;
  const Result<Bytes> plaintext = encode_payload(payload);
  if (!plaintext) return plaintext.error();
  const Result<Bytes> message = session.noise_->write_message(*plaintext, random);
  if (!message) return message.error();

  session.init_.resize(kInitSize);
  ByteWriter writer(session.init_);
  write_header(writer, {BlobKind::kInit, kSuite, session_id});
  writer.u64(created_ms);
  writer.bytes(*message);
  SOTTO_ASSERT(writer.ok() && writer.remaining() == 0);
  return session;
}

Result<CallSession> CallSession::answer(const DeviceIdentity& self, ByteView init, InitReplayGuard& guard,
                                        WallTime now) {
  const Result<BlobHeader> header = header_of(init, BlobKind::kInit);
  if (!header) return header.error();
  ByteReader reader(init);
  reader.skip(BlobHeader::kSize);
  const uint64_t created_ms = reader.u64();
  const ByteView message = reader.rest();
  InitReplayGuard::EphemeralKey ephemeral;
  reader.copy_to(ephemeral);
  if (created_ms > kLastDate) return Error{ErrorCode::kMalformed, "The call is dated beyond all calendars."};
  const Result<void> fresh = guard.check(ephemeral, WallTime(std::chrono::milliseconds(created_ms)), now);
  if (!fresh) return fresh.error();

  // INIT does not say which of our agree keys it was made for: the newest first, then the one before.
  const Bytes call_prologue = prologue(header->session_id, self.account(), self.device(), created_ms);
  std::optional<NoiseHandshake> noise;
  Result<Bytes> plaintext = refused("The call was not made for this device, or for a key that has expired.");
  SignedRecord key_record;
  const auto& keys = self.agree_keys();
  for (auto key = keys.rbegin(); key != keys.rend() && !plaintext; ++key) {
    if (now >= key->not_after) continue;
    key_record = key->record;
    noise.emplace(make_noise(NoiseRole::kResponder, call_prologue, key->keys, std::nullopt));
    plaintext = noise->read_message(message);
  }
  if (!plaintext) return plaintext.error();

  Result<InitPayload> payload = decode_init_payload(*plaintext);
  if (!payload) return payload.error();
  Result<Contact> caller = verify_credentials(payload->caller, now);
  if (!caller) return caller.error();
  if (!holds(*caller, noise->remote_static())) return refused("The caller does not hold the key that it shows.");
  if (!speaks_suite(*caller)) return refused("The caller's key is not meant for this protocol.");
  if (caller->account == self.account() && caller->device == self.device()) {
    return refused("A device does not call itself.");
  }
  guard.remember(ephemeral, now);

  CallSession session(false, self, std::move(*noise), now);
  session.peer_ = std::move(*caller);
  session.call_id_ = payload->call_id;
  session.kind_ = payload->kind;
  session.session_id_ = header->session_id;
  session.name_hint_ = std::move(payload->name_hint);
  session.sas_commitment_ = payload->sas_commitment;
  session.own_credentials_.agree_keys = {std::move(key_record)};  // the caller checks the key that it used
  session.known_list_version_ = payload->known_list_version;
  session.own_list_outdated_ = payload->known_list_version > session.own_list_version_;
  return session;
}

Result<void> CallSession::recognise(const Contact& known) {
  if (is_caller_ || established()) return refused("Only a callee that has not answered recognises its caller.");
  const Result<void> same = check_same_account(known, peer_);
  if (!same) return same;
  peer_.list_version = known.list_version;
  peer_.list_hash = known.list_hash;
  return {};
}

Result<Bytes> CallSession::respond(ResponseStatus status, WallTime now, RandomSource& random) {
  if (is_caller_ || established()) return refused("This session has no call to respond to.");
  SasNonce nonce;
  random.fill(nonce);
  ResponsePayload payload;
  payload.status = status;
  payload.device_certificate = own_credentials_.device_certificate;
  payload.agree_key = own_credentials_.agree_keys.front();
  payload.sas_nonce = nonce;
  payload.known_list_version = peer_.list_version;
  if (known_list_version_ < own_list_version_) payload.device_list = own_list_;
  const Result<Bytes> plaintext = encode_payload(payload);
  if (!plaintext) return plaintext.error();
  const Result<Bytes> message = noise_->write_message(*plaintext, random);
  if (!message) return message.error();

  Bytes blob(kResponseSize);
  ByteWriter writer(blob);
  write_header(writer, {BlobKind::kResponse, kSuite, session_id_});
  writer.bytes(*message);
  SOTTO_ASSERT(writer.ok() && writer.remaining() == 0);
  began_ = now;
  response_status_ = status;
  callees_nonce_ = nonce;
  establish();
  return blob;
}

Result<void> CallSession::on_response(ByteView blob) {
  if (!is_caller_ || established()) return refused("This session awaits no response.");
  const Result<BlobHeader> header = header_of(blob, BlobKind::kResponse);
  if (!header) return header.error();
  if (header->session_id != session_id_) return refused("The response is for another session.");

  NoiseHandshake attempt = noise_->clone();
  const Result<Bytes> plaintext = attempt.read_message(blob.subspan(BlobHeader::kSize));
  if (!plaintext) return plaintext.error();
  const Result<ResponsePayload> payload = decode_response_payload(*plaintext);
  if (!payload) return payload.error();
  Result<Contact> callee = verify_callee(*payload);
  if (!callee) return callee.error();

  noise_ = std::move(attempt);
  peer_ = std::move(*callee);
  response_status_ = payload->status;
  own_list_outdated_ = payload->known_list_version > own_list_version_;
  callees_nonce_ = payload->sas_nonce;
  establish();
  return {};
}

/// The callee's newest records must still say what was dialled.
Result<Contact> CallSession::verify_callee(const ResponsePayload& payload) const {
  Result<IdentityBundle> bundle = parse_bundle(peer_.bundle);
  if (!bundle) return bundle.error();
  const std::optional<SignedRecord> list = payload.device_list ? payload.device_list : bundle->device_list;
  bundle->device_certificate = payload.device_certificate;
  bundle->agree_keys = {payload.agree_key};
  Result<Contact> callee = verify_credentials(*bundle, began_);
  if (!callee) return callee;
  if (callee->device != peer_.device || !holds(*callee, noise_->remote_static())) {
    return refused("Another device responded than the one that was called.");
  }
  callee->list_version = peer_.list_version;
  callee->list_hash = peer_.list_hash;
  const Result<void> listed = verify_device_list(*callee, *list, began_);
  if (!listed) return listed.error();
  return callee;
}

void CallSession::establish() {
  NoiseOutcome outcome = std::move(*noise_).finish(as_bytes(kExporterLabel));
  noise_.reset();
  SessionSecrets secrets = derive_session_secrets(outcome.exported);
  handshake_hash_ = outcome.handshake_hash;
  sas_secret_ = std::move(secrets.sas);
  exchange_.emplace(session_id_, outcome.send_key, outcome.receive_key);
  media_secrets_.emplace(MediaSecrets{std::move(secrets.media), std::move(secrets.confirmation), handshake_hash_,
                                      static_cast<uint16_t>(kSuite)});
  show_symbols();
}

}  // namespace sotto::signaling
