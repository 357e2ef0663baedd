"use strict";

// A real browser that does what it is told, line by line: a JSON object with `call` and
// `arguments` on standard input, one with `result` or `error` on standard output. The
// command line gives the folder of playwright-core and axe-core, and the browser.

const [, , packages, executablePath] = process.argv;
const { chromium } = require(`${packages}/node_modules/playwright-core`);
const axe = require.resolve(`${packages}/node_modules/axe-core/axe.min.js`);
const readline = require("readline");

let browser;
let page;
let errors;

/** Read all that match while they are on the page: finding and reading are two steps, and
 * what the page draws anew in between would be read without its layout. */
async function readEach(selector, attribute) {
  for (;;) {
    const read = await page.locator(selector).evaluateAll((found, attribute) => {
      if (!found.every((each) => each.isConnected)) return null;
      return found.map((each) => (attribute ? each.getAttribute(attribute) : (each.innerText ?? each.textContent)));
    }, attribute);
    if (read) return read;
  }
}

const calls = {
  async open(url, options) {
    await page?.context().close();
    const context = await browser.newContext({
      viewport: { width: 1360, height: 850 },
      timezoneId: "UTC",
      ...options,
    });
    page = await context.newPage();
    page.setDefaultTimeout(10000);
    errors = [];
    page.on("pageerror", (error) => errors.push(String(error)));
    page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
    page.on("dialog", (dialog) => dialog.accept());
    await page.goto(url);
  },
  click: (selector) => page.locator(selector).click(),
  fill: (selector, text) => page.locator(selector).fill(text),
  choose: (selector, option) => page.locator(selector).selectOption(option),
  press: (key) => page.keyboard.press(key),
  type: (text) => page.keyboard.type(text),
  wait: (selector) => page.locator(selector).first().waitFor(),
  wait_gone: (selector) => page.locator(selector).first().waitFor({ state: "detached" }),
  texts: (selector) => readEach(selector, ""),
  value: (selector) => page.locator(selector).inputValue(),
  attribute: (selector, name) => page.locator(selector).first().getAttribute(name),
  labels: (selector) => readEach(selector, "aria-label"),
  hidden: (selector) => page.locator(selector).isHidden(),
  reload: () => page.reload(),
  errors: () => errors,
  // Every computed style is still at its start right after a colour scheme changes.
  colour: (selector) => page.locator(selector).evaluate((each) => getComputedStyle(each).backgroundColor),
  focused: () =>
    page.evaluate(() => {
      const { id, tagName, innerText, dataset } = document.activeElement;
      return id || dataset.wx || `${tagName.toLowerCase()} ${innerText ?? ""}`.trim();
    }),
  overflow: () => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth),
  resize: (width, height) => page.setViewportSize({ width, height }),
  screenshot: (path) => page.screenshot({ path }),
  async violations() {
    // The page's own policy lets no script in, but a debugger may.
    await page.evaluate(require("fs").readFileSync(axe, "utf8"));
    const { violations } = await page.evaluate(() => window.axe.run(document));
    return violations.map(({ id, impact, nodes }) => ({
      id,
      impact,
      nodes: nodes.map((node) => node.html.slice(0, 160)),
    }));
  },
};

async function main() {
  browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--no-proxy-server"] });
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const { call, arguments: given } = JSON.parse(line);
    let answer;
    try {
      answer = { result: (await calls[call](...given)) ?? null };
    } catch (error) {
      answer = { error: String(error) };
    }
    console.log(JSON.stringify(answer));
  }
  await browser.close();
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
