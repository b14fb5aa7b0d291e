package io.daybook.cli;

import io.daybook.eventstore.Position;

/** Heads and proofs of no worth; whoever waits for one is interrupted, as by Ctrl-C. */
final class InterruptedProofs implements Proofs {
  private static String hashed(ProgressListener progress) {
    Thread.currentThread().interrupt();
    progress.progress(1, 2);
    return "whole\n";
  }

  @Override
  public Keys newKeys() {
    return new Keys("private", "public", "id");
  }

  @Override
  public String signHead(String location, String privateKey, ProgressListener progress) {
    return hashed(progress);
  }

  @Override
  public String prove(
      String location, Position position, String privateKey, ProgressListener progress) {
    return hashed(progress);
  }

  @Override
  public String proveUnder(
      String location, Position position, String head, ProgressListener progress) {
    return hashed(progress);
  }

  @Override
  public String proveSince(
      String location, String olderHead, String privateKey, ProgressListener progress) {
    return hashed(progress);
  }

  @Override
  public String withoutEvent(String proof) {
    return proof;
  }

  @Override
  public Checked check(String proof, String publicKey) {
    return new Checked("it holds", null);
  }
}
