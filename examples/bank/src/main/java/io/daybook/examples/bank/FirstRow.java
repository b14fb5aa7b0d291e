package io.daybook.examples.bank;

import io.daybook.cli.ImportObserver;
import io.daybook.examples.bank.ReportFile.Row;
import io.daybook.examples.bank.ReportFile.Survey;
import org.jspecify.annotations.Nullable;

/** Looks for the first row of a file that a bank without any account would record. */
final class FirstRow implements ReportFile.Reader {
  private final Survey survey;
  private final boolean strict;
  private final @Nullable ImportObserver observer;
  private boolean found;
  private long bad;

  /**
   * Looks for it.
   *
   * @param strict whether the first bad row ends the search
   * @param observer is told of bad rows; null if nobody wants to know
   */
  FirstRow(Survey survey, boolean strict, @Nullable ImportObserver observer) {
    this.survey = survey;
    this.strict = strict;
    this.observer = observer;
  }

  /** Whether there is one. */
  boolean isFound() {
    return found;
  }

  @Override
  public boolean row(Row row) {
    try {
      var _ =
          AccountDecider.decide(
              row.command(survey.lowest(row.account()), bad), AccountDecider.initial());
      found = true;
      return false;
    } catch (Refused e) {
      return badRow(row.line(), e.reason() + ": " + e.getMessage());
    }
  }

  @Override
  public boolean badRow(long line, String problem) {
    bad++;
    if (observer != null) {
      observer.bad(line, problem);
    }
    return !strict;
  }
}
