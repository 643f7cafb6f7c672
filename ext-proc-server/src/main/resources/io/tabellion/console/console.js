// The console without this script shows and does the same: pages are rendered by the server, and forms decide.
// This adds what is live: times that run, and pages that follow what changes.
"use strict";

(() => {
  const NOWHERE = 1 << 30;
  const title = document.title;

  // Times.

  function left(seconds) {
    if (seconds <= 0) return "0 s";
    const days = Math.floor(seconds / 86400);
    const hours = Math.floor(seconds / 3600);
    const minutes = Math.floor(seconds / 60);
    if (days > 0) return `${days} d ${hours % 24} h`;
    if (hours > 0) return `${hours} h ${minutes % 60} min`;
    return minutes > 0 ? `${minutes} min ${seconds % 60} s` : `${seconds} s`;
  }

  function tick() {
    for (const place of document.querySelectorAll("[data-until]")) {
      const seconds = Math.floor((Date.parse(place.dataset.until) - Date.now()) / 1000);
      const text = left(seconds);
      if (place.textContent !== text) place.textContent = text;
      place.classList.toggle("soon", seconds < 60);
    }
  }

  function two(number) {
    return String(number).padStart(2, "0");
  }

  // The server writes UTC; people read the time of where they are.
  function localTimes(root) {
    for (const place of root.querySelectorAll("time[datetime]:not([title])")) {
      const at = new Date(place.dateTime);
      const time = `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
      const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
      place.title = place.textContent;
      place.textContent = "short" in place.dataset ? time : `${day} ${time}`;
    }
  }

  // Changes.

  function versions(root) {
    const known = new Map();
    for (const place of root.querySelectorAll("[data-request]")) {
      known.set(place.dataset.request, Number(place.dataset.version));
    }
    return known;
  }

  function say(text) {
    const news = document.getElementById("news");
    if (news) news.textContent = text;
  }

  function count() {
    const list = document.querySelector("[data-waiting]");
    const waiting = list ? Number(list.dataset.waiting) : 0;
    document.title = waiting > 0 ? `(${waiting}) ${title}` : title;
  }

  // What is typed, chosen and focused in a part stays when the part is replaced.
  function replace(old, part) {
    const active = document.activeElement;
    const focused = active && old.contains(active) ? active : null;
    for (const field of old.querySelectorAll("textarea[id], select[id], input[id]")) {
      const next = part.querySelector(`#${CSS.escape(field.id)}`);
      if (next && field.type === "checkbox") next.checked = field.checked;
      if (next && field.type !== "checkbox") next.value = field.value;
    }
    const key = focused && (focused.id || focused.value || focused.getAttribute("href"));
    old.replaceWith(part);
    if (key) {
      const same = [...part.querySelectorAll("a, button, input, select, textarea")].find(
        (one) => (one.id || one.value || one.getAttribute("href")) === key);
      (same || document.getElementById("main")).focus();
    }
  }

  function told(before, root) {
    const fresh = [...root.querySelectorAll("li[data-request]")].filter(
      (row) => !before.has(row.dataset.request));
    fresh.forEach((row) => row.classList.add("new"));
    if (fresh.length === 1) return `New request: ${fresh[0].dataset.label}.`;
    if (fresh.length > 1) return `${fresh.length} new requests.`;
    return document.querySelector("h1 + .state") ? "This request changed." : "";
  }

  let asking = false;
  let again = false;

  async function refresh() {
    if (asking) {
      again = true;
      return;
    }
    asking = true;
    try {
      const answer = await fetch(location.pathname + location.search, {
        credentials: "same-origin",
        headers: { "tabellion-refreshes": "yes" },
      });
      if (answer.status === 401) {
        location.reload();
        return;
      }
      if (!answer.ok) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const before = versions(document);
      const words = told(before, page);
      for (const part of page.querySelectorAll("[data-live]")) {
        const old = document.querySelector(`[data-live="${CSS.escape(part.dataset.live)}"]`);
        if (old) {
          localTimes(part);
          replace(old, document.adoptNode(part));
        }
      }
      tick();
      count();
      if (words) say(words);
    } catch {
      // The server is away: the stream below comes again when it does.
    } finally {
      asking = false;
      if (again) {
        again = false;
        setTimeout(refresh, 500);
      }
    }
  }

  // A list shows all that is open; a page about one request, that one.
  function concerns(event) {
    const known = versions(document);
    const version = known.has(event.id) ? known.get(event.id) : NOWHERE;
    const open = event.state === "pending" || event.state === "approved";
    const list = document.querySelector("[data-waiting]");
    if (version === NOWHERE) return Boolean(list) && open;
    return version !== event.version;
  }

  // Browsers open few connections to one host: of the pages about one request, those that nobody sees follow nothing.
  function follow(url) {
    const list = document.querySelector("[data-waiting]");
    let polls = null;
    let stream = null;
    const rest = () => {
      clearInterval(polls);
      polls = null;
    };
    const close = () => {
      rest();
      if (stream) stream.close();
      stream = null;
    };
    const open = () => {
      if (stream) return;
      const opened = new EventSource(url);
      stream = opened;
      opened.addEventListener("approval", (message) => {
        if (concerns(JSON.parse(message.data))) refresh();
      });
      opened.addEventListener("open", rest);
      opened.addEventListener("error", () => {
        // Too many pages are open, or the server is away for long: the page asks by itself.
        const over = opened === stream && opened.readyState === EventSource.CLOSED;
        if (over && polls === null) polls = setInterval(refresh, 10000);
      });
    };
    const look = () => {
      if (list || !document.hidden) open();
      else close();
    };
    look();
    document.addEventListener("visibilitychange", look);
    addEventListener("pagehide", close);
    addEventListener("pageshow", (event) => {
      if (event.persisted) location.reload();
    });
  }

  // Forms.

  const link = document.querySelector("form[data-submit]");
  if (link) link.requestSubmit();
  const on = document.querySelector("a[data-follow]");
  if (on) location.replace(on.href);
  const failure = document.querySelector(".failure");
  if (failure) failure.scrollIntoView({ block: "center" });

  localTimes(document);
  tick();
  count();
  setInterval(tick, 1000);
  if (document.body.dataset.events) follow(document.body.dataset.events);
})();
