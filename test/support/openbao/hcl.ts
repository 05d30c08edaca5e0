// Requests of a self-initialization as OpenBao reads them in its configuration: the form that the operator writes, a stanza for each request.

/** One of spec.selfInit.requests of an OpenBaoCluster. What a request sends is in one of the last five. */
export interface SelfInitRequest {
  readonly name: string;
  readonly operation: string;
  readonly path: string;
  readonly allowFailure?: boolean;
  readonly authMethod?: object;
  readonly secretEngine?: object;
  readonly policy?: object;
  readonly auditDevice?: { readonly type: string; readonly fileOptions?: { readonly filePath: string } };
  readonly data?: object;
}

const text = (value: string): string => {
  if (value.includes("${")) throw new Error(`"\${" would be replaced in a configuration: ${value}`);
  return JSON.stringify(value);
};

const expression = (value: unknown): string => {
  if (typeof value === "string") return text(value);
  if (Array.isArray(value)) return `[${value.map(expression).join(", ")}]`;
  if (typeof value === "object" && value !== null)
    return `{\n${Object.entries(value)
      .map(([key, child]) => `${text(key)} = ${expression(child)}\n`)
      .join("")}}`;
  return String(value);
};

const dataOf = (request: SelfInitRequest): object => {
  const { auditDevice } = request;
  if (auditDevice !== undefined)
    return { type: auditDevice.type, options: { file_path: auditDevice.fileOptions?.filePath } };
  return request.authMethod ?? request.secretEngine ?? request.policy ?? request.data ?? {};
};

const attributes = (fields: object): string =>
  Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `      ${key} = ${expression(value)}\n`)
    .join("");

const stanza = (request: SelfInitRequest, label: string): string => `  request ${text(label)} {
    operation = ${text(request.operation)}
    path      = ${text(request.path)}
${request.allowFailure ? "    allow_failure = true\n" : ""}    data {
${attributes(dataOf(request))}    }
  }
`;

/** One stanza with several requests, as the operator's own are. */
export const initializeBlock = (name: string, requests: readonly SelfInitRequest[]): string =>
  `initialize ${text(name)} {\n${requests.map((request) => stanza(request, request.name)).join("")}}\n`;

/** A stanza for each request, in their order. */
export const initializeBlocks = (requests: readonly SelfInitRequest[]): string =>
  requests
    .map((request) => `initialize ${text(request.name)} {\n${stanza(request, `${request.name}-request`)}}\n`)
    .join("");
