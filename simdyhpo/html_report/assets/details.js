// Parts that are folded away: opened by a link to them, all at once, and for printing.
(function () {
  "use strict";

  const all = [...document.querySelectorAll("details")];

  function follow() {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (target && target.matches("details")) {
      target.open = true;
      target.scrollIntoView();
    }
  }

  document.querySelectorAll("[data-open-all]").forEach((button) => {
    button.addEventListener("click", () => {
      const mine = [...button.closest("section").querySelectorAll("details")];
      const open = mine.some((part) => !part.open);
      mine.forEach((part) => { part.open = open; });
    });
  });

  let closed = [];
  window.addEventListener("beforeprint", () => {
    closed = all.filter((part) => !part.open);
    closed.forEach((part) => { part.open = true; });
  });
  window.addEventListener("afterprint", () => closed.forEach((part) => { part.open = false; }));
  window.addEventListener("hashchange", follow);
  follow();
})();
