// Property tests of the subnet calculator, over blocks and zones drawn by a fixed seed: the same on every run.
import { describe, expect, test } from "vitest";
import {
  alignedBlock,
  type Block,
  formatBlock,
  overlap,
  parseBlock,
  serviceCidr,
  sizeOf,
  smallestPrefix,
  type ZoneLetter,
  zoneLetters,
  zoneSubnets,
} from "../../../lib/aws/subnets.ts";

/** Numbers from 0 to 1. A linear congruential generator (Numerical Recipes). */
const random = (seed: number) => {
  let state = seed;
  return () => {
    state = (state * 1664525 + 1013904223) % 2 ** 32;
    return state / 2 ** 32;
  };
};

const draws = (count: number): { readonly vpc: string; readonly zones: ZoneLetter[] }[] => {
  const next = random(20261122);
  return Array.from({ length: count }, () => {
    const prefix = 16 + Math.floor(next() * (smallestPrefix - 16 + 1));
    const vpc = formatBlock(alignedBlock({ first: Math.floor(next() * 2 ** 32), prefix }));
    const zones = [...zoneLetters].sort(() => next() - 0.5).slice(0, 2 + Math.floor(next() * 5));
    return { vpc, zones };
  });
};

const inside = (inner: Block, outer: Block): boolean =>
  inner.first >= outer.first && inner.first + sizeOf(inner) <= outer.first + sizeOf(outer);

describe("any block of /16 to /21, any zones", () => {
  const cases = draws(500);

  test("the draw covers every size and number of zones", () => {
    expect(new Set(cases.map(({ vpc }) => parseBlock(vpc).prefix)).size).toBe(6);
    expect(new Set(cases.map(({ zones }) => zones.length)).size).toBe(5);
  });

  test("each subnet is in the VPC, begins at a multiple of its size, and overlaps no other", () => {
    for (const { vpc, zones } of cases) {
      const all = zones.flatMap((zone) => Object.values(zoneSubnets(vpc, zone))).map(parseBlock);
      expect(all.length).toBe(3 * zones.length);
      for (const [index, one] of all.entries()) {
        expect([vpc, formatBlock(one), inside(one, parseBlock(vpc))]).toEqual([vpc, formatBlock(one), true]);
        expect([vpc, alignedBlock(one)]).toEqual([vpc, one]);
        expect(all.slice(index + 1).filter((other) => overlap(one, other))).toEqual([]);
      }
    }
  });

  test("each is large enough: a /24 for pods, a /27 for load balancers, a /28 for the control plane", () => {
    for (const { vpc, zones } of cases)
      for (const zone of zones) {
        const blocks = zoneSubnets(vpc, zone);
        expect(parseBlock(blocks.private).prefix).toBeLessThanOrEqual(24);
        expect(parseBlock(blocks.public).prefix).toBeLessThanOrEqual(27);
        expect(parseBlock(blocks.intra).prefix).toBe(28);
        expect(sizeOf(parseBlock(blocks.private))).toBe(sizeOf(parseBlock(vpc)) / 8);
      }
  });

  test("a zone that is added, taken away or put elsewhere in the list moves none", () => {
    // Its subnets follow from the VPC and its own letter: there is no other argument. These are for a change of the calculator.
    expect(zoneLetters.map((zone) => zoneSubnets("10.0.0.0/16", zone))).toMatchInlineSnapshot(`
      [
        {
          "intra": "10.0.224.0/28",
          "private": "10.0.0.0/19",
          "public": "10.0.192.0/22",
        },
        {
          "intra": "10.0.224.16/28",
          "private": "10.0.32.0/19",
          "public": "10.0.196.0/22",
        },
        {
          "intra": "10.0.224.32/28",
          "private": "10.0.64.0/19",
          "public": "10.0.200.0/22",
        },
        {
          "intra": "10.0.224.48/28",
          "private": "10.0.96.0/19",
          "public": "10.0.204.0/22",
        },
        {
          "intra": "10.0.224.64/28",
          "private": "10.0.128.0/19",
          "public": "10.0.208.0/22",
        },
        {
          "intra": "10.0.224.80/28",
          "private": "10.0.160.0/19",
          "public": "10.0.212.0/22",
        },
      ]
    `);
  });
});

test("the smallest block still fits six zones", () => {
  expect(zoneSubnets("192.168.8.0/21", "f")).toEqual({
    private: "192.168.13.0/24",
    public: "192.168.14.160/27",
    intra: "192.168.15.80/28",
  });
});

test.each([
  ["10.0.0.0/16", "172.20.0.0/16"],
  ["172.20.64.0/18", "10.100.0.0/16"],
  ["10.100.0.0/16", "172.20.0.0/16"],
])("Services of a VPC %s are in %s", (vpc, services) => {
  expect(serviceCidr([vpc])).toBe(services);
});
