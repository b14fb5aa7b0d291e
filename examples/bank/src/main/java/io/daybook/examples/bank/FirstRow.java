package io.daybook.examples.bank;

import io.daybook.cli.CommandFailedException;
import io.daybook.cli.ExitCode;
import io.daybook.examples.bank.ReportFile.Row;
import io.daybook.examples.bank.ReportFile.Survey;
import java.nio.file.Path;

/** Looks for the first row of a file that a bank without any account would record. */
final class FirstRow implements ReportFile.Reader {
  private final Survey survey;
  private final boolean strict;
  private boolean found;
  private String problem = "";
  private long bad;

  private FirstRow(Survey survey, boolean strict) {
    this.survey = survey;
    this.strict = strict;
  }

  /**
   * Requires that there is one.
   *
   * @param strict whether what follows the first bad row is left out
   * @throws CommandFailedException if there is none; it says what is wrong with the first row
   */
  static void require(Path file, Survey survey, boolean strict) throws InterruptedException {
    var first = new FirstRow(survey, strict);
    ReportFile.read(file, first);
    if (!first.found) {
      throw new CommandFailedException(
          ExitCode.FAILURE,
          "%s:%s; no row %s can be recorded"
              .formatted(file, first.problem, strict ? "before that" : "of the file"));
    }
  }

  @Override
  public boolean row(Row row) {
    try {
      var command = row.command(survey.lowest(row.account()), bad);
      var _ = AccountDecider.decide(command, AccountDecider.initial());
      found = true;
      return false;
    } catch (Refused e) {
      return badRow(row.line(), e.reason() + ": " + e.getMessage());
    }
  }

  @Override
  public boolean badRow(long line, String what) {
    bad++;
    problem = problem.isEmpty() ? line + ": " + what : problem;
    return !strict;
  }
}
