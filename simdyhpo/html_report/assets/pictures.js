// A figure that is pressed fills the window; there it can be made larger, scrolled and pinched.
(function () {
  "use strict";

  const STEP = 1.5;
  const LARGEST = 6;
  const dialog = document.getElementById("large-picture");
  const stage = dialog.querySelector(".stage");
  const image = stage.querySelector("img");
  let factor = 1;
  let ratio = 1; // of the figure's width to its height

  // `factor` is relative to the size at which the whole figure is seen; what is in the middle stays there.
  function resize(next) {
    const across = (stage.scrollLeft + stage.clientWidth / 2) / stage.scrollWidth;
    const down = (stage.scrollTop + stage.clientHeight / 2) / stage.scrollHeight;
    factor = Math.min(Math.max(next, 1), LARGEST);
    image.style.width = `${factor * Math.min(stage.offsetWidth, stage.offsetHeight * ratio)}px`;
    image.style.height = "auto";
    image.style.cursor = factor < LARGEST ? "zoom-in" : "zoom-out";
    stage.scrollLeft = across * stage.scrollWidth - stage.clientWidth / 2;
    stage.scrollTop = down * stage.scrollHeight - stage.clientHeight / 2;
  }

  document.querySelectorAll(".zoom").forEach((button) => {
    button.addEventListener("click", () => {
      const small = button.querySelector("img");
      image.src = small.src;
      image.alt = small.alt;
      document.getElementById("large-title").textContent = small.alt;
      ratio = small.naturalWidth / small.naturalHeight;
      if (!dialog.open) dialog.showModal();
      resize(1);
    });
  });
  const deeds = {
    larger: () => resize(factor * STEP),
    smaller: () => resize(factor / STEP),
    close: () => dialog.close(),
  };
  dialog.querySelectorAll("[data-do]").forEach((button) => {
    button.addEventListener("click", deeds[button.dataset.do]);
  });
  image.addEventListener("click", () => resize(factor < LARGEST ? factor * STEP : 1));
  window.addEventListener("resize", () => dialog.open && resize(factor));
})();
