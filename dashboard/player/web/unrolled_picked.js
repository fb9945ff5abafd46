// The number under the microscope, which stands in another component (unrolled_curve.js): it says so here.

/** @import { Picked, UnrolledView } from "./unrolled_types.js" */

/** @type {Picked | null} */
let picked = null;
/** @type {{ view: UnrolledView, draw: () => void } | null} */
let watcher = null;

/**
 * From now on the network marks the number under the microscope.
 * @param {UnrolledView} view
 * @param {() => void} draw
 */
export function watchPicked(view, draw) {
  watcher = { view, draw };
  view.picked = picked;
}

/** @param {Picked | null} number */
export function tellPicked(number) {
  picked = number;
  if (!watcher?.view.host.isConnected) return;
  watcher.view.picked = number;
  watcher.draw();
}
