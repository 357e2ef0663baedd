"use strict";

// Log a person in with a real browser, as they would: press the backend's one button, pick
// who scans, answer. The command line gives the folder of playwright-core, the
// browser, the port where open.weixin.qq.com is found, and the story as JSON. The answer
// on standard output is where the person ended up, and what they read there.

const [, , packages, executablePath, port, story] = process.argv;
const { chromium } = require(`${packages}/node_modules/playwright-core`);

async function main() {
  const { start, user, other, consent } = JSON.parse(story);
  const browser = await chromium.launch({
    executablePath,
    args: [
      `--host-resolver-rules=MAP open.weixin.qq.com:443 127.0.0.1:${port}`,
      "--no-sandbox",
      "--no-proxy-server",
    ],
  });
  try {
    const page = await browser.newPage({ ignoreHTTPSErrors: true });
    page.setDefaultTimeout(20000);
    await page.goto(start);
    await page.getByRole("button").click();
    await page.waitForURL("https://open.weixin.qq.com/**");
    const asked = { url: page.url(), title: await page.title() };
    if (user) await page.locator(`input[name=mockwx_user][value="${user}"]`).check();
    if (other) await page.locator("input[name=mockwx_other]").fill(other);
    await page.locator(`button[value=${consent}]`).click();
    await page.waitForLoadState();
    const text = await page.locator("body").innerText();
    console.log(JSON.stringify({ asked, url: page.url(), text }));
  } finally {
    await browser.close();
  }
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
