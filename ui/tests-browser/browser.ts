/**
 * A real browser with a page in it: Debian's Chromium, headless, or WebKitGTK's MiniBrowser on a display of its own,
 * whose engine is the one that the app has on Linux.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { delimiter, join } from 'node:path';
import { Builder, By, Capabilities, Key, type WebDriver } from 'selenium-webdriver';
import chrome from 'selenium-webdriver/chrome.js';
import { inject } from 'vitest';

export { By, Key };

/** Where Debian puts it. */
const MINI_BROWSER = `/usr/lib/${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu/webkit2gtk-4.1/MiniBrowser`;
const PATIENCE = 15_000;

/** A program on the path. */
function found(program: string): string | undefined {
  return (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, program)).find((file) => existsSync(file));
}

/** Whether this machine has what WebKitGTK needs. */
const hasWebKit = existsSync(MINI_BROWSER) && found('WebKitWebDriver') !== undefined && found('Xvfb') !== undefined;

export class Browser {
  readonly driver: WebDriver;
  readonly #programs: ChildProcess[];

  private constructor(driver: WebDriver, programs: ChildProcess[]) {
    this.driver = driver;
    this.#programs = programs;
  }

  /** Starts Chromium. `flags` are more of its command line. */
  static async chromium(...flags: string[]): Promise<Browser> {
    const binary = found('chromium');
    const service = found('chromedriver');
    if (binary === undefined || service === undefined) throw new Error('chromium and chromedriver must be installed');
    const options = new chrome.Options();
    options.setChromeBinaryPath(binary);
    options.addArguments('--headless', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--hide-scrollbars', '--lang=en-US', ...flags);
    const driver = await new Builder()
      .forBrowser('chrome')
      .setChromeOptions(options)
      .setChromeService(new chrome.ServiceBuilder(service))
      .build();
    return new Browser(driver, []);
  }

  /** Starts WebKitGTK. With a `proxy` it asks for everything there. */
  static async webKit(proxy?: string): Promise<Browser> {
    if (!hasWebKit) throw new Error(`${MINI_BROWSER}, WebKitWebDriver and Xvfb must be installed`);
    const programs: ChildProcess[] = [];
    try {
      const display = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', '1400x1000x24', '-nolisten', 'tcp'], { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] });
      programs.push(display);
      const number = await new Promise<string>((resolve, reject) => {
        display.stdio[3]?.once('data', (data: Buffer) => resolve(data.toString().trim()));
        display.once('error', reject);
      });
      const port = await freePort();
      const env = { ...process.env, DISPLAY: `:${number}`, GDK_BACKEND: 'x11', NO_AT_BRIDGE: '1', WEBKIT_DISABLE_COMPOSITING_MODE: '1', LIBGL_ALWAYS_SOFTWARE: '1' };
      programs.push(spawn('WebKitWebDriver', [`--port=${port}`], { stdio: 'ignore', env }));
      await listens(port);
      const capabilities = new Capabilities({ browserName: 'MiniBrowser', 'webkitgtk:browserOptions': { binary: MINI_BROWSER, args: ['--automation'] } });
      if (proxy !== undefined) capabilities.setProxy({ proxyType: 'manual', httpProxy: proxy, sslProxy: proxy });
      const driver = await new Builder().usingServer(`http://127.0.0.1:${port}`).withCapabilities(capabilities).build();
      return new Browser(driver, programs);
    } catch (thrown) {
      for (const program of programs) program.kill();
      throw thrown;
    }
  }

  /** Opens a scene and waits until the window has its screen. */
  async open(scene: string, more: Record<string, string> = {}): Promise<void> {
    const address = new URL(inject('pages'));
    address.search = new URLSearchParams({ scripted: scene, ...more }).toString();
    await this.driver.get(address.href);
    await this.until(`document.querySelector('main') !== null && document.documentElement.dataset.density !== undefined`, `${scene} to be shown`);
    // Buttons that the address wants pressed, and what comes late.
    await this.driver.sleep(more.press === undefined ? 60 : 400);
  }

  /** Runs a script in the page. */
  run<T>(script: string, ...given: unknown[]): Promise<T> {
    return this.driver.executeScript<T>(script, ...given);
  }

  /** Waits until an expression of the page is true. */
  async until(expression: string, what: string): Promise<void> {
    await this.driver.wait(() => this.run<boolean>(`return Boolean(${expression})`), PATIENCE, `waited for ${what}`, 30);
  }

  /** Presses keys, wherever the focus is. */
  async press(...keys: string[]): Promise<void> {
    await this.driver.actions().sendKeys(...keys).perform();
  }

  /** Presses a key with others held down. */
  async chord(held: string[], key: string): Promise<void> {
    const actions = this.driver.actions();
    for (const one of held) actions.keyDown(one);
    actions.sendKeys(key);
    for (const one of held) actions.keyUp(one);
    await actions.perform();
  }

  /** Makes the page this large. Around it the window has a frame, and takes its size when it gets to it. */
  async size(width: number, height: number): Promise<void> {
    const fits = async (): Promise<boolean> => {
      const [wide, high] = await this.run<[number, number]>('return [innerWidth, innerHeight]');
      if (wide === width && high === height) return true;
      const outer = await this.driver.manage().window().getRect();
      await this.driver.manage().window().setRect({ width: outer.width + width - wide, height: outer.height + height - high });
      await this.driver.sleep(100);
      return false;
    };
    await this.driver.wait(fits, PATIENCE, `waited for a page of ${width} × ${height}`, 50);
  }

  /** Sends Chromium a command of its own protocol. */
  devTools(command: string, given: object): Promise<unknown> {
    const { driver } = this;
    if (!(driver instanceof chrome.Driver)) throw new Error('only Chromium has it');
    return driver.sendDevToolsCommand(command, given);
  }

  /** Has Chromium believe that the system asks for something. */
  async media(feature: { name: string; value: string }): Promise<void> {
    await this.devTools('Emulation.setEmulatedMedia', { features: [feature] });
  }

  async end(): Promise<void> {
    await this.driver.quit().catch(() => undefined);
    for (const program of this.#programs.reverse()) program.kill();
  }
}

async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

async function listens(port: number): Promise<void> {
  for (const end = Date.now() + PATIENCE; Date.now() < end; ) {
    try {
      await fetch(`http://127.0.0.1:${port}/status`);
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
  throw new Error('WebKitWebDriver did not begin to listen');
}
