// One entry in the browser's history for each page and each setting, so that one press of Back undoes one step.
//
// Streamlit makes more. Where the reader changes the page, it adds the path alone, and what the page then writes
// behind the "?" becomes a second entry. Before Python changes the page, it adds the old page without its "?".
// Every page that has settings writes them there, so an address without any is only on its way to one.

const push = history.pushState.bind(history);

history.pushState = (data, unused, url) => {
  const next = new URL(url ?? "", location.href);
  const isSamePage = next.pathname === location.pathname;
  if (isSamePage && isBare(next.search)) return;
  if (isSamePage && isBare(location.search)) history.replaceState(data, unused, url);
  else push(data, unused, url);
};

// What Streamlit itself keeps there, for a page inside another one, is no setting.
/** @param {string} search */
const isBare = search =>
  [...new URLSearchParams(search).keys()].every(name => name.startsWith("embed"));

export default function () {} // it shows nothing
