package io.daybook.engine.io;

/**
 * The machine or the process is gone: what a {@link SimulatedDisk} throws from the step at which a
 * crash was scheduled, and from every use after it.
 *
 * <p>An {@link Error}, so that no handler of I/O errors takes it for something that it can mend.
 */
public final class SimulatedCrash extends Error {
  private static final long serialVersionUID = 1L;

  SimulatedCrash(String message) {
    super(message);
  }
}
