package io.daybook.engine.tree;

/**
 * The leaves of a range of positions. Used by one thread at a time.
 *
 * <p>What is asked for at once lies within one <i>block</i>: {@link #BLOCK} leaves whose first
 * position is a multiple of that.
 */
public interface Leaves {
  /** How many leaves have one hash for all of them, so that a root of millions is quick. */
  int BLOCK = 1 << 10;

  /** Copies the leaves of positions that follow each other, within one block. */
  void copy(long from, int count, byte[] target, int at);

  /** The root of a whole block. */
  byte[] block(long from);
}
