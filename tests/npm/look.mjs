// SPDX-License-Identifier: EUPL-1.2
// What axe-core finds on pages, on a desk and on a phone, and whether a page asked for anything from elsewhere.
//
//   node look.mjs CHROMIUM FOLDER FILE...      one JSON object on the last line; screenshots in FOLDER
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";
import puppeteer from "puppeteer-core";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const SCREENS = { desk: { width: 1280, height: 900 }, phone: { width: 390, height: 844, isMobile: true, hasTouch: true } };

const [executablePath, folder, ...files] = process.argv.slice(2);
const browser = await puppeteer.launch({ executablePath, headless: true, args: ["--no-sandbox", "--disable-gpu"] });
const found = [];
try {
  for (const file of files) {
    for (const [screen, viewport] of Object.entries(SCREENS)) {
      const page = await browser.newPage();
      const url = file.includes("://") ? file : pathToFileURL(file).href;
      const elsewhere = [];
      page.on("request", (request) => { if (!request.url().startsWith(url.split("#")[0]) && !request.url().endsWith("/favicon.ico")) elsewhere.push(request.url()); });
      await page.setViewport(viewport);
      await page.setBypassCSP(true); // for axe, which the page itself would not let in
      await page.goto(url, { waitUntil: "load" });
      await page.screenshot({ path: join(folder, `${basename(file)}-${screen}.png`) });
      await page.evaluate(axe);
      const { violations } = await page.evaluate(() => globalThis.axe.run());
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      const told = violations.map(({ id, help, nodes }) => ({ id, help, where: nodes.slice(0, 3).map(({ html }) => html) }));
      found.push({ file: basename(file), screen, violations: told, wide, elsewhere });
      await page.close();
    }
  }
} finally {
  await browser.close();
}
console.log(JSON.stringify(found));
