package io.daybook.examples.bank;

/** The {@code bank} command. */
public final class Main {
  private Main() {}

  /** Runs the command that the arguments name. */
  public static void main(String[] args) {
    System.out.println("bank 0.1.0-SNAPSHOT");
  }
}
