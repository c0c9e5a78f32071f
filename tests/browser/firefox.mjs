// The main path in the Firefox of this machine, over WebDriver BiDi: `node firefox.mjs PUPPETEER FIREFOX PAGE DOWNLOADS`.
// It says what it saw as one line of JSON; tests/browser/test_firefox.py judges.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { pathToFileURL } from "node:url";

const [puppeteer, executablePath, address, downloads] = process.argv.slice(2);
const { default: driver } = await import(pathToFileURL(puppeteer).href);
const browser = await driver.launch({
  browser: "firefox",
  executablePath,
  headless: true,
  extraPrefsFirefox: {
    "browser.download.dir": downloads,
    "browser.download.folderList": 2,
    "browser.helperApps.neverAsk.saveToDisk": "application/json",
  },
});
const said = [];

async function open(context) {
  const page = await context.newPage();
  page.on("pageerror", (error) => said.push(String(error)));
  page.on("console", (message) => message.type() === "error" && said.push(message.text()));
  await page.goto(address);
  await page.waitForSelector("html[data-casework=ready]", { timeout: 60000 });
  return page;
}

const seen = (page) =>
  page.evaluate(() => ({
    dead: document.querySelectorAll(".cw-mount:not(.cw-live)").length,
    chosen: [...document.querySelectorAll("main input[type=radio]")].findIndex((radio) => radio.checked),
    trainee: document.querySelector(".cw-id input").value,
  }));

async function button(page, words) {
  const found = await page.waitForSelector(`::-p-xpath(//button[normalize-space()="${words}"])`, { visible: true });
  await found.scrollIntoView();
  return found;
}

const first = await open(browser.defaultBrowserContext());
const told = { live: await seen(first) };
await first.type(".cw-id input", "T017");
await first.keyboard.press("Tab");
const radio = await first.waitForSelector("main input[type=radio]");
await radio.click();
told.answered = await seen(first);
await first.reload();
await first.waitForSelector("html[data-casework=ready]");
told.kept = await seen(first);
await (await button(first, "Download my answers")).click();
for (let turn = 0; turn < 100 && !readdirSync(downloads).some((name) => name.endsWith(".json")); turn++) await wait(100);
told.file = readdirSync(downloads).find((name) => name.endsWith(".json")) ?? null;

const other = await open(await browser.createBrowserContext());
told.empty = await seen(other);
if (told.file) {
  const field = await other.waitForSelector("input[type=file]");
  await field.uploadFile(join(downloads, told.file));
  await other.waitForFunction(() => document.querySelector(".cw-id input").value === "T017", { timeout: 20000 });
}
told.resumed = await seen(other);
told.said = said;
console.log(JSON.stringify(told));
await browser.close();
