"use strict";
// Sorts a table by the column whose header button is pressed and filters its rows. Cells carry a
// number in data-value where their text is not what they are sorted by.
{
  const collator = new Intl.Collator("en", { numeric: true, sensitivity: "base" });
  const table = document.querySelector("table.sortable");
  const box = document.querySelector(".filter");
  const shown = document.getElementById("shown");

  const key = (row, column) => {
    const cell = row.cells[column];
    return cell.dataset.value === undefined ? cell.textContent.trim() : Number(cell.dataset.value);
  };

  const compare = (a, b) => (typeof a === "number" ? a - b : collator.compare(a, b));

  const sort = (head) => {
    const first = head.classList.contains("num") ? "descending" : "ascending";
    const now = head.getAttribute("aria-sort");
    const order = now === null ? first : now === "ascending" ? "descending" : "ascending";
    for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", order);
    const sign = order === "ascending" ? 1 : -1;
    const rows = [...table.tBodies[0].rows].map((row) => [key(row, head.cellIndex), row]);
    rows.sort((a, b) => sign * compare(a[0], b[0]));
    table.tBodies[0].append(...rows.map(([, row]) => row));
  };

  const filter = (text) => {
    const wanted = text.trim().toLocaleLowerCase("en");
    let count = 0;
    for (const row of table.tBodies[0].rows) {
      const cells = [...row.cells].slice(0, 4);
      row.hidden = !cells.some((cell) => cell.textContent.toLocaleLowerCase("en").includes(wanted));
      count += row.hidden ? 0 : 1;
    }
    shown.textContent = `${count} of ${table.tBodies[0].rows.length} rows shown`;
  };

  if (table) {
    for (const head of table.tHead.rows[0].cells) {
      head.querySelector("button").addEventListener("click", () => sort(head));
    }
    box.hidden = false;
    box.querySelector("input").addEventListener("input", (event) => filter(event.target.value));
  }
}
