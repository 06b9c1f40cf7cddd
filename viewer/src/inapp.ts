/** Messengers open links in browsers of their own, where saving and keeping often fail: a hint, and the link to take along. */

import { b64 } from "./codec.ts";
import { el, toast } from "./dom.ts";
import type { Brought } from "./fragment.ts";
import type { Strings } from "./strings/index.ts";

/** What the apps say of themselves, most particular first. Browsers built into an app whose name is not told come last. */
const APPS: readonly (readonly [RegExp, string])[] = [
  [/\bInstagram\b/, "Instagram"], [/\bBarcelona\b/, "Threads"], [/\bMessenger|Orca-Android|FBAN\/Messenger/, "Messenger"],
  [/\bFB(?:AN|AV|_IAB)\b/, "Facebook"], [/\bWhatsApp\b/, "WhatsApp"], [/\bTelegram\b/, "Telegram"], [/\bLine\//, "LINE"],
  [/\bMicroMessenger\b/, "WeChat"], [/\bKAKAOTALK\b/, "KakaoTalk"], [/\bViber\b/, "Viber"], [/\bSnapchat\b/, "Snapchat"],
  [/\bmusical_ly|BytedanceWebview|\bTikTok\b/i, "TikTok"], [/\bTwitter\b/, "X"], [/\bLinkedInApp\b/, "LinkedIn"],
  [/\bPinterest\//, "Pinterest"], [/\bDiscord\b/, "Discord"], [/\bGSA\//, "Google"],
  [/; wv\)/, ""], [/\b(?:iPhone|iPad|iPod)\b(?!.*\bSafari\/)/, ""],
];

/** The app whose own browser this is, "" if it does not tell its name; null in a browser that somebody chose. */
export function inAppBrowser(userAgent: string): string | null {
  return APPS.find(([sign]) => sign.test(userAgent))?.[1] ?? null;
}

/** The whole link again, as it was received; null if its secret is gone already. */
export function wholeLink(address: string, { link, views, spent }: Pick<Brought, "link" | "views" | "spent">): string | null {
  const page = address.replace(/#.*$/, "");
  if (link) return `${page}#k=${b64(link)}`;
  if (views) return `${page}#v=${views.map(b64).join("")}`;
  return spent ? null : page;
}

/** Puts the hint above the page. */
export function showInAppHint(app: string, link: string | null, { t }: Strings): void {
  const copy = el("button", { type: "button", class: "plain-button", onclick: () => void copyLink(link ?? "") }, t("inapp.copy"));
  const stay = el("button", { type: "button", class: "plain-button", onclick: () => hint.remove() }, t("inapp.dismiss"));
  const hint = el("aside", { class: "inapp", "aria-labelledby": "inapp-title" },
    el("h2", { id: "inapp-title" }, t("inapp.title")),
    el("p", {}, app ? t("inapp.text", { app }) : t("inapp.textPlain")),
    el("p", { class: "fine" }, t("inapp.how")),
    el("div", { class: "actions" }, link ? copy : null, stay));
  document.body.prepend(hint);

  async function copyLink(text: string): Promise<void> {
    if (await copied(text)) return toast(t("action.copied"));
    // Only where copying is refused is the link shown, with its key, to be selected by hand.
    const field = el("input", { readonly: true, value: text, "aria-label": t("share.link"), dir: "ltr" });
    copy.replaceWith(field);
    field.select();
    toast(t("error.clipboard"));
  }
}

/** Such browsers often know only the old way. */
async function copied(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const field = el("textarea", { readonly: true });
    field.value = text;
    document.body.append(field);
    field.select();
    const done = document.execCommand("copy");
    field.remove();
    return done;
  }
}
