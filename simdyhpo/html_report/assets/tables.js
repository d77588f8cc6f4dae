// Tables that are sorted by their heads; long ones are also searched, and shown piece by piece.
(function () {
  "use strict";

  const PIECE = 50;
  const words = new Intl.Collator("en", { numeric: true });

  // Numbers by size, words by alphabet; what is missing stays last in both directions.
  function compare(a, b, direction) {
    const missing = (a === null || a === "") - (b === null || b === "");
    if (missing) return missing;
    if (a === null || a === "") return 0;
    const order = typeof a === "number" && typeof b === "number" ? a - b : words.compare(String(a), String(b));
    return order * direction;
  }

  // Calls `sort(column, direction)` when a head is pressed: first upwards, then the other way.
  function listen(table, sort) {
    const heads = [...table.tHead.rows[0].cells];
    heads.forEach((head, column) => {
      head.querySelector("button").addEventListener("click", () => {
        const down = head.getAttribute("aria-sort") === "ascending";
        heads.forEach((other) => other.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        sort(column, down ? -1 : 1);
      });
    });
  }

  function key(cell) {
    if (cell.dataset.key === undefined) return cell.textContent;
    return cell.dataset.key === "" ? null : Number(cell.dataset.key);
  }

  function sortable(table) {
    const body = table.tBodies[0];
    listen(table, (column, direction) => {
      const rows = [...body.rows].map((row) => [key(row.cells[column]), row]);
      rows.sort((a, b) => compare(a[0], b[0], direction));
      body.append(...rows.map((pair) => pair[1]));
    });
  }

  function long(part) {
    const { digits, first, rows, notes } = JSON.parse(document.getElementById(part.dataset.rows).textContent);
    const entries = rows.map((values, at) => ({ values, note: notes[at] || "" }));
    const table = part.querySelector("table");
    const titles = [...table.tHead.rows[0].cells].map((head) => head.textContent);
    const search = part.querySelector("input");
    const status = part.querySelector(".status");
    const more = part.querySelector(".more");
    let found = entries;
    let order = null;
    let shown = PIECE;

    function text(value, column) {
      if (value === null) return "";
      if (digits[column] === null || typeof value !== "number") return String(value);
      const least = 10 ** -digits[column];
      if (value > 0 && value < least / 2) return `< ${least.toFixed(digits[column])}`;
      return value.toLocaleString("en", {
        minimumFractionDigits: digits[column], maximumFractionDigits: digits[column],
      });
    }

    function line(values) {
      const row = document.createElement("tr");
      values.forEach((value, column) => {
        const cell = document.createElement(column ? "td" : "th");
        if (!column) cell.scope = "row";
        if (digits[column] !== null) cell.className = "number";
        if (!first[column]) cell.classList.add("folds");
        cell.textContent = text(value, column);
        row.append(cell);
      });
      row.firstChild.prepend(unfolder(row, values));
      return row;
    }

    // On a phone: what a row has beside its first columns, below it.
    function unfolder(row, values) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "unfold";
      button.setAttribute("aria-label", "More of this row");
      button.setAttribute("aria-expanded", "false");
      let rest = null;
      button.addEventListener("click", () => {
        if (rest) {
          rest.remove();
          rest = null;
        } else {
          const pairs = values.flatMap((value, column) => first[column] || value === null ? [] : [
            Object.assign(document.createElement("dt"), { textContent: titles[column] }),
            Object.assign(document.createElement("dd"), { textContent: text(value, column) }),
          ]);
          const list = document.createElement("dl");
          list.append(...pairs);
          rest = document.createElement("tr");
          rest.className = "below unfolded";
          const cell = rest.insertCell();
          cell.colSpan = digits.length;
          cell.append(list);
          row.after(rest);
        }
        button.setAttribute("aria-expanded", String(rest !== null));
      });
      return button;
    }

    // Below its row, and as wide as the window, not as the table.
    function below(note) {
      const row = document.createElement("tr");
      row.className = "below";
      const cell = row.insertCell();
      cell.colSpan = digits.length;
      cell.append(document.createElement("p"));
      cell.firstChild.textContent = note;
      return row;
    }

    function show() {
      const lines = found.slice(0, shown).flatMap(({ values, note }) => (
        note ? [line(values), below(note)] : [line(values)]
      ));
      table.tBodies[0].replaceChildren(...lines);
      const seen = Math.min(shown, found.length).toLocaleString("en");
      const all = rows.length.toLocaleString("en");
      const which = found.length === rows.length ? all : `${found.length.toLocaleString("en")} found, of ${all}`;
      status.textContent = `${seen} shown, of ${which}`;
      more.hidden = shown >= found.length;
    }

    function find() {
      const wanted = search.value.toLowerCase().split(/\s+/).filter(Boolean);
      found = entries.filter(({ values, note }) => {
        const all = `${values.map(text).join(" ")} ${note}`.toLowerCase();
        return wanted.every((word) => all.includes(word));
      });
      if (order) {
        found.sort((a, b) => compare(a.values[order.column], b.values[order.column], order.direction));
      }
      shown = PIECE;
      show();
    }

    listen(table, (column, direction) => {
      order = { column, direction };
      find();
    });
    search.addEventListener("input", find);
    more.querySelector("button").addEventListener("click", () => {
      shown += 4 * PIECE;
      show();
    });
    show();
  }

  document.querySelectorAll("table.sortable").forEach(sortable);
  document.querySelectorAll(".long").forEach(long);
})();
