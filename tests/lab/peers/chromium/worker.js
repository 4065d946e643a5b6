// Feeds the generator tracks at exact times, or reads what the call plays out. Times are CLOCK_MONOTONIC us: performance.now() plus the offset that peer.mjs measured for the page.
let cfg,
  offset,
  running = false;
const now = () => Math.round(performance.now() * 1000 + offset);
const put = (name, body) => fetch('/out/' + name, { method: 'POST', body });

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
function readStamp(y, stride, w) {
  // the frame number, or -1
  const c = w / 40;
  let g = 0;
  const mean = (cx, cy) => {
    let s = 0,
      k = 0;
    for (let r = Math.floor((cy + 0.25) * c); r < (cy + 0.75) * c; r++)
      for (let x = Math.floor((cx + 0.25) * c); x < (cx + 0.75) * c; x++) {
        s += y[r * stride + x];
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

// ---------------------------------------------------------------- capture
const sentVideo = [],
  sentAudio = [],
  writer = {};
let clip, pcm;
async function load(url) {
  const r = await fetch(url),
    out = new Uint8Array(Number(r.headers.get('content-length'))),
    rd = r.body.getReader();
  for (let n = 0; ;) {
    const { value, done } = await rd.read();
    if (done) return out;
    out.set(value, n);
    n += value.length;
  }
}
async function capture() {
  const ch = new MessageChannel(),
    cell = new Int32Array(new SharedArrayBuffer(4)),
    V = cfg.video,
    size = V && (V.width * V.height * 3) / 2,
    blocks = Math.floor(pcm.length / 480),
    t0 = now();
  const turn = () =>
    new Promise((r) => {
      ch.port1.onmessage = r;
      ch.port2.postMessage(0);
    });
  let ka = 0,
    kv = 0;
  while (running) {
    while (t0 + (ka + 1) * 10000 <= now()) {
      // block k is complete 10 ms after its first sample
      const ts = now(),
        b = ka++ % blocks;
      sentAudio.push(ts);
      writer.audio.write(
        new AudioData({
          format: 's16',
          sampleRate: 48000,
          numberOfFrames: 480,
          numberOfChannels: 1,
          timestamp: ts,
          data: pcm.subarray(b * 480, b * 480 + 480),
        }),
      );
    }
    if (V && t0 + (kv * 1e6) / V.fps <= now()) {
      while (t0 + ((kv + 1) * 1e6) / V.fps <= now()) kv++; // too late for one: a camera would have dropped it
      const ts = now(),
        p = kv % (2 * V.frames),
        at = p < V.frames ? p : 2 * V.frames - 1 - p,
        data = clip.subarray(at * size, (at + 1) * size);
      stamp(data, V.width, V.height, kv);
      sentVideo.push(`${kv},${ts}`);
      writer.video.write(
        new VideoFrame(data, { format: 'I420', codedWidth: V.width, codedHeight: V.height, timestamp: ts }),
      );
      kv++;
    }
    await turn(); // lets the streams pass it on
    let next = t0 + (ka + 1) * 10000;
    if (V) next = Math.min(next, t0 + (kv * 1e6) / V.fps);
    const ms = (next - now()) / 1000;
    if (ms > 0) Atomics.wait(cell, 0, 0, ms); // far more exact than a timer
  }
}

// ---------------------------------------------------------------- play-out
const recvVideo = [],
  recvAudio = [],
  pcmOut = [],
  hops = [],
  sampled = new Set(),
  kinds = new Set(),
  posts = [];
let unreadable = 0;
async function video(reader) {
  for (;;) {
    const { value: f, done } = await reader.read();
    if (done) return;
    const t = now(),
      { x, y, width: w, height: h } = f.visibleRect,
      even = (a) => Math.ceil(a / 2) * 2;
    const rect = { x, y, width: Math.min(even((w * 16) / 40), w & ~1), height: even((w * 2) / 40) },
      top = new Uint8Array(f.allocationSize({ rect }));
    kinds.add(f.format);
    await f.copyTo(top, { rect });
    const n = readStamp(top, rect.width, w),
      s = Math.floor((n + (cfg.sample_offset || 0)) / cfg.sample_every);
    recvVideo.push(`${n},${t},${w},${h}`);
    if (n < 0) unreadable++;
    else if (!sampled.has(s)) {
      sampled.add(s);
      const all = new Uint8Array(f.allocationSize());
      await f.copyTo(all);
      posts.push(put(`frames/${n}_${w}x${h}.i420`, all));
    }
    f.close();
  }
}
async function audio(reader) {
  for (;;) {
    const { value: d, done } = await reader.read();
    if (done) return;
    const t = now(),
      n = d.numberOfFrames,
      x = new Float32Array(n),
      o = new Int16Array(480),
      r = n / 480;
    kinds.add(`${d.format} ${d.sampleRate} ${d.numberOfChannels} ${n}`);
    d.copyTo(x, { planeIndex: 0, format: 'f32-planar' });
    for (let i = 0; i < 480; i++)
      o[i] = Math.max(-32768, Math.min(32767, Math.round(x[Math.min(n - 1, Math.floor(i * r))] * 32768)));
    recvAudio.push(t);
    pcmOut.push(o);
    hops.push(t - d.timestamp);
    d.close();
  }
}

self.onmessage = async ({ data: m, ports: [port] }) => {
  if (m.do === 'feed') {
    cfg = m.cfg;
    const a = await load('/audio');
    pcm = new Int16Array(a.buffer, 0, a.length >> 1);
    if (cfg.video) clip = await load('/video');
    for (const k in m.writable) writer[k] = m.writable[k].getWriter();
    port.postMessage(0);
  } else if (m.do === 'clock') {
    cfg = m.cfg;
    offset = performance.timeOrigin * 1000 - m.zero;
    port.postMessage(0);
  } else if (m.do === 'start') {
    if (!running) {
      running = true;
      capture();
    }
  } else if (m.do === 'play') (m.kind === 'video' ? video : audio)(m.readable.getReader());
  else if (m.do === 'stop') {
    running = false;
    const lines = (name, a) => put(name, a.join('\n'));
    await Promise.all([
      ...posts,
      ...(pcm
        ? [lines('sent_video.csv', sentVideo), lines('sent_audio.csv', sentAudio)]
        : [
            lines('recv_video.csv', recvVideo),
            lines('recv_audio.csv', recvAudio),
            put('recv_audio.s16', new Blob(pcmOut)),
          ]),
    ]);
    hops.sort((a, b) => a - b);
    port.postMessage({
      unreadable,
      kinds: [...kinds],
      audio_hop: hops.length
        ? [0.5, 0.99, 1].map((p) => hops[Math.min(hops.length - 1, Math.floor(p * hops.length))] - hops[0])
        : null,
    });
  }
};
