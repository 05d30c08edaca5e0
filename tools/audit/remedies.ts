// What to do about a secret that is where it must not be.

export type Remedy = "state" | "object" | "log" | "file" | "git" | "process";

export const remedies: Readonly<Record<Remedy, string>> = {
  state:
    "The program hands it on without its mark: wrap it in pulumi.secret where that resource gets it, then npm start",
  object: "Put it into a Secret and name it there (secretKeyRef, or a mounted file), then npm start",
  log: "Delete the file, and find out what printed it before the next run: npm start -- STACK -- --debug",
  file: "Delete the file, and find out what wrote it",
  git: "Take it out of the file, and out of every commit that has it (git filter-repo) before anybody fetches them",
  process: "Every user of this machine saw it: hand it over by a file or by the environment",
};

/** Whatever the place: it has been seen. */
export const replaceIt = "Then change the value, since it has been seen: docs/secrets.md, When a secret is out";
