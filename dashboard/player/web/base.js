// Where the app is: below any prefix that it is served under, or that a proxy adds. Every address of ours is
// found from this file's own, <app>/player/<version>/base.js.

/**
 * @param {string} path within the app, as "frames/…"
 * @param {string} module the address of this file
 */
export const address = (path, module = import.meta.url) => String(new URL(`../../${path}`, module));
