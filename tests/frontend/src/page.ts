// What the page offers to the program that drives the browser.

import { owner, type Credentials } from "./owner.js";
import { reader } from "./reader.js";

declare global {
  interface Window {
    journeys: Journeys;
  }
}

export interface Journeys {
  reader(baseUrl: string): Promise<string[]>;
  owner(baseUrl: string, credentials: Credentials): Promise<string[]>;
  /** Whether a page of this origin may read anything at all. */
  stranger(baseUrl: string): Promise<boolean>;
}

window.journeys = {
  reader,
  owner,
  async stranger(baseUrl) {
    try {
      await fetch(`${baseUrl}/visitors/count`, { credentials: "include" });
      return true;
    } catch {
      return false;
    }
  },
};
