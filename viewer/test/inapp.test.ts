import assert from "node:assert/strict";
import { test } from "node:test";
import { inAppBrowser, wholeLink } from "../src/inapp.ts";

const IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)";
const ANDROID = "Mozilla/5.0 (Linux; Android 15; Pixel 9 Build/AP4A; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/140.0.0.0 Mobile Safari/537.36";

const apps: [string, string][] = [
  [`${IPHONE} Mobile/22B83 Instagram 350.0.0.20 (iPhone15,2; iOS 18_1; en_US)`, "Instagram"],
  [`${IPHONE} Mobile/22B83 [FBAN/FBIOS;FBAV/485.0;FBBV/1;FBDV/iPhone15,2]`, "Facebook"],
  [`${IPHONE} Mobile/22B83 [FBAN/MessengerForiOS;FBAV/480.0]`, "Messenger"],
  [`${ANDROID} [FB_IAB/Orca-Android;FBAV/480.0;]`, "Messenger"],
  [`${ANDROID} [FB_IAB/FB4A;FBAV/480.0;]`, "Facebook"],
  [`${ANDROID} Line/14.1.0/IAB`, "LINE"],
  [`${IPHONE} Mobile/22B83 MicroMessenger/8.0.50(0x18) NetType/WIFI`, "WeChat"],
  [`${IPHONE} Mobile/22B83 BytedanceWebview/d8a21c6 musical_ly_35.0`, "TikTok"],
  [`${ANDROID} Telegram-Android/11.2 (Google Pixel 9; Android 15)`, "Telegram"],
  [`${IPHONE} Mobile/22B83 [LinkedInApp]/9.30`, "LinkedIn"],
  [ANDROID, ""],
  [`${IPHONE} Mobile/22B83`, ""],
];
for (const [userAgent, app] of apps) test(`in-app: ${app || "no name"}: ${userAgent.slice(-40)}`, () => assert.equal(inAppBrowser(userAgent), app));

const browsers = [
  `${IPHONE} Version/18.1 Mobile/15E148 Safari/604.1`,
  `${IPHONE} CriOS/140.0 Mobile/15E148 Safari/604.1`,
  `${IPHONE} FxiOS/140.0 Mobile/15E148 Safari/605.1.15`,
  "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36",
  "Mozilla/5.0 (Android 15; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0",
  "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/605.1.15",
  "Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0",
];
for (const userAgent of browsers) test(`a browser: ${userAgent.slice(-40)}`, () => assert.equal(inAppBrowser(userAgent), null));

test("the whole link comes back as it was; a spent one cannot", () => {
  const secret = new Uint8Array(16).fill(255);
  const page = "https://x.example/g/abcdefghijklmnop/";

  assert.equal(wholeLink(`${page}#p=12345678`, { link: secret, views: null, spent: false }), `${page}#k=_____________________w`);
  assert.equal(wholeLink(page, { link: null, views: [secret, secret], spent: false }), `${page}#v=_____________________w_____________________w`);
  assert.equal(wholeLink(page, { link: null, views: null, spent: true }), null);
  assert.equal(wholeLink(page, { link: null, views: null, spent: false }), page);
});
