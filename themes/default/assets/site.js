// The little that the public pages do with JavaScript; without it a photo opens as a plain picture.
"use strict";

// Opened from a folder, `about/` is a listing and not a page.
if (location.protocol === "file:") {
  for (const link of document.querySelectorAll('a[href$="/"]')) {
    if (link.protocol === "file:") link.href += "index.html";
  }
}

// One photo at a time, large. The address says which (`#p...`), so that Back closes it and it can be sent to somebody.
(() => {
  const template = document.querySelector("#large");
  const links = [...document.querySelectorAll("a[data-large]")];
  if (!template || links.length === 0 || !window.HTMLDialogElement) return;

  const dialog = template.content.firstElementChild.cloneNode(true);
  document.body.append(dialog);
  const picture = document.createElement("img");
  const caption = dialog.querySelector("figcaption");
  const idOf = (link) => link.closest("li").id;
  let shown = -1;

  function show(index) {
    shown = (index + links.length) % links.length;
    const link = links[shown];
    const small = link.querySelector("img");
    picture.removeAttribute("src");
    picture.width = small.width;
    picture.height = small.height;
    picture.alt = small.alt;
    picture.src = link.href;
    const words = link.parentElement.querySelector("figcaption")?.textContent ?? "";
    caption.textContent = [words, `${shown + 1} / ${links.length}`].filter(Boolean).join(" · ");
    if (!picture.isConnected) caption.before(picture);
    if (!dialog.open) dialog.showModal();
    for (const near of [1, links.length - 1]) new Image().src = links[(shown + near) % links.length].href;
  }

  function step(by) {
    show(shown + by);
    history.replaceState(history.state, "", `#${idOf(links[shown])}`);
  }

  // The entry that opening made is taken back; one that somebody came with is only cleared.
  function leave() {
    if (history.state?.large) history.back();
    else {
      history.replaceState(null, "", location.pathname + location.search);
      follow();
    }
  }

  function follow() {
    const index = links.findIndex((link) => `#${idOf(link)}` === location.hash);
    if (index >= 0) show(index);
    else if (dialog.open) {
      dialog.close();
      links[shown].focus();
    }
  }

  for (const [index, link] of links.entries()) {
    link.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
      event.preventDefault();
      history.pushState({ large: true }, "", `#${idOf(link)}`);
      show(index);
    });
  }

  const forward = document.documentElement.dir === "rtl" ? "ArrowLeft" : "ArrowRight";
  const backward = forward === "ArrowLeft" ? "ArrowRight" : "ArrowLeft";
  dialog.addEventListener("keydown", (event) => {
    if (event.key === forward) step(1);
    else if (event.key === backward) step(-1);
    else if (event.key === "Home") step(-shown);
    else if (event.key === "End") step(links.length - 1 - shown);
  });
  dialog.addEventListener("cancel", (event) => {
    event.preventDefault();
    leave();
  });
  dialog.querySelector(".close").addEventListener("click", leave);
  dialog.querySelector(".previous").addEventListener("click", () => step(-1));
  dialog.querySelector(".next").addEventListener("click", () => step(1));

  let from = null;
  dialog.addEventListener("pointerdown", (event) => {
    from = event.isPrimary && !event.target.closest("button") ? { x: event.clientX, y: event.clientY } : null;
  });
  dialog.addEventListener("pointerup", (event) => {
    if (!from || (window.visualViewport?.scale ?? 1) > 1.01) return;
    const [across, down] = [event.clientX - from.x, event.clientY - from.y];
    const way = forward === "ArrowRight" ? -1 : 1;
    if (Math.abs(across) > 50 && Math.abs(across) > 2 * Math.abs(down)) step(Math.sign(across) * way);
    else if (down > 90 && down > 2 * Math.abs(across)) leave();
    from = null;
  });

  window.addEventListener("popstate", follow);
  follow();
})();
