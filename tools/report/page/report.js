// Fills the page from the report that stands in it.

const report = JSON.parse(document.getElementById('report').textContent);
const page = document.getElementById('page');
const [caller, callee] = report.parties;

const section = (title, lead, ...children) =>
  page.append(make('section', '', make('h2', '', title), lead ? make('p', 'lead', lead) : null, ...children));

function showTop() {
  const title = caller.name + ' calls ' + callee.name;
  document.title = title + ' \u2013 sotto';
  const facts = [report.began.replace('T', ' ').replace('Z', ' UTC'), report.seconds > 0 ? 'talked for ' + seconds(Math.round(report.seconds * 10) / 10) : null,
                 report.end, report.program];
  if (report.link) facts.push('over an emulated link: ' + report.link.emulated);
  page.append(make('div', 'masthead', make('h1', '', title), make('p', '', facts.filter(Boolean).join(' \u00b7 '))));
  const weight = report.findings.length ? report.findings[0].weight : 'note';
  page.append(make('div', 'verdict ' + weight, make('h2', '', report.headline),
    make('ul', '', ...report.findings.map((finding) => make('li', '', finding.text)))));
}

const stepNames = {
  handshake_done: 'Handshake done',
  ringing: 'It rings',
  path_writable: 'A path is found',
  media_keys_ready: 'Media keys are ready',
  accepted: 'Accepted',
  first_audio: 'First sound',
  first_video: 'First picture',
};

/** Places milliseconds since the dial on a line from which the wait for a person is cut. */
function makeScale(times) {
  const accepted = report.accepted_ms;
  const before = times.filter((ms) => ms < accepted - 1);
  const early = Math.max(0, ...before);
  const late = Math.max(accepted, ...times);
  const cut = accepted - early > 0.5 * (late || 1);
  const gap = cut ? 0.14 * (early + late - accepted || 1) : 0;
  const width = cut ? early + gap + (late - accepted) : late || 1;
  const place = (ms) => 97 * (!cut || ms <= early + 0.001 ? ms : early + gap + Math.max(0, ms - accepted)) / width;
  return {place, gap: cut ? [place(early), place(accepted)] : null, wait: accepted - early, early, late, accepted};
}

/** When a step was: since the dial, or, behind a long wait for the accept, since that. */
function momentOf(ms, step, scale) {
  if (!scale.gap || step.key === 'accepted' || ms < scale.accepted) return time(ms).join('\u00a0');
  return '+' + time(ms - scale.accepted).join('\u00a0');
}

function axisOf(scale) {
  const labels = [[0, '0 ms']];
  if (scale.gap) {
    labels.push([(scale.gap[0] + scale.gap[1]) / 2, 'rings ' + time(scale.wait).join('\u00a0')]);
    if (scale.late > scale.accepted) labels.push([97, '+' + time(scale.late - scale.accepted).join('\u00a0')]);
  } else {
    labels.push([97, time(scale.late).join('\u00a0')]);
  }
  return make('div', 'axis', ...labels.map(([at, text]) => {
    const label = make('span', '', text);
    label.style.left = Math.min(Math.max(at, 4), 94) + '%';
    return label;
  }));
}

function showSetUp() {
  const measured = report.parties.map((party, i) => ({...party, role: i === 0 ? 'caller' : 'callee'}))
    .filter((party) => party.setup_ms);
  const steps = Object.keys(stepNames).map((step) => ({
    key: step,
    name: stepNames[step],
    times: measured.map((party) => party.setup_ms[step]),
  })).filter((step) => step.times.some(known));
  if (steps.length === 0) return;
  steps.sort((a, b) => Math.min(...a.times.filter(known)) - Math.min(...b.times.filter(known)));
  const scale = makeScale(steps.flatMap((step) => step.times.filter(known)));

  const rows = steps.map((step) => {
    const track = make('div', 'track');
    if (scale.gap) {
      const gap = make('div', 'gap');
      gap.style.left = scale.gap[0] + '%';
      gap.style.width = scale.gap[1] - scale.gap[0] + '%';
      track.append(gap);
    }
    step.times.forEach((ms, i) => {
      if (!known(ms)) return;
      const dot = make('i', 'dot ' + measured[i].role);
      dot.style.left = scale.place(ms) + '%';
      track.append(dot);
    });
    const cells = step.times.map((ms) => make('div', 'time', known(ms) ? momentOf(ms, step, scale) : ''));
    return make('div', 'row', make('div', 'label', step.name), track, ...cells);
  });
  const heads = measured.map((party) => make('div', 'who', make('i', 'mark ' + party.role), party.name));
  const head = make('div', 'row', make('div'), make('div', 'track none'), ...heads);
  const foot = make('div', 'row', make('div'), axisOf(scale));
  section('Set-up', 'From the dial to the first picture. While it rings, the path is found and the keys are agreed on already, ' +
    'so that sound and picture can follow the accept at once; their times count from it.', make('div', 'card steps' + (heads.length === 1 ? ' alone' : ''), head, ...rows, foot));
}

function showProtection() {
  const security = report.security;
  if (!security.handshake) return;
  const entry = (name, value, ...more) => make('div', '', make('dt', '', name), make('dd', '', value),
    ...more.map(([mark, text]) => make('dd', mark, text)));
  const wide = (name, ...values) => make('div', 'wide', make('dt', '', name), ...values.map((value) => make('dd', '', value)));
  const entries = [
    entry('Media', security.srtp, ['yes', 'sound and picture, from end to end']),
    entry('Handshake', security.handshake, ['yes', 'who the other is was proven before it rang']),
    entry('Keys from', security.dtls + ' ' + security.dtls_cipher,
      security.keys_mixed ? ['yes', 'mixed with those of the handshake: an attacker must break both'] :
                            ['open', 'alone: the other side cannot mix in those of the handshake']),
    entry('The other side', 'class ' + security.peer_class,
      security.peer_confirmed ? ['yes', 'proved that it derived the same keys'] : ['open', 'has not proved its media keys'],
      security.peer_verified ? ['yes', 'the safety number was compared'] : ['open', 'the safety number was not compared yet']),
  ];
  if (security.safety_number) entries.push(wide('Safety number, the same at both ends if nobody is in between', make('span', 'digits', security.safety_number)));
  if (security.symbols.length) entries.push(wide('Symbols of this call, likewise', security.symbols.join(' \u00b7 ')));
  if (security.local_fingerprint) {
    entries.push(wide('Certificates (SHA-256): ' + caller.name + ', ' + callee.name, make('code', '', security.local_fingerprint), make('code', '', security.peer_fingerprint)));
  }
  const path = report.path.filter(Boolean);
  if (path.length === 2) entries.push(entry('Path', path.join(' to '), [path.includes('relay') ? 'open' : 'yes',
    path.includes('relay') ? 'through a relay, which cannot read it' : 'straight from device to device']));
  section('What protected it', null, make('dl', 'card protection', ...entries));
}

function showPictures() {
  const pairs = report.directions.flatMap((direction) => direction.pictures.map((pair) => ({...pair, direction})))
    .filter((pair) => pair.sent || pair.received);
  if (pairs.length === 0) return;
  const image = (source, text) => {
    const shown = make('img');
    shown.src = source;
    shown.alt = text;
    return make('div', '', shown, make('span', '', text));
  };
  const compared = pairs.some((pair) => known(pair.psnr_db));
  section('Pictures', compared ? 'As they were sent, on the left, and as they arrived. The pattern at the top numbers ' +
    'them, so that each can be held against itself.' : null, make('div', compared ? 'pairs' : 'pairs single', ...pairs.map((pair) => {
    const {from, to} = pair.direction;
    const quality = make('span', '');
    const images = [[pair.sent, from + ' showed'], [pair.received, to + ' saw']].filter(([source]) => source).map(([source, text]) => image(source, text));
    if (known(pair.psnr_db)) quality.append('PSNR ', make('b', '', fixed(pair.psnr_db, 1) + ' dB'), ' \u00b7 SSIM ', make('b', '', fixed(pair.ssim, 3)));
    return make('figure', 'card pair', make('div', pair.sent && pair.received ? 'two' : 'one', ...images),
      make('figcaption', '', make('span', '', from + ' to ' + to + ', at ' + fixed(pair.second, 1) + ' s'), quality));
  })));
}

function tilesOf(figures) {
  const tile = ([value, unit], text) => make('div', 'tile', make('b', '', value, make('small', '', '\u00a0' + unit)), make('span', '', text));
  const tiles = [];
  const add = (value, shown, text) => { if (known(value)) tiles.push(tile(shown(value), text)); };
  add(figures.sound_delay_ms?.half, time, 'mouth to ear');
  add(figures.picture_delay_ms?.half, time, 'camera to window');
  add(figures.round_trip_ms?.half, time, 'round trip');
  add(figures.psnr_db?.half, (db) => [fixed(db, 1), 'dB'], 'PSNR');
  add(figures.ssim, (value) => [fixed(value, 3), ''], 'SSIM');
  add(figures.sound_correlation, (value) => [fixed(value, 2), 'of 1'], 'sound found again');
  add(figures.pictures_per_second, (value) => [fixed(value, 1), '/s'], 'pictures');
  add(figures.sent_kbps ?? figures.received_kbps, rate, known(figures.sent_kbps) ? 'sent' : 'received');
  add(figures.lost_share, share, 'of packets lost');
  add(figures.frozen_ms, time, 'frozen');
  return make('div', 'tiles', ...tiles);
}

function bitratePlot(direction) {
  const {sent, received} = direction;
  const from = sent ?? received;
  if (!from) return [];
  const megabits = (values) => values?.map((kbps) => (known(kbps) ? kbps / 1000 : null));
  const band = (name, kind, column) => ({name, kind, style: 'band', digits: 2, seconds: from.seconds, values: megabits(from[column])});
  const series = [band('sound', 'sound', 'sound_kbps'), band('picture', 'picture', 'picture_kbps'),
                  band('repairs', 'repair', 'repair_kbps'), band('rest', 'other', 'other_kbps')];
  if (sent) series.push({name: 'estimate', kind: 'allowed', digits: 2, seconds: sent.seconds, values: megabits(sent.allowed_kbps)});
  if (report.link) series.push({name: 'link', kind: 'link', style: 'dashed', held: true, aside: true, digits: 2, ...linkSteps(megabits)});
  return [{title: sent ? 'Sent' : 'Received', unit: 'Mbit/s', series}];
}

/** The rate of the emulated link: also where the plot ends, so that the line is drawn up to there. */
function linkSteps(scaled) {
  const values = scaled(report.link.kbps);
  return {seconds: [...report.link.seconds, report.seconds], values: [...values, values[values.length - 1]]};
}

/** The same points, with nothing in between where two are more than `most` seconds apart: no line is drawn there. */
function withGaps(points, name, most) {
  if (!points) return points;
  const spaced = {seconds: [], [name]: []};
  points.seconds.forEach((second, i) => {
    if (i > 0 && second - points.seconds[i - 1] > most) {
      spaced.seconds.push((second + points.seconds[i - 1]) / 2);
      spaced[name].push(NaN);
    }
    spaced.seconds.push(second);
    spaced[name].push(points[name][i]);
  });
  return spaced;
}

function plotsOf(direction) {
  const {sent, received} = direction;
  const column = (series, name, kind, values, more) => ({name, kind, seconds: series?.seconds, values: series?.[values], ...more});
  const found = bitratePlot(direction);
  found.push({title: 'Delay', unit: 'ms', digits: 0, top: 20, series: [
    column(sent, 'round trip', 'quiet', 'round_trip_ms', {style: 'fine'}),
    column(withGaps(direction.picture_delay, 'ms', 0.5), 'camera to window', 'picture', 'ms', {style: 'fine'}),
    column(withGaps(direction.sound_delay, 'ms', 1.5), 'mouth to ear', 'sound', 'ms')]});
  found.push({title: 'Jitter buffer', unit: 'ms of sound', digits: 0, top: 20, series: [
    column(received, 'wanted', 'sound-soft', 'wanted_ms', {style: 'dashed'}), column(received, 'held', 'sound', 'held_ms')]});
  found.push({title: 'Loss and repair', unit: '%', top: 5, series: [
    received ? column(received, 'lost', 'lost', 'lost_percent') : column(sent, 'lost, as the other side tells', 'lost', 'told_lost_percent'), column(received, 'repaired', 'repair', 'repaired_percent'),
    column(received, 'sound made up', 'sound', 'made_up_percent', {style: 'fine'}),
    column(received, 'sound stretched', 'sound-soft', 'stretched_percent', {style: 'fine'}),
    column(received, 'picture frozen', 'picture', 'frozen_percent', {style: 'fine'})]});
  if (sent && sent.copies.some((copies) => copies > 0)) {
    found.push({title: 'Redundancy of sound', unit: 'copies in a packet', digits: 0, top: 3, series: [
      column(sent, 'copies', 'sound', 'copies')]});
  }
  if (received && direction.figures.pictures_per_second) {
    found.push({title: 'Pictures shown', unit: 'a second', digits: 0, top: 30, series: [
      column(received, 'shown', 'picture', 'pictures_per_second')]});
  }
  found.push({title: 'Quality', unit: 'PSNR, dB', bottom: 20, top: 50, range2: [0, 1.05], series: [
    column(direction.psnr, 'PSNR', 'picture', 'db', {style: 'dots', unit: ' dB'}),
    column(direction.ssim, 'SSIM', 'quiet', 'ssim', {style: 'hidden', digits: 3})]});
  const delay = direction.figures.sound_delay_ms?.half;
  const later = known(delay) ? ', ' + time(delay).join('\u00a0') + ' later' : '';
  for (const [sound, title] of [[direction.sound_sent, direction.from + ' said'],
                                [direction.sound_received, direction.to + ' heard' + later]]) {
    if (!sound || !sound.image) continue;
    const step = sound.seconds / sound.level_db.length;
    found.push({title, unit: 'kHz', range2: [-120, 0],
      image: {source: sound.image, start: sound.start, seconds: sound.seconds, top: sound.top_hz / 1000},
      series: [{name: 'loudness', kind: 'sound', style: 'hidden', digits: 0, unit: ' dB', held: false,
                seconds: sound.level_db.map((level, i) => sound.start + (i + 0.5) * step), values: sound.level_db}]});
  }
  return found;
}

function showDirections() {
  const columns = report.directions.map((direction) => {
    const column = make('div', 'card direction', make('h3', '', direction.from + ' \u2192 ' + direction.to), tilesOf(direction.figures));
    return {column, direction};
  });
  section('Over time', 'Seconds since the accept. Point at a moment to read its values in all plots; drag to look closer, double-click to go back.',
    make('div', 'directions', ...columns.map(({column}) => column)));
  // Only now do the columns have a width.
  for (const {column, direction} of columns) {
    for (const plot of plotsOf(direction)) addPlot(column, {...plot, span: [0, report.seconds]});
  }
  colourPlots();
}

const wireColours = {SRTP: 'picture', SRTCP: 'repair', DTLS: 'sound', STUN: 'allowed', other: 'lost'};

function showChecks() {
  const parts = [];
  if (report.checks.length) {
    parts.push(make('ul', 'card checks', ...report.checks.map((check) => make('li', '', make('span', check.passed ? 'yes' : 'no'),
      make('span', '', check.what, make('small', '', check.detail))))));
  }
  const total = report.wire.reduce((sum, kind) => sum + kind.bytes, 0);
  if (total > 0) {
    const bar = make('div', 'wirebar', ...report.wire.filter((kind) => kind.bytes > 0).map((kind) => {
      const part = make('i');
      part.style.flexGrow = kind.bytes / total;
      part.style.background = `var(--${wireColours[kind.kind] ?? 'lost'})`;
      return part;
    }));
    const legend = make('div', 'legend', ...report.wire.map((kind) => {
      const swatch = make('i');
      swatch.style.background = `var(--${wireColours[kind.kind] ?? 'lost'})`;
      return make('span', '', swatch, kind.kind, make('b', '', kind.datagrams.toLocaleString('en')));
    }));
    parts.push(make('div', 'card wire', make('div', '', 'Datagrams on the wire'), bar, legend));
  }
  if (parts.length) section('What was checked', 'From outside: what arrived against what was sent, and every datagram on the wire.', ...parts);
}

function showFoot() {
  const costs = report.parties.filter((party) => known(party.cpu_per_second)).map((party) =>
    party.name + ' used ' + fixed(party.cpu_per_second, 2) + ' CPU seconds a second' +
    (known(party.peak_memory_mb) ? ' and ' + fixed(party.peak_memory_mb, 0) + ' MB' : ''));
  page.append(make('footer', '', (costs.length ? costs.join('; ') + '. ' : '') +
    'This page holds all that it shows, and fetches nothing. It has no keys and no addresses; but the pictures, the names and the safety number are yours to share or not.'));
}

showTop();
showSetUp();
showProtection();
showPictures();
showDirections();
showChecks();
showFoot();
