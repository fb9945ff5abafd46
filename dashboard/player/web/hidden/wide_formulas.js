// Formulas that are wider than their place are scrolled; by key, too: they take the focus then.

const FORMULAS = ".katex-display";

const measured = new ResizeObserver(entries => {
  for (const { target } of entries) {
    if (target.scrollWidth > target.clientWidth) target.setAttribute("tabindex", "0");
    else target.removeAttribute("tabindex");
  }
});

/** From now on each formula of the page is looked at whenever its place changes. */
export function letFormulasScroll() {
  for (const formula of document.querySelectorAll(FORMULAS)) measured.observe(formula);
}
