// The inspector: one page over the control API, without a build step or a framework.
//
// Read it from top to bottom: words, elements, the API, what is known, then one section
// per part of the page, and the start at the end. Whatever came from outside reaches the
// page as text only, never as markup.

// -- words ----------------------------------------------------------------------------

const WORDS = JSON.parse(document.getElementById("words").textContent);
const LANGUAGES = Object.keys(WORDS);

let lang = LANGUAGES.includes(recall("language")) ? recall("language") : document.documentElement.lang;

function t(name, filled = {}) {
  return WORDS[lang][name].replace(/\{(\w+)\}/g, (_, key) => String(filled[key] ?? ""));
}

/** Choose this language's text out of {"en": …, "zh": …}; a plain text stays itself. */
function spoken(text) {
  if (text === null || typeof text !== "object") return String(text ?? "");
  return String(text[lang] ?? text[lang.split("-")[0]] ?? text.en ?? JSON.stringify(text));
}

function translatePage() {
  document.documentElement.lang = lang;
  document.title = t("title");
  for (const each of document.querySelectorAll("[data-word]")) each.textContent = t(each.dataset.word);
  for (const each of document.querySelectorAll("[data-word-label]")) {
    const label = each.tagName === "OPTGROUP" ? "label" : "aria-label";
    each.setAttribute(label, t(each.dataset.wordLabel));
  }
  const origin = location.origin;
  $("backend-why").textContent = t("backend_why", { origin });
  $("journal-hint").textContent = t("journal_empty_hint", { origin });
  $("language").lang = lang === "en" ? "zh-CN" : "en";
}

// -- what the browser remembers -------------------------------------------------------

/** Private windows may refuse storage; the page works without. */
function recall(name) {
  try {
    return localStorage.getItem(`mockwx.${name}`);
  } catch {
    return null;
  }
}

function remember(name, value) {
  try {
    localStorage.setItem(`mockwx.${name}`, value);
  } catch {
    // Forgotten with the page.
  }
}

// -- elements -------------------------------------------------------------------------

function $(id) {
  return document.getElementById(id);
}

function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) node.setAttribute(name, value);
  }
  node.append(...children.flat().filter((each) => each !== null && each !== undefined && each !== false));
  return node;
}

function el(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

function svg(tag, attributes = {}, ...children) {
  return fill(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
}

function announce(text) {
  $("announce").textContent = text;
}

let toastTimer = 0;

function complain(text) {
  const toast = $("toast");
  toast.textContent = text;
  toast.hidden = false;
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => (toast.hidden = true), 8000);
}

const JSON_TOKEN = /("(?:[^"\\]|\\.)*")(\s*:)?|\b(?:true|false|null)\b|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/** Set text on the page; JSON is indented and coloured, everything else stays as it is. */
function pretty(text) {
  const value = parsed(text);
  if (value === undefined || value === null || typeof value !== "object") return el("pre", { tabindex: 0 }, text);
  const shown = JSON.stringify(value, null, 2);
  const parts = [];
  let end = 0;
  for (const found of shown.matchAll(JSON_TOKEN)) {
    parts.push(shown.slice(end, found.index));
    const kind = found[1] ? (found[2] ? "j-key" : "j-text") : "j-plain";
    parts.push(el("span", { class: kind }, found[1] ?? found[0]), found[2] ?? "");
    end = found.index + found[0].length;
  }
  return el("pre", { tabindex: 0 }, ...parts, shown.slice(end));
}

function parsed(text) {
  if (typeof text !== "string") return text;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

// -- moments --------------------------------------------------------------------------

// WeChat's own time, which the doctor's sentences keep to as well.
const ZONE = "+08:00";
const ZONE_SECONDS = 8 * 3600;

function clockFace(seconds) {
  return new Date((seconds + ZONE_SECONDS) * 1000).toISOString();
}

function timeOf(seconds, { fine = false } = {}) {
  return clockFace(seconds).slice(11, fine ? 23 : 19);
}

function dateOf(seconds) {
  return clockFace(seconds).slice(0, 10);
}

/** A moment of the mock's, with its date wherever the day is another than now's. */
function momentOf(seconds) {
  const day = dateOf(seconds);
  return day === dateOf(clockNow()) ? timeOf(seconds) : `${day} ${timeOf(seconds)}`;
}

// -- the control API ------------------------------------------------------------------

let world = recall("world") ?? "default";
let token = sessionStorage.getItem("mockwx.token") ?? "";

class Refusal extends Error {}

function headers() {
  const sent = { "X-Mockwx-World": world };
  if (token) sent.Authorization = `Bearer ${token}`;
  return sent;
}

async function ask(method, path, body) {
  const asked = { method, headers: headers() };
  if (body !== undefined) {
    asked.body = JSON.stringify(body);
    asked.headers["Content-Type"] = "application/json";
  }
  const response = await fetch(`api/${path}`, asked).catch(() => {
    throw new Refusal(t("lost"));
  });
  if (response.status === 401) $("token-form").hidden = false;
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Refusal(refusalOf(answer, response));
  return answer;
}

function refusalOf(answer, response) {
  const error = answer.error ?? {};
  return (lang === "en" ? error.message : error.message_zh) ?? `HTTP ${response.status}`;
}

function query(path, values) {
  const given = Object.entries(values).filter(([, value]) => value !== "" && value !== undefined);
  return given.length ? `${path}?${new URLSearchParams(given)}` : path;
}

/** Do something for a person at the page; what is refused is shown to them. */
function attempt(act) {
  return async (...given) => {
    try {
      return await act(...given);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      complain(error.message);
      return undefined;
    }
  };
}

// -- what is known --------------------------------------------------------------------

const MOST_KEPT = 2000;
const MOST_LISTED = 500;
const MOST_DRAWN = 60;

let exchanges = [];
let selected = null;
let revealed = null;
let paused = false;
let shownUntil = Infinity;
let history = null;

function person() {
  return $("user").value.trim() || "alice";
}

function app() {
  return $("app").value;
}

function isAbout(exchange) {
  return exchange.user === person() && exchange.appid === app();
}

/** What came of an exchange: one short text, and whether it failed. */
function resultOf(exchange) {
  if (exchange.kind === "phone") {
    const errMsg = String(parsed(exchange.response.body)?.errMsg ?? "");
    const rest = errMsg.replace(/^[^:]*:\s*/, "");
    return { text: rest === "ok" ? t("ok") : rest, failed: rest !== "ok" };
  }
  const { status } = exchange.response;
  if (exchange.errcode) return { text: String(exchange.errcode), failed: true };
  if (exchange.errcode === 0) return { text: t("ok"), failed: false };
  return { text: `HTTP ${status}`, failed: status >= 400 || Boolean(exchange.diagnosis) };
}

function nameOf(exchange) {
  return [exchange.request.method, exchange.request.path].filter(Boolean).join(" ");
}

// -- the journal, live ----------------------------------------------------------------

let listening = new AbortController();

/** EventSource can send neither the world nor a token, so the stream is read by hand. */
async function listen() {
  listening.abort();
  listening = new AbortController();
  const { signal } = listening;
  let since = 0;
  showLive("connecting");
  for (let delay = 500; !signal.aborted; delay = Math.min(delay * 2, 8000)) {
    const last = await readEvents(since, signal, (exchange) => {
      since = exchange.number;
      delay = 500;
      addExchange(exchange);
    }).catch((error) => error);
    if (signal.aborted) return;
    if (!(last instanceof Refusal)) showLive("lost");
    await new Promise((done) => setTimeout(done, delay));
  }
}

async function readEvents(since, signal, take) {
  const response = await fetch(query("api/events", { kind: "any", since }), {
    headers: headers(),
    signal,
  });
  if (!response.ok) {
    const refusal = refusalOf(await response.json().catch(() => ({})), response);
    if (response.status === 401) $("token-form").hidden = false;
    showLive("lost");
    complain(refusal);
    throw new Refusal(refusal);
  }
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let unread = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    showLive("live");
    const blocks = (unread + value).split("\n\n");
    unread = blocks.pop();
    for (const block of blocks) {
      const line = block.split("\n").find((each) => each.startsWith("data: "));
      if (line) take(JSON.parse(line.slice(6)));
    }
  }
}

function showLive(state) {
  const live = $("live");
  if (live.dataset.state === state) return;
  live.dataset.state = state;
  live.textContent = t(state);
}

function addExchange(exchange) {
  exchanges.push(exchange);
  if (exchanges.length > MOST_KEPT) exchanges = exchanges.slice(-MOST_KEPT);
  later(drawJournal, 60);
  later(keepStep, 1000);
  if (isAbout(exchange)) later(refreshHistory, 250);
  if (exchange.fault) later(refreshFaults, 250);
  if (Math.abs(exchange.at - clockNow()) > (clock.frozen ? 0 : 2)) later(refreshClock, 250);
  const result = resultOf(exchange);
  announce(t("announce", { call: nameOf(exchange), user: exchange.user || "–", result: result.text }));
}

/** Drop what the journal no longer keeps: it was cleared elsewhere, or is full. */
const keepStep = attempt(async () => {
  const count = exchanges.length;
  if (!count) return;
  const match = { kind: "any", since: exchanges[0].number - 1 };
  const { found } = await ask("POST", "exchanges/verify", { match, at_least: count });
  if (found >= count) return;
  exchanges = exchanges.slice(count - found);
  drawJournal();
  drawSequence();
});

const waiting = new Set();

/** Do something once, soon, however often it is asked for until then. */
function later(act, milliseconds) {
  if (waiting.has(act)) return;
  waiting.add(act);
  setTimeout(() => {
    waiting.delete(act);
    act();
  }, milliseconds);
}

// -- the journal: list ----------------------------------------------------------------

function isWanted(exchange) {
  const path = $("filter-path").value.trim();
  const user = $("filter-user").value.trim();
  const errcode = $("filter-errcode").value.trim();
  const kind = $("filter-kind").value;
  return (
    exchange.number <= shownUntil &&
    (!path || nameOf(exchange).toLowerCase().includes(path.toLowerCase())) &&
    (!user || exchange.user === user) &&
    (!kind || exchange.kind === kind) &&
    (!errcode || String(exchange.errcode) === errcode) &&
    (!$("filter-failed").checked || resultOf(exchange).failed)
  );
}

function drawJournal() {
  const list = $("list");
  const wanted = exchanges.filter(isWanted);
  const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 40;
  const focused = document.activeElement?.closest?.("#rows tr")?.dataset.number;
  $("rows").replaceChildren(...wanted.slice(-MOST_LISTED).map(rowOf));
  if (focused) rowButton(focused)?.focus({ preventScroll: true });
  if (atEnd) list.scrollTop = list.scrollHeight;
  if (currentTab() === "doctor") drawFailedCalls();
  const none = wanted.length === 0;
  $("journal-empty").hidden = !none;
  $("journal-empty").querySelector("b").textContent = t(exchanges.length ? "journal_none" : "journal_empty");
  $("journal-hint").hidden = exchanges.length > 0;
  $("count").textContent = t("count", { shown: wanted.length, all: exchanges.length });
  if (paused)
    $("pause").textContent = t("resume_live", {
      n: exchanges.filter((each) => each.number > shownUntil).length,
    });
}

function rowOf(exchange) {
  const result = resultOf(exchange);
  const chosen = selected?.number === exchange.number;
  const choose = el(
    "button",
    { type: "button", "aria-expanded": String(chosen), "aria-controls": "detail" },
    callOf(exchange),
  );
  const ms = exchange.kind === "server" ? exchange.duration_ms.toFixed(1) : "";
  return el(
    "tr",
    {
      "data-number": exchange.number,
      class: chosen ? "chosen" : null,
      onclick: () => select(exchange, { focus: true }),
    },
    el("td", { class: "time", title: dateOf(exchange.at) }, timeOf(exchange.at, { fine: true })),
    el("td", { class: "kind" }, kindBadge(exchange.kind)),
    el("td", { class: "call" }, choose),
    el("td", { class: "who" }, exchange.user),
    el(
      "td",
      { class: result.failed ? "result failed" : "result" },
      result.failed ? "✕ " : "",
      result.text,
      markOf(exchange),
    ),
    el("td", { class: "ms" }, ms),
  );
}

function markOf(exchange) {
  if (exchange.diagnosis)
    return el("span", { class: "mark", title: t("diagnosis") }, " ⚕ ", el("span", { class: "sr" }, t("diagnosis")));
  if (exchange.fault)
    return el("span", { class: "mark", title: t("struck") }, " ⚡ ", el("span", { class: "sr" }, t("struck")));
  return null;
}

function callOf(exchange) {
  const { method, path } = exchange.request;
  return [method ? el("span", { class: "faint" }, `${method} `) : null, path];
}

function kindBadge(kind) {
  return el("span", { class: `kind-${kind}`, title: t(`kind_${kind}_why`) }, t(`kind_${kind}`));
}

function rowButton(number) {
  return document.querySelector(`#rows tr[data-number="${number}"] button`);
}

function moveAmongRows(event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step || event.target.tagName !== "BUTTON") return;
  const buttons = [...$("rows").querySelectorAll("button")];
  buttons[buttons.indexOf(event.target) + step]?.focus();
  event.preventDefault();
}

// -- the journal: one exchange --------------------------------------------------------

function select(exchange, { focus = false } = {}) {
  selected = exchange;
  revealed = null;
  for (const row of $("rows").children) {
    const chosen = row.dataset.number === String(exchange.number);
    row.classList.toggle("chosen", chosen);
    row.querySelector("button").setAttribute("aria-expanded", String(chosen));
  }
  drawDetail();
  if (focus) $("detail-title").focus();
}

function closeDetail() {
  const number = selected?.number;
  selected = revealed = null;
  drawDetail();
  drawJournal();
  rowButton(number)?.focus();
}

function drawDetail() {
  const detail = $("detail");
  detail.hidden = !selected;
  if (!selected) return detail.replaceChildren();
  const exchange = revealed ?? selected;
  return detail.replaceChildren(
    el(
      "header",
      {},
      el("h2", { id: "detail-title", tabindex: -1 }, nameOf(exchange)),
      el(
        "button",
        {
          type: "button",
          class: "plain",
          "aria-label": t("close"),
          title: `${t("close")} (Esc)`,
          onclick: closeDetail,
        },
        "×",
      ),
    ),
    factsOf(exchange),
    exchange.diagnosis
      ? el("section", { class: "diagnosed" }, el("h3", {}, t("diagnosis")), findings(exchange.diagnosis))
      : "",
    el(
      "p",
      { class: "tools" },
      el(
        "button",
        { type: "button", "aria-pressed": String(Boolean(revealed)), onclick: toggleReveal },
        t(revealed ? "hide" : "reveal"),
      ),
      el("button", { type: "button", onclick: () => copy(JSON.stringify(exchange, null, 2)) }, t("copy")),
      el("button", { type: "button", onclick: () => askAbout(exchange) }, t("ask_doctor")),
      exchange.user ? el("button", { type: "button", onclick: () => showInSequence(exchange) }, t("see_sequence")) : "",
    ),
    el("section", {}, el("h3", {}, t("question")), questionOf(exchange.request)),
    el(
      "section",
      {},
      el("h3", {}, t("answer"), " ", el("small", { class: "faint" }, answerFacts(exchange))),
      bodyOf(exchange.response.body),
    ),
  );
}

function factsOf(exchange) {
  const result = resultOf(exchange);
  const facts = [
    [t("col_result"), el("span", { class: result.failed ? "failed" : null }, result.failed ? "✕ " : "", result.text)],
    [t("at"), `${dateOf(exchange.at)} ${timeOf(exchange.at, { fine: true })}`],
    [t("col_kind"), kindBadge(exchange.kind)],
    [t("took"), exchange.duration_ms ? `${exchange.duration_ms} ms` : ""],
    [t("who"), [exchange.user, exchange.appid].filter(Boolean).join(" · ")],
    [t("rid"), exchange.rid],
    [t("struck"), exchange.fault],
    [t("note"), exchange.note],
  ];
  const shown = facts.filter(([, value]) => value);
  return el("dl", {}, ...shown.map(([name, value]) => [el("dt", {}, name), el("dd", {}, value)]));
}

function answerFacts(exchange) {
  if (exchange.kind === "phone") return "";
  return [exchange.response.status, exchange.response.content_type].filter(Boolean).join(" · ");
}

function questionOf(request) {
  const pairs = [...new URLSearchParams(request.query)];
  const asked = [];
  if (pairs.length)
    asked.push(el("dl", { class: "mono" }, ...pairs.map(([name, value]) => [el("dt", {}, name), el("dd", {}, value)])));
  if (request.body || !pairs.length) asked.push(bodyOf(request.body));
  return asked;
}

function bodyOf(text) {
  return text ? pretty(text) : el("p", { class: "faint" }, t("nothing"));
}

const toggleReveal = attempt(async () => {
  if (revealed) revealed = null;
  else {
    const since = selected.number - 1;
    // By its rid where it has one: the list after a number may be long.
    revealed = selected.rid
      ? await ask("GET", query(`exchanges/${selected.rid}`, { reveal: 1 }))
      : (await ask("GET", query("exchanges", { kind: "any", since, reveal: 1 }))).exchanges[0];
  }
  drawDetail();
  $("detail").querySelector("[aria-pressed]").focus();
});

async function copy(text) {
  await navigator.clipboard.writeText(text);
  announce(t("copied"));
}

function showInSequence(exchange) {
  $("user").value = exchange.user;
  if ([...$("app").options].some((each) => each.value === exchange.appid)) $("app").value = exchange.appid;
  changePerson();
  showTab("login", { focus: true });
}

// -- the history of a person ----------------------------------------------------------

let keysRevealed = false;

async function fetchHistory({ reveal = false } = {}) {
  return ask("GET", query("sessions", { appid: app(), user: person(), reveal: reveal ? 1 : undefined }));
}

async function refreshHistory() {
  try {
    history =
      exchanges.some(isAbout) || currentTab() !== "journal" ? await fetchHistory({ reveal: keysRevealed }) : null;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    history = null;
  }
  drawPerson();
}

function drawPerson() {
  drawSequence();
  drawKeys();
  drawPicks();
}

function keyClass(number) {
  return number ? `key k${((number - 1) % 8) + 1}` : "key k0";
}

function keyPill(number) {
  return el("span", { class: keyClass(number) }, number ? t("key_n", { n: number }) : t("no_key"));
}

// -- the sequence: what happened, told in rows ----------------------------------------

const PHONE = 0;
const BACKEND = 1;
const WECHAT = 2;
const WAYS = {
  phone: [PHONE, WECHAT],
  server: [BACKEND, WECHAT],
  backend: [PHONE, BACKEND],
  push: [WECHAT, BACKEND],
};

/** Put each question before what it caused: a backend's own calls lie within the
 * phone's, which is told of only when it is over. */
function inOrder(told) {
  const steps = [];
  let run = 0;
  for (const exchange of told) {
    if (exchange.kind === "backend") steps.splice(run, 0, { exchange, asks: true });
    else steps.push({ exchange, asks: true });
    steps.push({ exchange, asks: false });
    if (exchange.kind === "phone" || exchange.kind === "backend") run = steps.length;
  }
  return steps;
}

/** Which key an exchange moves, and how: by the codes and payloads that crossed it. */
function keyIn(exchange, known) {
  const wire = `${exchange.request.query} ${exchange.request.body} ${exchange.response.body}`.replaceAll("\\/", "/");
  const payload = known.payloads.findLast(
    (each) => wire.includes(each.encrypted_data) || wire.includes(encodeURIComponent(each.encrypted_data)),
  );
  const code = known.codes.find((each) => each.kind === "login" && wire.includes(each.code));
  const key = exchange.request.path.includes("resetusersessionkey")
    ? known.session_keys.find((each) => each.cause === "reset" && each.created_at === Math.floor(exchange.at))
    : undefined;
  return { payload, code, reset: key?.number };
}

/** Tell a person's exchanges as rows: arrows, changes of the key, and warnings. */
function tell(told, known) {
  const first = told.length ? Math.floor(told[0].at) : 0;
  const state = {
    valid: known.session_keys.findLast((each) => each.created_at < first)?.number ?? 0,
    held: 0,
    loose: null,
  };
  const unseen = known.session_keys.filter((each) => each.cause === "rotate" && each.number > state.valid);
  const rows = [];
  const push = (row) => {
    rows.push({ ...row, valid: state.valid, held: state.held });
    return rows.at(-1);
  };
  const change = (number, at) => {
    const key = known.session_keys.find((each) => each.number === number);
    if (number <= state.valid || !key) return;
    const [old, cause] = [state.valid, t(`cause_${key.cause}`)];
    state.valid = number;
    if (old) push({ note: t("replaced", { n: number, old, cause }), at, key: number });
  };
  for (const { exchange, asks } of inOrder(told)) {
    const moved = keyIn(exchange, known);
    while (
      unseen.length &&
      (unseen[0].created_at < Math.floor(exchange.at) || unseen[0].number <= (moved.code?.key_number ?? 0))
    ) {
      change(unseen[0].number, unseen[0].created_at);
      unseen.shift();
    }
    const arrow = push(arrowOf(exchange, asks, moved));
    if (asks) continue;
    follow(exchange, moved, state, { change, push });
    warn(exchange, moved, state, push);
    // An answer brings its key: the lines change colour where it arrives.
    Object.assign(arrow, { valid: state.valid, held: state.held });
  }
  for (const key of unseen) change(key.number, key.created_at);
  return rows;
}

/** Follow where the keys are after an answer. */
function follow(exchange, { payload, code, reset }, state, { change }) {
  if (exchange.kind === "phone" && !resultOf(exchange).failed) {
    if (code) change(code.key_number, exchange.at);
    if (payload) state.loose = payload;
  }
  if (exchange.kind === "server" && exchange.errcode === 0) {
    const given = exchange.request.path === "/sns/jscode2session" ? code?.key_number : reset;
    if (!given) return;
    change(given, exchange.at);
    state.held = given;
  }
}

/** Warn where keys no longer agree: in the doctor's words, if it has spoken. */
function warn(exchange, moved, state, push) {
  const payload = state.held ? payloadAt(exchange, moved, state) : undefined;
  const said = exchange.diagnosis?.findings?.[0];
  const text = said ? spoken(said.message) : payload === state.accused ? "" : staleness(payload, state.held);
  if (!text || text === state.warned) return;
  Object.assign(state, { warned: text, accused: payload });
  push({ warning: text, at: exchange.at });
}

/** Find the payload that meets the backend's key: posted now, or on its way since. */
function payloadAt(exchange, { payload }, state) {
  if (exchange.kind === "backend") return payload;
  if (exchange.kind !== "server") return undefined;
  const { loose } = state;
  state.loose = null;
  return loose ?? undefined;
}

function staleness(payload, held) {
  if (!payload || payload.key_number === held) return "";
  return t("cannot_open", { time: timeOf(payload.produced_at), n: payload.key_number, held });
}

function arrowOf(exchange, asks, moved) {
  const [one, other] = WAYS[exchange.kind];
  const result = resultOf(exchange);
  const row = { exchange, asks, at: exchange.at, failed: !asks && result.failed };
  if (asks) return { ...row, from: one, to: other, text: nameOf(exchange), key: keyAsked(exchange, moved) };
  const answered = { ...row, from: other, to: one };
  if (result.failed) return { ...answered, text: `✕ ${result.text}` };
  return { ...answered, ...(keyAnswered(exchange, moved) ?? { text: result.text }) };
}

/** A phone's question to the backend carries a payload, or a code that stands for a key. */
function keyAsked(exchange, { payload, code }) {
  return exchange.kind === "backend" ? (payload ?? code)?.key_number : undefined;
}

function keyAnswered(exchange, { payload, code, reset }) {
  if (exchange.kind === "phone" && payload) return { text: "encryptedData", key: payload.key_number };
  if (exchange.kind === "phone" && code) return { text: "code", key: code.key_number };
  if (exchange.kind === "server" && (reset || code)) return { text: "session_key", key: reset ?? code.key_number };
  return undefined;
}

// -- the sequence: drawn --------------------------------------------------------------

const LANES = [190, 510, 830];
const WIDTH = 930;
const HEIGHTS = { asks: 42, answers: 40, note: 36 };
const LINE = 17;
const LINE_WIDTH = 720;

/** Break a sentence into lines, by an estimate of how wide its letters are. */
function lines(text) {
  const found = [""];
  let width = 0;
  for (const word of text.match(/[\u2e80-\uffef]|[^\s\u2e80-\uffef]+\s*|\s+/g) ?? []) {
    const needed = [...word].reduce((sum, letter) => sum + (letter > "\u2e80" ? 13 : 7.4), 0);
    if (width + needed > LINE_WIDTH) {
      found.push("");
      width = 0;
    }
    found[found.length - 1] += word;
    width += needed;
  }
  return found.map((line) => line.trim());
}

function heightOf(row) {
  if (row.warning) return lines(`⚠ ${row.warning}`).length * LINE + 20;
  return row.exchange ? HEIGHTS[row.asks ? "asks" : "answers"] : HEIGHTS.note;
}

function drawSequence() {
  const mine = exchanges.filter(isAbout);
  const known = history;
  $("login-about").textContent = t("login_about", { user: person(), app: app() });
  drawLogins(known);
  const from = Number($("from-login").value || 0);
  const told = mine.filter((each) => each.number >= from).slice(-MOST_DRAWN);
  if (!told.length || !known) {
    $("diagram").replaceChildren(el("div", { class: "empty" }, el("p", {}, t("login_empty", { user: person() }))));
    return;
  }
  const rows = tell(told, known);
  $("diagram").replaceChildren(lanes(), drawing(rows, told.length));
}

/** Offer each login kept, by the number of the exchange that handed out its code. */
function drawLogins(known) {
  const choice = $("from-login");
  const before = choice.value;
  const logins = exchanges.filter(
    (each) => isAbout(each) && each.request.path === "wx.login" && !resultOf(each).failed,
  );
  const options = logins.map((each) => {
    const code = parsed(each.response.body)?.code;
    const n = known?.codes.find((one) => one.code === code)?.key_number ?? "?";
    return el("option", { value: each.number, "data-code": code }, t("login_at", { time: timeOf(each.at), n }));
  });
  choice.replaceChildren(el("option", { value: "" }, t("all_logins")), ...options);
  choice.value = [...choice.options].some((each) => each.value === before) ? before : "";
}

/** Ask where the story of a login begins, which a busy page may no longer hold. */
const traceLogin = attempt(async () => {
  const code = $("from-login").selectedOptions[0]?.dataset.code;
  if (code) {
    const { steps } = await ask("GET", query("trace", { code }));
    const known = new Set(exchanges.map((each) => each.number));
    exchanges.push(...steps.filter((each) => !known.has(each.number)));
    exchanges.sort((one, other) => one.number - other.number);
  }
  drawSequence();
});

function lanes() {
  const names = [t("lane_phone"), t("lane_backend"), t("lane_wechat")];
  const heads = names.map((name, lane) =>
    svg(
      "g",
      {},
      svg("rect", { x: LANES[lane] - 62, y: 4, width: 124, height: 32, rx: 8, class: "head" }),
      svg("text", { x: LANES[lane], y: 25, class: "head-name" }, name),
    ),
  );
  return svg("svg", { viewBox: `0 0 ${WIDTH} 40`, class: "heads", "aria-hidden": "true" }, ...heads);
}

function drawing(rows, count) {
  let y = 8;
  const placed = rows.map((row) => {
    const height = heightOf(row);
    y += height;
    return { ...row, y: y - 8, top: y - height, bottom: y };
  });
  const parts = [...lifelines(placed, y + 12), ...placed.map(drawRow)];
  return svg(
    "svg",
    {
      viewBox: `0 0 ${WIDTH} ${y + 16}`,
      role: "group",
      "aria-label": t("diagram", { n: count, user: person() }),
    },
    ...parts,
  );
}

function lifelines(placed, end) {
  const line = (lane, from, to, name) =>
    svg("line", { x1: LANES[lane], x2: LANES[lane], y1: from, y2: to, class: `life ${name}` });
  const drawn = [line(PHONE, 0, end, "")];
  for (const [lane, side] of [
    [BACKEND, "held"],
    [WECHAT, "valid"],
  ]) {
    let [from, key] = [0, 0];
    for (const row of [...placed, { y: end, [side]: -1 }]) {
      if (row[side] === key) continue;
      drawn.push(line(lane, from, row.y, key ? keyClass(key) : ""));
      [from, key] = [row.y, row[side]];
    }
  }
  return drawn;
}

function drawRow(row) {
  if (row.warning) return drawWarning(row);
  return row.exchange ? drawArrow(row) : drawNote(row);
}

function drawArrow(row) {
  const [x1, x2] = [LANES[row.from], LANES[row.to]];
  const inward = x2 > x1 ? -1 : 1;
  const tip = x2 + inward * 4;
  const sentence = t("step", {
    time: timeOf(row.at),
    from: laneName(row.from),
    to: laneName(row.to),
    text: sentenceOf(row),
  });
  const open = () => (showTab("journal"), select(row.exchange, { focus: true }));
  const reach = {
    role: "button",
    tabindex: 0,
    "aria-label": sentence,
    onkeydown: (event) => (event.key === "Enter" || event.key === " ") && (event.preventDefault(), open()),
  };
  // Words of an arrow that passes the backend stand before it, clear of its line.
  const middle = (x1 + (row.exchange.kind === "phone" ? LANES[BACKEND] - LANES[WECHAT] : 0) + x2) / 2;
  return svg(
    "g",
    {
      class: ["step", row.failed ? "failed" : "", row.asks ? "asks" : "answers"].join(" "),
      onclick: open,
      ...(row.asks ? reach : { "aria-hidden": "true" }),
    },
    svg("rect", {
      x: 0,
      y: row.top + 2,
      width: WIDTH,
      height: row.bottom - row.top - 2,
      rx: 6,
      class: "hit",
    }),
    row.asks ? svg("text", { x: 10, y: row.y + 4, class: "at" }, timeOf(row.at)) : null,
    svg("line", { x1: x1 - inward * 4, x2: tip, y1: row.y, y2: row.y, class: "arrow" }),
    svg("path", { d: `M${tip} ${row.y} l${inward * 9} -4.5 v9 z`, class: "tip" }),
    svg("text", { x: middle, y: row.y - (row.key === undefined ? 7 : 13), class: "words" }, row.text),
    row.key === undefined ? null : drawPill(middle, row.y, row.key),
  );
}

function sentenceOf(row) {
  const answer = resultOf(row.exchange).text;
  const key = row.key === undefined ? "" : `, ${t("key_n", { n: row.key })}`;
  return `${row.text}${key}: ${answer}`;
}

function laneName(lane) {
  return t(["lane_phone", "lane_backend", "lane_wechat"][lane]);
}

function drawPill(x, y, number) {
  const text = number ? t("key_n", { n: number }) : t("no_key");
  const width = number ? 56 : 104;
  return svg(
    "g",
    { class: keyClass(number) },
    svg("rect", { x: x - width / 2, y: y - 9.5, width, height: 19, rx: 9.5, class: "pill" }),
    svg("text", { x, y: y + 4, class: "pill-text" }, text),
  );
}

function drawNote(row) {
  return svg(
    "g",
    { class: keyClass(row.key) },
    svg("circle", { cx: LANES[WECHAT], cy: row.y - 6, r: 7, class: "pill" }),
    svg("text", { x: LANES[WECHAT] - 18, y: row.y - 2, class: "note" }, row.note),
  );
}

function drawWarning(row) {
  const said = lines(`⚠ ${row.warning}`).map((line, place) =>
    svg("text", { x: LANES[BACKEND], y: row.top + 23 + place * LINE }, line),
  );
  const box = {
    x: LANES[PHONE] - 62,
    y: row.top + 6,
    width: LANES[WECHAT] - LANES[PHONE] + 124,
    height: row.bottom - row.top - 10,
    rx: 8,
  };
  return svg("g", { class: "warning" }, svg("rect", box), ...said);
}

// -- the keys of a person -------------------------------------------------------------

const MOST_MOMENTS = 40;

function drawKeys() {
  const known = history;
  $("keys-about").textContent = t("keys_about", { user: person(), app: app() });
  $("reveal-keys").textContent = t(keysRevealed ? "hide" : "reveal");
  $("reveal-keys").setAttribute("aria-pressed", String(keysRevealed));
  if (!known?.session_keys.length) {
    $("timeline").replaceChildren(el("div", { class: "empty" }, el("p", {}, t("keys_empty", { user: person() }))));
    return;
  }
  $("timeline").replaceChildren(
    el("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": t("tab_keys") }, timeLine(known)),
    legend(),
    el("div", { class: "scroll" }, keyTable(known)),
  );
}

/** Each moment gets a column of its own: keys live for days, and what happens to them
 * lies seconds apart. */
function timeLine(known) {
  const now = Math.floor(clockNow());
  const marks = marksOf(known);
  const ends = known.session_keys.map((key) => endOf(key, now));
  const all = [...known.session_keys.map((key) => key.created_at), ...ends, ...marks.map((mark) => mark.at), now];
  const moments = [...new Set(all)].sort((one, other) => one - other).slice(-MOST_MOMENTS);
  const [left, top, row] = [96, 54, 46];
  const gap = Math.max(84, Math.min(150, 820 / Math.max(1, moments.length - 1)));
  const x = (at) => left + Math.max(0, moments.indexOf(at)) * gap;
  const width = left + (moments.length - 1) * gap + 64;
  const height = top + known.session_keys.length * row + 8;
  const columns = moments.map((at, place) => [
    svg("line", {
      x1: x(at),
      x2: x(at),
      y1: top - 10,
      y2: height - 6,
      class: at === now ? "column now" : "column",
    }),
    svg("text", { x: x(at), y: top - 18, class: "moment" }, at === now ? t("now") : timeOf(at)),
    dateOf(at) === dateOf(moments[place - 1] ?? 0)
      ? null
      : svg("text", { x: x(at), y: top - 34, class: "moment" }, dateOf(at)),
  ]);
  const bars = known.session_keys.map((key, index) =>
    bar(key, {
      index,
      y: top + index * row,
      from: x(key.created_at),
      to: x(ends[index]),
      last: width - 64,
      marks: stacked(
        marks.filter((mark) => mark.key === key.number),
        x,
      ),
    }),
  );
  return svg(
    "svg",
    {
      viewBox: `0 0 ${width} ${height}`,
      width,
      height,
      role: "img",
      "aria-label": t("timeline", { n: known.session_keys.length, user: person() }),
    },
    ...columns.flat(),
    ...bars,
  );
}

function endOf(key, now) {
  return Math.max(key.created_at, Math.min(key.superseded_at ?? now, key.expires_at, now));
}

function marksOf(known) {
  const codes = known.codes.filter((code) => code.key_number);
  return [
    ...codes.map((code) => ({ at: code.issued_at, key: code.key_number, kind: "code" })),
    ...known.payloads.map((payload) => ({
      at: payload.produced_at,
      key: payload.key_number,
      kind: "payload",
    })),
    ...codes
      .filter((code) => code.used_at !== null)
      .map((code) => ({ at: code.used_at, key: code.key_number, kind: "used" })),
  ];
}

/** Give marks of one moment a place beside each other. */
function stacked(marks, x) {
  const taken = new Map();
  return marks.map((mark) => {
    const place = taken.get(mark.at) ?? 0;
    taken.set(mark.at, place + 1);
    return { ...mark, x: x(mark.at) + place * 16 };
  });
}

function bar(key, { y, from, to, last, marks }) {
  const middle = y + 13;
  return svg(
    "g",
    { class: keyClass(key.number) },
    svg("line", { x1: to, x2: last, y1: middle, y2: middle, class: "after" }),
    svg("rect", {
      x: from,
      y,
      width: Math.max(to - from, 6),
      height: 26,
      rx: 6,
      class: key.live ? "bar live" : "bar",
    }),
    drawPill(44, middle, key.number),
    ...marks.map((mark) => glyph(mark.kind, mark.x, middle)),
  );
}

function glyph(kind, x, y) {
  if (kind === "payload") return svg("path", { d: `M${x} ${y - 6} l6 6 l-6 6 l-6 -6 z`, class: "glyph full" });
  return svg("circle", { cx: x, cy: y, r: 5, class: kind === "used" ? "glyph full" : "glyph" });
}

function legend() {
  const entries = ["code", "used", "payload"].map((kind) =>
    el(
      "li",
      {},
      svg(
        "svg",
        {
          viewBox: "0 0 16 16",
          width: 16,
          height: 16,
          "aria-hidden": "true",
          class: "key k0 legend-glyph",
        },
        glyph(kind, 8, 8),
      ),
      t(`mark_${kind}`),
    ),
  );
  return el("ul", { class: "legend" }, ...entries);
}

function keyTable(known) {
  const names = ["key", "value", "cause", "born", "end", "state"];
  const rows = known.session_keys.map((key) =>
    el(
      "tr",
      {},
      el("td", {}, keyPill(key.number)),
      el("td", { class: "mono" }, key.session_key),
      el("td", {}, t(`cause_${key.cause}`)),
      el("td", { class: "number" }, momentOf(key.created_at)),
      el("td", { class: "number" }, momentOf(key.superseded_at ?? key.expires_at)),
      el("td", {}, stateOf(key)),
    ),
  );
  return el(
    "table",
    {},
    el("thead", {}, el("tr", {}, ...names.map((name) => el("th", { scope: "col" }, t(`col_${name}`))))),
    el("tbody", {}, ...rows.reverse()),
  );
}

function stateOf(key) {
  if (key.live) return el("b", {}, t("state_live"));
  return key.superseded_by ? t("state_superseded", { n: key.superseded_by }) : t("state_expired");
}

const changeKey = attempt(async (act) => {
  await ask("POST", `sessions/${act}`, { appid: app(), user: person() });
  await refreshHistory();
});

const revealKeys = attempt(async () => {
  keysRevealed = !keysRevealed;
  await refreshHistory();
});

// -- the doctor -----------------------------------------------------------------------

const MOST_PICKED = 50;
const QUESTION = [
  "session_key",
  "iv",
  "encryptedData",
  "rawData",
  "signature",
  "appid",
  "openid",
  "code",
  "error",
  "sdk",
];

function drawPicks() {
  drawFailedCalls();
  $("pick-payload-label").textContent = t("pick_payload", { user: person() });
  const payloads = [...(history?.payloads ?? [])].reverse();
  const labels = payloads.map((each) =>
    t("payload_at", { api: each.api, time: timeOf(each.produced_at), n: each.key_number }),
  );
  offer(
    $("pick-payload"),
    payloads.map((each, place) => [each.encrypted_data, labels[place]]),
  );
  offer(
    $("pick-key"),
    [...(history?.session_keys ?? [])].reverse().map((key) => [String(key.number), t("key_n", { n: key.number })]),
  );
}

function offer(choice, options) {
  const before = choice.value;
  choice.replaceChildren(
    el("option", { value: "" }, t("pick_none")),
    ...options.map(([value, text]) => el("option", { value }, text)),
  );
  if (options.some(([value]) => value === before)) choice.value = before;
}

function fillQuestion(values) {
  for (const name of QUESTION) if (values[name]) $(`q-${name}`).value = values[name];
}

/** Offer what failed lately: whatever it carried goes into the form. */
function drawFailedCalls() {
  const failed = exchanges.filter((each) => each.diagnosis || resultOf(each).failed).slice(-MOST_PICKED);
  const label = (each) => `${timeOf(each.at)} ${nameOf(each)} · ${each.user || "–"} · ${resultOf(each).text}`;
  offer(
    $("pick-call"),
    failed.reverse().map((each) => [String(each.number), label(each)]),
  );
}

function pickCall() {
  const exchange = exchanges.find((each) => String(each.number) === $("pick-call").value);
  if (exchange) fillFrom(exchange);
}

function pickPayload() {
  const payload = history?.payloads.find((each) => each.encrypted_data === $("pick-payload").value);
  if (!payload) return;
  fillQuestion({
    encryptedData: payload.encrypted_data,
    iv: payload.iv,
    rawData: payload.raw_data,
    signature: payload.signature,
    appid: payload.appid,
    openid: history.openid,
  });
}

/** The key that was picked last is on its way, and a question waits for it. */
let picking = null;

const pickKey = attempt(async () => {
  const number = Number($("pick-key").value);
  if (!number) return;
  const { session_keys: keys } = await fetchHistory({ reveal: true });
  fillQuestion({ session_key: keys.find((each) => each.number === number)?.session_key });
});

function askAbout(exchange) {
  $("question").reset();
  fillFrom(exchange);
  showTab("doctor");
  $("q-session_key").focus();
}

/** Take from an exchange whatever the doctor may want to know. */
function fillFrom(exchange) {
  const sent = {
    ...Object.fromEntries(new URLSearchParams(exchange.request.query)),
    ...flat(parsed(exchange.request.body)),
  };
  const values = {
    ...sent,
    ...(exchange.kind === "phone" ? flat(parsed(exchange.response.body)) : {}),
  };
  const known = {
    ...values,
    code: values.js_code ?? values.code,
    appid: values.appid ?? exchange.appid,
  };
  if (exchange.kind === "backend") known.error = exchange.response.body;
  // A masked secret is worse than none.
  for (const name of Object.keys(known)) if (String(known[name]).includes("…")) delete known[name];
  fillQuestion(known);
}

function flat(value) {
  if (value === null || typeof value !== "object") return {};
  return Object.entries(value).reduce(
    (found, [name, each]) => ({
      ...found,
      ...(each !== null && typeof each === "object" ? flat(each) : { [name]: each }),
    }),
    {},
  );
}

const diagnose = attempt(async () => {
  await picking;
  const question = Object.fromEntries(
    QUESTION.map((name) => [name, $(`q-${name}`).value]).filter(([, value]) => value !== ""),
  );
  if (!Object.keys(question).length) throw new Refusal(t("nothing_asked"));
  const diagnosis = await ask("POST", "doctor", question);
  lastDiagnosis = diagnosis;
  drawDiagnosis();
  $("diagnosis").focus();
});

let lastDiagnosis = null;

function drawDiagnosis() {
  const hint = el("p", { class: "faint" }, t("doctor_waits"));
  $("diagnosis").replaceChildren(lastDiagnosis ? findings(lastDiagnosis) : el("div", { class: "empty" }, hint));
}

function findings(diagnosis) {
  const found = diagnosis.findings ?? [];
  const needs = (diagnosis.needs ?? []).map((each) => el("li", {}, spoken(each)));
  const plain = diagnosis.plaintext
    ? el("section", {}, el("h3", {}, t("plaintext")), pretty(JSON.stringify(diagnosis.plaintext)))
    : null;
  if (diagnosis.ok) return el("div", {}, el("p", { class: "verdict right" }, "✓ ", t("all_right")), plain);
  if (!found.length)
    return el(
      "div",
      {},
      el("p", { class: "verdict" }, t("no_cause")),
      needs.length ? el("ul", { class: "evidence" }, ...needs) : null,
      plain,
    );
  return el(
    "div",
    {},
    el("p", { class: "faint" }, t("causes", { n: found.length })),
    ...found.map((each, place) => finding(each, place === 0)),
    plain,
  );
}

const DOTS = { proved: "●●●", likely: "●●○", possible: "●○○" };

function finding(each, open) {
  const evidence = [each.evidence ?? []].flat();
  return el(
    "article",
    { class: `finding ${each.certainty}` },
    el(
      "header",
      {},
      el("code", {}, each.cause),
      el(
        "span",
        { class: "certainty" },
        el("span", { "aria-hidden": "true" }, `${DOTS[each.certainty] ?? ""} `),
        t(each.certainty),
      ),
    ),
    el("p", { class: "message" }, spoken(each.message)),
    each.cure ? el("p", { class: "cure" }, el("b", {}, t("cure")), " ", spoken(each.cure)) : null,
    each.where ? el("p", { class: "faint" }, t("where"), ": ", each.where.step, " · ", momentOf(each.where.at)) : null,
    evidence.length
      ? el(
          "details",
          { open },
          el("summary", {}, t("evidence")),
          el("ul", { class: "evidence" }, ...evidence.map((one) => el("li", {}, spoken(one)))),
        )
      : null,
  );
}

// -- the phone ------------------------------------------------------------------------

const MOST_ON_SCREEN = 30;

let loginState = "";

const ARGUMENTS = {
  getUserInfo: () => ({ withCredentials: true, button: true }),
  getUserProfile: () => ({ desc: "inspector" }),
  authorize: () => ({ scope: $("scope").value }),
};

const press = attempt(async (api) => {
  const consent = document.querySelector("input[name=consent]:checked").value;
  const handset = {
    appid: app(),
    user: person(),
    device: $("device").value,
    base_library: $("base-library").value,
    platform: $("platform").value,
    consent,
  };
  const answer = await ask("POST", `wx/${api}`, { ...handset, ...ARGUMENTS[api]?.() });
  const name = api.startsWith("getPhone") ? api : `wx.${api}`;
  const failed = !String(answer.errMsg ?? "").endsWith(":ok");
  showOnScreen(name, answer.errMsg ?? "", answer, failed);
  refreshPeople();
  if (!failed && $("backend-url").value.trim()) await deliver(api, answer);
});

function showOnScreen(name, text, answer, failed) {
  const screen = $("screen");
  const entry = el(
    "li",
    { class: failed ? "failed" : null },
    el(
      "details",
      {},
      el("summary", {}, el("time", {}, timeOf(clockNow())), " ", el("b", {}, name), " ", failed ? "✕ " : "✓ ", text),
      pretty(JSON.stringify(answer)),
    ),
  );
  screen.prepend(entry);
  while (screen.children.length > MOST_ON_SCREEN) screen.lastChild.remove();
  $("screen-empty").hidden = true;
}

function relaunch() {
  loginState = "";
  $("screen").replaceChildren();
  $("screen-empty").hidden = false;
  announce(t("relaunched"));
}

const SENT = ["code", "encryptedData", "iv", "rawData", "signature"];

/** Post to the backend what the phone got, as the mini program would, and tell the
 * journal of it. */
async function deliver(api, answer) {
  const sent = Object.fromEntries(
    SENT.filter((name) => answer[name] !== undefined).map((name) => [name, answer[name]]),
  );
  if (api !== "login" && !sent.encryptedData && !sent.code) return;
  const url = backendUrl($(api === "login" ? "login-path" : "data-path").value.trim());
  const asked = { "Content-Type": "application/json" };
  if (loginState) asked.Authorization = `Bearer ${loginState}`;
  const body = JSON.stringify(sent);
  const started = performance.now();
  const response = await fetch(url, {
    method: "POST",
    headers: asked,
    body,
    credentials: "omit",
  }).catch(() => {
    throw new Refusal(t("backend_silent", { url: url.href, origin: location.origin }));
  });
  const text = await response.text();
  const told = {
    method: "POST",
    path: url.pathname,
    query: url.search.slice(1),
    request_body: body,
    status: response.status,
    response_body: text,
    content_type: response.headers.get("Content-Type") ?? "",
  };
  const said = Object.fromEntries(Object.entries(told).filter(([, value]) => value !== ""));
  const took = Math.round(performance.now() - started);
  await ask("POST", "exchanges", { ...said, duration_ms: took, appid: app(), user: person() });
  loginState = String(flat(parsed(text))[$("token-field").value.trim()] ?? loginState);
  showOnScreen(`POST ${url.pathname}`, `HTTP ${response.status}`, parsed(text) ?? text, !response.ok);
}

function backendUrl(path) {
  const base = $("backend-url").value.trim();
  const url = URL.canParse(base) ? new URL(path.replace(/^\/+/, ""), base.endsWith("/") ? base : `${base}/`) : null;
  if (!["http:", "https:"].includes(url?.protocol)) throw new Refusal(t("backend_url_wrong", { url: base }));
  return url;
}

const refreshPeople = attempt(async () => {
  const { users } = await ask("GET", "users");
  $("people").replaceChildren(...users.map((each) => el("option", { value: each.name })));
});

const refreshApps = attempt(async () => {
  const { mini_programs: apps } = await ask("GET", "mini_programs");
  const before = app();
  $("app").replaceChildren(
    ...apps.map((each) =>
      el("option", { value: each.appid }, each.name ? `${each.name} · …${each.appid.slice(-4)}` : each.appid),
    ),
  );
  if (apps.some((each) => each.appid === before)) $("app").value = before;
});

function changePerson() {
  $("initial").textContent = [...person()][0].toUpperCase();
  loginState = "";
  keysRevealed = false;
  history = null;
  refreshHistory();
}

// -- the clock ------------------------------------------------------------------------

let clock = { now: Date.now() / 1000, frozen: false, read: performance.now() };

function clockNow() {
  return clock.frozen ? clock.now : clock.now + (performance.now() - clock.read) / 1000;
}

function setClock({ now, frozen }) {
  clock = { now, frozen, read: performance.now() };
  drawClock();
}

function drawClock() {
  const now = clockNow();
  for (const id of ["clock-now", "clock-big"]) {
    $(id).textContent = timeOf(now);
    $(id).setAttribute("datetime", new Date(now * 1000).toISOString());
  }
  $("clock-state").textContent = t(clock.frozen ? "frozen" : "runs");
  $("clock-state").classList.toggle("frozen", clock.frozen);
  $("clock-date").textContent =
    `${dateOf(now)} · UTC${ZONE} · ${t(clock.frozen ? "frozen" : "runs")} · ${Math.floor(now)}`;
}

const refreshClock = attempt(async () => {
  setClock(await ask("GET", "clock"));
  drawKeys();
});

const turnClock = attempt(async (act, body) => {
  setClock(await ask("POST", `clock/${act}`, body));
  announce($("clock-date").textContent);
  if (history) await refreshHistory();
});

/** Read a moment as it is written in a field; none means now. */
function secondsIn(text) {
  const at = Date.parse(`${text}${ZONE}`) / 1000;
  return Number.isNaN(at) ? undefined : at;
}

// -- the faults -----------------------------------------------------------------------

function effectOf() {
  const [kind, name] = $("fault-effect").value.split(":");
  return { [kind]: name ?? $("fault-value").valueAsNumber };
}

const DEFAULTS = { errcode: 45011, http_status: 502, delay_ms: 3000 };

function changeEffect() {
  const value = $("fault-value");
  const standard = DEFAULTS[$("fault-effect").value];
  value.closest(".field").hidden = standard === undefined;
  if (standard !== undefined) value.value = standard;
}

const arm = attempt(async () => {
  const match = Object.fromEntries(
    [
      ["path", $("fault-path").value.trim()],
      ["user", $("fault-user").value.trim()],
    ].filter(([, value]) => value),
  );
  const times = $("fault-times").value === "" ? null : $("fault-times").valueAsNumber;
  await ask("POST", "faults", {
    match,
    effect: effectOf(),
    times,
    after: $("fault-after").valueAsNumber || 0,
  });
  await refreshFaults();
});

const disarm = attempt(async (id) => {
  await ask("DELETE", id ? `faults/${encodeURIComponent(id)}` : "faults");
  await refreshFaults();
  (document.querySelector("#armed button") ?? $("disarm-all")).focus();
});

let faults = [];

const refreshFaults = attempt(async () => {
  faults = (await ask("GET", "faults")).faults;
  drawFaults();
});

function drawFaults() {
  $("disarm-all").disabled = !faults.length;
  if (!faults.length) return $("armed").replaceChildren(el("p", { class: "faint" }, t("none_armed")));
  const names = ["strikes_path", "effect", "met", "struck_n", "left"];
  const head = el("tr", {}, ...names.map((name) => el("th", { scope: "col" }, t(name))), el("td", {}));
  return $("armed").replaceChildren(
    el("div", { class: "scroll" }, el("table", {}, el("thead", {}, head), el("tbody", {}, ...faults.map(faultRow)))),
  );
}

function faultRow(fault) {
  const where = [fault.match.path ?? t("everywhere"), fault.match.user].filter(Boolean).join(" · ");
  const effect = Object.entries(fault.effect)
    .map(([name, value]) => `${name} ${value}`)
    .join(", ");
  return el(
    "tr",
    {},
    el("td", { class: "mono" }, where),
    el("td", {}, effect),
    el("td", { class: "number" }, fault.met),
    el("td", { class: "number" }, fault.struck),
    el("td", { class: "number" }, fault.times === null ? t("always") : Math.max(0, fault.times - fault.struck)),
    el(
      "td",
      {},
      el(
        "button",
        {
          type: "button",
          "aria-label": `${t("disarm")}: ${where}, ${effect}`,
          onclick: () => disarm(fault.id),
        },
        t("disarm"),
      ),
    ),
  );
}

// -- worlds, language, theme ----------------------------------------------------------

function enterWorld(name) {
  world = name.trim() || "default";
  $("world").value = world;
  remember("world", world);
  const known = new Set([...(parsed(recall("worlds") ?? "[]") ?? []), world, "default"]);
  remember("worlds", JSON.stringify([...known].slice(-20)));
  $("worlds").replaceChildren(...[...known].map((each) => el("option", { value: each })));
  begin();
}

/** Read everything anew: another world, or one that was started over. */
function begin() {
  exchanges = [];
  selected = revealed = history = lastDiagnosis = null;
  keysRevealed = false;
  relaunch();
  drawDetail();
  drawDiagnosis();
  drawJournal();
  refreshClock();
  refreshApps();
  refreshPeople();
  refreshFaults();
  refreshHistory();
  listen();
}

const startOver = attempt(async () => {
  if (!confirm(t("start_over_sure", { world }))) return;
  await ask("POST", "reset", { world });
  begin();
  announce(t("started_over"));
});

function switchLanguage() {
  lang = LANGUAGES.find((each) => each !== lang);
  remember("language", lang);
  drawAll();
}

function drawAll() {
  translatePage();
  $("live").textContent = t($("live").dataset.state);
  drawClock();
  drawJournal();
  drawDetail();
  drawPerson();
  drawDiagnosis();
  drawFaults();
}

function setTheme(name) {
  $("theme").value = name;
  document.documentElement.dataset.theme = name;
  remember("theme", name);
}

// -- tabs -----------------------------------------------------------------------------

const TABS = [...document.querySelectorAll("[role=tab]")];

function currentTab() {
  return TABS.find((each) => each.getAttribute("aria-selected") === "true").getAttribute("aria-controls");
}

function showTab(name, { focus = false } = {}) {
  for (const tab of TABS) {
    const chosen = tab.getAttribute("aria-controls") === name;
    tab.setAttribute("aria-selected", String(chosen));
    tab.tabIndex = chosen ? 0 : -1;
    $(tab.getAttribute("aria-controls")).hidden = !chosen;
    if (chosen && focus) tab.focus();
  }
  window.history.replaceState(null, "", `#${name}`);
  if (!history) refreshHistory();
  else drawPerson();
  if (name === "weather") refreshFaults();
}

function moveAmongTabs(event) {
  const place = TABS.indexOf(event.target);
  const last = TABS.length - 1;
  const next = {
    ArrowRight: place === last ? 0 : place + 1,
    ArrowLeft: place === 0 ? last : place - 1,
    Home: 0,
    End: last,
  }[event.key];
  if (place < 0 || next === undefined) return;
  event.preventDefault();
  showTab(TABS[next].getAttribute("aria-controls"), { focus: true });
}

// -- the start ------------------------------------------------------------------------

function on(id, event, act) {
  $(id).addEventListener(event, act);
}

function onSubmit(id, act) {
  on(id, "submit", (event) => {
    event.preventDefault();
    act();
  });
}

function togglePause() {
  paused = !paused;
  shownUntil = paused ? (exchanges.at(-1)?.number ?? 0) : Infinity;
  $("pause").setAttribute("aria-pressed", String(paused));
  if (!paused) $("pause").textContent = t("pause");
  drawJournal();
}

const clearJournal = attempt(async () => {
  await ask("DELETE", "exchanges");
  exchanges = [];
  selected = revealed = null;
  drawDetail();
  drawJournal();
  drawSequence();
});

function showKey() {
  const [field, button] = [$("q-session_key"), $("show-key")];
  const shown = field.type === "password";
  field.type = shown ? "text" : "password";
  button.setAttribute("aria-pressed", String(shown));
}

function useToken() {
  token = $("token").value.trim();
  sessionStorage.setItem("mockwx.token", token);
  $("token-form").hidden = true;
  begin();
}

const BACKEND_FIELDS = ["backend-url", "login-path", "data-path", "token-field"];

function listenToPage() {
  onSubmit("world-form", () => enterWorld($("world").value));
  onSubmit("filters", drawJournal);
  onSubmit("question", diagnose);
  onSubmit("clock-form", () => turnClock("advance", { seconds: $("advance-by").valueAsNumber }));
  onSubmit("fault-form", arm);
  onSubmit("token-form", useToken);
  on("filters", "input", drawJournal);
  on("start-over", "click", startOver);
  on("language", "click", switchLanguage);
  on("theme", "change", () => setTheme($("theme").value));
  on("rows", "keydown", moveAmongRows);
  on("detail", "keydown", (event) => event.key === "Escape" && closeDetail());
  on("pause", "click", togglePause);
  on("clear", "click", clearJournal);
  on("user", "change", changePerson);
  on("app", "change", changePerson);
  on("relaunch", "click", relaunch);
  on("from-login", "change", traceLogin);
  on("reveal-keys", "click", revealKeys);
  on("rotate", "click", () => changeKey("rotate"));
  on("expire", "click", () => changeKey("expire"));
  on("pick-call", "change", pickCall);
  on("pick-payload", "change", pickPayload);
  on("pick-key", "change", () => (picking = pickKey()));
  on("show-key", "click", showKey);
  on("freeze", "click", () => turnClock("freeze", {}));
  on("resume", "click", () => turnClock("resume"));
  on("freeze-then", "click", () => turnClock("freeze", { at: secondsIn($("freeze-at").value) }));
  on("fault-effect", "change", changeEffect);
  on("disarm-all", "click", () => disarm(null));
  for (const each of document.querySelectorAll("[data-wx]"))
    each.addEventListener("click", () => press(each.dataset.wx));
  for (const each of document.querySelectorAll("[data-advance]"))
    each.addEventListener("click", () => turnClock("advance", { seconds: Number(each.dataset.advance) }));
  for (const id of BACKEND_FIELDS) {
    $(id).value = recall(id) ?? $(id).value;
    on(id, "change", () => remember(id, $(id).value));
  }
  for (const tab of TABS) {
    tab.addEventListener("click", () => showTab(tab.getAttribute("aria-controls")));
    tab.addEventListener("keydown", moveAmongTabs);
  }
}

setTheme(recall("theme") ?? "auto");
listenToPage();
translatePage();
changeEffect();
const wantedTab = location.hash.slice(1);
if (TABS.some((each) => each.getAttribute("aria-controls") === wantedTab)) showTab(wantedTab);
enterWorld(world);
setInterval(drawClock, 500);
setInterval(() => {
  if (document.hidden) return;
  refreshClock();
  keepStep();
}, 10000);
