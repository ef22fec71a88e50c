import { schema } from "@voxloop/ledger";
import { and, desc, eq, ne } from "drizzle-orm";
import type { Deps } from "../../deps.ts";
import { issueEvidence, type IssueDrop, type IssueEvidence } from "../../issues/issue.ts";
import { openIssue } from "../../issues/open.ts";
import type { FunnelStep } from "../funnel.ts";
import { explainFall } from "./explain-fall.ts";
import type { StepLook } from "./find-falls.ts";

const ACTOR = "job:find-drops";
/** An error is what the fall is about where its drop-offs rose by so much of what is missing. */
const LEAST_PART = 0.25;

const { issues } = schema;
type IssueRow = typeof issues.$inferSelect;
interface Told {
  projectId: string;
  looks: readonly StepLook[];
  falls: readonly StepLook[];
}

/**
 * Opens the issue of each fall, or tells the open one of it: that of the error which explains it where that has one, else the step's
 * own. What fell before and is as expected again is told, too. Safe to run twice: a day always looks the same.
 */
export async function tellFalls(deps: Deps, { projectId, looks, falls }: Told): Promise<void> {
  for (const look of falls) await tellFall(deps, projectId, look);
  const well = looks.filter((look) => !falls.includes(look) && look.observed >= look.low);
  for (const row of await openWithDrop(deps, projectId)) {
    const evidence = issueEvidence.parse(row.evidence);
    const look = well.find((one) => isOf(one, evidence.drop));
    if (evidence.drop === undefined || look === undefined) continue;
    if (evidence.drop.recoveredAt !== null || look.to <= new Date(evidence.drop.to)) continue;
    const drop = { ...evidence.drop, ...sharesOf(look), recoveredAt: look.to.toISOString() };
    await refresh(deps, row, { ...evidence, drop });
  }
}

async function tellFall(deps: Deps, projectId: string, look: StepLook): Promise<void> {
  const cause = `funnel:${look.funnel.id}:${look.step}`;
  const open = await openWithDrop(deps, projectId);
  const known = open.find((row) => isOf(look, issueEvidence.parse(row.evidence).drop));
  // Its next days are of the same fall: what explained it stands.
  if (known !== undefined && (await goOn(deps, known, look))) return;
  const factors = await explainFall(deps, { projectId, look });
  const drop = dropOf(look, factors);
  const missing = look.expected - look.observed;
  const error = factors.find(
    ({ fingerprint, share, shareBefore }) =>
      fingerprint !== null && share - shareBefore >= LEAST_PART * missing,
  );
  const ofError = open.find((row) => row.cause === `error:${error?.fingerprint}`);
  if (ofError !== undefined)
    return refresh(deps, ofError, { ...issueEvidence.parse(ofError.evidence), drop });
  if (known === undefined && (await isDecided(deps, { projectId, cause }, look))) return;
  await openIssue(deps, {
    projectId,
    cause,
    title: titleOf(look, drop),
    flow: "",
    evidence: evidenceOf(look, { drop, error, at: deps.now() }),
    actor: ACTOR,
    evenIfClosed: true,
  });
}

/** False where the known fall had ended: then this is another one. */
async function goOn(deps: Deps, row: IssueRow, look: StepLook): Promise<boolean> {
  const evidence = issueEvidence.parse(row.evidence);
  if (evidence.drop === undefined || evidence.drop.recoveredAt !== null) return false;
  if (look.to > new Date(evidence.drop.to)) {
    const drop = { ...evidence.drop, ...sharesOf(look), to: look.to.toISOString() };
    const lost =
      evidence.kind === "funnel" ? { blockedCustomers: lostOf(look), customers: look.entered } : {};
    await refresh(deps, row, { ...evidence, ...lost, drop });
  }
  return true;
}

async function refresh(deps: Deps, row: IssueRow, evidence: IssueEvidence): Promise<void> {
  const { projectId, cause, title, flow } = row;
  await openIssue(deps, { projectId, cause, title, flow, evidence, actor: ACTOR });
}

/** Whether people closed the step's issue after that day: a later fall is another one. */
async function isDecided(
  deps: Deps,
  of: { projectId: string; cause: string },
  look: StepLook,
): Promise<boolean> {
  const [latest] = await deps.ledger.db
    .select({ closedAt: issues.closedAt })
    .from(issues)
    .where(and(eq(issues.projectId, of.projectId), eq(issues.cause, of.cause)))
    .orderBy(desc(issues.number))
    .limit(1);
  return latest?.closedAt != null && latest.closedAt > look.from;
}

async function openWithDrop({ ledger }: Deps, projectId: string): Promise<IssueRow[]> {
  return ledger.db
    .select()
    .from(issues)
    .where(and(eq(issues.projectId, projectId), ne(issues.state, "closed")));
}

const isOf = ({ funnel, step }: StepLook, drop: IssueDrop | undefined): boolean =>
  drop?.funnelId === funnel.id && drop.step === step;

const sharesOf = ({ entered, observed, expected, low, high }: StepLook) => ({
  entered,
  observed,
  expected,
  low,
  high,
});

function dropOf(look: StepLook, factors: IssueDrop["factors"]): IssueDrop {
  const { funnel, step, from, to } = look;
  const nameOf = (at: number) => stepName(funnel.definition.steps[at]);
  return {
    funnelId: funnel.id,
    funnel: funnel.name,
    step,
    names: [nameOf(step - 1), nameOf(step)],
    from: from.toISOString(),
    to: to.toISOString(),
    ...sharesOf(look),
    factors,
    recoveredAt: null,
  };
}

const lostOf = ({ entered, observed, expected }: StepLook) => Math.round(entered * (expected - observed));

function evidenceOf(
  look: StepLook,
  { drop, error, at }: { drop: IssueDrop; error: IssueDrop["factors"][number] | undefined; at: Date },
): IssueEvidence {
  return {
    kind: "funnel",
    fingerprint: error?.fingerprint ?? "",
    code: error?.title ?? "",
    flow: "",
    rank: 0,
    blockedCustomers: lostOf(look),
    blockedTransactions: 0,
    customers: look.entered,
    npsGap: null,
    negativeShare: null,
    at: at.toISOString(),
    drop,
  };
}

const percent = (share: number) => `${(100 * share).toFixed(1)} %`;

/** Words that are the project's own, so that it reads in any language. */
function titleOf({ funnel, observed, expected }: StepLook, { names }: IssueDrop): string {
  return `${funnel.name}: ${names.join(" → ")} ↓ ${percent(observed)} (${percent(expected)})`.slice(0, 300);
}

function stepName(step: FunnelStep | undefined): string {
  if (step === undefined) return "";
  const { label, event, where } = step;
  if (label) return label;
  const values = where === undefined || Array.isArray(where) ? [] : Object.values(where);
  return [event, ...values].join(" ");
}
