package io.daybook.cli;

/** The {@code daybook} command. */
public final class Main {
  private Main() {}

  /** Runs the command that the arguments name. */
  public static void main(String[] args) {
    System.out.println("daybook 0.1.0-SNAPSHOT");
  }
}
