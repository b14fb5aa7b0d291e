package io.daybook.engine.log;

import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.junit.jupiter.api.Test;

/**
 * Adding and looking up are linearizable in every interleaving that Lincheck tries, also while the
 * column grows. {@code MemoryIds} can't be tried so: its seed is another each time, and Lincheck's
 * model checker repeats what it saw.
 */
@Param(name = "position", gen = IntGen.class, conf = "28:35")
public final class LocationColumnInterleavingTest {
  private final LocationColumn column = new LocationColumn();
  private int next;

  public LocationColumnInterleavingTest() {
    while (next < 31) { // the one after the next has to grow
      add();
    }
  }

  @Operation(nonParallelGroup = "writer")
  public int add() {
    column.add(next, 128 + 8L * next);
    return next++;
  }

  @Operation
  public long find(@Param(name = "position") int position) {
    return column.offsetOf(position);
  }

  @Test
  void everyInterleavingIsLinearizable() {
    new ModelCheckingOptions()
        .iterations(10)
        .invocationsPerIteration(500)
        .threads(2)
        .actorsPerThread(3)
        .check(LocationColumnInterleavingTest.class);
  }
}
