// The page reads without it; with it both languages are a click apart, links open what
// they lead to, and paper shows everything.

const button = document.getElementById("language");

function speak(lang) {
  document.documentElement.lang = lang;
  button.lang = lang === "en" ? "zh-CN" : "en";
  for (const each of document.querySelectorAll("time"))
    each.textContent = new Date(each.dateTime).toLocaleString(lang, { dateStyle: "medium", timeStyle: "medium" });
}

button.hidden = false;
button.addEventListener("click", () => speak(document.documentElement.lang === "en" ? "zh-CN" : "en"));
speak(document.documentElement.lang);

function lead() {
  const aim = location.hash && document.getElementById(location.hash.slice(1));
  if (!aim) return;
  for (let each = aim; each; each = each.parentElement) if (each.tagName === "DETAILS") each.open = true;
  aim.scrollIntoView({ block: "start" });
  (aim.querySelector("summary") ?? aim).focus({ preventScroll: true });
}

addEventListener("hashchange", lead);
addEventListener("click", (event) => {
  const link = event.target.closest?.("a[href^='#']");
  if (!link) return;
  event.preventDefault();
  history.pushState(null, "", link.hash);
  lead();
});
lead();

let opened = [];
addEventListener("beforeprint", () => {
  opened = [...document.querySelectorAll("details.story:not([open]), .finding details:not([open])")];
  for (const each of opened) each.open = true;
});
addEventListener("afterprint", () => {
  for (const each of opened) each.open = false;
});
