// Plots over the time of the call, drawn by dygraphs. All show the same span, and the same moment under the pointer.

const plots = [];
const colour = (kind) => getComputedStyle(document.documentElement).getPropertyValue('--' + kind).trim();

/** One row for each moment that any series knows: [seconds, value or null, ...]. */
function rowsOf(series) {
  const rows = new Map();
  series.forEach((one, column) => {
    one.seconds.forEach((second, i) => {
      if (!rows.has(second)) rows.set(second, new Array(series.length).fill(null));
      rows.get(second)[column] = known(one.values[i]) ? one.values[i] : NaN;
    });
  });
  return [...rows.entries()].sort((a, b) => a[0] - b[0]).map(([second, values]) => [second, ...values]);
}

/** The value of a series at a moment, or the last before it; undefined if that is long ago. */
function valueAt(one, second) {
  let low = 0, high = one.seconds.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (one.seconds[middle] <= second + 1e-6) low = middle + 1; else high = middle;
  }
  const at = low - 1;
  const spacing = (one.seconds[one.seconds.length - 1] - one.seconds[0]) / one.seconds.length;
  if (at < 0 || (!one.held && second - one.seconds[at] > Math.max(1.5, 3 * spacing))) return undefined;
  return one.values[at];
}

/** Fills between a series and those before it, which it stands upon. */
function bandPlotter(event) {
  const context = event.drawingContext;
  const below = event.seriesIndex > 0 ? event.allSeriesPoints[event.seriesIndex - 1] : null;
  const points = event.points.filter((point) => known(point.canvasy));
  if (points.length === 0) return;
  context.save();
  context.fillStyle = event.color;
  context.beginPath();
  context.moveTo(points[0].canvasx, points[0].canvasy);
  for (const point of points) context.lineTo(point.canvasx, point.canvasy);
  const floor = event.plotArea.y + event.plotArea.h;
  const base = below && below.filter((point) => known(point.canvasy));
  if (base && base.length) {
    for (let i = base.length - 1; i >= 0; --i) context.lineTo(base[i].canvasx, base[i].canvasy);
  } else {
    context.lineTo(points[points.length - 1].canvasx, floor);
    context.lineTo(points[0].canvasx, floor);
  }
  context.closePath();
  context.fill();
  context.restore();
}

/** What dygraphs is told about one series. */
function optionsOf(one) {
  switch (one.style) {
    case 'band': return {plotter: bandPlotter, strokeWidth: 0};
    case 'dots': return {drawPoints: true, pointSize: 3, strokeWidth: 1, highlightCircleSize: 5};
    case 'fine': return {strokeWidth: 1};
    case 'dashed': return {strokeWidth: 1.5, strokePattern: [6, 4], stepPlot: one.held};
    case 'hidden': return {strokeWidth: 0, drawPoints: false, highlightCircleSize: 0, axis: 'y2'};
    default: return {strokeWidth: 2};
  }
}

function legendOf(plot) {
  return make('div', 'legend', ...plot.series.filter((one) => one.name).map((one) => {
    one.shown = make('b');
    if (one.style === 'hidden') return make('span', '', plot.image ? make('i', 'loudness') : null, one.name, one.shown);
    const swatch = make('i', one.style === 'band' ? '' : 'line');
    swatch.style.background = `var(--${one.kind})`;
    return make('span', '', swatch, one.name, one.shown);
  }));
}

/** Shows the values of all plots at a moment; of none for null. */
function pointAt(second) {
  for (const plot of plots) {
    for (const one of plot.series) {
      const value = second === null ? undefined : valueAt(one, second);
      if (one.shown) one.shown.textContent = known(value) ? fixed(value, one.digits ?? plot.digits) + (one.unit ?? '') : '';
    }
    plot.now.textContent = second === null ? '' : ' at ' + fixed(second, 2) + ' s';
    if (second === null) {
      plot.graph.clearSelection();
    } else {
      let nearest = 0;
      const rows = plot.rows;
      for (let low = 0, high = rows.length - 1; low <= high;) {
        nearest = (low + high) >> 1;
        if (rows[nearest][0] < second) low = nearest + 1; else high = nearest - 1;
      }
      plot.graph.setSelection(nearest);
    }
  }
}

function zoomTo(from, to) {
  for (const plot of plots) plot.graph.updateOptions({dateWindow: [from, to]});
}

/**
 * Adds a plot to `host`. `plot`: title, unit, digits, span [from, to] in seconds, bottom (0), top (the least upper edge), and
 * series: [{name, kind, style, seconds, values}]. With `image` ({source, start, seconds, top}) a picture lies behind.
 * Does nothing if no series has a value.
 */
function addPlot(host, plot) {
  plot.series = plot.series.filter((one) => one.seconds && one.values && one.values.some(known));
  if (plot.series.length === 0) return;
  plot.digits = plot.digits ?? 1;
  plot.now = make('small');
  const canvas = make('div', plot.image ? 'canvas sound' : 'canvas');
  const heading = make('h4', '', plot.title, make('small', '', ' ' + plot.unit), plot.now);
  const element = make('div', 'plot', make('header', '', heading, legendOf(plot)), canvas);
  host.append(element);

  // Bands stand upon each other: their upper edges are drawn.
  let stack = null;
  const drawn = plot.series.map((one) => {
    if (one.style !== 'band') return one;
    stack = one.values.map((value, i) => (known(value) ? value : 0) + (stack ? stack[i] : 0));
    return {...one, values: stack};
  });
  plot.rows = rowsOf(drawn);
  const names = plot.series.map((one, i) => one.name || 'series ' + i);
  // Series of the hidden axis say nothing about the scale.
  const highest = Math.max(plot.top ?? 0, ...drawn.filter((one) => one.style !== 'hidden' && !one.aside)
    .flatMap((one) => one.values.filter(known)));
  const floor = plot.bottom ?? 0;
  const range = plot.image ? [0, plot.image.top] : [floor, floor + (highest - floor) * 1.12 || 1];

  plot.graph = new Dygraph(canvas, plot.rows, {
    labels: ['seconds', ...names],
    series: Object.fromEntries(names.map((name, i) => [name, optionsOf(plot.series[i])])),
    connectSeparatedPoints: true,
    dateWindow: plot.span,
    valueRange: range,
    legend: 'never',
    gridLineWidth: 1,
    highlightCircleSize: 3,
    axes: {
      x: {axisLabelFormatter: (value) => seconds(value), pixelsPerLabel: 64, drawGrid: !plot.image},
      y: {axisLabelWidth: 36, pixelsPerLabel: 26, drawGrid: !plot.image,
          axisLabelFormatter: (value) => String(Math.round(value * 1000) / 1000)},
      y2: {axisLabelWidth: 0, drawAxis: false, valueRange: plot.range2 ?? null},
    },
    rightGap: 4,
    // Touches scroll the page; a tap shows the values.
    interactionModel: {
      mousedown: Dygraph.defaultInteractionModel.mousedown,
      dblclick: () => zoomTo(...plot.span),
      willDestroyContextMyself: true,
    },
    highlightCallback: (event, second) => pointAt(second),
    unhighlightCallback: () => pointAt(null),
    zoomCallback: (from, to) => zoomTo(from, to),
    underlayCallback: (context, area, graph) => drawImage(context, area, graph, plot),
  });
  plots.push(plot);
  if (plot.image) {
    const picture = new Image();
    picture.src = plot.image.source;
    picture.decode().then(() => {
      plot.picture = picture;
      plot.graph.updateOptions({});
    });
  }
}

function drawImage(context, area, graph, plot) {
  if (!plot.image) return;
  context.fillStyle = '#000004';
  context.fillRect(area.x, area.y, area.w, area.h);
  if (!plot.picture) return;
  const left = graph.toDomXCoord(plot.image.start);
  const right = graph.toDomXCoord(plot.image.start + plot.image.seconds);
  context.save();
  context.beginPath();
  context.rect(area.x, area.y, area.w, area.h);
  context.clip();
  context.drawImage(plot.picture, left, area.y, right - left, area.h);
  context.restore();
}

/** Colours by the theme; again when it changes. */
function colourPlots() {
  for (const plot of plots) {
    plot.graph.updateOptions({
      colors: plot.series.map((one) => colour(one.kind)),
      gridLineColor: colour('line'),
      axisLineColor: colour('line'),
    });
  }
}
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', colourPlots);
