/** What is added to an open gallery once its photos are there: choosing, lists, sharing, saving, this device. */

import { Choice } from "./choose.ts";
import type { IconName } from "./dom.ts";
import { makeDownloads } from "./downloads/index.ts";
import { Favourites } from "./favourites.ts";
import type { Grid } from "./grid.ts";
import type { LightboxTool } from "./lightbox/lightbox.ts";
import { makeMenu } from "./menu.ts";
import type { Session } from "./session.ts";
import { openShare } from "./share.ts";

/** What an added part may work with. */
export interface Place {
  readonly session: Session;
  readonly grid: Grid;
  /** The gallery's bar, for buttons; and the page, for whatever else. */
  readonly bar: HTMLElement;
  readonly page: HTMLElement;
}

/** What a part adds; all of it may be left out. */
export interface Part {
  /** A tap on a photo; true if it does not open the photo. */
  tap?(index: number, event: MouseEvent): boolean;
  decorate?(index: number, tile: HTMLElement): void;
  /** A key on a photo in the grid; true if it was of use. */
  key?(index: number, event: KeyboardEvent): boolean;
  /** New ones for each time that the lightbox opens. */
  lightboxTools?(): readonly LightboxTool[];
  destroy?(): void;
}

/** What can be done with some photos: a button, and what it does. */
export interface Action {
  readonly icon: IconName;
  readonly label: () => string;
  /** `indices` in the gallery's order, never empty. */
  readonly run: (indices: readonly number[]) => void;
}

export interface Extras {
  tap(index: number, event: MouseEvent): boolean;
  decorate(index: number, tile: HTMLElement): void;
  key(index: number, event: KeyboardEvent): void;
  lightboxTools(): readonly LightboxTool[];
  destroy(): void;
}

export function mountExtras(place: Place): Extras {
  const parts: Part[] = makeParts(place);
  return {
    tap: (index, event) => parts.some((part) => part.tap?.(index, event)),
    decorate: (index, tile) => { for (const part of parts) part.decorate?.(index, tile); },
    key: (index, event) => void parts.some((part) => part.key?.(index, event)),
    lightboxTools: () => parts.flatMap((part) => part.lightboxTools?.() ?? []),
    destroy: () => { for (const part of parts) part.destroy?.(); },
  };
}

function makeParts(place: Place): Part[] {
  const { session } = place;
  const { t } = session.strings;
  const downloads = makeDownloads(place);
  const menu = makeMenu(place);
  if (session.shared) return [downloads, menu];
  const actions: Action[] = [{ icon: "share", label: () => t("share.title"), run: (indices) => void openShare(session, indices) }];
  if (downloads.offered) actions.push({ icon: "save", label: () => t("save.open"), run: (indices) => downloads.open(indices) });
  const favourites = new Favourites(place, actions);
  const like: Action = { icon: "heart", label: () => favourites.addLabel(), run: (indices) => favourites.put(indices, true) };
  const choice = new Choice(place, [like, ...actions]);
  return [choice, favourites, downloads, menu];
}
