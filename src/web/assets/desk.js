// Shortens the way; every page works without it. No library, nothing from outside.
(() => {
  "use strict";
  const doc = document, root = doc.documentElement, body = doc.body;
  const all = (s, r = doc) => [...r.querySelectorAll(s)];
  const one = (s, r = doc) => r.querySelector(s);
  const on = (e, what, then) => e.addEventListener(what, then);
  const visible = e => e.getClientRects().length > 0;
  // The same folding as the server's: no marks, đ to d.
  const fold = s => s.normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/[đĐ]/g, "d").toLowerCase();
  root.classList.add("js");

  const status = doc.createElement("p");
  status.className = "sr";
  status.setAttribute("role", "status");
  body.append(status);
  const say = text => { status.textContent = text; };

  function notice(text, href, label) {
    one("#script-notice")?.remove();
    const box = doc.createElement("div");
    box.id = "script-notice";
    box.className = "notice warn";
    box.setAttribute("role", "status");
    const p = doc.createElement("p");
    p.append(text);
    if (href) {
      const a = doc.createElement("a");
      a.href = href;
      a.textContent = label;
      p.append(" ", a);
    }
    box.append(p);
    one("main")?.prepend(box);
    return box;
  }

  // --- the focus is always somewhere: on a heading, where nothing better is
  const rest = e => { if (e) { e.tabIndex = -1; e.focus({ preventScroll: true }); } };
  const lost = () => !doc.activeElement || doc.activeElement === body;
  all("dialog").forEach(d => on(d, "close", () => { if (lost() || d.contains(doc.activeElement)) rest(one("main")); }));
  // Whether this page is what came of a form or of a key.
  const SENT = "motcua:sent", send = () => { try { sessionStorage.setItem(SENT, 1); } catch { /* then the next page begins at its top */ } };
  const sent = (() => { try { const was = sessionStorage.getItem(SENT); sessionStorage.removeItem(SENT); return was; } catch { return null; } })();

  // --- drafts: what was typed stays on this machine, for this account, until it is saved or signed out
  const KEY = "motcua:draft:", user = body.dataset.user || "";
  const store = { // a browser may forbid storage: then there is simply no draft
    get(k) { try { return JSON.parse(localStorage.getItem(k)); } catch { return null; } },
    set(k, v) { try { localStorage.setItem(k, JSON.stringify(v)); return true; } catch { return false; } },
    wipe(prefix) {
      try { Object.keys(localStorage).filter(k => k.startsWith(prefix)).forEach(k => localStorage.removeItem(k)); } catch { /* none */ }
    },
  };
  const draftKey = name => `${KEY}${user}:${name}`;
  all("[data-wipe-draft]").forEach(e => store.wipe(draftKey(e.dataset.wipeDraft)));
  const kept = e => e.name && !e.name.startsWith("_") && !["password", "file", "submit", "button", "hidden"].includes(e.type);
  let gone = false;
  all("form[data-draft]").forEach(form => {
    const key = draftKey(form.dataset.draft), mark = one("[data-draft-state]");
    const old = store.get(key);
    // A form that came back with errors already holds what was typed.
    if (old && !one(".summary", form) && Date.now() - old.at < 12 * 3600e3) {
      const seen = {};
      [...form.elements].filter(kept).forEach(e => {
        const value = old.values[e.name]?.[seen[e.name] = (seen[e.name] ?? -1) + 1];
        if (value === undefined) return;
        if (e.type === "checkbox" || e.type === "radio") e.checked = value === true;
        else if (!e.value || e.value === e.defaultValue) e.value = value;
      });
    }
    let timer;
    const save = () => {
      timer = 0;
      const values = {};
      [...form.elements].filter(kept).forEach(e => {
        (values[e.name] ??= []).push(e.type === "checkbox" || e.type === "radio" ? e.checked : e.value);
      });
      if (store.set(key, { at: Date.now(), values }) && mark) {
        mark.textContent = `Bản nháp đã lưu trên máy này lúc ${new Date().toTimeString().slice(0, 5)}`;
      }
    };
    const later = () => { clearTimeout(timer); timer = setTimeout(save, 400); };
    on(form, "input", later);
    on(form, "change", later);
    on(form, "submit", () => { clearTimeout(timer); save(); });
    // The last letters of who leaves at once; not of who signs out.
    addEventListener("pagehide", () => { if (timer && !gone) save(); });
  });
  all("form[data-signout]").forEach(f => on(f, "submit", () => { gone = true; store.wipe(KEY); }));

  // --- one press, one act; the server's idempotency key is the real guard
  const opened = performance.now();
  on(doc, "submit", ev => {
    const form = ev.target, button = ev.submitter;
    if (ev.defaultPrevented) return;
    send();
    if (form.method !== "post") return;
    // A double tap on the previous page must not answer this one.
    if (form.dataset.sending || ("tapGuard" in form.dataset && performance.now() - opened < 400)) { ev.preventDefault(); return; }
    form.dataset.sending = "1";
    if (!button) return;
    button.setAttribute("aria-disabled", "true");
    button.setAttribute("aria-pressed", "true");
    if (button.classList.contains("btn")) {
      button.dataset.label = button.innerHTML;
      button.textContent = button.dataset.sendingLabel || "Đang lưu…";
    }
  });
  addEventListener("pageshow", ev => {
    if (!ev.persisted) return;
    all("form[data-sending]").forEach(f => delete f.dataset.sending);
    all("[aria-disabled][data-label]").forEach(b => { b.innerHTML = b.dataset.label; b.removeAttribute("aria-disabled"); });
  });

  // What names a person is asked in the body: an address is kept in histories and logs.
  const ask = (url, given, post, headers) => post ? fetch(url, { method: "POST", body: given, headers }) : fetch(`${url}?${given}`, { headers });

  // --- parts of a page that follow the form: promised date, documents, other dossiers of this person
  all("[data-date-url],[data-part-url]").forEach(part => {
    const form = part.closest("form") || one(part.dataset.form || "form[data-draft]") || one("main form");
    if (!form) return;
    const names = (part.dataset.from || "").split(/\s+/).filter(Boolean);
    let timer, turn = 0;
    const refresh = async () => {
      const mine = ++turn, given = new URLSearchParams(), data = new FormData(form);
      names.forEach(n => data.getAll(n).forEach(v => given.append(n, v)));
      try {
        const answer = await ask(part.dataset.dateUrl || part.dataset.partUrl, given, "partUrl" in part.dataset, { Accept: "text/html", "X-Part": "1" });
        if (mine !== turn || !answer.ok || answer.redirected) return;
        const inside = part.contains(doc.activeElement) && doc.activeElement.id;
        part.innerHTML = await answer.text();
        if (inside) doc.getElementById(inside)?.focus();
        const line = one("[data-say]", part);
        if (line) say(line.textContent);
      } catch { /* the date on the page stays; the server counts again when it saves */ }
    };
    const changed = ev => {
      if (!names.includes(ev.target.name)) return;
      clearTimeout(timer);
      timer = setTimeout(refresh, ev.type === "change" ? 0 : 250);
    };
    on(form, "change", changed);
    on(form, "input", changed);
  });

  // --- searchable select (editable combobox with list autocomplete)
  all("input[data-search-url]").forEach(input => {
    const list = doc.getElementById(input.getAttribute("aria-controls"));
    const hidden = input.form?.elements[input.dataset.searchInto];
    const typed = () => input.value.normalize("NFC").trim();
    let items = [], at = -1, timer, turn = 0, asked = typed();
    const close = () => { list.hidden = true; input.setAttribute("aria-expanded", "false"); input.removeAttribute("aria-activedescendant"); at = -1; };
    const mark = i => {
      at = i;
      [...list.children].forEach((o, n) => o.setAttribute("aria-selected", n === i));
      const chosen = list.children[i];
      if (chosen) { input.setAttribute("aria-activedescendant", chosen.id); chosen.scrollIntoView({ block: "nearest" }); }
    };
    const named = (name, query) => {
      const out = doc.createElement("div"), i = fold(name).indexOf(fold(query));
      // Folding keeps the length of NFC text, so places in it are places in the name.
      if (i < 0 || !query || fold(name).length !== name.length) { out.textContent = name; return out; }
      const b = doc.createElement("b");
      b.textContent = name.slice(i, i + query.length);
      out.append(name.slice(0, i), b, name.slice(i + query.length));
      return out;
    };
    const pick = i => {
      const item = items[i];
      if (!item) return;
      if (item.href) { location.assign(item.href); return; }
      input.value = asked = item.name;
      close();
      if (hidden) { hidden.value = item.code; hidden.dispatchEvent(new Event("change", { bubbles: true })); }
      if (input.dataset.searchGo) location.assign(input.dataset.searchGo + encodeURIComponent(item.code));
      else next(input);
    };
    const show = query => {
      list.replaceChildren(...items.map((item, i) => {
        const li = doc.createElement("li"), code = doc.createElement("span"), small = doc.createElement("small");
        li.id = `${list.id}-${i}`;
        li.setAttribute("role", "option");
        code.textContent = item.code;
        small.textContent = item.note ?? [item.field, item.limit, item.four && "4 tại chỗ"].filter(Boolean).join(" · ");
        li.append(named(item.name, query), code, small);
        on(li, "mousedown", ev => { ev.preventDefault(); pick(i); });
        return li;
      }));
      list.hidden = !items.length;
      input.setAttribute("aria-expanded", String(!list.hidden));
      if (items.length) mark(0);
      say(items.length ? `${items.length} mục` : "Không tìm thấy");
    };
    const search = async () => {
      const mine = ++turn, query = typed();
      if (!query) { items = []; close(); return; }
      try {
        const answer = await ask(input.dataset.searchUrl, new URLSearchParams({ q: query }), "searchPost" in input.dataset, { Accept: "application/json" });
        if (mine !== turn || !answer.ok) return;
        items = (await answer.json()).slice(0, 13);
        asked = query;
        show(query);
      } catch { close(); }
    };
    on(input, "input", () => {
      if (hidden) hidden.value = "";
      clearTimeout(timer);
      timer = setTimeout(search, 120);
    });
    on(input, "blur", close);
    on(input, "keydown", ev => {
      if (ev.isComposing || ev.keyCode === 229) return;
      const n = items.length;
      // Typed faster than found: Enter waits for what belongs to the words.
      if (ev.key === "Enter" && typed() && typed() !== asked) {
        ev.preventDefault(); ev.stopPropagation();
        clearTimeout(timer);
        search().then(() => pick(0));
        return;
      }
      if (ev.key === "ArrowDown" && list.hidden) { search(); ev.preventDefault(); }
      else if (list.hidden) return;
      else if (ev.key === "ArrowDown") { mark((at + 1) % n); ev.preventDefault(); }
      else if (ev.key === "ArrowUp") { mark((at - 1 + n) % n); ev.preventDefault(); }
      else if (ev.key === "Enter") { pick(at); ev.preventDefault(); ev.stopPropagation(); }
      else if (ev.key === "Tab") pick(at);
      else if (ev.key === "Escape") { close(); ev.preventDefault(); ev.stopPropagation(); }
    });
  });

  // --- Enter walks a counter form from field to field; it never sends it
  function next(from) {
    const form = from.form;
    if (!form || !("enterNext" in form.dataset)) return;
    const fields = [...form.elements].filter(e => visible(e) && !e.disabled && (e.matches("input:not([type=hidden]),select,textarea")));
    fields[fields.indexOf(from) + 1]?.focus();
  }
  all("form[data-enter-next]").forEach(form => on(form, "keydown", ev => {
    if (ev.key !== "Enter" || ev.isComposing || ev.keyCode === 229 || ev.ctrlKey || ev.defaultPrevented) return;
    if (!ev.target.matches("input,select")) return;
    ev.preventDefault();
    if (!ev.repeat) next(ev.target);
  }));

  // --- print: the PDF's own print window, else a new tab
  function print(link) {
    const frame = doc.createElement("iframe");
    frame.hidden = true;
    on(frame, "load", () => {
      try { frame.contentWindow.focus(); frame.contentWindow.print(); } catch { open(link.href, "_blank", "noopener"); }
    });
    frame.src = link.href;
    body.append(frame);
  }
  on(doc, "click", ev => {
    const link = ev.target.closest?.("a[data-print]");
    if (link && !ev.ctrlKey && !ev.metaKey && !ev.shiftKey) { ev.preventDefault(); print(link); }
    const opener = ev.target.closest?.("[data-open]");
    if (opener) doc.getElementById(opener.dataset.open)?.showModal();
    all("details.menu[open]").forEach(d => { if (!d.contains(ev.target)) d.open = false; });
  });
  all("a[data-print=now]").forEach(print);

  // --- keys
  const rows = () => all("table[data-rows] tbody tr").filter(r => one("a.open", r) && visible(r));
  const chosen = () => doc.activeElement?.closest?.("table[data-rows] tr");
  const inField = e => !!e?.closest?.("input:not([type=checkbox]):not([type=radio]),textarea,select,[contenteditable]");
  const lastAct = {};
  function act(key) {
    const row = chosen(), same = e => e.dataset.key.toUpperCase() === key.toUpperCase();
    const target = (row && all("[data-key]", row).find(same)) || all("[data-key]").filter(e => !e.closest("tr")).find(same);
    // A held key must not stamp four acts, on this page or on the one that comes; another key may follow at once.
    if (!target || target.ariaDisabled === "true" || performance.now() - (lastAct[key] ?? 0) < 300) return !!target;
    lastAct[key] = performance.now();
    if (target.matches("a")) send();
    target.matches("input:not([type=checkbox]):not([type=radio]),select,textarea") ? target.focus() : target.click();
    return true;
  }
  let from; // where one was before something else took the focus
  let burst = "", before = "", lastKey = 0, soon;
  function scanned(ev) {
    // A scanner types faster than any hand and ends with Enter.
    const now = performance.now(), quick = now - lastKey < 35;
    lastKey = now;
    clearTimeout(soon);
    if (ev.key === "Enter") {
      const code = quick && /(?:[0-9A-Z.]+-)?\d{6}-\d{4,7}$/.exec(burst.toUpperCase())?.[0];
      burst = "";
      if (!code || !body.dataset.scanUrl) return false;
      const url = body.dataset.scanUrl + encodeURIComponent(code);
      ev.preventDefault();
      ev.stopImmediatePropagation();
      if (!inField(doc.activeElement)) { location.assign(url); return true; }
      from = doc.activeElement;
      from.value = before;
      one("a", notice(`Đã quét ${code}. Enter để mở, Esc để ở lại.`, url, "Mở hồ sơ này")).focus();
      return true;
    }
    if (ev.key.length !== 1) return false;
    if (!quick) { burst = ""; before = ev.target.value ?? ""; }
    burst += ev.key;
    return false;
  }
  addEventListener("keydown", ev => {
    if (ev.isComposing || ev.keyCode === 229 || scanned(ev) || ev.defaultPrevented) return;
    const { key } = ev, focus = doc.activeElement;
    if ((ev.ctrlKey || ev.metaKey) && !ev.altKey && key.toLowerCase() === "k") { find(ev); return; }
    if (ev.ctrlKey && key === "Enter" && act("F9")) { ev.preventDefault(); return; }
    if (ev.ctrlKey || ev.altKey || ev.metaKey || one("dialog[open]")) return;
    if (/^F([289])$/.test(key)) { if (!ev.repeat && act(key)) ev.preventDefault(); return; }
    if (key === "Escape") {
      if (focus?.getAttribute?.("aria-expanded") === "true") return; // the list closes itself first
      const open = one("details.menu[open]");
      if (open) { open.open = false; one("summary", open).focus(); }
      else if (focus.matches("#script-notice a,[data-find]") && from) { one("#script-notice")?.remove(); from.focus(); }
      else if (inField(focus)) rest(focus.closest("main form") || one("main"));
      else one("[data-key=Esc]")?.click();
      return;
    }
    if (inField(focus)) return;
    if (key === "/") { find(ev); return; }
    if (key === "?") { one("#all-keys")?.showModal(); return; }
    const list = rows(), at = list.indexOf(chosen());
    const to = { ArrowDown: Math.min(at + 1, list.length - 1), ArrowUp: Math.max(at - 1, 0), Home: 0, End: list.length - 1 }[key];
    // Only a list that is being walked takes Home and End; otherwise the page keeps them.
    if (list.length && to !== undefined && (at >= 0 || key.startsWith("Arrow"))) { one("a.open", list[to]).focus(); ev.preventDefault(); return; }
    if (ev.repeat || body.dataset.letters === "off" && /^[a-z]$/i.test(key)) return;
    const tick = key === " " && one("input[name=hs]", chosen() || doc.createElement("i"));
    if (tick && focus !== tick) { tick.click(); ev.preventDefault(); return; }
    const box = /^[1-9]$/.test(key) && focus?.closest?.("[data-ticks]");
    if (box) { all("input[type=checkbox]", box)[key - 1]?.click(); ev.preventDefault(); return; }
    // Enter belongs to the link or button in focus; only where there is none does it do the page's act.
    if (key === "Enter" && !(focus === body || focus.matches("main,h1,form"))) return;
    // Of a scanner's letters another one follows at once: none of them is a key.
    if (/^[a-z0-9]$/i.test(key)) { soon = setTimeout(act, 50, key); return; }
    if (act({ ArrowLeft: "←", ArrowRight: "→" }[key] ?? key)) ev.preventDefault();
  }, true);
  function find(ev) {
    const box = all("input[data-find]").find(visible);
    if (!box) return;
    ev.preventDefault();
    if (doc.activeElement !== box) from = lost() ? null : doc.activeElement;
    box.focus();
    box.select();
  }
  all("[data-tick-required]").forEach(b => on(b, "click", () => {
    all("input[data-required]:not(:checked)", b.form || doc).forEach(i => i.click());
    say("Đã đánh dấu đủ giấy tờ bắt buộc");
  }));
  all("[data-all]").forEach(b => on(b, "change", () => {
    all("input[name=hs]", b.closest("table")).forEach(i => { i.checked = b.checked; });
  }));
  all("[data-autosubmit]").forEach(e => on(e, "change", () => e.form?.requestSubmit()));

  // --- a table wider than its place says so
  const wide = () => all(".scroll").forEach(e => e.classList.toggle("over", e.scrollWidth > e.clientWidth + 1));
  addEventListener("resize", wide);
  wide();

  // --- a telephone's page begins with its subject
  const narrow = matchMedia("(max-width:45rem)");
  (narrow.onchange = () => all(".fold").forEach(d => { d.open = !narrow.matches || one("[aria-invalid]", d); }))();

  // --- after an act the focus goes to what happened
  const told = one(".summary") || one("main [data-focus]");
  if (told) told.focus();
  else if (lost() && !one("[autofocus]") && (sent || one("main > .notice"))) rest(one("main > .notice:is(.err,.warn)") || one("main h1") || one("main"));

  // --- long work: its bar follows by itself; when it ends the page says what came of it
  if (one("[data-follow]")) {
    const again = async () => {
      try {
        const answer = await fetch(location.href), bar = one("[data-follow]");
        const next = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-follow]");
        if (!next || answer.redirected) { location.reload(); return; }
        bar.innerHTML = next.innerHTML;
      } catch { /* asked again */ }
      setTimeout(again, 1000);
    };
    setTimeout(again, 500);
  }

  // --- kiosk: untouched, it goes back to its first page
  const reset = body.dataset.resetUrl;
  if (reset) {
    let timer;
    const again = () => { clearTimeout(timer); timer = setTimeout(() => location.replace(reset), (Number(body.dataset.resetAfter) || 20) * 1000); };
    ["pointerdown", "keydown", "input"].forEach(e => addEventListener(e, again));
    again();
  }
  addEventListener("offline", () => notice("Mất kết nối với máy chủ, chưa lưu được. Bản nháp còn trên máy này."));
})();
