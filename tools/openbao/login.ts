// What must be true of a cluster that one can log in to: the operator's conditions, no root token, and logins on both ways.
import { type OpenBaoNames, openbaoAudience } from "../../lib/openbao.ts";
import { type Finding, run, Skip } from "../verify/checks.ts";
import {
  adminJwt,
  type Connection,
  describeAnswer,
  type EdgeAddress,
  logIn,
  logOut,
  passwordLogin,
  viaEdge,
  viaService,
} from "./bao.ts";
import { readCluster } from "./look.ts";
import { type BaoCluster, conditionOf, describeCondition, pathsOf } from "./objects.ts";
import type { World } from "./world.ts";

/** Conditions and the status that each must have. */
export const wantedConditions = {
  Available: "True",
  TLSReady: "True",
  UserAccessBootstrap: "True",
  BackupConfigurationReady: "True",
  GatewayIntegrationReady: "True",
  OpenBaoInitialized: "True",
  OpenBaoSealed: "False",
} as const;

/** One finding a condition. Pure. */
export const conditionFindings = (cluster: BaoCluster): Finding[] =>
  Object.entries(wantedConditions).map(([type, wanted]) => {
    const condition = conditionOf(cluster, type);
    const good = condition?.status === wanted;
    return {
      check: `condition ${type}`,
      status: good ? "pass" : "fail",
      detail: `${describeCondition(type, condition)}${good ? "" : `; it must be ${wanted}`}`,
    };
  });

export const selfInitFinding = ({ status }: BaoCluster): Finding => ({
  check: "self-init",
  status: status?.selfInitialized === true ? "pass" : "fail",
  detail:
    status?.selfInitialized === true
      ? "the cluster initialized itself"
      : "status.selfInitialized is not true: somebody else initialized it, or nobody has",
});

/** The login with a password: its own is let in where it is switched on, and nobody is where it is off. */
export type DemoLogin =
  | { readonly on: false }
  | { readonly on: true; readonly password: () => Promise<string | undefined> };

export interface LoginArgs {
  readonly names: OpenBaoNames;
  /** Undefined where the edge does not stand before it. */
  readonly edge: Omit<EdgeAddress, "host"> | undefined;
  readonly demo: DemoLogin;
}

export interface LoginResult {
  readonly findings: readonly Finding[];
  /** Of the login through the Service, which was not ended: only where it was asked for. */
  readonly token: string | undefined;
}

const wrongPassword = "strata-verify-no-such-password";

const passwordFinding = (open: Connection, names: OpenBaoNames, demo: DemoLogin): Promise<Finding> =>
  run(`login with a password through the ${open.way}`, async () => {
    const password = demo.on ? await demo.password() : wrongPassword;
    if (password === undefined) throw new Error("it is switched on, and there is no Secret with its password");
    const { answer, session } = await passwordLogin(open, { user: names.demoUser, password });
    if (session) await logOut(open, session);
    if (demo.on && !session) throw new Error(`${names.demoUser} was refused: ${describeAnswer(answer)}`);
    if (!demo.on && session) throw new Error(`${names.demoUser} was let in, and openbao.demoLogin is false`);
    if (!demo.on && answer.status >= 500) throw new Error(`answered ${describeAnswer(answer)}, which is no refusal`);
    return demo.on
      ? `${names.demoUser} was let in`
      : `refused, as openbao.demoLogin is false (${describeAnswer(answer)})`;
  });

const jwtFinding = (
  open: Connection,
  { names, jwt, keep }: { readonly names: OpenBaoNames; readonly jwt: string; keep(token: string): boolean },
): Promise<Finding> =>
  run(`login with a token through the ${open.way}`, async () => {
    const session = await logIn(open, names, jwt);
    if (!keep(session.token)) await logOut(open, session);
    return `${open.address}, certificate checked: role ${names.adminRole} for ${names.adminAccount} (audience ${openbaoAudience}), policies ${session.policies.join(", ")}`;
  });

const rootTokenFinding = (world: World, names: OpenBaoNames): Promise<Finding> =>
  run("root token", async () => {
    if ((await world.get(pathsOf(names).secret(names.rootToken))) !== undefined)
      throw new Error(
        `there is a Secret ${names.rootToken}: whoever reads it is root. Revoke that token and delete it`,
      );
    return `there is no Secret ${names.rootToken}`;
  });

/** Both ways, each with every login. A way that does not open is one failed finding. */
const wayFindings = async (
  way: string,
  opens: (use: (open: Connection) => Promise<Finding[]>) => Promise<Finding[]>,
  use: (open: Connection) => Promise<Finding[]>,
): Promise<Finding[]> => {
  let used: Finding[] | undefined;
  const opened = await run(`way through the ${way}`, async () => {
    await opens(async (open) => {
      used = await use(open);
      return used;
    });
    return "";
  });
  return used ?? [opened];
};

export const verifyLogins = async (
  world: World,
  { names, edge, demo }: LoginArgs,
  keepToken: "keep" | "revoke",
): Promise<LoginResult> => {
  const cluster = await readCluster(world, names);
  const jwt = await adminJwt(world, names);
  let token: string | undefined;
  const logins =
    (kept: "keep" | "revoke") =>
    async (open: Connection): Promise<Finding[]> => [
      await jwtFinding(open, {
        names,
        jwt,
        keep: (given) => {
          if (kept === "keep") token = given;
          return kept === "keep";
        },
      }),
      await passwordFinding(open, names, demo),
    ];
  const host = cluster.spec.gateway?.hostname;
  const throughEdge =
    edge === undefined || host === undefined
      ? [
          await run("way through the edge", async () => {
            throw new Skip("the edge does not stand before OpenBao in this stack");
          }),
        ]
      : await wayFindings("edge", async (use) => use(await viaEdge(world, { host, ...edge })), logins("revoke"));
  const throughService = await wayFindings("service", (use) => viaService(world, names, use), logins(keepToken));
  return {
    findings: [
      ...conditionFindings(cluster),
      selfInitFinding(cluster),
      await rootTokenFinding(world, names),
      ...throughEdge,
      ...throughService,
    ],
    token,
  };
};
