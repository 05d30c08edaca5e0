import { expect, test } from "vitest";
import { routeNamespaces } from "../../../layers/network/route-namespace.ts";
import { namespaces } from "../../../names.ts";
import { referenceNetwork } from "../../support/network.ts";

test("namespaces of routes that nobody else makes, once each and sorted", () => {
  const routes = ["shop", "observability", "kube-system", "apps", "backend", "shop"].map(
    (namespace, index) => [`route-${index}`, { namespace }] as const,
  );
  expect(routeNamespaces(Object.fromEntries(routes))).toEqual(["backend", "shop"]);
  expect(routeNamespaces(referenceNetwork().ingress.routes)).toEqual(["microservices"]);
});

test("none that a component makes, its namespace's owner being that component", () => {
  const routes = Object.values(namespaces).map((namespace, index) => [`route-${index}`, { namespace }] as const);
  expect(routeNamespaces(Object.fromEntries(routes))).toEqual([namespaces.microservices]);
});
