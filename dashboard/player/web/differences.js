// What one experiment has more or less than A.

// Curves: the points that both have, subtracted.
export function minus(points, base) {
  const found = [];
  let j = 0;
  for (const [k, v] of points) {
    while (j < base.length && base[j][0] < k) j++;
    if (j < base.length && base[j][0] === k) found.push([k, v - base[j][1]]);
  }
  return found;
}

// Whether unit u of one is unit u of the other: the same cell and size, and so the same first weights.
export const alike = (run, base) =>
  run.header.sizes.join() === base.header.sizes.join() && run.header.names.join() === base.header.names.join() ;

// The trace whose values are those of `trace` less those of `base`, on a scale twice as wide for signed ones.
export function subtract(trace, base, gates, buffers) {
  const values = {}, ranges = {};
  for (const [name, data] of Object.entries(trace.values)) {
    const out = buffers[name]?.length === data.length ? buffers[name] : (buffers[name] = new Uint8Array(data.length)), other = base.values[name];
    for (let k = 0; k < data.length; k++) out[k] = Math.round(127.5 + (data[k] - other[k]) / 2);
    values[name] = out;
    ranges[name] = gates.includes(name) ? 1 : 2 * trace.ranges[name];
  }
  return { ...trace, values, ranges };
}
