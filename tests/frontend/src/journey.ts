// What journeys have in common: they go on until something is not as it should be.

/** What a journey found, one line each. */
export class Journey {
  readonly seen: string[] = [];

  /** Goes on if `actual` is what was expected. */
  is<T>(what: string, actual: T, expected: T): void {
    const [found, wanted] = [JSON.stringify(actual), JSON.stringify(expected)];
    if (found !== wanted) throw new Error(`${what}: ${found}, not ${wanted}`);
    this.seen.push(`${what}: ${found}`);
  }

  /** Goes on if a header can be read and has this form. */
  header(response: Response, name: string, form: RegExp): string {
    const value = response.headers.get(name);
    if (value === null) throw new Error(`${response.url}: the page may not read the header ${name}`);
    if (!form.test(value)) throw new Error(`${response.url}: ${name} is ${value}`);
    this.seen.push(`${name} can be read`);
    return value;
  }

  /** The body of an answer that has one. */
  body<T>(what: string, answer: { data?: T; response: Response }): T {
    if (answer.data === undefined) throw new Error(`${what}: status ${answer.response.status}`);
    return answer.data;
  }
}
