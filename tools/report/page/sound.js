// Fills the page from replays of sound over traces: what `sotto bench audio --plot` writes.

const replays = JSON.parse(document.getElementById('report').textContent);
const page = document.getElementById('page');

function tilesOf(figures) {
  return make('div', 'tiles', ...figures.map((figure) =>
    make('div', 'tile', make('b', '', fixed(figure.value, figure.digits), make('small', '', '\u00a0' + figure.unit)),
      make('span', '', figure.what))));
}

function plotsOf(replay) {
  const {moments, transit, delay} = replay;
  const over = (name, kind, column, more) => ({name, kind, seconds: moments.seconds, values: moments[column], ...more});
  const shares = (name, kind, column) => over(name, kind, column, {style: 'fine', unit: ' %'});
  const found = [
    {title: 'Delay', unit: 'ms', digits: 0, top: 20, series: [
      {name: 'on the way', kind: 'other', style: 'fine', seconds: transit.seconds, values: transit.ms},
      {name: 'mouth to ear', kind: 'sound', seconds: delay.seconds, values: delay.ms}]},
    {title: 'Jitter buffer', unit: 'ms of sound', digits: 0, top: 20, series: [
      over('wanted', 'sound-soft', 'wanted_ms', {style: 'dashed'}), over('held', 'sound', 'held_ms')]},
    {title: 'Loss and what was made up', unit: '%', digits: 0, top: 5, series: [
      shares('packets lost', 'lost', 'lost_percent'), shares('sound made up', 'sound', 'made_up_percent')]},
    {title: 'Stretch', unit: '% of the sound', digits: 1, top: 5, series: [
      shares('put in to wait', 'repair', 'stretched_percent'), shares('taken out to catch up', 'picture', 'hurried_percent')]},
    {title: 'Redundancy', unit: 'a packet', digits: 0, top: 3, series: [
      over('copies in each packet', 'allowed', 'copies'), over('packets that a copy brought, each 0.1 s', 'repair', 'recovered', {style: 'fine'})]},
  ];
  for (const [sound, title] of [[replay.said, 'Said'], [replay.heard, 'Heard']]) {
    if (!sound) continue;
    const step = sound.seconds / sound.level_db.length;
    found.push({title, unit: 'kHz', range2: [-120, 0],
      image: {source: sound.image, start: sound.start, seconds: sound.seconds, top: sound.top_hz / 1000},
      series: [{name: 'loudness', kind: 'sound', style: 'hidden', digits: 0, unit: ' dB', held: false,
                seconds: sound.level_db.map((level, i) => sound.start + (i + 0.5) * step), values: sound.level_db}]});
  }
  return found;
}

document.title = 'Sound over ' + (replays.length === 1 ? replays[0].name : replays.length + ' paths') + ' \u2013 sotto';
page.append(make('div', 'masthead', make('h1', '', 'Sound over ' + replays.map((replay) => replay.name).join(', ')),
  make('p', '', 'Sender and receiver are real, time is virtual. Point at a moment to read its values in all plots; drag to look closer, double-click to go back.')));
const columns = replays.map((replay) => {
  const column = make('div', 'card direction', make('h3', '', replay.name), make('p', 'lead', replay.what), tilesOf(replay.figures));
  return {column, replay};
});
page.append(make('section', '', make('div', 'directions', ...columns.map(({column}) => column))));
// Only now do the columns have a width.
for (const {column, replay} of columns) {
  for (const plot of plotsOf(replay)) addPlot(column, {...plot, span: [0, replay.length]});
}
colourPlots();
