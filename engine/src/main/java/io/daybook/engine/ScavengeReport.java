package io.daybook.engine;

/**
 * What a scavenge did.
 *
 * @param events how many events were reclaimed: of each only its place, id and type are left
 * @param logFiles how many log files were written anew
 * @param indexFiles how many index files were written anew
 * @param bytesBefore how many bytes these files took before
 * @param bytesAfter how many they take now
 */
public record ScavengeReport(
    long events, int logFiles, int indexFiles, long bytesBefore, long bytesAfter) {
  /** How many bytes the files lost. */
  public long reclaimedBytes() {
    return bytesBefore - bytesAfter;
  }
}
