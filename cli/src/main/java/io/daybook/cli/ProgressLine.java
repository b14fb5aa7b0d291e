package io.daybook.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.CancellationException;
import java.util.function.LongFunction;

/**
 * One line on standard error that says how far a long task is, if a person looks at it: a bar where
 * the end is known, the count, and the rate. Gone when the task is done. Used by one thread.
 */
public final class ProgressLine implements AutoCloseable {
  private static final long NANOS_PER_UPDATE = 100_000_000;
  private static final int BAR_COLUMNS = 30;

  private final Terminal terminal;
  private final LongFunction<String> text;
  private final LongFunction<String> rate;
  private final long started = System.nanoTime();
  private long shown = started;
  private boolean visible;

  /** With the name of what is counted, in the singular. */
  public ProgressLine(Terminal terminal, String thing) {
    this(
        terminal,
        count -> Text.count(count, thing),
        perSecond -> String.format(Locale.ROOT, "%,d", perSecond));
  }

  /** Counts bytes. */
  static ProgressLine ofBytes(Terminal terminal) {
    return new ProgressLine(terminal, Figure::rounded, Figure::rounded);
  }

  private ProgressLine(Terminal terminal, LongFunction<String> text, LongFunction<String> rate) {
    this.terminal = terminal;
    this.text = text;
    this.rate = rate;
  }

  /**
   * Shows how far a task is whose steps are what is counted. Ends it by {@link
   * CancellationException} when the thread was interrupted, so that Ctrl-C ends it in an orderly
   * way.
   */
  ProgressListener listener() {
    return (done, total) -> {
      if (Thread.interrupted()) {
        throw new CancellationException();
      }
      show(done, done, total);
    };
  }

  /**
   * Shows how far the task is; at most ten times a second, so that it may be called often.
   *
   * @param count how many things are done
   * @param done how much is done
   * @param total how much there is to do in all, in the unit of {@code done}; 0: not known
   */
  public void show(long count, long done, long total) {
    if (!terminal.errIsTerminal()) {
      return;
    }
    long now = System.nanoTime();
    if (now - shown < NANOS_PER_UPDATE) {
      return;
    }
    shown = now;
    visible = true;
    double seconds = (now - started) / 1e9;
    String perSecond = rate.apply(Math.round(count / seconds)) + "/s";
    // "erase to the end of the line" clears what a longer line left
    print("\r" + bar(done, total) + text.apply(count) + ", " + perSecond + "\u001b[K");
  }

  private static String bar(long done, long total) {
    if (total <= 0) {
      return "";
    }
    double part = Math.clamp((double) done / total, 0.0, 1.0);
    int filled = (int) Math.round(part * BAR_COLUMNS);
    return String.format(
        Locale.ROOT,
        "[%s%s] %3.0f %%  ",
        "=".repeat(filled),
        " ".repeat(BAR_COLUMNS - filled),
        Math.floor(part * 100));
  }

  private void print(String text) {
    try {
      terminal.err().write(text.getBytes(StandardCharsets.UTF_8));
      terminal.err().flush();
    } catch (IOException _) {
      // nobody looks
    }
  }

  /** Takes the line away, so that something else can be written. */
  public void clear() {
    if (visible) {
      visible = false;
      print("\r\u001b[K");
    }
  }

  @Override
  public void close() {
    clear();
  }
}
