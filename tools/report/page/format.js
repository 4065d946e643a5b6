'use strict';
// Numbers as people read them, and elements whose text is never taken for HTML.

const known = (value) => typeof value === 'number' && isFinite(value);

/** A number with as many digits behind the point as `digits` says. */
const fixed = (value, digits) => (known(value) ? value.toFixed(digits) : '\u2013');

/** Value and unit of a time: ['38', 'ms'], ['1.25', 's']. */
const time = (ms) =>
  ms >= 1000 ? [fixed(ms / 1000, 2), 's'] : [fixed(ms, ms > 0 && ms < 9.95 ? 1 : 0), 'ms'];

/** Value and unit of a bitrate. */
const rate = (kbps) => (kbps >= 1000 ? [fixed(kbps / 1000, 2), 'Mbit/s'] : [fixed(kbps, 0), 'kbit/s']);

/** Value and unit of a share of 1. */
const share = (part) => [fixed(100 * part, part > 0 && part < 0.0995 ? 1 : 0), '%'];

const seconds = (value) => (value < 59.5 ? fixed(value, value < 10 && value % 1 ? 1 : 0) + ' s' : clock(value));
const clock = (value) => Math.floor(value / 60) + ':' + String(Math.round(value % 60)).padStart(2, '0');

/** make('p', 'lead', 'text', child...): an element with a class; texts become text nodes. */
function make(tag, className, ...children) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  for (const child of children) if (child !== null && child !== undefined) element.append(child);
  return element;
}
