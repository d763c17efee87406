(() => {
  "use strict";
  const table = document.getElementById("neurons");
  const controls = document.getElementById("controls");
  if (!table || !controls) return;
  controls.hidden = false;
  const headers = [...table.tHead.rows[0].cells];
  const neurons = [...table.querySelectorAll("tbody.neuron")];
  const divider = table.querySelector("tbody.divider");
  const field = (id) => document.getElementById(id);
  const find = field("find"), layer = field("layer"), family = field("family"), role = field("role"), only = field("only");
  const unfold = field("unfold"), shown = field("shown");
  const texts = new Map(neurons.map((body) => [body, body.textContent.toLowerCase()]));
  const excess = 1;

  function filter() {
    const words = find.value.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    for (const body of neurons) {
      const text = texts.get(body);
      const fits = words.every((word) => text.includes(word))
        && (!layer.value || body.dataset.layer === layer.value)
        && (!family || !family.value || body.dataset.family === family.value)
        && (!role || !role.value || body.dataset.role === role.value)
        && (!only || !only.checked || body.classList.contains("universal"));
      body.hidden = !fits;
      if (fits) count += 1;
    }
    shown.textContent = `${count} of ${neurons.length} shown`;
    if (divider) divider.hidden = (only && only.checked) || headers[excess].getAttribute("aria-sort") !== "descending";
  }

  function sort(column) {
    const header = headers[column];
    const before = header.getAttribute("aria-sort");
    const first = header.dataset.first || "ascending";
    const other = first === "ascending" ? "descending" : "ascending";
    const direction = before === first ? other : first;
    for (const cell of headers) cell.removeAttribute("aria-sort");
    header.setAttribute("aria-sort", direction);
    const sign = direction === "ascending" ? 1 : -1;
    const isText = header.dataset.sort === "text";
    const value = (body) => body.rows[0].cells[column].dataset.v;
    const ordered = neurons.slice().sort((a, b) => {
      const x = value(a), y = value(b);
      if (x === "" || y === "") return (x === "") - (y === "");
      return sign * (isText ? x.localeCompare(y, "en") : x - y);
    });
    table.append(...ordered);
    if (divider && column === excess && direction === "descending") {
      table.insertBefore(divider, ordered.find((body) => !body.classList.contains("universal")) || null);
    }
    filter();
  }

  headers.forEach((header, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...header.childNodes);
    button.addEventListener("click", () => sort(column));
    header.append(button);
  });
  for (const control of [find, layer, family, role, only]) {
    if (control) control.addEventListener("input", filter);
  }
  if (unfold) unfold.addEventListener("click", () => {
    const open = unfold.getAttribute("aria-expanded") !== "true";
    unfold.setAttribute("aria-expanded", String(open));
    unfold.textContent = open ? "Hide all examples" : "Show all examples";
    for (const details of table.querySelectorAll("details")) details.open = open;
  });
  filter();
})();
