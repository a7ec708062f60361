import { setTimeout as delay } from 'node:timers/promises';
import { type GraphqlAnswer, listen, send } from '../testkit/graphql.ts';
import { type DemoAccount, until } from '../testkit/platform.ts';

export interface Places {
  /** Address of the router. */
  readonly url: string;
  /** Where text messages arrive and payments are made. */
  readonly sandboxUrl: string;
  readonly accounts: DemoAccount[];
}

interface Person {
  readonly name: string;
  readonly token?: string;
}

/** Something was not as it must be. */
export class Astray extends Error {}

export interface Manner {
  readonly say: (line: string) => void;
  /** How long a call that may succeed later is made again, ms; 0 for a platform that must answer at once. */
  readonly patienceMs: number;
  /** Told before each step. */
  readonly onStep?: (step: number) => Promise<void>;
  /** Told each error that was waited out; `NETWORK` when nothing answered. */
  readonly onTrouble?: (code: string) => void;
}

/** Goes through the journey and says each step: who asks what, and what came back. */
export class Walker {
  readonly places: Places;
  readonly #manner: Manner;
  readonly #say: (line: string) => void;
  #step = 0;

  constructor(places: Places, manner: Manner) {
    this.places = places;
    this.#manner = manner;
    this.#say = manner.say;
  }

  /** The demo account of a name. */
  staff(name: string): Person {
    const found = this.places.accounts.find((each) => each.name === name);
    if (!found) throw new Astray(`there is no demo account ${name}`);
    return { name, token: found.token };
  }

  async step(title: string): Promise<void> {
    this.#step += 1;
    this.#say(`\n${String(this.#step).padStart(2)}  ${title}`);
    await this.#manner.onStep?.(this.#step);
  }

  note(text: string): void {
    this.#say(`      ${text}`);
  }

  /** An operation that must succeed. @returns what its one field answers */
  async ask<T>(person: Person, query: string, variables: object = {}): Promise<T> {
    this.#say(`    → ${person.name}: ${oneLine(query)} ${shortened(variables)}`);
    const { data, errors, requestId } = await this.#send(person, query, variables);
    if (errors.length > 0 || !data) {
      throw new Astray(`${oneLine(query)}\n${JSON.stringify(errors, null, 1)}\nrequest ${requestId}`);
    }
    const [answer] = Object.values(data);
    this.#say(`    ← ${shortened(answer)}`);
    return answer as T;
  }

  /** An operation that must be refused with this code. @returns the parameters of the refusal */
  async refused(
    person: Person,
    code: string,
    query: string,
    variables: object,
  ): Promise<Record<string, unknown>> {
    this.#say(`    → ${person.name}: ${oneLine(query)} ${shortened(variables)}`);
    const { errors } = await this.#send(person, query, variables);
    const found = errors.find((each) => each.extensions.code === code);
    if (!found) throw new Astray(`expected ${code}, got ${JSON.stringify(errors)}`);
    this.#say(`    ← refused: ${code} ${shortened(found.extensions.params)}: ${found.message}`);
    return found.extensions.params;
  }

  /** Asks again until the answer is as it must be: facts travel between subgraphs within moments. */
  async eventually<T>(
    person: Person,
    query: string,
    variables: object,
    holds: (answer: T) => boolean,
  ): Promise<T> {
    let answer: T | undefined;
    let last = '';
    await until(async () => {
      const { data, errors } = await this.#send(person, query, variables);
      last = JSON.stringify(errors.length > 0 ? errors : data);
      if (!data || errors.length > 0) return false;
      answer = Object.values(data)[0] as T;
      return holds(answer);
    }, 20_000).catch(() => {
      throw new Astray(`never came true: ${oneLine(query)}\nlast answer: ${last}`);
    });
    this.#say(`    → ${person.name}: ${oneLine(query)} ${shortened(variables)}`);
    this.#say(`    ← ${shortened(answer)}`);
    return answer as T;
  }

  /**
   * Follows a subscription; `next` gives the next event that fits, or fails after twenty seconds. A connection that is
   * lost is made anew: the feed begins with what was missed.
   */
  follow<T>(person: Person, query: string, variables: Record<string, unknown>) {
    const open = () => listen(query, variables, this.#caller(person));
    let reader = open();
    const next = async (fits: (event: T) => boolean): Promise<T> => {
      const deadline = Date.now() + Math.max(20_000, this.#manner.patienceMs);
      for (;;) {
        const result = await inTime(reader.next(), deadline).catch(() => undefined);
        if (result?.data && !result.errors) {
          const event = Object.values(result.data)[0] as T;
          this.#say(`    ⇠ ${person.name} live: ${shortened(event)}`);
          if (fits(event)) return event;
          continue;
        }
        if (this.#manner.patienceMs === 0 || Date.now() > deadline) {
          throw new Astray(`no event for ${oneLine(query)}: ${JSON.stringify(result?.errors)}`);
        }
        await reader.close();
        await delay(200);
        reader = open();
      }
    };
    return { next, close: () => reader.close() };
  }

  /** A call to the simulator of the outside world. */
  async outside(path: string, body?: object): Promise<unknown> {
    const url = new URL(path, this.places.sandboxUrl);
    const response = await fetch(url, {
      ...(body && {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
    });
    if (!response.ok) throw new Astray(`${url.href} answered ${response.status}: ${await response.text()}`);
    return response.json();
  }

  /** Sends, and sends the very same again while it may yet succeed. */
  async #send(person: Person, query: string, variables: object): Promise<GraphqlAnswer> {
    const { patienceMs, onTrouble } = this.#manner;
    const deadline = Date.now() + patienceMs;
    for (;;) {
      const isOver = Date.now() >= deadline;
      try {
        const answer = await send(query, variables, this.#caller(person));
        const passing = answer.errors.filter((each) => each.extensions.retryable);
        if (passing.length === 0 || isOver) return answer;
        for (const { extensions } of passing) onTrouble?.(extensions.code);
      } catch (error) {
        if (isOver) throw error;
        onTrouble?.('NETWORK');
      }
      await delay(200);
    }
  }

  #caller(person: Person) {
    return { url: this.places.url, token: person.token, headers: { 'accept-language': 'zh-CN' } };
  }
}

interface Event {
  readonly data?: Record<string, unknown>;
  readonly errors?: unknown;
}

async function inTime(event: Promise<unknown>, deadline: number): Promise<Event | undefined> {
  const late = new AbortController();
  try {
    const over = delay(Math.max(0, deadline - Date.now()), undefined, { signal: late.signal });
    return (await Promise.race([event, over])) as Event | undefined;
  } finally {
    late.abort();
  }
}

export function must(condition: boolean, what: string): asserts condition {
  if (!condition) throw new Astray(what);
}

function oneLine(query: string): string {
  return /^\s*(?:mutation|query|subscription)?[^{]*\{\s*(\w+)/.exec(query)?.[1] ?? query;
}

function shortened(value: unknown): string {
  const text = JSON.stringify(value) ?? '';
  return text.length > 220 ? `${text.slice(0, 217)}…` : text;
}
