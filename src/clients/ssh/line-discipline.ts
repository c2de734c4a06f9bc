/** What a terminal's line discipline does with typed bytes. */
export interface LineDisciplineActions {
  /** Hands finished input to the program. */
  deliver(bytes: Buffer): void;
  /** Shows bytes on the user's screen. */
  show(bytes: string): void;
  /** The user pressed ^C or ^\. */
  signal(name: 'SIGINT' | 'SIGQUIT'): void;
  /** The user pressed ^D on an empty line. */
  end(): void;
}

const CTRL_C = 0x03;
const CTRL_D = 0x04;
const BACKSPACE = 0x08;
const TAB = 0x09;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const CTRL_U = 0x15;
const CTRL_W = 0x17;
const CTRL_BACKSLASH = 0x1c;
const SPACE = 0x20;
const DELETE = 0x7f;
/** The longest line, as on Linux (termios N_TTY). Further bytes are refused with a bell. */
const MAX_LINE_BYTES = 4095;

/**
 * The canonical mode of a terminal: echo, line editing, signals. It replaces the kernel's line discipline, because Node
 * cannot open a pseudo-terminal. So a program that checks for a terminal (`isatty`) finds none.
 */
export class LineDiscipline {
  readonly #actions: LineDisciplineActions;
  #line: number[] = [];

  constructor(actions: LineDisciplineActions) {
    this.#actions = actions;
  }

  type(bytes: Uint8Array): void {
    for (const byte of bytes) this.#typeByte(byte);
  }

  #typeByte(byte: number): void {
    switch (byte) {
      case CARRIAGE_RETURN:
      case LINE_FEED:
        this.#actions.show('\r\n');
        this.#deliver([...this.#line, LINE_FEED]);
        return;
      case BACKSPACE:
      case DELETE:
        this.#erase();
        return;
      case CTRL_U:
        while (this.#line.length > 0) this.#erase();
        return;
      case CTRL_W:
        while (this.#line.at(-1) === SPACE) this.#erase();
        while (this.#line.length > 0 && this.#line.at(-1) !== SPACE) this.#erase();
        return;
      case CTRL_C:
      case CTRL_BACKSLASH:
        this.#line = [];
        this.#actions.show(`${caret(byte)}\r\n`);
        this.#actions.signal(byte === CTRL_C ? 'SIGINT' : 'SIGQUIT');
        return;
      case CTRL_D:
        if (this.#line.length === 0) this.#actions.end();
        else this.#deliver(this.#line);
        return;
      default:
        this.#insert(byte);
    }
  }

  #insert(byte: number): void {
    if (this.#line.length >= MAX_LINE_BYTES) {
      this.#actions.show('\x07');
      return;
    }
    this.#line.push(byte);
    const isControl = byte < SPACE && byte !== TAB;
    this.#actions.show(isControl ? caret(byte) : String.fromCharCode(byte));
  }

  /** Removes the last character, which may have several bytes of UTF-8. */
  #erase(): void {
    let byte = this.#line.pop();
    if (byte === undefined) return;
    while (byte !== undefined && byte >= 0x80 && byte < 0xc0) byte = this.#line.pop();
    const cells = byte !== undefined && byte < SPACE && byte !== TAB ? 2 : 1;
    this.#actions.show('\b \b'.repeat(cells));
  }

  #deliver(bytes: number[]): void {
    this.#line = [];
    this.#actions.deliver(Buffer.from(bytes));
  }
}

function caret(byte: number): string {
  return `^${String.fromCharCode(byte + 0x40)}`;
}
