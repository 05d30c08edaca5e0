import { expect, test } from "vitest";
import { gatewayApiIssues, gatewayApiOf, type Reader } from "../../../config/gateway-api.ts";
import { gatewayApiVersions } from "../../../versions.ts";
import { parsedConfig } from "../../support/network.ts";

const old: Reader = { name: "Old 1.0", works: ["1.4"] };
const recent: Reader = { name: "Recent 2.0", works: ["1.5"] };
const both: Reader = { name: "Both 3.0", works: ["1.4", "1.5"] };

test("a version that a reader does not work with is refused, with the one that all do", () => {
  expect(gatewayApiIssues({ gatewayApi: { version: "1.5" } }, [old, both])).toEqual([
    {
      path: ["network", "gatewayApi", "version"],
      message: "Old 1.0 works with 1.4, and 1.5 is asked for. Remove the key, or set it to 1.4",
    },
  ]);
});

test("readers that no version fits are refused, whatever is set", () => {
  const message =
    "No version of the Gateway API goes with everything in the stack: Old 1.0 works with 1.4; Recent 2.0 works with 1.5. Remove one of them";
  expect(gatewayApiIssues({}, [old, recent])).toEqual([{ path: ["network", "gatewayApi"], message }]);
  expect(gatewayApiIssues({ gatewayApi: { version: "1.4" } }, [old, recent])[0]?.message).toBe(
    "Recent 2.0 works with 1.5, and 1.4 is asked for. Remove one of them",
  );
});

test("the newest that all work with is installed", () => {
  expect(gatewayApiOf({}, [])).toBeUndefined();
  expect(gatewayApiOf({}, [old, both])).toEqual({ version: "1.4" });
  expect(gatewayApiOf({}, [both])).toEqual({ version: "1.5" });
  expect(gatewayApiOf({ gatewayApi: {} }, [])).toEqual({ version: gatewayApiVersions.at(-1) });
  expect(gatewayApiOf({ gatewayApi: { version: "1.4" } }, [both])).toEqual({ version: "1.4" });
});

test("the parsed configuration names the version, and nothing where nobody asks", () => {
  expect(parsedConfig({ network: { gatewayApi: {} } }).network.gatewayApi).toEqual({ version: "1.5" });
  expect(parsedConfig({}).network).not.toHaveProperty("gatewayApi");
});
