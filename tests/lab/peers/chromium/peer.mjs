// Current libwebrtc as a lab peer: Debian's Chromium, headless, driven over its DevTools pipe. Protocol: ../../README.md
// This process starts the browser, serves page.html and worker.js with the media from localhost, and passes lines between the runner and the page.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import http from 'node:http';
import readline from 'node:readline';
import { spawn } from 'node:child_process';

const here = import.meta.dirname,
  cfg = JSON.parse(fs.readFileSync(process.argv[2], 'utf8')),
  opt = cfg.options || {};
const now = () => Number(process.hrtime.bigint() / 1000n); // CLOCK_MONOTONIC, microseconds
const say = (o) => process.stdout.write(JSON.stringify(o) + '\n');
fs.mkdirSync(`${cfg.out}/frames`, { recursive: true });

// ---------------------------------------------------------------- the page's server: isolated (for SharedArrayBuffer and a 5 us clock)
const server = http
  .createServer((q, r) => {
    const u = new URL(q.url, 'http://x').pathname;
    const head = (type, n) =>
      r.writeHead(200, {
        'content-type': type,
        'content-length': n,
        'cache-control': 'no-store',
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-embedder-policy': 'require-corp',
      });
    const text = (type, s) => {
      head(type, Buffer.byteLength(s));
      r.end(s);
    };
    const file = (type, f) => {
      head(type, fs.statSync(f).size);
      fs.createReadStream(f, { highWaterMark: 1 << 20 }).pipe(r);
    };
    if (u === '/') file('text/html', `${here}/page.html`);
    else if (u === '/worker.js') file('text/javascript', `${here}/worker.js`);
    else if (u === '/config') text('application/json', JSON.stringify(cfg));
    else if (u === '/video') file('application/octet-stream', cfg.video.file);
    else if (u === '/audio') file('application/octet-stream', cfg.audio.file);
    else if (u.startsWith('/out/') && !u.includes('..')) {
      const b = [];
      q.on('data', (x) => b.push(x)).on('end', () =>
        fs.writeFile(`${cfg.out}/${u.slice(5)}`, Buffer.concat(b), () => text('text/plain', '')),
      );
    } else {
      r.writeHead(404);
      r.end();
    }
  })
  .listen(0, '127.0.0.1');
await new Promise((r) => server.on('listening', r));
const url = `http://localhost:${server.address().port}/`;

// ---------------------------------------------------------------- the browser
const home = fs.mkdtempSync(path.join(os.tmpdir(), 'lab-chromium-'));
const chrome = spawn(
  'chromium',
  [
    '--headless=new',
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--no-default-browser-check',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--disable-extensions',
    '--disable-default-apps',
    '--disable-background-timer-throttling',
    '--disable-renderer-backgrounding',
    '--disable-features=WebRtcHideLocalIpsWithMdns,LocalNetworkAccessChecks,LocalNetworkAccessChecksWebRTC',
    '--autoplay-policy=no-user-gesture-required',
    '--disable-audio-output',
    '--audio-buffer-size=480', // a fake sound card that asks for 10 ms every 10 ms
    `--user-data-dir=${home}`,
    '--remote-debugging-pipe',
    '--no-startup-window',
    ...(opt.chromium || []),
  ],
  { stdio: ['ignore', 'ignore', 'inherit', 'pipe', 'pipe'], env: { ...process.env, HOME: home } },
);
let over = false;
const leave = () => {
  try {
    fs.rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  } catch {}
  process.exit(0);
};
chrome.on('exit', (c) => {
  if (!over) say({ ev: 'error', error: `chromium left (${c})` });
  leave();
});
const quit = () => {
  over = true;
  chrome.kill('SIGKILL');
};
process.on('SIGTERM', quit).on('SIGINT', quit);

let id = 0,
  left = '',
  page = null;
const asked = new Map();
const cdp = (method, params = {}, sessionId = page) =>
  new Promise((ok, no) => {
    asked.set(++id, [ok, no]);
    chrome.stdio[3].write(JSON.stringify({ id, method, params, ...(sessionId && { sessionId }) }) + '\0');
  });
chrome.stdio[4].setEncoding('utf8').on('data', (d) => {
  const parts = (left + d).split('\0');
  left = parts.pop();
  for (const s of parts) {
    const m = JSON.parse(s);
    if (m.id) {
      const [ok, no] = asked.get(m.id);
      asked.delete(m.id);
      if (m.error) no(new Error(m.error.message));
      else ok(m.result);
    } else if (m.method === 'Runtime.bindingCalled') fromPage(JSON.parse(m.params.payload));
    else if (m.method === 'Runtime.exceptionThrown')
      say({ ev: 'error', error: JSON.stringify(m.params.exceptionDetails) });
    else if (m.method === 'Runtime.consoleAPICalled')
      console.error(...m.params.args.map((a) => a.value ?? a.description));
  }
});
async function clock() {
  // the page's performance.now() against ours: the quickest of many round trips
  let error = Infinity,
    offset = 0;
  for (let i = 0; i < 200; i++) {
    const a = now(),
      { result } = await cdp('Runtime.evaluate', { expression: 'performance.now()' }),
      b = now();
    if (b - a < 2 * error) {
      error = (b - a) / 2;
      offset = (a + b) / 2 - result.value * 1000;
    }
  }
  return { offset, error };
}
let first;
async function fromPage(m) {
  if (m.ev === 'loaded') {
    first = await clock();
    await cdp('Runtime.evaluate', { expression: `lab(${JSON.stringify({ clock: first })})` });
  } else if (m.ev === 'done') {
    over = true;
    m.result.clock_error_us = first.error;
    m.result.clock_moved_us = Math.round((await clock()).offset - first.offset);
    say(m);
    cdp('Browser.close', {}, null).catch(() => {});
    setTimeout(quit, 2000);
  } else say(m);
}
const { product } = await cdp('Browser.getVersion');
await cdp('Browser.grantPermissions', { origin: url, permissions: ['audioCapture', 'videoCapture'] }); // as in a call: all local addresses are candidates
const { targetId } = await cdp('Target.createTarget', { url: 'about:blank' });
page = (await cdp('Target.attachToTarget', { targetId, flatten: true })).sessionId;
await cdp('Runtime.enable');
await cdp('Runtime.addBinding', { name: 'host' });
await cdp('Page.enable');
await cdp('Page.navigate', { url: `${url}?${encodeURIComponent(product)}` });

readline
  .createInterface({ input: process.stdin })
  .on('line', (l) => {
    cdp('Runtime.evaluate', { expression: `lab(${l})` }).catch((e) => say({ ev: 'error', error: String(e) }));
  })
  .on('close', quit);
