// What the tests ask of a page; returns functions by name.
return (function () {
  function rgba(text) {
    const numbers = text.match(/[\d.]+/g).map(Number);
    return numbers.length === 3 ? [...numbers, 1] : numbers;
  }

  function over(front, back) {
    const alpha = front[3];
    return [0, 1, 2].map((at) => front[at] * alpha + back[at] * (1 - alpha)).concat(1);
  }

  function luminance(colour) {
    const [red, green, blue] = colour.slice(0, 3).map((value) => {
      const share = value / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  }

  function background(element) {
    const layers = [];
    for (let at = element; at; at = at.parentElement) layers.push(rgba(getComputedStyle(at).backgroundColor));
    const canvas = matchMedia("(prefers-color-scheme: dark)").matches ? [18, 18, 18, 1] : [255, 255, 255, 1];
    return layers.reduceRight((back, front) => over(front, back), canvas);
  }

  // WCAG's contrast ratio of every text that is shown, as [ratio, text], the least first.
  function contrasts() {
    const found = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const element = walker.currentNode.parentElement;
      const text = walker.currentNode.textContent.trim();
      if (!text || !element.getClientRects().length || element.closest("script, style, noscript")) continue;
      const back = background(element);
      const pair = [over(rgba(getComputedStyle(element).color), back), back].map(luminance);
      found.push([(Math.max(...pair) + 0.05) / (Math.min(...pair) + 0.05), text.slice(0, 60)]);
    }
    return found.sort((a, b) => a[0] - b[0]);
  }

  const asked = {
    contrasts,
    openAll: () => document.querySelectorAll("details").forEach((part) => { part.open = true; }),
    pictures: () => [...document.images].filter((one) => one.src).map((one) => [
      one.alt, one.complete, one.naturalWidth, one.naturalHeight, one.getBoundingClientRect().width,
    ]),
    fetched: () => performance.getEntriesByType("resource").map((one) => one.name)
      .filter((name) => !name.startsWith("data:")),
    size: () => [document.querySelectorAll("*").length, document.documentElement.scrollWidth, innerWidth],
    column: (table, column) => [...document.querySelectorAll(table + " tbody tr:not(.below)")]
      .map((row) => row.cells[column].textContent),
  };
  return asked[arguments[0]](...[...arguments].slice(1));
}).apply(null, arguments);
