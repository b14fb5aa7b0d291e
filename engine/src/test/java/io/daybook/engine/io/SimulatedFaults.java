package io.daybook.engine.io;

import java.util.EnumMap;
import java.util.Map;
import java.util.Random;

/** Which of the coming operations fail, and at which step the machine crashes. */
final class SimulatedFaults {
  private final Map<DiskOperation, Integer> countdowns = new EnumMap<>(DiskOperation.class);
  private final Map<DiskOperation, Double> probabilities = new EnumMap<>(DiskOperation.class);
  private long crashStep = Long.MAX_VALUE;
  private long failingStep = Long.MAX_VALUE;
  private long failingOperation = Long.MAX_VALUE;
  private long fullAllocation = Long.MAX_VALUE;
  private boolean staysFull;
  private long operations;
  private long allocations;

  /** How many operations there were, also those that change nothing. */
  long operations() {
    return operations;
  }

  /** How often a file grew, or was about to. */
  long allocations() {
    return allocations;
  }

  void failAtOperation(long operation) {
    failingOperation = operation;
  }

  void fullAtAllocation(long allocation, boolean stays) {
    fullAllocation = allocation;
    staysFull = stays;
  }

  /** Whether there is no room for a file to grow; asked once each time. */
  boolean isFullNow() {
    allocations++;
    return staysFull ? allocations >= fullAllocation : allocations == fullAllocation;
  }

  void crashAt(long step) {
    crashStep = step;
  }

  void failAt(long step) {
    failingStep = step;
  }

  void failNth(DiskOperation operation, int nth) {
    countdowns.put(operation, nth);
  }

  void failWithProbability(DiskOperation operation, double probability) {
    probabilities.put(operation, probability);
  }

  boolean crashes(DiskOperation operation, long step) {
    return operation.isStep() && step >= crashStep;
  }

  /** Whether this operation fails; asked once for each. */
  boolean fails(DiskOperation operation, long step, Random random) {
    operations++;
    if (operations == failingOperation || (operation.isStep() && step == failingStep)) {
      return true;
    }
    Integer left = countdowns.get(operation);
    if (left != null) {
      if (left > 1) {
        countdowns.put(operation, left - 1);
      } else {
        countdowns.remove(operation);
        return true;
      }
    }
    Double probability = probabilities.get(operation);
    return probability != null && random.nextDouble() < probability;
  }
}
