// What the registry knows against the packages of package-lock.json, and what was decided about each. Pure.

/** A known weakness that stays for now. */
export interface Accepted {
  /** GHSA-.... */
  readonly id: string;
  readonly package: string;
  /** Why it can't be used against strata, or why there is no way around it yet. */
  readonly reason: string;
}

/** Each with its reason; an entry that the registry does not report any more fails. */
export const accepted: readonly Accepted[] = [];

interface Via {
  readonly name: string;
  readonly title: string;
  readonly url: string;
  readonly severity: string;
  readonly range: string;
}

interface Vulnerability {
  readonly name: string;
  /** Advisories of the package itself, or names of packages through which it is concerned. */
  readonly via: readonly (string | Via)[];
  readonly nodes: readonly string[];
  readonly fixAvailable: boolean | { readonly name: string; readonly version: string };
}

/** `npm audit --json`, version 2. */
export interface AuditReport {
  readonly auditReportVersion: 2;
  readonly vulnerabilities: Readonly<Record<string, Vulnerability>>;
}

export interface Advisory {
  readonly id: string;
  readonly package: string;
  readonly severity: string;
  readonly title: string;
  readonly range: string;
  readonly paths: readonly string[];
  readonly remedy: string;
}

/** Undefined for what is no report: the registry has no audit endpoint, or did not answer. */
export function readReport(stdout: string): AuditReport | undefined {
  try {
    const report = JSON.parse(stdout) as Partial<AuditReport>;
    return report.auditReportVersion === 2 && report.vulnerabilities ? (report as AuditReport) : undefined;
  } catch {
    return undefined;
  }
}

/** What npm says in place of a report. */
export function refusalOf(stdout: string): string | undefined {
  try {
    const { message, error } = JSON.parse(stdout) as { message?: string; error?: { summary?: string } };
    return message || error?.summary || undefined;
  } catch {
    return undefined;
  }
}

const remedyOf = ({ fixAvailable, name }: Vulnerability): string => {
  if (fixAvailable === true) return `npm update ${name}, or an entry under overrides in package.json`;
  if (fixAvailable === false)
    return "there is no fix yet: explain it in tools/supply/advisories.ts, or do without the package";
  return `npm install --save-exact ${fixAvailable.name}@${fixAvailable.version}`;
};

/** One entry for each advisory and package, however many others are concerned through it. */
export const advisoriesOf = ({ vulnerabilities }: AuditReport): readonly Advisory[] =>
  Object.values(vulnerabilities).flatMap((one) =>
    one.via
      .filter((via) => typeof via !== "string")
      .map(({ name, title, url, severity, range }) => ({
        id: url.slice(url.lastIndexOf("/") + 1),
        package: name,
        severity,
        title,
        range,
        paths: one.nodes,
        remedy: remedyOf(one),
      })),
  );

/** One text for each advisory that nobody accepted, and for each acceptance that nothing needs. */
export function advisoryProblems(found: readonly Advisory[], known: readonly Accepted[] = accepted): readonly string[] {
  const isSame = (one: Pick<Accepted, "id" | "package">, other: Pick<Accepted, "id" | "package">): boolean =>
    one.id === other.id && one.package === other.package;
  return [
    ...found
      .filter((one) => !known.some((entry) => isSame(entry, one)))
      .map(
        (one) =>
          `${one.id} (${one.severity}) ${one.package} ${one.range}: ${one.title}\n    in ${one.paths.join(", ")}\n    → ${one.remedy}`,
      ),
    ...known
      .filter((entry) => !found.some((one) => isSame(entry, one)))
      .map(
        ({ id, package: name }) =>
          `${id} of ${name} is accepted in tools/supply/advisories.ts, and is not reported any more: take the entry out`,
      ),
  ];
}
