// Comfort for browsers that run it: everything works without.
"use strict";
(() => {
  // Search as you type: the list of the page is replaced by that of the answer.
  for (const input of document.querySelectorAll("input[data-live]")) {
    let wait = 0, last = input.value, asked = 0;
    const show = async () => {
      const words = input.value.trim();
      if (words === last) return;
      last = words;
      const url = new URL(input.dataset.live, location.href);
      if (input.form) for (const [name, value] of new FormData(input.form)) if (value) url.searchParams.set(name, value);
      if (words) url.searchParams.set("q", words); else url.searchParams.delete("q");
      const mine = ++asked;
      const answer = await fetch(url, { headers: { Accept: "text/html" } });
      if (!answer.ok || mine !== asked) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const list = document.getElementById("hits"), found = page.getElementById("hits");
      if (input.closest("main") && list && found) {
        list.closest(".wide, #hits").replaceWith(found.closest(".wide, #hits"));
      } else if (!input.closest("main") && words) {
        document.getElementById("content").replaceWith(page.getElementById("content"));
        document.querySelector("h1").textContent = page.querySelector("h1").textContent;
        document.title = page.title;
      } else {
        return;
      }
      history.replaceState(null, "", url);
    };
    input.addEventListener("input", () => { clearTimeout(wait); wait = setTimeout(show, 120); });
  }
  // One more line of a list, without a way to the server.
  for (const more of document.querySelectorAll("button.more")) {
    more.addEventListener("click", event => {
      const rows = more.parentElement.querySelectorAll(".row");
      if (!rows.length) return;
      event.preventDefault();
      const row = rows[rows.length - 1].cloneNode(true);
      for (const wrong of row.querySelectorAll(".wrong")) wrong.remove();
      for (const input of row.querySelectorAll("input")) {
        input.value = "";
        input.removeAttribute("aria-invalid");
        input.removeAttribute("aria-describedby");
      }
      more.before(row);
      row.querySelector("input").focus();
    });
  }
  document.addEventListener("keydown", event => {
    const typing = event.target.closest("input, textarea, select");
    if (event.key === "Escape" && typing) typing.blur();
    if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "/") {
      event.preventDefault();
      document.getElementById("words").focus();
    }
    if (event.key === "n") {
      const link = document.querySelector('a[href$="/new"]');
      if (link) link.click();
    }
  });
})();
