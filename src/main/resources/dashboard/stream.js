// The connection: first the alerts that there are, then the stream from exactly there on, from whatever instance answers.

/** The service sends its state every four seconds at least; after this long a silent connection is taken for broken. */
const SILENCE = 10000;
const LONGEST_PAUSE = 10000;
const RELOAD = 1500;

export class Stream {
  #listener;
  #source = null;
  #filter = new URLSearchParams();
  #last = null;
  #heard = 0;
  #pause = 1000;
  #attempt = 0;
  #timer = 0;

  /** listener: list(answer), alerts(event), gap(event), status(event), lost(), refused(detail) */
  constructor(listener) {
    this.#listener = listener;
    setInterval(() => this.#watch(), 1000);
  }

  /** Begins anew with a filter: the parameters device, rule and severity. */
  async open(filter) {
    this.#close();
    this.#filter = filter;
    this.#last = null;
    const attempt = ++this.#attempt;
    try {
      const answer = await this.page(null);
      if (attempt !== this.#attempt) return;
      this.#listener.list(answer);
      this.#last = answer.position;
      this.#pause = 1000;
      this.#connect();
      // An instance that has just begun to read has not seen all yet.
      if (!answer.complete) this.#timer = setTimeout(() => this.open(filter), RELOAD);
    } catch (problem) {
      if (attempt !== this.#attempt) return;
      if (problem.status >= 400 && problem.status < 500) {
        this.#listener.refused(problem.message);
      } else {
        this.#again(() => this.open(filter));
      }
    }
  }

  /** A page of the list, newest first. */
  async page(cursor) {
    const query = new URLSearchParams(this.#filter);
    query.set('limit', '200');
    if (cursor) query.set('cursor', cursor);
    const response = await fetch(`api/alerts?${query}`, { headers: { Accept: 'application/json' } });
    if (!response.ok) {
      const body = await response.json().catch(() => ({}));
      throw Object.assign(new Error(body.detail || `HTTP ${response.status}`), { status: response.status });
    }
    return response.json();
  }

  #connect() {
    const query = new URLSearchParams(this.#filter);
    if (this.#last) query.set('after', this.#last);
    const source = new EventSource(`api/alerts/stream?${query}`);
    this.#source = source;
    this.#heard = Date.now();
    for (const kind of ['alerts', 'gap', 'status']) {
      source.addEventListener(kind, event => {
        this.#heard = Date.now();
        this.#pause = 1000;
        if (event.lastEventId) this.#last = event.lastEventId;
        this.#listener[kind](JSON.parse(event.data));
      });
    }
    source.addEventListener('error', () => {
      this.#listener.lost();
      // The browser comes back by itself unless it was refused.
      if (source.readyState === EventSource.CLOSED && source === this.#source) {
        this.#close();
        this.#again(() => this.#connect());
      }
    });
  }

  #watch() {
    if (this.#source && Date.now() - this.#heard > SILENCE) {
      this.#listener.lost();
      this.#close();
      this.#again(() => this.#connect());
    }
  }

  #again(what) {
    this.#listener.lost();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(what, this.#pause * (0.75 + Math.random() / 2));
    this.#pause = Math.min(LONGEST_PAUSE, this.#pause * 2);
  }

  #close() {
    clearTimeout(this.#timer);
    if (this.#source) this.#source.close();
    this.#source = null;
  }
}
