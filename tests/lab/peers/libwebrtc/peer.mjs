// libwebrtc (M106, by way of @roamhq/wrtc) as a lab peer. Protocol: ../../README.md
import fs from 'node:fs';
import readline from 'node:readline';
import wrtc from '@roamhq/wrtc';

const { RTCPeerConnection, nonstandard: ns } = wrtc;
const cfg = JSON.parse(fs.readFileSync(process.argv[2], 'utf8'));
const opt = cfg.options || {};
const now = () => Number(process.hrtime.bigint() / 1000n); // CLOCK_MONOTONIC, microseconds
const say = (o) => process.stdout.write(JSON.stringify(o) + '\n');
const caller = cfg.role === 'caller';

// ---------------------------------------------------------------- capture
const sentVideo = [],
  sentAudio = [],
  recvVideo = [],
  recvAudio = [],
  events = [];
const ev = (name) => {
  events.push([name, now()]);
};
const audioSource = new ns.RTCAudioSource(),
  videoSource = cfg.video && new ns.RTCVideoSource();

function stamp(y, w, h, n) {
  // the barcode: 16 Gray-coded bits, each over its complement; cell = w/40
  const c = w / 40,
    g = (n ^ (n >> 1)) & 0xffff,
    half = w >> 1,
    u = w * h,
    v = u + (u >> 2);
  for (let i = 0; i < 16; i++) {
    const one = (g >> (15 - i)) & 1;
    for (let r = 0; r < 2 * c; r++) y.fill(one ^ (r >= c) ? 235 : 16, r * w + i * c, r * w + (i + 1) * c);
  }
  for (let r = 0; r < c; r++) {
    y.fill(128, u + r * half, u + r * half + 8 * c);
    y.fill(128, v + r * half, v + r * half + 8 * c);
  }
}
function readStamp(y, w) {
  // the frame number, or -1
  const c = w / 40;
  let g = 0;
  const mean = (cx, cy) => {
    let s = 0,
      k = 0;
    for (let r = Math.floor((cy + 0.25) * c); r < (cy + 0.75) * c; r++)
      for (let x = Math.floor((cx + 0.25) * c); x < (cx + 0.75) * c; x++) {
        s += y[r * w + x];
        k++;
      }
    return s / k;
  };
  for (let i = 0; i < 16; i++) {
    const d = mean(i, 0) - mean(i, 1);
    if (Math.abs(d) < 40) return -1;
    g = (g << 1) | (d > 0 ? 1 : 0);
  }
  let n = g;
  for (let s = 1; s < 16; s <<= 1) n ^= n >> s;
  return n;
}
let capturing = false;
function capture() {
  if (capturing) return;
  capturing = true;
  ev('capture');
  const t0 = now(),
    V = cfg.video,
    A = cfg.audio;
  const afd = fs.readFileSync(A.file),
    pcm = new Int16Array(afd.buffer, afd.byteOffset, afd.length >> 1),
    blocks = Math.floor(pcm.length / 480);
  const vfd = V && fs.openSync(V.file, 'r'),
    size = V && (V.width * V.height * 3) / 2,
    bufs = V && [0, 1].map(() => new Uint8ClampedArray(size));
  let ka = 0,
    kv = 0;
  const tick = () => {
    if (!capturing) return;
    let t = now();
    while (t0 + (ka + 1) * 10000 <= t) {
      // block k is complete 10 ms after its first sample
      const b = ka % blocks;
      sentAudio.push(now());
      audioSource.onData({
        samples: pcm.slice(b * 480, b * 480 + 480),
        sampleRate: 48000,
        bitsPerSample: 16,
        channelCount: 1,
        numberOfFrames: 480,
      });
      ka++;
    }
    if (V && t0 + (kv * 1e6) / V.fps <= t) {
      while (t0 + ((kv + 1) * 1e6) / V.fps <= t) {
        kv++;
      } // too late for one: a camera would have dropped it
      const ts = now(),
        p = kv % (2 * V.frames),
        at = p < V.frames ? p : 2 * V.frames - 1 - p,
        data = bufs[kv & 1];
      fs.readSync(vfd, data, 0, size, at * size);
      stamp(data, V.width, V.height, kv);
      sentVideo.push(kv, ts);
      videoSource.onFrame({ width: V.width, height: V.height, data });
      kv++;
    }
    t = now();
    let next = t0 + (ka + 1) * 10000;
    if (V) next = Math.min(next, t0 + (kv * 1e6) / V.fps);
    setTimeout(tick, Math.max(0, Math.ceil((next - t) / 1000)));
  };
  tick();
}

// ---------------------------------------------------------------- play-out
const sinks = [],
  pcmOut = [];
const sampled = new Set();
let unreadable = 0;
function play(track) {
  if (track.kind === 'video') {
    const sink = new ns.RTCVideoSink(track);
    sinks.push(sink);
    sink.onframe = ({ frame }) => {
      const t = now(),
        w = frame.width,
        h = frame.height,
        n = readStamp(frame.data, w);
      recvVideo.push([n, t, w, h]);
      if (n < 0) {
        unreadable++;
        return;
      }
      const s = Math.floor((n + (cfg.sample_offset || 0)) / cfg.sample_every);
      if (!sampled.has(s)) {
        sampled.add(s);
        fs.writeFile(`${cfg.out}/frames/${n}_${w}x${h}.i420`, frame.data, () => {});
      }
    };
  } else {
    const sink = new ns.RTCAudioSink(track);
    sinks.push(sink);
    sink.ondata = (d) => {
      recvAudio.push(now());
      const n = d.numberOfFrames,
        ch = d.channelCount || 1,
        o = new Int16Array(480),
        r = d.sampleRate / 48000;
      for (let i = 0; i < 480; i++) o[i] = d.samples[Math.min(n - 1, Math.floor(i * r)) * ch];
      pcmOut.push(o);
    };
  }
}

// ---------------------------------------------------------------- call
function only(sdp) {
  // VP8 (with its rtx, red and ulpfec) and Opus
  const parts = sdp.split(/(?=^m=)/m);
  return parts
    .map((p) => {
      if (!/^m=(audio|video)/.test(p)) return p;
      const lines = p.split('\r\n'),
        keep = new Set(),
        codec = {};
      for (const l of lines) {
        const m = l.match(/^a=rtpmap:(\d+) ([^/]+)/);
        if (m) codec[m[1]] = m[2].toLowerCase();
      }
      const want = p.startsWith('m=audio') ? ['opus'] : opt.nofec ? ['vp8'] : ['vp8', 'red', 'ulpfec'];
      for (const [pt, c] of Object.entries(codec)) if (want.includes(c)) keep.add(pt);
      for (const l of lines) {
        const m = l.match(/^a=fmtp:(\d+) apt=(\d+)/);
        if (m && keep.has(m[2]) && codec[m[1]] === 'rtx') keep.add(m[1]);
      }
      return lines
        .filter((l) => {
          const m = l.match(/^a=(?:rtpmap|fmtp|rtcp-fb):(\d+) /);
          return !m || keep.has(m[1]);
        })
        .map((l, i) =>
          i === 0
            ? l
                .split(' ')
                .filter((x, j) => j < 3 || keep.has(x))
                .join(' ')
            : l,
        )
        .join('\r\n');
    })
    .join('');
}
const pc = new RTCPeerConnection({ bundlePolicy: 'max-bundle', iceServers: [] });
pc.onicecandidate = (e) => {
  if (e.candidate) say({ signal: { candidate: e.candidate.toJSON ? e.candidate.toJSON() : e.candidate } });
};
pc.oniceconnectionstatechange = () => ev('ice-' + pc.iceConnectionState);
pc.onconnectionstatechange = () => {
  ev('pc-' + pc.connectionState);
  if (pc.connectionState === 'connected') say({ ev: 'connected', t_us: now() });
};
pc.ontrack = (e) => play(e.track);
function tracks() {
  pc.addTrack(audioSource.createTrack());
  if (cfg.video) pc.addTrack(videoSource.createTrack());
}
let remoteSet = null,
  waiting = [];
async function signal(m) {
  if (m.candidate) {
    if (remoteSet) {
      await remoteSet;
      await pc.addIceCandidate(m.candidate);
    } else waiting.push(m.candidate);
    return;
  }
  if (m.accepted) return;
  remoteSet = pc.setRemoteDescription(m);
  await remoteSet;
  for (const c of waiting.splice(0)) await pc.addIceCandidate(c);
  if (m.type === 'offer') {
    tracks();
    say({ ev: 'ringing', t_us: now() });
    if (opt.presetup) await answer();
  }
}
async function answer() {
  const a = await pc.createAnswer();
  a.sdp = only(a.sdp);
  const set = pc.setLocalDescription(a);
  say({ signal: { type: 'answer', sdp: a.sdp } });
  await set;
}
async function dial() {
  capture();
  tracks();
  const o = await pc.createOffer();
  o.sdp = only(o.sdp);
  const set = pc.setLocalDescription(o);
  say({ signal: { type: 'offer', sdp: o.sdp } });
  await set;
}
async function accept() {
  capture();
  if (!opt.presetup) await answer();
}

const stats = [];
async function takeStats() {
  const s = {},
    r = await pc.getStats();
  for (const x of r.values())
    if (
      ['inbound-rtp', 'outbound-rtp', 'remote-inbound-rtp', 'transport', 'candidate-pair', 'media-source'].includes(
        x.type,
      )
    )
      (s[x.type] ||= []).push(x);
  stats.push({ t_us: now(), ...s });
  return s;
}
const timer = setInterval(() => takeStats().catch(() => {}), 5000);

async function stop() {
  clearInterval(timer);
  const s = await takeStats().catch(() => ({}));
  capturing = false;
  const t = now(),
    inn = (k) => (s['inbound-rtp'] || []).find((x) => x.kind === k) || {},
    out = (k) => (s['outbound-rtp'] || []).find((x) => x.kind === k) || {};
  const a = inn('audio'),
    v = inn('video'),
    tr = (s.transport || [])[0] || {},
    ov = out('video');
  for (const k of sinks) k.stop();
  pc.close();
  const w = (f, d) => fs.writeFileSync(`${cfg.out}/${f}`, d);
  const vs = [];
  for (let i = 0; i < sentVideo.length; i += 2) vs.push(`${sentVideo[i]},${sentVideo[i + 1]}`);
  w('sent_video.csv', vs.join('\n'));
  w('recv_video.csv', recvVideo.map((x) => x.join(',')).join('\n'));
  w('sent_audio.csv', sentAudio.join('\n'));
  w('recv_audio.csv', recvAudio.join('\n'));
  w('recv_audio.s16', Buffer.concat(pcmOut.map((x) => Buffer.from(x.buffer))));
  w('stats.json', JSON.stringify(stats));
  w('events.json', JSON.stringify(events));
  const perFrame = (x, n) => (n ? (x / n) * 1e3 : null);
  say({
    ev: 'done',
    t_us: t,
    result: {
      concealed_samples: a.concealedSamples,
      total_samples: a.totalSamplesReceived,
      silent_concealed_samples: a.silentConcealedSamples,
      fec_packets: a.fecPacketsReceived,
      srtp: tr.srtpCipher,
      dtls: tr.tlsVersion,
      dtls_cipher: tr.dtlsCipher,
      frames_decoded: v.framesDecoded,
      frames_dropped: v.framesDropped,
      nacks: v.nackCount,
      plis: v.pliCount,
      stack_freezes: v.freezeCount,
      encoder: ov.encoderImplementation,
      encode_ms_per_frame: perFrame(ov.totalEncodeTime, ov.framesEncoded),
      decode_ms_per_frame: perFrame(v.totalDecodeTime, v.framesDecoded),
      limited_by: ov.qualityLimitationDurations,
      resolution_changes: ov.qualityLimitationResolutionChanges,
      sent_size: [ov.frameWidth, ov.frameHeight],
      unreadable_frames: unreadable,
    },
  });
  setTimeout(() => process.exit(0), 50);
}

fs.mkdirSync(`${cfg.out}/frames`, { recursive: true });
readline
  .createInterface({ input: process.stdin })
  .on('line', (l) => {
    const m = JSON.parse(l);
    const p = m.signal
      ? signal(m.signal)
      : m.do === 'dial'
        ? dial()
        : m.do === 'accept'
          ? accept()
          : m.do === 'stop'
            ? stop()
            : null;
    if (p)
      p.catch((e) => {
        say({ ev: 'error', error: String((e && e.stack) || e) });
      });
  })
  .on('close', () => process.exit(0));
say({ ev: 'ready', version: 'libwebrtc M106 (@roamhq/wrtc 0.10.0, node ' + process.version + ')' });
