/** The arrows of docs/architecture.md: imports go one way and never in a circle. */
const only = (name, from, allowed) => ({
  name,
  severity: "error",
  from: { path: `^${from}/` },
  to: {
    path: "^(contract|warehouse|ledger|collector|analytics|dashboard|sdk|deploy)/",
    pathNot: `^(${[from, ...allowed].join("|")})/`,
  },
});

module.exports = {
  forbidden: [
    { name: "no-cycles", severity: "error", from: {}, to: { circular: true } },
    only("contract-imports-nothing", "contract", []),
    only("sdk-imports-contract", "sdk", ["contract"]),
    only("warehouse-imports-contract", "warehouse", ["contract"]),
    only("ledger-imports-nothing", "ledger", []),
    only("collector-imports-state", "collector", ["contract", "warehouse", "ledger"]),
    only("analytics-imports-state", "analytics", ["contract", "warehouse", "ledger"]),
    only("dashboard-imports-analytics", "dashboard", ["analytics"]),
    {
      name: "dashboard-imports-analytics-for-types-only",
      severity: "error",
      from: { path: "^dashboard/" },
      to: { path: "^analytics/", dependencyTypesNot: ["type-only"] },
    },
    {
      name: "nothing-imports-deploy",
      severity: "error",
      from: { pathNot: "^deploy/" },
      to: { path: "^deploy/" },
    },
    {
      name: "testing-is-for-tests",
      severity: "error",
      from: { pathNot: "(\\.test\\.ts$|^testing/|^deploy/(?:e2e|bench)/)" },
      to: { path: "^testing/" },
    },
    {
      name: "slices-do-not-import-each-other",
      comment:
        "What two slices share is a table, a view, or a module of stats/, text/, scheduler/, http/; shapes (a slice's noun file) may be read.",
      severity: "error",
      from: { path: "^analytics/src/([^/]+)/", pathNot: "\\.test\\.ts$" },
      to: {
        path: "^analytics/src/[^/]+/(query|job|routes|store)",
        pathNot: "^analytics/src/($1|stats|text|scheduler|http)/",
      },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "(node_modules|/dist/|/build/|\\.svelte-kit|paraglide)" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "types", "default"] },
  },
};
