// The way to another page.

/**
 * By the menu, which keeps the session; it names the pages by the ends of their addresses.
 * @param {string} name
 */
export function goToPage(name) {
  const links = [...document.querySelectorAll("a[href]")];
  const link = links.find(a =>
    new URL(a.getAttribute("href") ?? "", document.baseURI).pathname.endsWith(`/${name}`),
  );
  if (link instanceof HTMLElement) link.click();
}
