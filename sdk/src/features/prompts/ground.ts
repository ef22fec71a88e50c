import { ATTR, EVENT, type AttributeFilter, type RemoteConfig } from "@voxloop/contract";
import type { VoxEvent } from "../../core/event.ts";
import type { FeatureClient, Stop } from "../../core/feature.ts";
import { resourceOf } from "../../core/resource.ts";
import { openRemoteConfig } from "../remote-config/remote-config.ts";
import { changeMemory, readMemory, type Memory } from "./memory.ts";

/** A feature that prompts. */
export interface Member {
  /** An event left the client, other than those about prompts. */
  hear: (event: VoxEvent, config: RemoteConfig) => void;
  /** The config is there, or has changed. */
  learn?: (config: RemoteConfig) => void;
}

/** The right to the screen, from the wish to show a prompt to its end. */
export interface Turn {
  isOver: () => boolean;
  end: () => void;
}

/** Shows a prompt; gives how to take it from the screen. */
export type Open = (turn: Turn) => Promise<Stop | void>;

/** What the prompts of one client share: the config, one screen, and what the customer has seen. */
export interface Ground {
  join: (member: Member) => Stop;
  /** Takes the screen, from a survey always, from guidance with as high a rank. A survey's rank is 0. False: it is taken. */
  show: (rank: number, open: Open) => boolean;
  /** Takes from the screen what is there. */
  clear: () => void;
  memory: () => Memory;
  /** Guidance that was chosen in this session. */
  seen: () => string[];
  /** Notes what happened in this session. */
  note: (change: (memory: Memory) => void) => void;
  /** Notes that a prompt is on the screen. */
  notePrompt: (change: (memory: Memory, time: number) => void) => void;
  session: () => string | undefined;
  /** True when a prompt was shown in this session. */
  hasPrompted: () => boolean;
}

/** Events before the first config that are still heard when it comes, and for how long. */
const EARLY_MAX = 20;
const EARLY_MS = 10_000;
/** Without a session to compare, what was shown so long ago was shown in this one. */
const SESSION_MS = 30 * 60_000;

const grounds = new WeakMap<FeatureClient, Ground>();

export function groundOf(client: FeatureClient): Ground {
  const known = grounds.get(client);
  if (known) return known;
  const ground = createGround(client);
  grounds.set(client, ground);
  return ground;
}

function createGround(client: FeatureClient): Ground {
  const { store, now } = client;
  let session: string | undefined;
  const screen = createScreen(client);
  const join = createHearing(client, {
    note: (event) => (session = event.attributes[ATTR.sessionId] as string | undefined),
    close: screen.clear,
  });
  const memory = (): Memory => readMemory(store);
  const note: Ground["note"] = (change) =>
    changeMemory(store, (memory) => {
      if (memory.session !== session) memory.seen = [];
      memory.session = session;
      change(memory);
    });
  return {
    ...screen,
    join,
    memory,
    note,
    session: () => session,
    seen: () => (memory().session === session && memory().seen) || [],
    notePrompt: (change) =>
      note((memory) => {
        memory.promptedIn = session;
        change(memory, (memory.promptedAt = now()));
      }),
    hasPrompted() {
      const { promptedIn, promptedAt = 0 } = memory();
      return session ? promptedIn === session : now() - promptedAt < SESSION_MS;
    },
  };
}

/** Gives members the events, as soon as there is a config. */
function createHearing(
  client: FeatureClient,
  { note, close }: { note: (event: VoxEvent) => void; close: Stop },
): Ground["join"] {
  const members = new Set<Member>();
  let config: RemoteConfig | undefined;
  let early: VoxEvent[] = [];
  let stops: Stop[] = [];
  const each = (call: (member: Member) => void): void =>
    members.forEach((member) => client.guard(() => call(member), undefined));

  function hear(event: VoxEvent): void {
    note(event);
    if (isOwn(event)) return;
    if (config) each((member) => member.hear(event, config!));
    else if (early.length < EARLY_MAX) early.push(event);
  }
  function learn(next: RemoteConfig): void {
    config = next;
    each((member) => member.learn?.(next));
    for (const event of early) if (client.now() - event.time < EARLY_MS) hear(event);
    early = [];
  }
  return (member) => {
    members.add(member);
    if (members.size === 1) stops = [client.onEvent(hear), openRemoteConfig(client, learn), close];
    else if (config) member.learn?.(config);
    return () => {
      members.delete(member);
      if (!members.size) stops.forEach((stop) => stop());
    };
  };
}

interface Holder extends Turn {
  rank: number;
  close?: Stop | void;
}

async function settle(turn: Holder, open: Open): Promise<void> {
  const close = await open(turn);
  if (!turn.isOver()) turn.close = close;
}

/** There is one screen, and never two prompts on it. */
function createScreen({ warn }: FeatureClient): Pick<Ground, "show" | "clear"> {
  let holder: Holder | undefined;
  function clear(): void {
    const { close } = holder ?? {};
    holder = undefined;
    close?.();
  }
  return {
    clear,
    show(rank, open) {
      if (holder && (!rank || rank < holder.rank)) return false;
      clear();
      const turn: Holder = {
        rank,
        isOver: () => holder !== turn,
        end: () => {
          if (holder === turn) holder = undefined;
        },
      };
      holder = turn;
      void settle(turn, open).catch((cause) => {
        turn.end();
        warn("a prompt could not be shown", cause);
      });
      return true;
    },
  };
}

/** True for what prompts say of themselves, which must not cause another. */
function isOwn({ name }: VoxEvent): boolean {
  return name === EVENT.guidance || name.startsWith("vox.survey.");
}

/** What an audience or a trigger may ask of an event: its attributes, and those of the app. */
export function factsOf({ settings }: FeatureClient, { attributes }: VoxEvent): Record<string, unknown> {
  return { ...resourceOf(settings), ...attributes };
}

export function fits(filter: AttributeFilter | undefined, facts: Record<string, unknown>): boolean {
  return Object.entries(filter ?? {}).every(([name, values]) => values.includes(String(facts[name])));
}
