package io.daybook.engine.io;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * When to look whether something is in memory. A look is a call of the system, which costs as much
 * as a read from memory: so where many in a row found nothing cold, few are taken until one does.
 * Thread-safe; updates may be lost, since it is only a hint.
 */
public final class Looks {
  /** So many looks in a row that find all in memory let it be assumed. */
  private static final int SURE = 1_024;

  /** How often a look is taken where all is assumed to be in memory. */
  private static final int EVERY = 64;

  private final AtomicInteger inRow = new AtomicInteger();

  /** Whether to look now. */
  public boolean isDue() {
    int before = inRow.getOpaque();
    inRow.setOpaque(before + 1);
    return before <= SURE || before % EVERY == 0;
  }

  /** Something was not in memory. */
  public void foundCold() {
    inRow.setOpaque(0);
  }
}
