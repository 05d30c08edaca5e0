// Which versions of OpenBao can follow each other. Pure.
import semver from "semver";

/** From this version on both sides of an upgrade by blue-green understand each other (the operator's compatibility page, 0.5). */
export const blueGreenFrom = "2.6.0";

/** Whether servers of both versions forward each other's requests, which blue-green needs. */
export const runSideBySide = (from: string, to: string): boolean =>
  semver.gte(from, blueGreenFrom) || semver.lt(to, blueGreenFrom);
