// Entry of every npm script. It needs nothing but Node: checks the version, installs the npm packages where they are missing
// or stale, then hands over to tools/<command>.ts.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const wanted = [20, 19];
const lockFile = join(root, ".strata", "npm.lock");

const fail = (message) => {
  process.stderr.write(`${message}\n`);
  if (existsSync(lockFile) && readFileSync(lockFile, "utf8") === String(process.pid)) rmSync(lockFile);
  process.exit(1);
};

const [major, minor] = process.versions.node.split(".").map(Number);
if (major < wanted[0] || (major === wanted[0] && minor < wanted[1]))
  fail(
    `strata needs Node.js ${wanted.join(".")} or later, and this is ${process.versions.node}.\nInstall a newer one from https://nodejs.org (or with nvm: nvm install 22), then run the same command again.`,
  );

/** What keeps node_modules from being what package-lock.json says, in words; undefined where nothing does. */
const stale = () => {
  const installedFile = join(root, "node_modules", ".package-lock.json");
  if (!existsSync(installedFile)) return "not installed yet";
  const wantedPackages = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")).packages;
  const installed = JSON.parse(readFileSync(installedFile, "utf8")).packages;
  const differs = Object.entries(wantedPackages).find(
    ([path, { version, optional }]) => path !== "" && !optional && installed[path]?.version !== version,
  );
  return differs && `${differs[0].replace(/^.*node_modules\//, "")} differs from package-lock.json`;
};

const isAlive = (pid) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
};

/** Two commands at once must not install into the same folder: the second waits for the first. */
const lock = () => {
  mkdirSync(dirname(lockFile), { recursive: true });
  for (let told = false; ; ) {
    try {
      writeFileSync(lockFile, String(process.pid), { flag: "wx" });
      return;
    } catch (error) {
      if (error.code !== "EEXIST") throw error;
    }
    const owner = Number(existsSync(lockFile) ? readFileSync(lockFile, "utf8") : 0);
    if (owner > 0 && !isAlive(owner)) rmSync(lockFile, { force: true });
    else if (!told) {
      told = true;
      process.stdout.write("Waiting for another strata command that installs the npm packages ...\n");
    }
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
  }
};

const install = (reason) => {
  process.stdout.write(`Installing npm packages (${reason}) ...\n`);
  const started = Date.now();
  // A folder that is merely stale is brought up to date in place: other commands may be running out of it.
  const args = existsSync(join(root, "node_modules")) ? ["install", "--no-save"] : ["ci"];
  // Install scripts are skipped: the Pulumi SDKs' only download plugins, which strata does by itself and with a fallback.
  args.push("--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error");
  const npm = process.env["npm_execpath"];
  const [program, ...before] = npm?.endsWith(".js") ? [process.execPath, npm] : ["npm"];
  const result = spawnSync(program, [...before, ...args], {
    cwd: root,
    stdio: ["ignore", "ignore", "pipe"],
    encoding: "utf8",
  });
  if (result.status !== 0) {
    const said = result.error?.message ?? result.stderr.split("\n").slice(0, 12).join("\n");
    fail(
      `npm ${args[0]} failed:\n${said}\nMost often the npm registry can't be reached: check the network and \`npm config get registry\`, then run the same command again.`,
    );
  }
  process.stdout.write(`Installed npm packages in ${((Date.now() - started) / 1000).toFixed(1)} s\n`);
};

const installPackages = () => {
  if (stale() === undefined) return;
  lock();
  try {
    const reason = stale();
    if (reason !== undefined) install(reason);
  } finally {
    rmSync(lockFile, { force: true });
  }
};

const command = process.argv[2] ?? "";
const file = join(root, "tools", `${command}.ts`);
if (!/^[a-z]+$/.test(command) || !existsSync(file)) fail(`Unknown command "${command}". All of them: npm run help`);
installPackages();
process.chdir(root);
const args = process.argv.slice(3);

/** The npm script that this is: several have the name of another file. */
const script = () => {
  const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const asked = process.env["npm_lifecycle_event"] ?? "";
  return scripts[asked]?.endsWith(` ${command}`) ? asked : command;
};

// What follows a `--` is Pulumi's.
const own = args.includes("--") ? args.slice(0, args.indexOf("--")) : args;
const help = own.includes("--help") || own.includes("-h");
const { load } = await import("./load.mjs");
const { main, runMain } = await load(`tools/${help ? "help" : command}.ts`, "tools/terminal/main.ts");
await runMain(main, help ? [script()] : args);
