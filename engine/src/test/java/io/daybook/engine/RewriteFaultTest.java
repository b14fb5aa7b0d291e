package io.daybook.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.daybook.engine.io.SimulatedCrash;
import io.daybook.engine.io.SimulatedDisk;
import io.daybook.eventstore.EventStoreFailedException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A scavenge, and the packing of log files, on a disk that fails at one of the steps: nothing is
 * lost, nothing that was erased comes back, and it can be done again.
 */
@Tag("long")
@ExtendWith(QuietEngine.class)
final class RewriteFaultTest {
  private static final int ROUNDS = 8;

  /** Of so many steps one fails. */
  private static final int STRIDE = Boolean.getBoolean("daybook.quick") ? 13 : 1;

  private final ScavengeFixture fixture = new ScavengeFixture();
  private SimulatedDisk filled = fixture.disk;

  /** What goes wrong. */
  enum Fault {
    CRASH,
    KILL,
    ERROR,
    /** Also of what changes nothing, such as an open. */
    ANY_ERROR
  }

  private void fill(EngineOptions options) {
    try (EngineStore store = fixture.open(options)) {
      fixture.fill(store, ROUNDS);
    }
    filled = fixture.disk;
  }

  private EngineOptions options(boolean compressed) {
    return compressed ? fixture.plain.compressed() : fixture.plain;
  }

  private static void scavenge(EngineStore store) {
    store.scavenge(ProgressListener.none());
  }

  @ParameterizedTest
  @CsvSource({
    "CRASH, false",
    "CRASH, true",
    "KILL, false",
    "KILL, true",
    "ERROR, false",
    "ERROR, true",
    "ANY_ERROR, false",
    "ANY_ERROR, true"
  })
  void aScavengeThatFailsAtAnyStepCanBeDoneAgain(Fault fault, boolean compressed) {
    EngineOptions options = options(compressed);
    fill(options);
    boolean reached = true;
    for (int step = 1; reached; step += STRIDE) {
      fixture.disk = filled.copy();
      EngineStore store = fixture.open(options);
      reached = fails(fault, step, () -> scavenge(store));
      goOn(fault, store, options);
      fixture.assertForgotten();
      fixture.assertIntact();
    }
  }

  /** Whether the work came as far as that step, where it failed. */
  private boolean fails(Fault fault, int step, Runnable work) {
    SimulatedDisk disk = fixture.disk;
    switch (fault) {
      case ERROR -> disk.failIn(step);
      case ANY_ERROR -> disk.failOperationIn(step);
      case CRASH, KILL -> disk.crashIn(step);
    }
    try {
      work.run();
      return disk.faultsHappened();
    } catch (SimulatedCrash e) {
      return true;
    } catch (EventStoreFailedException e) {
      assertThat(disk.faultsHappened()).isTrue();
      return true;
    }
  }

  /** In the same store, if it lives, and in the next one all is as it was. */
  private void goOn(Fault fault, EngineStore store, EngineOptions options) {
    switch (fault) {
      case CRASH -> fixture.disk = fixture.disk.powerLoss();
      case KILL -> fixture.disk = fixture.disk.kill();
      case ERROR, ANY_ERROR -> {
        fixture.disk.failIn(Integer.MAX_VALUE).failOperationIn(Integer.MAX_VALUE);
        new StoreCheck(store, fixture.model.store()).sameEvents();
        store.close();
        assertThat(fixture.disk.openFiles()).isEmpty();
        assertThat(fixture.disk.mappings()).isEmpty();
      }
    }
    try (EngineStore next = fixture.open(options)) {
      fixture.assertSame(next);
      scavenge(next);
      fixture.assertSame(next);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aScavengeOnAFullDiskCanBeDoneAgain(boolean compressed) {
    EngineOptions options = options(compressed);
    fill(options);
    boolean full = true;
    for (int free = 0; full; free += 700) {
      fixture.disk = filled.copy();
      try (EngineStore store = fixture.open(options)) {
        fixture.disk.capacity(bytes() + free);
        try {
          scavenge(store);
          full = false;
        } catch (EventStoreFailedException e) {
          assertThat(e).hasMessageContaining("no space left");
          assertThat(e.outcomeUnknown()).isFalse();
        }
        fixture.assertSame(store);
        fixture.disk.capacity(SimulatedDisk.UNLIMITED);
        scavenge(store);
        fixture.assertSame(store);
      }
      fixture.assertForgotten();
      fixture.assertIntact();
    }
  }

  private long bytes() {
    return fixture.disk.files().stream().mapToLong(f -> fixture.disk.contents(f).length).sum();
  }

  @ParameterizedTest
  @EnumSource
  void packingThatFailsAtAnyStepIsDoneAtTheNextOpening(Fault fault) {
    fill(fixture.plain);
    EngineOptions compressed = fixture.plain.compressed();
    boolean reached = true;
    for (int step = 1; reached; step += STRIDE) {
      fixture.disk = filled.copy();
      reached = fails(fault, step, () -> open(compressed));
      fixture.disk = fault == Fault.KILL ? fixture.disk.kill() : fixture.disk.powerLoss();
      try (EngineStore store = fixture.open(compressed)) {
        fixture.assertSame(store);
      }
      assertThat(fixture.disk.files().stream().filter(f -> f.endsWith(".log"))).hasSize(1);
      fixture.assertIntact();
    }
  }

  @SuppressWarnings("MustBeClosed") // the power goes off
  private void open(EngineOptions options) {
    fixture.open(options);
  }

  @Test
  void aFullDiskLeavesLogFilesAsTheyAre() {
    fill(fixture.plain);
    EngineOptions compressed = fixture.plain.compressed();
    boolean full = true;
    for (int free = 0; full; free += 500) {
      fixture.disk = filled.copy();
      fixture.disk.capacity(bytes() + free);
      try (EngineStore store = fixture.open(compressed)) {
        fixture.assertSame(store);
      }
      full = fixture.disk.files().stream().filter(f -> f.endsWith(".log")).count() > 1;
      fixture.assertIntact();
    }
  }
}
