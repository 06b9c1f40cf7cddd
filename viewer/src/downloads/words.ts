/** From a reason to the words for it. */

import type { Strings } from "../strings/index.ts";
import type { Why } from "./job.ts";

const WHY = {
  damaged: "save.missingDamaged", gone: "save.missingGone", network: "save.missingNetwork", unreadable: "save.missingUnreadable",
} as const;

export const whySentence = ({ t }: Strings, why: Why): string => t(WHY[why]);
