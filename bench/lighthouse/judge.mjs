// What Lighthouse says of the accessibility of pages, each on a screen and on a telephone, in one browser.
// Asked in JSON: {chromium, flags, pages: [{address, cookies}]}. Answers one line of JSON a page and form.
import { text } from "node:stream/consumers";
import lighthouse, { desktopConfig } from "lighthouse";
import puppeteer from "puppeteer-core";

// A page that is not there is a page too. Storage is left alone: each page has a browser context of its own.
const SETTINGS = {
  onlyCategories: ["accessibility"], ignoreStatusCode: true, disableStorageReset: true, disableFullPageScreenshot: true, logLevel: "error",
};
const FORMS = { desktop: desktopConfig, mobile: undefined };

async function judged(browser, { address, cookies }, form) {
  const context = await browser.createBrowserContext();
  try {
    await context.setCookie(...cookies);
    const page = await context.newPage();
    const seen = { status: null, elsewhere: [] };
    page.on("request", (one) => { if (!isOurs(one.url(), address)) seen.elsewhere.push(one.url()); });
    page.on("response", (one) => {
      if (one.url() === address && one.request().isNavigationRequest()) seen.status = one.status();
    });
    const { lhr } = await lighthouse(address, SETTINGS, FORMS[form], page);
    return { ...seen, ...told(lhr) };
  } finally {
    await context.close();
  }
}

function isOurs(url, address) {
  return url.startsWith("data:") || url === "about:blank" || new URL(url).origin === new URL(address).origin;
}

function told(lhr) {
  const { score, auditRefs } = lhr.categories.accessibility;
  const audits = auditRefs.map((one) => lhr.audits[one.id]);
  return {
    version: lhr.lighthouseVersion,
    shown: lhr.finalDisplayedUrl,
    score: score === null ? null : score * 100,
    passed: audits.filter((one) => one.score === 1).length,
    failed: audits.filter((one) => one.scoreDisplayMode === "error" || (one.score !== null && one.score < 1)).map((one) => ({
      id: one.id,
      title: one.errorMessage ?? one.title,
      nodes: (one.details?.items ?? []).filter((each) => each.node).map(({ node }) => `${node.selector}: ${node.snippet} ${node.explanation ?? ""}`),
    })),
    error: lhr.runtimeError?.message ?? null,
  };
}

const asked = JSON.parse(await text(process.stdin));
const browser = await puppeteer.launch({ executablePath: asked.chromium, args: asked.flags, defaultViewport: null });
try {
  for (const [number, page] of asked.pages.entries()) {
    for (const form of Object.keys(FORMS)) {
      console.log(JSON.stringify({ number, form, ...await judged(browser, page, form) }));
    }
  }
} finally {
  await browser.close();
}
