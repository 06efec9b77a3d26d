/**
 * Fairness between the runs that share a device, counted in steps: the run that has made the fewest trains next, and makes
 * at most a handful. So runs stay in step however long a step of each takes, and however many each makes in one submit.
 */
import { SpeedLimit } from './speed-limit.js';

/** The most steps of one turn: as many as one submit may hold. */
const stepsInTurn = 8;

/** The runs that train at present. */
export class FairTurns {
  private readonly participants = new Set<Participant>();
  private readonly speedLimit: SpeedLimit;
  private waiting: (() => void)[] = [];

  /** @param speedLimit what holds all of them back, once it has a limit */
  constructor(speedLimit = new SpeedLimit()) {
    this.speedLimit = speedLimit;
  }

  /** Limits the steps per second of all of them together; without a number they train as fast as they can. */
  limit(stepsPerSecond: number | undefined): void {
    this.speedLimit.limit(stepsPerSecond);
    this.wake();
  }

  /** Adds a participant, from where the others are: it does not catch up on what they have made before. */
  join(): Participant {
    const participant = new Participant(this, this.fewest());
    this.participants.add(participant);
    return participant;
  }

  /**
   * Waits until it is the participant's turn, or it has left.
   *
   * @returns the most steps that may be made in it
   */
  async turnOf(participant: Participant): Promise<number> {
    while (this.participants.has(participant)) {
      if (participant.made > this.fewest()) await this.change();
      else if (this.speedLimit.wait > 0) await Promise.race([this.change(), this.speedLimit.rest()]);
      else break;
    }
    return Math.min(stepsInTurn, this.speedLimit.most);
  }

  /** Records steps that have been made. */
  made(steps: number): void {
    this.speedLimit.made(steps);
    this.wake();
  }

  /** No longer waits for a participant. */
  drop(participant: Participant): void {
    this.participants.delete(participant);
    this.wake();
  }

  private wake(): void {
    for (const resume of this.waiting.splice(0)) resume();
  }

  private change(): Promise<void> {
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  private fewest(): number {
    let fewest = Infinity;
    for (const { made } of this.participants) fewest = Math.min(fewest, made);
    return Number.isFinite(fewest) ? fewest : 0;
  }
}

/** One of the runs that take turns. */
export class Participant {
  private readonly turns: FairTurns;
  private count: number;

  /** Made by {@link FairTurns.join}. */
  constructor(turns: FairTurns, made: number) {
    this.turns = turns;
    this.count = made;
  }

  /** The steps made, as far as turns are concerned. */
  get made(): number {
    return this.count;
  }

  /**
   * Waits for the turn; settles also when the participant leaves meanwhile.
   *
   * @returns the most steps that may be made in it
   */
  turn(): Promise<number> {
    return this.turns.turnOf(this);
  }

  /** Records what was made in a turn. */
  add(steps: number): void {
    this.count += steps;
    this.turns.made(steps);
  }

  /** Takes no more turns; leaving twice does nothing more. */
  leave(): void {
    this.turns.drop(this);
  }
}
