/**
 * Fairness between the runs that share a device, counted in steps: whoever has made the fewest goes next, and makes at
 * most a handful. So runs go in step however long a step of each takes, and however many each would make in one submit.
 */

import { Tempo } from './speed-limit.js';

/** The most steps of one turn: as many as one submit may hold. */
const stepsInTurn = 8;

/** The runs that go at present. */
export class Turns {
  private readonly places = new Set<Place>();
  private readonly tempo: Tempo;
  private waiting: (() => void)[] = [];

  /** @param tempo what holds them all back, when it is given a limit */
  constructor(tempo = new Tempo()) {
    this.tempo = tempo;
  }

  /** Lets all of them together make so many steps per second and no more; without a number, as many as they can. */
  limit(stepsPerSecond: number | undefined): void {
    this.tempo.limit(stepsPerSecond);
    this.wake();
  }

  /** Takes part, from where the others are: what they have made before is not made up for. */
  join(): Place {
    const place = new Place(this, this.fewest());
    this.places.add(place);
    return place;
  }

  /**
   * Waits until it is the place's turn, or it has left.
   *
   * @returns the most steps that may be made in it
   */
  async turnOf(place: Place): Promise<number> {
    while (this.places.has(place)) {
      if (place.made > this.fewest()) await this.news();
      else if (this.tempo.wait > 0) await Promise.race([this.news(), this.tempo.rest()]);
      else break;
    }
    return Math.min(stepsInTurn, this.tempo.most);
  }

  /** Steps have been made. */
  made(steps: number): void {
    this.tempo.made(steps);
    this.wake();
  }

  /** No longer waits for a place. */
  drop(place: Place): void {
    this.places.delete(place);
    this.wake();
  }

  /** Lets everyone look again whose turn it is. */
  wake(): void {
    for (const resume of this.waiting.splice(0)) resume();
  }

  private news(): Promise<void> {
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  private fewest(): number {
    if (this.places.size === 0) return 0;
    return Math.min(...[...this.places].map(({ made }) => made));
  }
}

/** One run's place among those that go. */
export class Place {
  private readonly turns: Turns;
  private count: number;

  /** Made by {@link Turns.join}. */
  constructor(turns: Turns, made: number) {
    this.turns = turns;
    this.count = made;
  }

  /** The steps made, as far as turns are concerned. */
  get made(): number {
    return this.count;
  }

  /**
   * Waits for the turn; settles also when the place is left meanwhile.
   *
   * @returns the most steps that may be made in it
   */
  turn(): Promise<number> {
    return this.turns.turnOf(this);
  }

  /** Tells what was made in a turn. */
  add(steps: number): void {
    this.count += steps;
    this.turns.made(steps);
  }

  /** Takes part no longer; leaving twice does nothing more. */
  leave(): void {
    this.turns.drop(this);
  }
}
