import { describe, expect, it } from "vitest";
import { bcrypt } from "../../../tools/plugins/random/bcrypt.ts";
import { randomString, ruleProblem, type StringRules } from "../../../tools/plugins/random/generate.ts";
import { diffRandom, RandomPlugin } from "../../../tools/plugins/random/provider.ts";
import { types } from "../../../tools/plugins/random/types.ts";
import { isSecret, type Properties, plainObject, unknownValue } from "../../../tools/plugins/rpc/values.ts";

const rules: StringRules = {
  length: 40,
  lower: true,
  upper: true,
  numeric: true,
  special: true,
  minLower: 0,
  minUpper: 0,
  minNumeric: 0,
  minSpecial: 0,
  overrideSpecial: "",
};

const plugin = new RandomPlugin("1");
const request = (type: string, inputs: Properties, preview = false) => ({
  urn: "urn",
  name: "a",
  type: Object.keys(types).find((token) => token.endsWith(`:${type}`)) ?? type,
  inputs,
  timeoutSeconds: 0,
  preview,
});

describe("strings", () => {
  it("refuses rules that no string fits", () => {
    expect(ruleProblem({ ...rules, length: 0 })).toEqual({
      property: "length",
      reason: "must be a whole number of 1 or more, not 0",
    });
    expect(ruleProblem({ ...rules, length: 3, minLower: 2, minUpper: 2 })).toEqual({
      property: "length",
      reason: "3 is less than minLower + minUpper + minNumeric + minSpecial = 4",
    });
    expect(ruleProblem({ ...rules, lower: false, upper: false, numeric: false, special: false })).toEqual({
      property: "special",
      reason: "at least one of lower, upper, numeric and special must be true",
    });
    expect(ruleProblem(rules)).toBeUndefined();
  });

  it("holds only what is allowed and at least what is required", () => {
    for (let i = 0; i < 50; i++) {
      expect(randomString({ ...rules, special: false, upper: false })).toMatch(/^[a-z0-9]{40}$/);
      const text = randomString({
        ...rules,
        length: 6,
        minNumeric: 3,
        minUpper: 2,
        minSpecial: 1,
        overrideSpecial: "_",
      });
      expect([...text].sort().join("")).toMatch(/^[0-9]{3}[A-Z]{2}_$/);
    }
  });

  it("differ", () => {
    expect(new Set(Array.from({ length: 100 }, () => randomString(rules))).size).toBe(100);
  });
});

describe("bcrypt", () => {
  const alphabet = "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  const base64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const salt = (text: string) =>
    Buffer.from(
      text.replace(/./g, (c) => base64[alphabet.indexOf(c)] ?? ""),
      "base64",
    ).subarray(0, 16);

  // Vectors of the crypt_blowfish test suite.
  it.each([
    ["U*U", "CCCCCCCCCCCCCCCCCCCCC.", "E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"],
    ["U*U*", "CCCCCCCCCCCCCCCCCCCCC.", "VGOzA784oUp/Z0DY336zx7pLYAy0lwK"],
    ["", "CCCCCCCCCCCCCCCCCCCCC.", "7uG0VCzI2bS7j6ymqJi9CdcdxiRTWNy"],
  ])("hashes %j", async (password, saltText, hash) => {
    expect(await bcrypt(password, 5, salt(saltText))).toBe(`$2a$05$${saltText}${hash}`);
  });
});

describe("resources", () => {
  it("keeps what must be secret secret, with the official ids and outputs", async () => {
    const password = await plugin.create(request("RandomPassword", { length: 20 }));
    expect(password.id).toBe("none");
    expect(isSecret(password.properties["result"]) && isSecret(password.properties["bcryptHash"])).toBe(true);
    expect(plainObject(password.properties)).toEqual({
      length: 20,
      lower: true,
      upper: true,
      number: true,
      numeric: true,
      special: true,
      minLower: 0,
      minUpper: 0,
      minNumeric: 0,
      minSpecial: 0,
      result: expect.stringMatching(/^.{20}$/),
      bcryptHash: expect.stringMatching(/^\$2a\$10\$.{53}$/),
    });
    const bytes = await plugin.create(request("RandomBytes", { length: 32 }));
    const data = plainObject(bytes.properties);
    expect(bytes.id).toBe(data["base64"]);
    expect(Buffer.from(String(data["base64"]), "base64").toString("hex")).toBe(data["hex"]);
    expect(isSecret(bytes.properties["hex"])).toBe(true);
  });

  it("makes ids in every spelling, with the prefix", async () => {
    const { id, properties } = await plugin.create(request("RandomId", { byteLength: 4, prefix: "p-" }));
    expect(properties["b64Url"]).toBe(`p-${id}`);
    expect(properties["hex"]).toBe(`p-${Buffer.from(id, "base64url").toString("hex")}`);
    expect(properties["dec"]).toBe(`p-${Number.parseInt(String(properties["hex"]).slice(2), 16)}`);
  });

  it("knows nothing in a preview", async () => {
    const { id, properties } = await plugin.create(request("RandomUuid", {}, true));
    expect([id, properties]).toEqual(["", { result: unknownValue }]);
  });

  it("refuses other types, unknown and missing inputs", async () => {
    const check = async (type: string, news: Properties) =>
      (await plugin.check({ ...request(type, {}), news, olds: {}, randomSeed: new Uint8Array() })).failures;
    expect(await check("random:index/randomPet:RandomPet", {})).toEqual([
      {
        property: "",
        reason:
          "the offline random plugin only serves RandomPassword, RandomString, RandomBytes, RandomId, RandomUuid, " +
          "not random:index/randomPet:RandomPet: install the official plugin",
      },
    ]);
    expect(await check("RandomBytes", {})).toEqual([{ property: "length", reason: "is required" }]);
    expect(await check("RandomBytes", { length: 0 })).toEqual([
      { property: "length", reason: "must be a whole number of 1 or more, not 0" },
    ]);
    expect(await check("RandomUuid", { length: 1 })).toEqual([
      { property: "length", reason: "not known; known are keepers" },
    ]);
  });

  it("replaces for every change, but not for a default that is written out", () => {
    const type = types["random:index/randomPassword:RandomPassword"];
    if (!type) throw new Error("RandomPassword is not served");
    expect(diffRandom(type, { length: 8, __defaults: [] }, { length: 8, lower: true })).toEqual({
      changes: false,
      detailed: {},
      replaces: [],
    });
    expect(diffRandom(type, { length: 8 }, { length: 9, keepers: { a: "1" } })).toEqual({
      changes: true,
      detailed: {
        length: { kind: "update-replace", inputDiff: true },
        keepers: { kind: "add-replace", inputDiff: true },
      },
      replaces: ["length", "keepers"],
    });
  });
});
